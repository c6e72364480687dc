"""Calls of a chain, one after the other, each changing the query: which there are is taught by `wheres` and `selects`.

A call that is not known raises: it may be a scope or a macro of the project, and could mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from console.readers.php.draft import Call, Line, UnreadableError
from console.readers.php.query.literals import known, plain
from console.readers.php.query.servers import grammar_of
from console.readers.php.query.state import Query
from console.readers.php.things import Chain
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

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
    """One call."""
    step = _STEPS.get(call.name.lower())
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
    if line.unreadable or line.guards:
        raise UnreadableError(line.unreadable or f"it depends on {line.guards[0].text}")


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
    return isinstance(value, Body) or (isinstance(value, Chain) and value.query)


def subquery(value: Value, query: Query) -> Query:
    """The query a closure or a chain describes."""
    if isinstance(value, Chain):
        return query_of(value.building.as_line(), query)
    found = Query(query.connection)
    apply_body(found, value)
    return found


def query_of(line: Line, around: Query) -> Query:
    """A query that stands as a value: `DB::table('t')->select('id')`."""
    _refuse_conditions(line)
    found = Query(around.connection)
    for call in line.calls:
        apply(found, Call(call.name.rpartition("::")[2], call.args, call.named) if "::" in call.name else call)
    return found


def select_of(value: Value, query: Query) -> str:
    """A sub-select as SQL; a text is taken as it is."""
    value = plain(value)
    if isinstance(value, Raw):
        return value.sql
    if isinstance(value, str):
        return value
    if isinstance(value, Listing) or (isinstance(value, Unknown) and not is_query(value)):
        raise UnreadableError(value.why if isinstance(value, Unknown) else "a list stands where a query is expected")
    return grammar_of(query.connection).select(subquery(value, query))


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
