"""Catalog rows as tables, columns, constraints, indexes and sequences."""

from __future__ import annotations

from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING

from console.core.schema import NOTHING, Column, Constraint, Index, Kind, Ref, Sequence, Table, column_ref, table_ref
from console.core.types.postgres_words import quote_name

if TYPE_CHECKING:
    from console.dialects.postgres.catalog import Catalog
    from console.dialects.postgres.wire import Row

_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_REPLICA = {"d": "default", "n": "nothing", "f": "full", "i": "index"}
_STORAGE = {"": "", "p": "plain", "e": "external", "x": "extended", "m": "main"}
_IDENTITY = {"a": "always", "d": "by default", "": ""}
_GENERATED = {"s": "stored", "v": "virtual", "": ""}
_CONSTRAINTS = {"p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclude", "n": "not null"}
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default", " ": "no action"}
_MATCH = {"s": "simple", "f": "full", "p": "partial", " ": "simple"}
_DESCENDING, _NULLS_FIRST = 1, 2
_DEFAULT_COLLATION = "100"


def bare(text: str | None) -> str | None:
    """Without the parentheses around the whole of it."""
    while text and text.startswith("(") and _closes_at_end(text):
        text = text[1:-1].strip()
    return text


def _closes_at_end(text: str) -> bool:
    """Whether the parenthesis that opens `text` is closed by its last character."""
    depth, quote = 0, ""
    for position, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if not depth:
                return text[0] == "(" and position == len(text) - 1
    return False


def table(row: Row, catalog: Catalog) -> Table:
    """A table, partitioned or not, or a foreign table."""
    (oid, schema, name, kind, persistence, secured, forced, replica, options, rows, owner, is_partition, bound, key,
     parents, locked, comment, xmin, comment_xmin, inherits_xmin, grants) = row  # fmt: skip
    schema, name = intern(schema), intern(name)
    catalog.tables[oid] = (schema, name)
    unread = {"partition_key"} if kind == "p" and key is None else set()
    return Table(
        ref=table_ref(schema, name),
        comment=comment,
        stamp=catalog.stamp(xmin, comment_xmin, inherits_xmin),
        unread=frozenset(unread),
        persistence=_PERSISTENCE[persistence],
        partition_key=key,
        partition_of=parents[0] if is_partition and parents else None,
        partition_bound=bound,
        inherits=tuple(parents or ()) if not is_partition else (),
        row_security="forced" if secured and forced else "on" if secured else "off",
        replica_identity=_REPLICA[replica],
        owner=owner,
        options=tuple(options or ()),
        foreign=kind == "f",
        locked=locked,
        rows=rows if rows >= 0 else None,
        grants=tuple(grants or ()),
    )


def column(row: Row, catalog: Catalog) -> Column | None:
    """A column; the expression of a generated one is unread while its table is locked."""
    (oid, name, number, kind, not_null, identity, generated, default, collation, storage, statistics, comment, xmin,
     default_xmin, comment_xmin) = row  # fmt: skip
    name = intern(name)
    catalog.columns.setdefault(oid, {})[number] = name
    if collation is not None:
        catalog.column_collations[oid, number] = collation
    owner = catalog.tables.get(oid)
    if owner is None:
        return None
    return Column(
        ref=column_ref(owner[0], owner[1], name),
        comment=comment,
        stamp=catalog.stamp(xmin, default_xmin, comment_xmin),
        unread=frozenset({"generated"}) if generated and default is None else NOTHING,
        position=number,
        type=intern(kind),
        nullable=not not_null,
        default=None if generated else default,
        identity=_IDENTITY[identity],
        generated=bare(default) if generated else None,
        generated_kind=_GENERATED[generated],
        collation=catalog.collations.get(str(collation)) if collation is not None else None,
        storage=_STORAGE[storage],
        statistics=statistics,
    )


def constraint(row: Row, catalog: Catalog) -> Constraint | None:
    """A constraint of a table."""
    (oid, name, kind, validated, deferrable, deferred, key, foreign_key, foreign_oid, references, on_update, on_delete,
     match, index_oid, set_columns, expression, comment, xmin, comment_xmin) = row  # fmt: skip
    owner = catalog.tables.get(oid)
    if owner is None:
        return None
    names = catalog.columns.get(oid, {})
    action = _ACTIONS[on_delete]
    if set_columns:
        action += f" ({', '.join(names.get(number, '?') for number in set_columns)})"
    missing = kind in "cx" and expression is None
    return Constraint(
        ref=Ref(Kind.CONSTRAINT, owner[0], owner[1], name),
        comment=comment,
        stamp=catalog.stamp(xmin, comment_xmin),
        unread=frozenset({"expression"}) if missing else NOTHING,
        type=_CONSTRAINTS[kind],
        columns=tuple(names.get(number, "?") for number in key or () if number),
        expression=_expression(kind, expression),
        references=references,
        referenced_columns=_referenced(catalog, foreign_oid, foreign_key),
        on_delete=action,
        on_update=_ACTIONS[on_update],
        match=_MATCH[match],
        nulls_distinct=index_oid not in catalog.nulls_not_distinct if kind in "pu" else True,
        validated=validated,
        deferrable=deferrable,
        deferred=deferred,
    )


