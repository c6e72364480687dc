"""`db/schema.rb`: the commands that make a whole schema, and the version it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.readers.ruby.guards import Place
from console.readers.ruby.literals import evaluate
from console.readers.ruby.migration import TOO_MUCH, Version, version_of
from console.readers.ruby.reversal import flat
from console.readers.ruby.syntax import LARGEST, Node, below, body_of, parse, part, parts, text_of
from console.readers.ruby.values import Command, Item, Unread, UnreadableError, Value
from console.readers.ruby.walk import TooLongError, Walker

_GAP = re.compile(r"^[ \t]*#[ \t]*(Could not dump table \S+ because of following .*)$", re.MULTILINE)
_CLASS = "ActiveRecord::Schema"


@dataclass(frozen=True, slots=True)
class RubySchema:
    """What such a file says."""

    items: tuple[Item, ...] = ()
    version: str = ""
    """`20240101000000`; empty: it names none."""
    language: Version | None = None
    """`ActiveRecord::Schema[7.1]`; None: that of the installed Rails."""
    unreadable: str = ""


def read_schema(text: str, place: Place) -> RubySchema:
    """What `db/schema.rb` says; a table that is there already is not dropped, for it stands for an empty database."""
    if len(text) > LARGEST:
        return RubySchema(unreadable="the file is larger than any that is read")
    root = parse(text)
    call = next(filter(_defines, below(root, "call")), None)
    if call is None:
        return RubySchema(unreadable="the file cannot be parsed" if root.has_error else "the file holds no schema")
    walker = Walker({}, {}, place)
    try:
        walker.walk(body_of(part(call, "block")))
    except (RecursionError, TooLongError):
        return RubySchema(unreadable=TOO_MUCH)
    items = tuple(_kept(item) for item in flat(walker.found))
    items = _with_keys(items) if place.dialect == "sqlite" else items
    return RubySchema((*items, *_gaps(text)), _number(call), version_of(text_of(part(call, "receiver")), _CLASS))


def _defines(call: Node) -> bool:
    named = "".join(text_of(part(call, "receiver")).split()).removeprefix("::")
    return (
        text_of(part(call, "method")) == "define"
        and part(call, "block") is not None
        and named.partition("[")[0] == _CLASS
    )


def _kept(item: Item) -> Item:
    if not isinstance(item, Command) or item.name != "create_table":
        return item
    return replace(item, options={key: value for key, value in item.options.items() if key != "force"})


def _with_keys(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """SQLite has foreign keys only from the beginning of a table: Rails would make the table anew for each."""
    made = {item.arg(0) for item in items if isinstance(item, Command) and item.name == "create_table"}
    keys = [item for item in items if isinstance(item, Command) and _is_key(item, made)]
    return tuple(_with_own(item, keys) for item in items if item not in keys)


def _is_key(item: Command, made: set[Value]) -> bool:
    return item.name == "add_foreign_key" and item.arg(0) in made


def _with_own(item: Item, keys: list[Command]) -> Item:
    if not isinstance(item, Command) or item.name != "create_table":
        return item
    own = (replace(key, name="foreign_key", args=key.args[1:]) for key in keys if key.arg(0) == item.arg(0))
    return replace(item, inner=(*(item.inner or ()), *own))


def _gaps(text: str) -> Iterator[Item]:
    """Rails leaves out a table that it cannot dump, and says so in a comment."""
    for found in _GAP.finditer(text):
        yield Unread(found[1], text.count("\n", 0, found.start()) + 1, "Rails itself could not dump this table")


def _number(call: Node) -> str:
    for one in parts(part(call, "arguments")):
        key, value = part(one, "key"), part(one, "value")
        if key is not None and value is not None and text_of(key).strip(":\"'") == "version":
            try:
                return str(int(str(evaluate(value, {})).replace("_", "")))
            except (UnreadableError, ValueError):
                return ""
    return ""
