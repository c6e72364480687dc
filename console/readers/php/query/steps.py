"""Calls of a chain, one after the other, each changing the query: which there are is taught by `wheres` and `selects`.

A call that is not known raises: it may be a scope or a macro of the project, and could mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from console.readers.php.draft import Call, Line, UnreadableError
from console.readers.php.query.literals import known, plain, text
from console.readers.php.query.servers import grammar_of
from console.readers.php.query.state import Query, joined
from console.readers.php.values import Body, Raw, Value

Step: TypeAlias = Callable[[Query, Call], None]
"""What one call does to a query."""

_STEPS: dict[str, Step] = {}


def teach(steps: Mapping[str, Step]) -> None:
    """Make calls known; PHP does not tell upper from lower case in their names."""
    _STEPS.update({name.lower(): step for name, step in steps.items()})


def is_step(name: str) -> bool:
    """Whether a call only changes the query."""
    return name.lower() in _STEPS or _is_dynamic(name)


def apply(query: Query, call: Call) -> None:
    """One call; the first one of a query has the facade in its name."""
    step = _STEPS.get(call.name.rpartition("::")[2].lower())
    if step is None and _is_dynamic(call.name):
        step = _dynamic
    if step is None:
        raise UnreadableError(f"what {call.name}() does is not known")
    try:
        step(query, call)
    except IndexError:
        raise UnreadableError(f"{call.name}() is given too little") from None


def apply_body(query: Query, body: Value) -> None:
    """What a closure asks of the query it is given."""
    if not isinstance(body, Body):
        known(body)
        raise UnreadableError("what is asked of the query is not known")
    for line in body.lines:
        _refuse_conditions(line)
        for call in line.calls:
            apply(query, call)


def _refuse_conditions(line: Line) -> None:
    """The conditions around a query of its own are those of the statement it stands in."""
    if line.unreadable:
        raise UnreadableError(line.unreadable)
    if line.guards and not (line.calls and "::" in line.calls[0].name):
        raise UnreadableError(f"it depends on {line.guards[0].text}")


def given(call: Call, names: str) -> tuple[Value, ...]:
    """The arguments in the order of the method's own names, as many as are given."""
    order = names.split()
    unknown = [name for name in call.named if name not in order]
    if unknown:
        raise UnreadableError(f"{call.name}() is given {unknown[0]}, which is not known")
    count = max([len(call.args), *(order.index(name) + 1 for name in call.named)])
    return tuple(call.arg(at, name) for at, name in enumerate(order[:count])) + call.args[len(order) :]


def is_query(value: Value) -> bool:
    """A closure that is given a query, or a query."""
    return isinstance(value, Body)


def select_of(value: Value, query: Query) -> str:
    """A sub-select as SQL; a text is taken as it is."""
    value = plain(value)
    if isinstance(value, Raw):
        return value.sql
    if isinstance(value, str):
        return value
    found = Query(query.connection)
    apply_body(found, value)
    hide_deleted(found)
    return grammar_of(query.connection).select(found)


def hide_deleted(query: Query) -> None:
    """A model adds to its conditions that rows marked as deleted are left alone."""
    if query.model is None or query.model.deleted_at is None or query.trashed == "with":
        return
    column = f"{query.alias()}.{text(query.model.deleted_at)}"
    if any(boolean.startswith("or") for boolean, _ in query.wheres):
        query.wheres = [("and", f"({joined(query.wheres)})")]
    apply(query, Call("whereNotNull" if query.trashed == "only" else "whereNull", (column,)))


def _is_dynamic(name: str) -> bool:
    """`whereEmail('a@x')`."""
    return re.fullmatch(r"where[A-Z]\w*", name) is not None


def _dynamic(query: Query, call: Call) -> None:
    parts = re.split(r"(And|Or)(?=[A-Z])", call.name.removeprefix("where"))
    if len(parts) // 2 + 1 != len(call.args):
        raise UnreadableError(f"what {call.name}() does is not known")
    for place, value in enumerate(call.args):
        boolean = parts[place * 2 - 1].lower() if place else "and"
        column = re.sub(r"(.)(?=[A-Z])", r"\1_", parts[place * 2]).lower()
        apply(query, Call("where", (column, "=", value, boolean)))
