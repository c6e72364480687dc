"""What can be said about a sequence, wherever it is said, and what the server fills in for the rest."""

from __future__ import annotations

from dataclasses import replace

from console.core.schema import Ref, Sequence, Value
from console.core.statements.cursor import Cursor, Unreadable

_SMALLEST = {"smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}


ANY_END = ""
"""For the end of a sequence that may be any number now."""


def largest(type_name: str) -> int:
    """The greatest number a sequence of this type reaches."""
    return -_SMALLEST.get(type_name, _SMALLEST["bigint"]) - 1


def read_sequence(cursor: Cursor, ref: Ref, given: dict[str, Value]) -> Sequence:
    """The sequence that the settings to the end of `cursor` make; `given` is what is known before."""
    said = {**given, **settings(cursor)}
    made = _with_defaults(said)
    return Sequence(
        ref=replace(ref, name=str(said.get("name") or ref.name)),
        type=str(made["type"]),
        start=_number(made["start"]),
        increment=_number(made["increment"]),
        minimum=_number(made["minimum"]),
        maximum=_number(made["maximum"]),
        cycle=bool(made.get("cycle")),
        owned_by=_text(made.get("owned_by")),
        unread=frozenset({"owner"}),
    )


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


def settings(cursor: Cursor) -> dict[str, Value]:
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
    if word == "SEQUENCE":
        cursor.expect("NAME")
        return "name", cursor.dotted()[-1]
    if word in ("LOGGED", "UNLOGGED"):
        return "", None
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
