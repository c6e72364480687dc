"""Views and code as MySQL's SQL, made of the texts that the catalog gave of them.

For scripts that a person reads through, never for plans. What the catalog was not asked for (when an event begins and
ends, what stands before a trigger) is said, or keeps the rest from being written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from console.core.operations import Change, Create, Operation
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Event, Routine, Schema, Sequence, Thing, Trigger, View
from console.dialects.mysql.quoting import quoted, remark, text
from console.dialects.mysql.render_changes import change_sql

_TRIGGER = re.compile(r"(before|after) (insert|update|delete) for each row\s+(.*)", re.IGNORECASE | re.DOTALL)


def script_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    if isinstance(operation, Create):
        first = operation.things[0]
        if isinstance(first, View):
            return (_view(first),)
        if isinstance(first, Trigger):
            return (_trigger(first),)
        if isinstance(first, Routine):
            return (_routine(first),)
        if isinstance(first, Sequence):
            return (_sequence("CREATE", first),)
        if isinstance(first, Event):
            raise CannotWriteError(f"When the event {first.ref.name} begins and ends is not known.")
    if isinstance(operation, Change):
        there = schema.get(operation.ref)
        changed: dict[str, Any] = dict(operation.attrs)
        if isinstance(there, View):
            return (_view(replace(there, **changed)),)
        if isinstance(there, Sequence):
            return (_sequence("ALTER", replace(there, **changed)),)
        if isinstance(there, Event) and set(changed) == {"enabled"} and changed["enabled"] in ("enabled", "disabled"):
            return (f"ALTER EVENT {_place(there.ref)} {changed['enabled'].removesuffix('d').upper()}",)
    return change_sql(operation, schema)


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.written or ref.name)}"


def _known(thing: Thing, *names: str) -> None:
    """CannotWriteError where one of these was not read."""
    missing = next((name for name in names if name in thing.unread or getattr(thing, name) is None), "")
    if missing:
        raise CannotWriteError(f"The {missing} of {thing.ref.kind} {thing.ref.name} is not known.")


def _definer(account: str | None) -> str:
    """`app@%`, with its parts in quotes."""
    if not account:
        return ""
    user, _, host = account.rpartition("@")
    return f"DEFINER = {text(user)}@{text(host)} "


def _view(view: View) -> str:
    _known(view, "definition", "options")
    said = dict(option.partition("=")[::2] for option in view.options or ())
    algorithm = f"ALGORITHM = {said['algorithm'].upper()} " if "algorithm" in said else ""
    security = f"SQL SECURITY {said.get('sql_security', 'definer').upper()} "
    check = f" WITH {said['check_option'].upper()} CHECK OPTION" if "check_option" in said else ""
    head = f"CREATE OR REPLACE {algorithm}{_definer(view.owner)}{security}"
    return f"{head}VIEW {_place(view.ref)} AS {view.definition}{check}"


def _trigger(trigger: Trigger) -> str:
    _known(trigger, "definition")
    found = _TRIGGER.fullmatch(str(trigger.definition))
    if found is None:
        raise CannotWriteError(f"What makes the trigger {trigger.ref.name} is not understood.")
    when, what, body = found.groups()
    table = f"{quoted(trigger.ref.schema)}.{quoted(trigger.table)}"
    return f"CREATE TRIGGER {_place(trigger.ref)} {when.upper()} {what.upper()} ON {table} FOR EACH ROW {body}"


def _routine(routine: Routine) -> str:
    _known(routine, "body", "arguments", "options", "volatility", "security")
    kind = "PROCEDURE" if routine.ref.kind is Kind.PROCEDURE else "FUNCTION"
    charset = next((option for option in routine.options or () if option.startswith("returns ")), "")
    parts = [f"CREATE {_definer(routine.owner)}{kind} {_place(routine.ref)}({routine.arguments})"]
    if kind == "FUNCTION":
        parts.append(f"RETURNS {routine.returns}{charset.removeprefix('returns')}")
    parts.append(str(routine.volatility).upper())
    parts += [option.upper() for option in routine.options or () if option != charset]
    parts.append(f"SQL SECURITY {str(routine.security).upper()}")
    parts += [f"COMMENT {remark(routine.comment)}"] if routine.comment else []
    return " ".join((*parts, str(routine.body)))


def _sequence(verb: str, sequence: Sequence) -> str:
    _known(sequence, "start", "increment", "minimum", "maximum", "cycle")
    cycle = "CYCLE" if sequence.cycle else "NOCYCLE"
    steps = f"START WITH {sequence.start} INCREMENT BY {sequence.increment}"
    ends = f"MINVALUE {sequence.minimum} MAXVALUE {sequence.maximum}"
    return f"{verb} SEQUENCE {_place(sequence.ref)} {steps} {ends} {cycle}"
