"""What a database looks like, small enough to keep a thousand of: a digest for each table, and one of its ledgers.

Two databases whose ledgers record the same should look the same. Who owns a thing, what is written in its comment and
in which order its columns stand differ between tenants without anybody having drifted, so these do not count. Of a
schema that is a tenant's the name is taken out of every text: the server writes it wherever it is not looked in first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from console.core.assessment import JudgedFramework
from console.core.drift.own import place_of, taking_part
from console.core.migration import Belief
from console.core.schema import Constraint, Namespace, Schema, Thing, comparable

_OF_NO_MATTER = frozenset({"comment", "owner", "position", "statistics"})
_SETS = frozenset({"options", "include", "roles"})
_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Shape:
    """Digests; '' where the schema was not read to its end."""

    ledgers: str = ""
    """What the ledgers record as good."""
    schema: str = ""
    """All of it."""
    tables: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """(table or other object, digest), sorted; () where only the whole is known."""


NO_SHAPE = Shape()


def beliefs_of(frameworks: Iterable[JudgedFramework]) -> Shape:
    """Of a database whose schema is not known as a whole."""
    return Shape(ledgers=_digest(_beliefs(frameworks)))


def shape_of(schema: Schema | None, frameworks: tuple[JudgedFramework, ...]) -> Shape:
    """What it looks like."""
    if schema is None:
        return beliefs_of(frameworks)
    ledgers = frozenset(framework.ledger for framework in frameworks)
    found: dict[str, list[str]] = {}
    name = _qualifier(schema.home)
    for thing in taking_part(schema, ledgers):
        if not isinstance(thing, Namespace) and not _is_not_null(thing):
            found.setdefault(_place(thing, schema.home), []).append(_spelled(thing, schema.home, name))
    tables = tuple(sorted((place, _digest(sorted(texts))) for place, texts in found.items()))
    return Shape(_digest(_beliefs(frameworks)), _digest(f"{place} {digest}" for place, digest in tables), tables)


def differing(one: Shape, other: Shape) -> tuple[str, ...]:
    """In which tables two differ; () where that is not known."""
    if not one.tables or not other.tables:
        return ()
    mine, theirs = dict(one.tables), dict(other.tables)
    return tuple(
        f"{place} is missing" if place not in theirs else f"{place} is only there" if place not in mine else place
        for place in sorted(mine.keys() | theirs.keys())
        if mine.get(place) != theirs.get(place)
    )


def _beliefs(frameworks: Iterable[JudgedFramework]) -> Iterator[str]:
    for framework in frameworks:
        for migration in framework.migrations:
            if migration.tracked.belief is Belief.RECORDED:
                yield f"{framework.framework} {migration.id}"


def _is_not_null(thing: Thing) -> bool:
    """PostgreSQL 18 keeps it beside the column that says the same, under a name that says who made it."""
    return isinstance(thing, Constraint) and thing.type == "not null"


def _place(thing: Thing, home: str) -> str:
    schema, table = place_of(thing)
    name = table or thing.ref.name
    return f"{schema}.{name}" if schema not in ("", home) else name


def _spelled(thing: Thing, home: str, name: re.Pattern[str]) -> str:
    keys = (key for key in comparable(type(thing)) if key not in _OF_NO_MATTER)
    values = (sorted(getattr(thing, key) or ()) if key in _SETS else getattr(thing, key) for key in keys)
    schema = "" if thing.ref.schema == home else thing.ref.schema
    written = "\x1f".join(map(repr, (thing.ref.kind.value, schema, thing.ref.table, thing.ref.name, *values)))
    return name.sub("", written)


def _qualifier(home: str) -> re.Pattern[str]:
    plain = re.escape(home)
    return re.compile(rf'(?<![\w$."`])(?:{plain}|"{plain}"|`{plain}`)\.')


def _digest(texts: Iterable[str]) -> str:
    text = hashlib.blake2b(digest_size=_LENGTH // 2)
    for each in texts:
        text.update(each.encode("utf-8", "surrogatepass") + b"\x1e")
    return text.hexdigest()
