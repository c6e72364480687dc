"""What is expected, while it is compared: under the names that things have by now.

When a table or column was renamed, what belongs to it and what speaks of it is expected under its new name; else every
index and key of it would be a difference too. Texts that speak of it are taken over word by word, and what the server
made of them otherwise is in doubt, not different.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from console.core.drift.own import place_of
from console.core.moves import EXPRESSIONS, mentions_renamed, moved
from console.core.schema import Constraint, Index, Kind, Ref, Sequence, Table, Thing, Value, attributes

_NAMED = ("references", "partition_of", "owned_by", "attached_to")
"""Attributes that begin with a schema."""
_SPEAKING = frozenset({Kind.VIEW, Kind.TRIGGER, Kind.ROUTINE, Kind.PROCEDURE, Kind.EVENT, Kind.RULE})
Place = tuple[str, str]


@dataclass
class Side:
    """Expected things by the address they should have now."""

    now: dict[Ref, Thing]
    loose: set[Ref]
    """Addresses of what only files say."""
    was: dict[Ref, Thing] = field(default_factory=dict)
    """As it was expected, of what has another address, or speaks of another name, by now."""
    spoken: set[Ref] = field(default_factory=set)
    """Whose texts speak of something that was renamed."""

    def original(self, ref: Ref) -> Thing | None:
        """What was expected, by the address it should have now."""
        return self.was.get(ref) or self.now.get(ref)

    def follow(self, renames: Mapping[Ref, Ref]) -> None:
        """Everything under its new name."""
        if not renames:
            return
        told = _Renames(renames)
        fresh: dict[Ref, Thing] = {}
        former: dict[Ref, Thing] = {}
        for ref, thing in self.now.items():
            there, speaks = told.followed(thing)
            fresh[there.ref] = there
            if there is not thing:
                former[there.ref] = self.was.get(ref, thing)
            elif ref in self.was:
                former[ref] = self.was[ref]
            if there.ref != ref:
                self.loose |= {there.ref} if ref in self.loose else set()
                self.spoken |= {there.ref} if ref in self.spoken else set()
            if speaks:
                self.spoken.add(there.ref)
        self.now, self.was = fresh, former


class _Renames:
    """Some renames, found by what they are about."""

    def __init__(self, renames: Mapping[Ref, Ref]) -> None:
        self._of: dict[Place, list[tuple[Ref, Ref]]] = {}
        self._named: dict[str, list[tuple[Ref, Ref]]] = {}
        for pair in renames.items():
            old = pair[0]
            self._of.setdefault((old.schema, old.table or old.name), []).append(pair)
            self._named.setdefault(_word(old), []).append(pair)
        words = "|".join(sorted(map(re.escape, self._named), key=len, reverse=True))
        self._words = re.compile(rf"(?<![\w$])(?:{words})(?![\w$])", re.IGNORECASE)

    def followed(self, thing: Thing) -> tuple[Thing, bool]:
        """The thing as it should be now, and whether a text of it speaks of what was renamed."""
        spoken = {word.lower() for word in self._words.findall(_texts(thing))}
        pairs = [pair for place in places(thing) for pair in self._of.get(place, ())]
        pairs += [pair for word in spoken for pair in self._named[word] if _may_mean(thing, pair[0])]
        speaks = any(_word(old) in spoken for old, _ in pairs)
        for old, new in dict.fromkeys(pairs):
            thing = _renamed(thing, old, new)
        return thing, speaks


def _word(ref: Ref) -> str:
    """Its name, as texts have it."""
    return ref.name.partition("(")[0].lower()


def _may_mean(thing: Thing, old: Ref) -> bool:
    """Of a column only what is about its table speaks, or code and views that name the table too."""
    return old.kind is not Kind.COLUMN or (thing.ref.kind in _SPEAKING and old.table.lower() in _texts(thing).lower())


def places(thing: Thing) -> Iterator[Place]:
    """(schema, table) of what it is, belongs to or mentions."""
    yield place_of(thing)
    if not thing.ref.table:
        yield thing.ref.schema, thing.ref.name
    mentioned = (str(getattr(thing, name, None) or "") for name in ("references", "partition_of"))
    inherited = thing.inherits if isinstance(thing, Table) else ()
    for text in (*mentioned, *inherited):
        schema, dot, name = text.partition(".")
        if dot:
            yield schema, name


def _texts(thing: Thing) -> str:
    values = (getattr(thing, name, None) for name in (*sorted(EXPRESSIONS), "type", "base", "body"))
    items = thing.columns if isinstance(thing, Index) else ()
    return "\n".join(value for value in (*values, *(item for item in items if "(" in item)) if isinstance(value, str))


def _renamed(thing: Thing, old: Ref, new: Ref) -> Thing:
    before = attributes(thing)
    after = dict(mentions_renamed(thing.ref, before, old, new))
    word = re.compile(rf"(?<![\w$]){re.escape(old.name.partition('(')[0])}(?![\w$])", re.IGNORECASE)
    for name in (EXPRESSIONS | {"body"}) & after.keys():
        after[name] = _respoken(after[name], word, new)
    if isinstance(thing, Index):
        after["columns"] = tuple(_respoken(i, word, new) if "(" in str(i) else i for i in _items(after["columns"]))
    changed: dict[str, Any] = {name: value for name, value in after.items() if value != before[name]}
    if not changed and _place(thing, old, new) == thing.ref:
        return thing
    return replace(thing, ref=_place(thing, old, new), **changed)


def _respoken(text: Value, word: re.Pattern[str], new: Ref) -> Value:
    return word.sub(lambda _: new.name.partition("(")[0], text) if isinstance(text, str) else text


def _items(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _place(thing: Thing, old: Ref, new: Ref) -> Ref:
    ref = thing.ref
    if ref == old:
        return new
    if old.kind is Kind.CONSTRAINT and ref == replace(old, kind=Kind.INDEX, table=ref.table):
        return replace(ref, name=new.name, written=new.written)
    belongs = old.kind is Kind.TABLE and place_of(thing) == (old.schema, old.name) and ref.kind is not Kind.SEQUENCE
    return moved(ref, old, new) if belongs else ref


def moved_home(things: Iterable[Thing], old: str, new: str) -> Iterator[Thing]:
    """The things of one database as another one would have them, whose schema of unqualified names is another."""
    for thing in things:
        changed: dict[str, Any] = {}
        for name in _NAMED:
            value = getattr(thing, name, None)
            if isinstance(value, str):
                changed[name] = _at_home(value, old, new)
        if isinstance(thing, Table) and thing.inherits:
            changed["inherits"] = tuple(_at_home(text, old, new) for text in thing.inherits)
        ref = thing.ref
        if ref.kind is Kind.SCHEMA:
            ref = replace(ref, name=new) if ref.name == old else ref
        elif ref.schema == old:
            ref = replace(ref, schema=new)
        yield replace(thing, ref=ref, **{name: value for name, value in changed.items() if hasattr(thing, name)})


def _at_home(text: str, old: str, new: str) -> str:
    return f"{new}.{text[len(old) + 1 :]}" if text.startswith(f"{old}.") else text


def stands_behind(thing: Thing, things: Mapping[Ref, Thing]) -> Ref | None:
    """The constraint that an index stands behind: they share name and fate."""
    if not isinstance(thing, Index):
        return None
    ref = Ref(Kind.CONSTRAINT, thing.ref.schema, thing.table, thing.ref.name)
    found = things.get(ref)
    is_key = isinstance(found, Constraint) and found.type in ("primary key", "unique", "exclude")
    return ref if is_key else None


def is_not_null(thing: Thing) -> bool:
    """PostgreSQL 18 keeps NOT NULL as a constraint beside the column that says the same."""
    return isinstance(thing, Constraint) and thing.type == "not null"


def is_owned(thing: Thing) -> Ref | None:
    """The column that a sequence goes and comes with."""
    if not isinstance(thing, Sequence) or not thing.owned_by:
        return None
    schema, _, rest = thing.owned_by.partition(".")
    table, _, column = rest.rpartition(".")
    return Ref(Kind.COLUMN, schema, table, column)
