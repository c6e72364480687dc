"""Many schemas of one database in one pass over the catalog, each as it would look to whoever works in it.

The server writes the name of a schema before everything that is not looked in first. Who works in a tenant's schema
looks in it first, so there the name goes out of the texts, but not out of literals: they are data, unless they name an
object themselves (`'acme.orders_id_seq'::regclass`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from console.core.maker import uncollected
from console.core.schema import Kind, Namespace, Schema, Thing, Value, comparable
from console.core.types.postgres_words import quote_name
from console.dialects.postgres.catalog import as_schema, order, read_things
from console.dialects.postgres.wire import Wire

_ADDRESSES = frozenset({"references", "partition_of", "owned_by", "attached_to", "inherits", "comment", "labels"})
"""Attributes that say the schema on purpose, or are nobody's spelling but their author's."""
_ALWAYS = {Kind.TRIGGER: " ON ", Kind.RULE: " TO ", Kind.STATISTICS: "STATISTICS "}
"""Behind which word a definition names the schema even for those who look in it first."""
_BARE = frozenset({"function", "collation"})
"""Names whose schema stands before them without quotes."""
_SPELLED = ("BEGIN ATOMIC", "RETURN ")
"""A body of code is its author's text, unless it begins so: then the server spells it."""


@dataclass
class _Parts:
    things: list[Thing] = field(default_factory=list)


def read_schemas(wire: Wire, names: Iterable[str]) -> Mapping[str, Schema]:
    """Each of these schemas that is there. What belongs to none (extensions) stands in each."""
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        return {}
    with uncollected():
        things, unread = read_things(wire, wanted)
    parts: dict[str, _Parts] = {}
    everywhere: list[Thing] = []
    for thing in things:
        if isinstance(thing, Namespace):
            parts.setdefault(thing.ref.name, _Parts()).things.append(thing)
        elif thing.ref.schema:
            parts.setdefault(thing.ref.schema, _Parts()).things.append(thing)
        else:
            everywhere.append(thing)
    return {
        name: as_schema(sorted([*looked_at_from(part.things, name), *everywhere], key=order), list(unread), name)
        for name, part in parts.items()
        if any(isinstance(thing, Namespace) for thing in part.things)
    }


def looked_at_from(things: Iterable[Thing], schema: str) -> Iterator[Thing]:
    """Things of a schema as those see them who look in it first."""
    cut = _Cut(schema, quote_name(schema) + ".")
    return (cut.thing(thing) for thing in things)


@dataclass(frozen=True)
class _Cut:
    """Takes the name of a schema out of what the server spelled."""

    schema: str
    qualifier: str
    """The name as texts have it, with its dot."""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        own = re.escape(self.qualifier)
        literal = r"(?P<text>E?'(?:[^']|'')*')(?P<cast>::reg\w+)?"
        return re.compile(rf"""(?<![\w$".])(?P<own>{own})|{literal}|"(?:[^"]|"")*\"""")

    def text(self, text: str) -> str:
        """One text."""
        return self._pattern.sub(self._kept, text) if self.qualifier in text else text

    def _kept(self, match: re.Match[str]) -> str:
        if match["own"]:
            return ""
        if match["cast"] and match["text"].startswith(f"'{self.qualifier}"):
            return f"'{match['text'][len(self.qualifier) + 1 :]}{match['cast']}"
        return match[0]

    def thing(self, thing: Thing) -> Thing:
        """One thing; the same one where no text of it says the name."""
        values = {name: getattr(thing, name) for name in comparable(type(thing)) if name not in _ADDRESSES}
        changed: dict[str, Any] = {
            name: new for name, old in values.items() if (new := self._value(thing, name, old)) != old
        }
        if self.qualifier in thing.ref.name:  # a routine's address holds the types of its arguments
            changed["ref"] = replace(thing.ref, name=self.text(thing.ref.name))
        return replace(thing, **changed) if changed else thing

    def _value(self, thing: Thing, name: str, value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(self.text(item) if isinstance(item, str) else item for item in value)
        if not isinstance(value, str) or (name == "body" and not value.startswith(_SPELLED)):
            return value
        if name in _BARE:
            return value.removeprefix(f"{self.schema}.")
        behind = _ALWAYS.get(thing.ref.kind, "") if name == "definition" else ""
        head, sign, rest = value.partition(behind + self.qualifier) if behind else (value, "", "")
        return f"{self.text(head)}{sign}{self.text(rest)}"