def _referenced(catalog: Catalog, oid: int, key: list[int] | None) -> tuple[str, ...]:
    names = catalog.columns.get(oid, {})
    return tuple(names.get(number, "?") for number in key or ())


def _expression(kind: str, text: str | None) -> str | None:
    if kind != "x" or text is None:
        return bare(text)
    for ending in (" INITIALLY DEFERRED", " DEFERRABLE"):
        text = text.removesuffix(ending)
    return text


def index(row: Row, catalog: Catalog) -> Index:
    """An index; expressions and predicate are unread while the table or the index is locked."""
    (oid, table_oid, schema, name, method, unique, valid, keys, key, options, classes, collations, nulls_distinct,
     has_expressions, has_predicate, expressions, predicate, storage, class_options, parent, building,
     is_key, table_name, comment, xmin, index_xmin, comment_xmin) = row  # fmt: skip
    if not nulls_distinct:
        catalog.nulls_not_distinct.add(oid)
    unread = {"columns"} if has_expressions and expressions is None else set()
    if has_predicate and predicate is None:
        unread.add("where")
    numbers = [int(number) for number in key.split()]
    names = catalog.columns.get(table_oid, {})
    subjects = [names.get(number, "?") if number else "" for number in numbers[:keys]]
    items = _Items(catalog, table_oid, method, numbers, expressions, class_options)
    return Index(
        ref=Ref(Kind.INDEX, schema, "", name),
        comment=comment,
        stamp=catalog.stamp(xmin, index_xmin, comment_xmin),
        unread=frozenset(unread),
        table=intern(table_name),
        columns=items.written(subjects, options.split(), classes.split(), collations.split()),
        include=tuple(names.get(number, "?") for number in numbers[keys:]),
        method=intern(method),
        unique=unique,
        where=bare(predicate),
        nulls_distinct=nulls_distinct,
        valid=valid,
        building=building,
        constraint=is_key,
        attached_to=parent,
        options=tuple(storage or ()),
    )


@dataclass(frozen=True, slots=True)
class _Items:
    """What one index is on, item by item."""

    catalog: Catalog
    table: int
    method: str
    numbers: list[int]
    expressions: list[str] | None
    """The whole definition first, then each item's column or expression; None when they could not be read."""
    class_options: list[str] | None

    def written(self, names: list[str], flags: list[str], classes: list[str], collations: list[str]) -> tuple[str, ...]:
        """Each item as a definition spells it."""
        parameters = dict(text.split(":", 1) for text in self.class_options or ())
        found = []
        for place, name in enumerate(names):
            subject = name or (self.expressions[place + 1] if self.expressions else "?")
            operators = _operator_class(self.catalog, classes[place], parameters.get(str(place + 1)))
            collation = self._collation(place, subject, collations[place])
            subject = f"({bare(subject)})" if _closes_at_end(subject) else subject
            found.append(" ".join((subject, *collation, *operators, *_direction(int(flags[place]), self.method))))
        return tuple(found)

    def _collation(self, place: int, subject: str, collation: str) -> tuple[str, ...]:
        """COLLATE where it is not what the column has anyway; of expressions the whole definition says it."""
        own = self.catalog.column_collations.get((self.table, self.numbers[place]))
        usual = str(own) if own is not None else _DEFAULT_COLLATION
        name = self.catalog.collations.get(collation)
        if collation in ("0", usual) or name is None:
            return ()
        if not self.numbers[place] and self.expressions and f"{subject} COLLATE " not in self.expressions[0]:
            return ()
        return (f"COLLATE {'.'.join(quote_name(part) for part in name.split('.'))}",)


def _operator_class(catalog: Catalog, oid: str, parameters: str | None) -> tuple[str, ...]:
    name, default = catalog.operator_classes.get(oid, ("", True))
    if parameters:
        return (f"{name} ({parameters})",)
    return () if default else (name,)


def _direction(flags: int, method: str) -> tuple[str, ...]:
    if method != "btree":
        return ()
    descending, first = bool(flags & _DESCENDING), bool(flags & _NULLS_FIRST)
    words = ["DESC"] if descending else []
    if descending != first:
        words.append("NULLS FIRST" if first else "NULLS LAST")
    return tuple(words)


def sequence(row: Row, catalog: Catalog) -> Sequence:
    """A sequence, those behind serial and identity columns included."""
    (schema, name, kind, start, increment, minimum, maximum, cycle, owner, owned_by, comment, xmin, sequence_xmin,
     comment_xmin, grants) = row  # fmt: skip
    return Sequence(
        ref=Ref(Kind.SEQUENCE, schema, "", name),
        comment=comment,
        stamp=catalog.stamp(xmin, sequence_xmin, comment_xmin),
        type=kind,
        start=start,
        increment=increment,
        minimum=minimum,
        maximum=maximum,
        cycle=cycle,
        owned_by=owned_by,
        owner=owner,
        grants=tuple(grants or ()),
    )
