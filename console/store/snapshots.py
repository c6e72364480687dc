"""Snapshots of schemas on the disk: one canonical JSON file, made to be read beside another one with `diff`.

A head that says what it is of, then one object a line in the order of their addresses, without what is as usual.
Nothing of it depends on when or by whom it was written except the head. What Halfway does not understand it refuses:
half a schema taken for a whole one would call everything else unexpected. Texts in which a password is written (the
connection of a FEDERATED table, code that makes a user) are left out and named as not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.core.expected_base import Baseline
from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.schema import Kind, Other, Ref, Schema, Thing, comparable
from console.core.things import class_of
from console.store.whole import write_whole

FORMAT = 1
"""The number of the format; another one is not understood."""
_BESIDE = ("position", "constraint")
"""Kept although they are not compared: where a column stands, and that an index belongs to a key."""
_HEAD = ("halfway_snapshot", "taken_at", "dialect", "version", "version_number", "database", "identity", "home",
         "texts", "folded", "unread", "untold", "recorded", "things")  # fmt: skip
_ADDRESS = ("kind", "schema", "table", "name", "written")
_OF = "of"
"""The attribute that names a table, beside the table in the address."""
_LARGEST = 500_000_000


class _Odd(Exception):
    """What is not understood, in words."""


def write(path: Path, base: Baseline) -> None:
    """The file, whole or not at all. UsageFault where it cannot be written."""
    try:
        write_whole(path, as_text(base))
    except OSError as problem:
        raise UsageFault(f"the snapshot {one_line(str(path))} cannot be written", problem.strerror or "") from None


def read(path: Path) -> Baseline:
    """The snapshot in a file. UsageFault with one sentence for anything else."""
    name = one_line(str(path))
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageFault(f"{name} is too large to be a snapshot of a schema")
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise UsageFault(f"the snapshot {name} cannot be read", problem.strerror or "") from None
    except UnicodeDecodeError:
        raise UsageFault(f"{name} is not a snapshot of Halfway", "it is not UTF-8 text") from None
    return from_text(text, name)


def as_text(base: Baseline) -> str:
    """The whole file."""
    head: dict[str, Any] = {
        "halfway_snapshot": FORMAT,
        "taken_at": base.taken_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "dialect": base.dialect,
        "version": base.version,
        "version_number": base.version_number,
        "database": base.database,
        "identity": base.identity,
        "home": base.schema.home,
        "texts": base.schema.dialect,
        "folded": base.schema.folded,
        "unread": sorted(base.schema.unread),
        "untold": {kind.value: why for kind, why in sorted(base.schema.untold.items())},
        "recorded": {framework: sorted(ids) for framework, ids in sorted(base.recorded.items())},
    }
    lines = [f" {_json(key)}: {_json(value)}," for key, value in head.items()]
    things = ",\n".join(f"  {_json(_written(thing))}" for thing in sorted(base.schema.things, key=lambda t: t.ref))
    return "\n".join(["{", *lines, ' "things": [', *([things] if things else []), " ]", "}"]) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written(thing: Thing) -> dict[str, Any]:
    """Its address, and every attribute that is not as usual."""
    found: dict[str, Any] = {name: getattr(thing.ref, name) for name in _ADDRESS if getattr(thing.ref, name)}
    if type(thing) is not class_of(thing.ref.kind):
        found["is"] = type(thing).__name__.lower()
    unread = set(thing.unread)
    usual = _usual(type(thing))
    for name in _kept(type(thing)):
        value = getattr(thing, name)
        if value == usual.get(name, MISSING):
            continue
        if _holds_secret(value):
            unread.add(name)
        elif name not in thing.unread:
            found[_OF if name == "table" else name] = value
    return {**found, "unread": sorted(unread)} if unread else found


def _holds_secret(value: object) -> bool:
    from console.core.masks import mask

    texts = value if isinstance(value, tuple) else (value,)
    return any(isinstance(text, str) and mask(text) != text for text in texts)


def _kept(kind: type[Thing]) -> tuple[str, ...]:
    return (*comparable(kind), *(name for name in _BESIDE if name in kind.__dataclass_fields__))


def _usual(kind: type[Thing]) -> Mapping[str, object]:
    return {f.name: f.default for f in fields(kind) if f.default is not MISSING}


def from_text(text: str, name: str) -> Baseline:
    """The snapshot that a file holds; `name` is what people call the file. UsageFault for anything else."""
    try:
        return _base(_document(text), name)
    except _Odd as odd:
        raise UsageFault(
            f"{name} is not a snapshot that this Halfway understands", str(odd), "Save it again with this version"
        ) from None


def _document(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise _Odd("it is not JSON") from None
    if not isinstance(found, dict) or "halfway_snapshot" not in found:
        raise _Odd("it does not begin with halfway_snapshot")
    if found["halfway_snapshot"] != FORMAT:
        raise _Odd(f"its format is {one_line(str(found['halfway_snapshot']), 20)}, not {FORMAT}")
    unknown = [key for key in found if key not in _HEAD]
    missing = [key for key in _HEAD if key not in found]
    if unknown or missing:
        raise _Odd(f"unknown: {one_line(str(unknown[0]), 40)}" if unknown else f"{missing[0]} is missing")
    return found


def _base(found: Mapping[str, Any], name: str) -> Baseline:
    taken = _moment(found["taken_at"])
    things = tuple(_things(found["things"]))
    if len({thing.ref for thing in things}) < len(things):
        raise _Odd("it holds an object twice")
    texts = {key: _text(key, found[key]) for key in ("dialect", "version", "database", "identity", "home", "texts")}
    schema = Schema(
        things=tuple(sorted(things, key=lambda thing: thing.ref)),
        home=texts["home"],
        unread=_texts("unread", found["unread"]),
        dialect=texts["texts"],
        untold={_kind(kind): _text("untold", why) for kind, why in _map("untold", found["untold"])},
        folded=_checked("folded", "bool", found["folded"]),
    )
    recorded = {tool: frozenset(_texts("recorded", ids)) for tool, ids in _map("recorded", found["recorded"])}
    return Baseline(
        schema,
        f"snapshot {name} of {taken:%Y-%m-%d %H:%M} UTC",
        texts["dialect"],
        texts["version"],
        texts["database"],
        taken,
        recorded,
        _checked("version_number", "int", found["version_number"]),
        texts["identity"],
    )


def _things(found: object) -> Iterator[Thing]:
    if not isinstance(found, list):
        raise _Odd("things is not a list")
    return (_thing(item) for item in found)


def _thing(found: object) -> Thing:
    if not isinstance(found, dict):
        raise _Odd("one of its things is not an object")
    address = {name: _text(name, found.get(name, "")) for name in _ADDRESS}
    ref = Ref(_kind(address.pop("kind")), **address)
    kind = class_of(ref.kind) if found.get("is") is None else _class_named(found["is"])
    known = _kept(kind)
    given: dict[str, Any] = {}
    for key, value in found.items():
        name = "table" if key == _OF else key
        if name in known and key != "table":
            given[name] = _checked(name, str(kind.__dataclass_fields__[name].type), value)
        elif key not in (*_ADDRESS, "is", "unread"):
            raise _Odd(f"{one_line(ref.label(), 80)} has an unknown attribute {one_line(key, 40)}")
    unread = frozenset(_texts("unread", found.get("unread", [])))
    for name in _needed(kind) - given.keys():
        if name not in unread:
            raise _Odd(f"{one_line(ref.label(), 80)} has no {name}")
        given[name] = () if name == "columns" else ""
    return kind(ref=ref, unread=unread, **given)


def _needed(kind: type[Thing]) -> frozenset[str]:
    return frozenset(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING) - {"ref"}


def _class_named(name: object) -> type[Thing]:
    if name != Other.__name__.lower():
        raise _Odd(f"{one_line(str(name), 40)} is not a sort of object")
    return Other


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        raise _Odd(f"{one_line(name, 40)} is not a kind of object") from None


def _moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
        if found.tzinfo is None:
            raise _Odd("taken_at has no time zone")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Odd("taken_at is not a time") from None


def _text(name: str, value: object) -> str:
    found: str = _checked(name, "str", value)
    return found


def _texts(name: str, value: object) -> tuple[str, ...]:
    found: tuple[str, ...] = _checked(name, "tuple[str, ...]", value)
    return found


def _map(name: str, value: object) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise _Odd(f"{name} is not a map")
    yield from value.items()


def _checked(name: str, declared: str, value: Any) -> Any:  # noqa: ANN401 - what JSON held
    """The value, if it is of the type that is declared for it."""
    if declared.endswith(" | None"):
        return None if value is None else _checked(name, declared.removesuffix(" | None"), value)
    if declared.startswith("tuple") and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if type(value).__name__ == declared:
        return value
    raise _Odd(f"{one_line(name, 40)} is not what it should be")
