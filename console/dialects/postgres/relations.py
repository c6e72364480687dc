"""Catalog rows as tables, columns, constraints, indexes and sequences: of each a great many, so in one pass each.

What they are made of is told by rows read before them (`Catalog`); each comes out in the order of a Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import add, attrgetter
from sys import intern
from typing import TYPE_CHECKING, TypeVar

from console.core.maker import maker
from console.core.schema import NOTHING, Column, Constraint, Index, Kind, Ref, Sequence, Table, Thing
from console.core.types.postgres_words import quote_name

if TYPE_CHECKING:
    from console.dialects.postgres.catalog import Catalog
    from console.dialects.postgres.wire import Row

_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_REPLICA = {"d": "default", "n": "nothing", "f": "full", "i": "index"}
_STORAGE = {None: "", "p": "plain", "e": "external", "x": "extended", "m": "main"}
_IDENTITY = {"a": "always", "d": "by default", None: ""}
_GENERATED = {"s": "stored", "v": "virtual", None: ""}
_CONSTRAINTS = {"p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclude", "n": "not null"}
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default", " ": "no action"}
_MATCH = {"s": "simple", "f": "full", "p": "partial", " ": "simple"}
_DESCENDING, _NULLS_FIRST = 1, 2
_DEFAULT_COLLATION = "100"
_MARKS = re.compile(r"""['"()]""")
NO_COMMENT = (None, None)
_USUAL = frozenset({"0", _DEFAULT_COLLATION})

SomeThing = TypeVar("SomeThing", bound=Thing)

_ref = maker(Ref, "kind", "schema", "table", "name")
_table = maker(
    Table, "ref", "comment", "stamp", "unread", "persistence", "partition_key", "partition_of", "partition_bound",
    "inherits", "row_security", "replica_identity", "owner", "options", "foreign", "locked", "rows", "grants",
)  # fmt: skip
_column = maker(
    Column, "ref", "comment", "stamp", "unread", "position", "type", "nullable", "default", "identity", "generated",
    "generated_kind", "collation", "storage", "statistics",
)  # fmt: skip
_constraint = maker(
    Constraint, "ref", "comment", "stamp", "unread", "type", "columns", "expression", "references",
    "referenced_columns", "on_delete", "on_update", "match", "nulls_distinct", "validated", "deferrable", "deferred",
)  # fmt: skip
_index = maker(
    Index, "ref", "comment", "stamp", "unread", "table", "columns", "include", "method", "unique", "where",
    "nulls_distinct", "valid", "building", "constraint", "attached_to", "options",
)  # fmt: skip
_sequence = maker(
    Sequence, "ref", "comment", "stamp", "unread", "type", "start", "increment", "minimum", "maximum", "cycle",
    "owned_by", "owner", "grants",
)  # fmt: skip
_by_place = attrgetter("ref.schema", "ref.name")
_by_name = attrgetter("ref.name")


def bare(text: str | None) -> str | None:
    """Without the parentheses around the whole of it."""
    while text and text.startswith("(") and _closes_at_end(text):
        text = text[1:-1].strip()
    return text


def _closes_at_end(text: str) -> bool:
    """Whether the parenthesis that opens `text` is closed by its last character."""
    if not text.startswith("(") or not text.endswith(")"):
        return False
    depth, quote = 0, ""
    for part in _MARKS.finditer(text):
        letter = part[0]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if not depth:
                return part.end() == len(text)
    return False


def tables(rows: Iterable[Row], catalog: Catalog) -> list[Table]:
    """Tables, partitioned or not, and foreign tables; the names of all others that are spoken of are remembered."""
    found = []
    for row in rows:
        (oid, schema, name, kind, own, persistence, secured, forced, replica, options, rows_, owner, is_partition,
         bound, key, parents, locked, xmin, inherits_xmin, grants) = row  # fmt: skip
        schema, name = intern(schema), intern(name)
        catalog.names[oid] = (schema, name)
        if not own or kind == "m":
            continue
        catalog.tables[oid] = (schema, name)
        comment, comment_xmin = catalog.comment(oid)
        found.append(
            _table(
                _ref(Kind.TABLE, schema, "", name), comment, catalog.stamp(xmin, comment_xmin, inherits_xmin),
                frozenset({"partition_key"}) if kind == "p" and key is None else NOTHING, _PERSISTENCE[persistence],
                key, parents[0] if is_partition and parents else None, bound,
                tuple(parents or ()) if not is_partition else (),
                "forced" if secured and forced else "on" if secured else "off", _REPLICA[replica], intern(owner),
                tuple(options or ()), kind == "f", locked, rows_ if rows_ >= 0 else None, tuple(grants or ()),
            )
        )  # fmt: skip
    found.sort(key=_by_place)
    return found


def defaults(rows: Iterable[Row], catalog: Catalog) -> list[Column]:
    """What columns are by default or made of, for the columns that follow."""
    for oid, number, text, xmin in rows:
        catalog.defaults[oid, number] = (text and intern(text), xmin)
    return []


def columns(rows: Iterable[Row], catalog: Catalog) -> list[Column]:
    """Columns; what one is by default is unread where it is not told, as of a generated one of a locked table."""
    found: dict[int, list[Column]] = {}
    stamps, before = catalog.stamps, 0
    for row in rows:
        (oid, spelled, number, kind, not_null, has_default, xmin, identity, generated, collation, storage,
         statistics) = row  # fmt: skip
        if oid != before:
            before = oid
            schema, table = catalog.tables.get(oid, ("", ""))
            names, members = catalog.columns.setdefault(oid, {}), found.setdefault(oid, [])
            comments = catalog.column_comments.get(oid, {})
        name = names[number] = intern(spelled)
        if collation is not None:
            catalog.column_collations.setdefault(oid, {})[number] = collation
        if not table:
            continue
        comment, comment_xmin = comments.get(number, NO_COMMENT)
        default, default_xmin = catalog.defaults.get((oid, number), NO_COMMENT) if has_default else NO_COMMENT
        stamp = catalog.stamp(xmin, default_xmin, comment_xmin) if default_xmin or comment_xmin else stamps[xmin]
        unread = frozenset({"generated" if generated else "default"}) if has_default and default is None else NOTHING
        members.append(
            _column(
                _ref(Kind.COLUMN, schema, table, name), comment, stamp, unread, number, intern(kind), not not_null,
                None if generated else default, _IDENTITY[identity], bare(default) if generated else None,
                _GENERATED[generated], None if collation is None else catalog.collations.get(str(collation)),
                _STORAGE[storage], statistics or "",
            )
        )  # fmt: skip
    return _in_order(found, catalog.tables)


def _in_order(found: Mapping[int, list[SomeThing]], tables: Mapping[int, tuple[str, str]]) -> list[SomeThing]:
    ordered: list[SomeThing] = []
    for oid in sorted(found.keys() & tables.keys(), key=tables.__getitem__):
        found[oid].sort(key=_by_name)
        ordered += found[oid]
    return ordered


def constraints(rows: Iterable[Row], catalog: Catalog) -> list[Constraint]:
    """Constraints of tables."""
    found: dict[int, list[Constraint]] = {}
    for row in rows:
        (own, oid, name, kind, validated, deferrable, deferred, key, foreign_key, foreign, on_update, on_delete, match,
         index, set_columns, expression, xmin) = row  # fmt: skip
        owner = catalog.tables.get(oid)
        if owner is None:
            continue
        comment, comment_xmin = catalog.constraint_comments.get(own, NO_COMMENT)
        references = _place(catalog, foreign) if kind == "f" else None
        gap = "expression" if kind in "cx" and not expression else ""
        if kind == "f" and not references:
            gap = "references"
        found.setdefault(oid, []).append(
            _constraint(
                _ref(Kind.CONSTRAINT, owner[0], owner[1], name), comment, catalog.stamp(xmin, comment_xmin),
                frozenset({gap}) if gap else NOTHING, _CONSTRAINTS[kind], _columns(catalog, oid, key),
                _expression(kind, expression), references,
                _columns(catalog, foreign, foreign_key) if foreign_key else (),
                _on_delete(catalog, oid, on_delete, set_columns), _ACTIONS[on_update], _MATCH[match],
                index not in catalog.nulls_not_distinct or kind not in "pu", validated, deferrable, deferred,
            )
        )  # fmt: skip
    return _in_order(found, catalog.tables)


def _place(catalog: Catalog, table: int) -> str | None:
    """`schema.table`; None where it was not there yet when names were read."""
    place = catalog.names.get(table)
    return intern(".".join(place)) if place else None


def _on_delete(catalog: Catalog, table: int, action: str, columns: list[int] | None) -> str:
    if not columns:
        return _ACTIONS[action]
    names = catalog.columns.get(table, {})
    return f"{_ACTIONS[action]} ({', '.join(names.get(number, '?') for number in columns)})"


def _columns(catalog: Catalog, table: int, key: str | None) -> tuple[str, ...]:
    """Names of columns, without expressions."""
    subjects = _subjects(catalog.columns.get(table, {}), _numbers(key))
    return subjects if all(subjects) else tuple(filter(None, subjects))


def _expression(kind: str, text: str | None) -> str | None:
    if kind != "x" or text is None:
        return bare(text)
    for ending in (" INITIALLY DEFERRED", " DEFERRABLE"):
        text = text.removesuffix(ending)
    return text


def indexes(rows: Iterable[Row], catalog: Catalog) -> list[Index]:
    """Indexes; expressions and predicate are unread while the table or the index is locked."""
    found = []
    for row in rows:
        (oid, table, schema, name, method, unique, valid, keys, key, options, classes, collations, nulls_distinct,
         has_expressions, has_predicate, expressions, predicate, storage, class_options, parent, building, is_key,
         xmin, index_xmin) = row  # fmt: skip
        owner = catalog.names.get(table)
        if owner is None:
            continue
        if not nulls_distinct:
            catalog.nulls_not_distinct.add(oid)
        gaps = []
        if has_expressions and expressions is None:
            gaps.append("columns")
        if has_predicate and predicate is None:
            gaps.append("where")
        comment, comment_xmin = catalog.comment(oid)
        subjects = _subjects(catalog.columns.get(table, {}), _numbers(key))
        columns = _endings(catalog, method, options, classes)
        if has_expressions or class_options or not _is_usual(collations) or table in catalog.column_collations:
            item = _Items(catalog, table, method, _numbers(key), expressions, class_options)
            columns = item.written(subjects[:keys], options.split(), classes.split(), collations.split())
        elif columns:
            columns = tuple(map(add, subjects, columns))
        else:
            columns = subjects[:keys]
        found.append(
            _index(
                _ref(Kind.INDEX, intern(schema), "", name), comment, catalog.stamp(xmin, index_xmin, comment_xmin),
                frozenset(gaps) if gaps else NOTHING, owner[1], columns, subjects[keys:], intern(method), unique,
                bare(predicate), nulls_distinct, valid, building, is_key, parent, tuple(storage or ()),
            )
        )  # fmt: skip
    found.sort(key=_by_place)
    return found


@lru_cache(4096)
def _numbers(text: str | None) -> tuple[int, ...]:
    """`{1,2}` and `1 2` as the server writes numbers of columns."""
    return tuple(int(number) for number in (text or "").strip("{}").replace(",", " ").split())


def _subjects(names: Mapping[int, str], numbers: tuple[int, ...]) -> tuple[str, ...]:
    """Names of columns, '' where there is an expression."""
    if len(numbers) == 1 and (only := names.get(numbers[0])):
        return (only,)
    return tuple([names.get(number, "?") if number else "" for number in numbers])


@lru_cache(4096)
def _is_usual(collations: str) -> bool:
    return _USUAL.issuperset(collations.split())


def _endings(catalog: Catalog, method: str, options: str, classes: str) -> tuple[str, ...]:
    """What stands behind the columns of an index, one text a column; nothing where nothing stands behind any."""
    key = (method, options, classes)
    if key not in catalog.endings:
        parts = [
            "".join(f" {word}" for word in (*_operator_class(catalog, name, None), *_direction(int(flags), method)))
            for name, flags in zip(classes.split(), options.split(), strict=True)
        ]
        catalog.endings[key] = tuple(parts) if any(parts) else ()
    return catalog.endings[key]


@dataclass(frozen=True, slots=True)
class _Items:
    """What one index is on, item by item, where it is not plain columns."""

    catalog: Catalog
    table: int
    method: str
    numbers: tuple[int, ...]
    expressions: list[str] | None
    """Each item that is no column, and before them the whole definition where a collation is not the usual one; None
    when they could not be read."""
    class_options: list[str] | None

    def written(
        self, names: tuple[str, ...], flags: list[str], classes: list[str], collations: list[str]
    ) -> tuple[str, ...]:
        """Each item as a definition spells it."""
        parameters = dict(text.split(":", 1) for text in self.class_options or ())
        whole, told = self._told(names)
        found = []
        for place, name in enumerate(names):
            subject = name or next(told, "?")
            operators = _operator_class(self.catalog, classes[place], parameters.get(str(place + 1)))
            collation = self._collation(place, subject, collations[place], whole)
            subject = f"({bare(subject)})" if _closes_at_end(subject) else subject
            found.append(" ".join((subject, *collation, *operators, *_direction(int(flags[place]), self.method))))
        return tuple(found)

    def _told(self, names: tuple[str, ...]) -> tuple[str, Iterator[str]]:
        """The whole definition if it is there, and the items that are no columns."""
        told = self.expressions or []
        return ("", iter(told)) if len(told) <= names.count("") else (told[0], iter(told[1:]))

    def _collation(self, place: int, subject: str, collation: str, whole: str) -> tuple[str, ...]:
        """COLLATE where it is not what the column has anyway; of expressions the whole definition says it."""
        own = self.catalog.column_collations.get(self.table, {}).get(self.numbers[place])
        usual = str(own) if own is not None else _DEFAULT_COLLATION
        name = self.catalog.collations.get(collation)
        if collation in ("0", usual) or name is None:
            return ()
        if not self.numbers[place] and whole and f"{subject} COLLATE " not in whole:
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


def sequences(rows: Iterable[Row], catalog: Catalog) -> list[Sequence]:
    """Sequences, those behind serial and identity columns included."""
    found = []
    for row in rows:
        (oid, schema, name, kind, start, increment, minimum, maximum, cycle, owner, owned_by, xmin, sequence_xmin,
         grants) = row  # fmt: skip
        comment, comment_xmin = catalog.comment(oid)
        place = _owned_by(catalog, owned_by)
        found.append(
            _sequence(
                _ref(Kind.SEQUENCE, intern(schema), "", name), comment,
                catalog.stamp(xmin, sequence_xmin, comment_xmin),
                frozenset({"owned_by"}) if owned_by and place is None else NOTHING, intern(kind), start, increment,
                minimum, maximum, cycle, place, intern(owner), tuple(grants or ()),
            )
        )  # fmt: skip
    found.sort(key=_by_place)
    return found


def _owned_by(catalog: Catalog, told: str | None) -> str | None:
    """`schema.table.column`; None where there is none, or it was not there yet when names were read."""
    if told is None:
        return None
    table, number = _numbers(told)
    place, column = _place(catalog, table), catalog.columns.get(table, {}).get(number)
    return f"{place}.{column}" if place and column is not None else None
