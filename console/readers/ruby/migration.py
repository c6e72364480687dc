"""A migration file as the commands it gives, up and down: its class, its version, and its wish for no transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.readers.ruby.guards import Place
from console.readers.ruby.literals import evaluate
from console.readers.ruby.reversal import flat, reversed_items
from console.readers.ruby.syntax import LARGEST, Node, below, body_of, line_of, parse, part, shown, text_of
from console.readers.ruby.values import Item, RefusedError, Unread, UnreadableError, Value
from console.readers.ruby.walk import TooLongError, Walker

Version = tuple[int, int]
_CLASS = "ActiveRecord::Migration"
OLDEST: Version = (4, 2)
"""What a migration without a version is read as."""
TOO_MUCH = "it is nested too deeply or repeats too much to be read"


@dataclass(frozen=True, slots=True)
class RubyMigration:
    """What a file is, as far as it can be read."""

    up: tuple[Item, ...] = ()
    down: tuple[Item, ...] = ()
    class_name: str = ""
    version: Version = OLDEST
    ddl_transaction: bool = True
    unreadable: str = ""
    notes: tuple[str, ...] = ()


def read_migration(text: str, place: Place) -> RubyMigration:
    """What a migration file says."""
    if len(text) > LARGEST:
        return RubyMigration(unreadable="the file is larger than any that is read")
    root = parse(text)
    try:
        for node in below(root, "class"):
            version = _version(part(node, "superclass"))
            if version is not None:
                return _read(node, version, place, broken=root.has_error)
    except (RecursionError, TooLongError):
        return RubyMigration(unreadable=TOO_MUCH)
    why = "the file cannot be parsed" if root.has_error else "the file holds no migration"
    return RubyMigration(unreadable=why)


def _version(superclass: Node | None) -> Version | None:
    """`< ActiveRecord::Migration[6.1]`; one without a version is old."""
    text = "".join(text_of(superclass).split()).removeprefix("<").removeprefix("::")
    return OLDEST if text == _CLASS else version_of(text, _CLASS)


def version_of(text: str, name: str) -> Version | None:
    """The version in `ActiveRecord::Migration[6.1]`; None where there is none."""
    text = "".join(text.split()).removeprefix("::")
    if not (text.startswith(f"{name}[") and text.endswith("]")):
        return None
    major, _, minor = text.removeprefix(f"{name}[").rstrip("]").strip("'\"").partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None


def _read(node: Node, version: Version, place: Place, *, broken: bool) -> RubyMigration:
    inside = body_of(part(node, "body"))
    methods = {text_of(part(one, "name")): one for one in inside if one.type == "method"}
    statics = [one for one in inside if one.type == "singleton_method" and text_of(part(one, "name")) in ("up", "down")]
    methods |= {text_of(part(one, "name")): one for one in statics}
    if "connection" in methods:
        return RubyMigration(class_name=text_of(part(node, "name")), version=version,
                             unreadable="it names a connection of its own")  # fmt: skip
    calls = {text_of(one) for one in inside if one.type in ("identifier", "call")}
    constants = _constants(inside)
    notes = ("it cannot be parsed as a whole: if Ruby cannot either, the next run stops here",) if broken else ()
    return RubyMigration(
        _up(methods, constants, place),
        _down(methods, constants, place),
        text_of(part(node, "name")),
        version,
        "disable_ddl_transaction!" not in calls,
        notes=(*notes, *_odd(calls, inside)),
    )


def _odd(calls: set[str], inside: list[Node]) -> tuple[str, ...]:
    included = [
        text_of(one) for one in inside if one.type == "call" and text_of(one).startswith(("include ", "prepend "))
    ]
    return tuple(f"{text} may change what it does" for text in included)


def _constants(inside: list[Node]) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    for one in inside:
        left, right = part(one, "left"), part(one, "right")
        if one.type == "assignment" and left is not None and right is not None and left.type == "constant":
            try:
                found[text_of(left)] = evaluate(right, found)
            except UnreadableError:
                continue
    return found


def _walked(methods: Mapping[str, Node], name: str, constants: Mapping[str, Value], place: Place, *,
            reverting: bool = False) -> tuple[Item, ...]:  # fmt: skip
    own = {called: node for called, node in methods.items() if called not in ("up", "down", "change")}
    walker = Walker(own, constants, place, reverting=reverting)
    walker.walk(body_of(methods[name]))
    return tuple(walker.found)


def _up(methods: Mapping[str, Node], constants: Mapping[str, Value], place: Place) -> tuple[Item, ...]:
    name = "change" if "change" in methods else "up"
    return flat(_walked(methods, name, constants, place)) if name in methods else ()


def _down(methods: Mapping[str, Node], constants: Mapping[str, Value], place: Place) -> tuple[Item, ...]:
    if "change" not in methods:
        return flat(_walked(methods, "down", constants, place)) if "down" in methods else ()
    items = _walked(methods, "change", constants, place, reverting=True)
    try:
        return reversed_items(items)
    except RefusedError as refused:
        node = methods["change"]
        return (Unread(shown(part(node, "name") or node), line_of(node), str(refused)),)
