"""CREATE SEQUENCE and ALTER SEQUENCE."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Create, Opaque, Operation
from console.core.schema import Kind, Sequence, Value
from console.core.statements.alter_table import (
    Action,
    Target,
    owner_to,
    read_actions,
    read_target,
    rename_to,
    set_schema,
)
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.verbs import Meaning, if_exists, opaque

_SMALLEST = {"smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}


def create_sequence(cursor: Cursor) -> Meaning:
    """Behind `CREATE [TEMP] SEQUENCE`."""
    before = {token.word for token in cursor.found[: cursor.at]}
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    ref = cursor.ref(Kind.SEQUENCE)
    if before & {"TEMP", "TEMPORARY"}:
        why = "A temporary sequence is gone with its session."
        return Meaning((Opaque(why, harmless=True),), temporary=(ref,))
    given = _settings(cursor)
    cursor.end()
    given.pop("restart", None)
    made = _with_defaults(given)
    sequence = Sequence(
        ref=ref,
        type=str(made["type"]),
        start=_number(made["start"]),
        increment=_number(made["increment"]),
        minimum=_number(made["minimum"]),
        maximum=_number(made["maximum"]),
        cycle=bool(made.get("cycle")),
        owned_by=_text(made.get("owned_by")),
        unread=frozenset({"owner"}),
    )
    return Meaning((Create((sequence,), if_absent=if_absent),))


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _with_defaults(given: dict[str, Value]) -> dict[str, Value]:
    """What the server fills in, by type and direction."""
    made: dict[str, Value] = {"type": "bigint", "increment": 1, **given}
    lowest = _SMALLEST.get(str(made["type"]), _SMALLEST["bigint"])
    up = _number(made["increment"]) > 0
    if made.get("minimum") is None:
        made["minimum"] = 1 if up else lowest
    if made.get("maximum") is None:
        made["maximum"] = -lowest - 1 if up else -1
    if made.get("start") is None:
        made["start"] = made["minimum"] if up else made["maximum"]
    return made


def _settings(cursor: Cursor) -> dict[str, Value]:
    """Everything that is said about the sequence, by field name; None: the server's own value."""
    found: dict[str, Value] = {}
    while not cursor.done:
        name, value = _setting(cursor)
        if name:
            found[name] = value
    return found


def _setting(cursor: Cursor) -> tuple[str, Value]:
    word = cursor.step().word
    if word == "NO":
        what = cursor.accept_any("MINVALUE", "MAXVALUE", "CYCLE")
        return {"MINVALUE": ("minimum", None), "MAXVALUE": ("maximum", None)}.get(what, ("cycle", False))
    if word == "AS":
        return "type", cursor.type()
    if word == "CYCLE":
        return "cycle", True
    if word == "OWNED":
        return _owned_by(cursor)
    if word == "RESTART":
        return "restart", _restart(cursor)
    if word == "CACHE":
        cursor.integer()
        return "", None
    names = {"INCREMENT": "increment", "START": "start", "MINVALUE": "minimum", "MAXVALUE": "maximum"}
    if word not in names:
        raise Unreadable
    cursor.accept_any("BY", "WITH")
    return names[word], cursor.integer()


def _restart(cursor: Cursor) -> bool:
    cursor.accept("WITH")
    if not cursor.done and cursor.word() in ("", "-", "+"):
        cursor.integer()
    return True


def _owned_by(cursor: Cursor) -> tuple[str, Value]:
    cursor.expect("BY")
    if cursor.accept("NONE"):
        return "owned_by", None
    parts = cursor.dotted()
    if len(parts) < 2:
        raise Unreadable
    return "owned_by", ".".join(parts if len(parts) > 2 else (cursor.home, *parts))


def alter_sequence(cursor: Cursor) -> Meaning:
    """Behind `ALTER SEQUENCE`."""
    if_present = if_exists(cursor)
    target = read_target(cursor, Kind.SEQUENCE, if_present=if_present)
    for words in _ACTIONS:
        if cursor.sees(*words):
            return Meaning(read_actions(cursor, target, _ACTIONS))
    start = cursor.at
    given = _settings(cursor)
    operations: list[Operation] = []
    if given.pop("restart", False):
        why = "Where a sequence stands is data: the catalog shows only where it began."
        operations.append(opaque(cursor.slice(start), why, harmless=True))
    changed = tuple((name, value) for name, value in given.items() if value is not None or name == "owned_by")
    if changed:
        operations.insert(0, target.change(*changed))  # type: ignore[arg-type]
    return Meaning(tuple(operations))


def _persistence(cursor: Cursor, target: Target) -> Iterator[Operation]:
    yield opaque(target.ref.name, "Halfway does not read whether a sequence is logged.", harmless=True)


_ACTIONS: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): rename_to,
    ("SET", "SCHEMA"): set_schema,
    ("SET", "LOGGED"): _persistence,
    ("SET", "UNLOGGED"): _persistence,
    ("OWNER", "TO"): owner_to,
}
