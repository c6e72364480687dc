"""The columns of a table as one statement of MySQL would leave them, each with the column it is made of.

An ALTER TABLE has many clauses and lands whole or not at all, so what a unique index in it compares is not what the
table holds now: the column may be renamed, converted or made by the clause beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from console.core.causes_limits import base_of, is_text, members_of
from console.core.causes_values import Given
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.schema import Column, Index, Kind, Ref, Schema, Table, table_ref
from console.core.types.mysql import charset_of, has_charset
from console.core.types.mysql_tables import NUMBERS

_CONSTANT = re.compile(
    r"(?:[bx]?'(?:[^'\\]|''|\\.)*'|[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|true|false|(?:current_timestamp|now)(?:\(\d*\))?)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTES = frozenset(field.name for field in fields(Column))
DATES = frozenset({"date", "datetime"})
"""What gets 0000-00-00 when nothing else is said; a timestamp gets the time instead."""


@dataclass(frozen=True, slots=True)
class After:
    """One column."""

    column: Column
    """As it would be. A character set or collation of '' is one that nobody can tell from the statement."""
    was: Column | None = None
    """As it is now; None: it is new."""

    @property
    def is_text(self) -> bool:
        """Character sets and collations matter."""
        return is_text(self.column.type)

    @property
    def converted(self) -> bool:
        """Its values would be compared in another way than now."""
        if self.was is None or not self.is_text:
            return False
        return (self.column.charset, self.column.collation) != (self.was.charset, self.was.collation)

    @property
    def retyped(self) -> bool:
        """Its values would be of another kind than now."""
        return self.was is not None and base_of(self.was.type) != base_of(self.column.type)

    @property
    def value(self) -> str | None:
        """What every row gets in a new one, as SQL; None: not known, or not the same in each."""
        column = self.column
        if column.auto_increment or column.generated is not None:
            return None
        if column.default is not None:
            return column.default if _CONSTANT.fullmatch(column.default.strip()) else None
        return "NULL" if column.nullable else _implicit(column.type)


def _implicit(type_name: str) -> str | None:
    base = base_of(type_name)
    if base in NUMBERS:
        return "0"
    if base == "enum":
        members = members_of(type_name)
        return "'" + members[0].replace("\\", "\\\\").replace("'", "''") + "'" if members else None
    return "''" if is_text(type_name) or base in ("binary", "varbinary") else None


Columns = dict[str, After]


def columns_after(operations: Iterable[Operation], table: Ref, schema: Schema) -> Columns:
    """By name, in the table's order."""
    things = schema.by_table.get((table.schema, table.name), ())
    there = sorted((t for t in things if isinstance(t, Column)), key=lambda column: column.position)
    found: Columns = {column.ref.name: After(column, column) for column in there}
    known = schema.get(table)
    defaults = _Defaults.of(known if isinstance(known, Table) else None, schema)
    for operation in operations:
        found, defaults = _applied(operation, table, found, defaults)
    return found


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What a column gets that names no character set."""

    charset: str = ""
    collation: str = ""

    @classmethod
    def of(cls, table: Table | None, schema: Schema) -> _Defaults:
        """The table's, or those of the database for a table that says nothing."""
        if table is not None and table.charset and "charset" not in table.unread:
            return cls(table.charset, table.collation or "")
        if table is not None and table.collation:
            return cls(charset_of(table.collation), table.collation)
        home = schema.get(Ref(Kind.SCHEMA, "", "", table.ref.schema if table is not None else schema.home))
        return cls(getattr(home, "charset", None) or "", getattr(home, "collation", None) or "")


def settled_defaults(table: Table, schema: Schema) -> tuple[str, str]:
    """The character set and collation of columns of a new table that name none."""
    found = _Defaults.of(table, schema)
    return found.charset, found.collation


def _applied(operation: Operation, table: Ref, found: Columns, defaults: _Defaults) -> tuple[Columns, _Defaults]:
    match operation:
        case Drop(ref=ref) if _is_in(ref, table):
            return {name: after for name, after in found.items() if name != ref.name}, defaults
        case Rename(ref=ref, to=to) if _is_in(ref, table):
            return {(to.name if name == ref.name else name): _named(a, ref, to) for name, a in found.items()}, defaults
        case Change(ref=ref, attrs=attrs) if _is_in(ref, table) and ref.name in found:
            after = found[ref.name]
            given = {name: value for name, value in attrs if name in _ATTRIBUTES}
            changed = replace(after.column, **given)  # type: ignore[arg-type]
            return {**found, ref.name: replace(after, column=_settled(changed, defaults))}, defaults
        case Change(ref=ref, attrs=attrs, spreads=spreads) if ref == table:
            return _of_table(dict(attrs), found, defaults, spreads=spreads)
        case Create(things=things):
            made = [t for t in things if isinstance(t, Column) and _is_in(t.ref, table)]
            own = next((t for t in things if isinstance(t, Table) and t.ref == table), None)
            if own is not None:
                # What a table names beside its own character set is read before its columns are.
                defaults = defaults if own.charset is None and own.collation is None else _of_options(own)
            return {**found, **{c.ref.name: After(_settled(_opened(c), defaults)) for c in made}}, defaults
        case _:
            return found, defaults


def _of_options(table: Table) -> _Defaults:
    return _Defaults(table.charset or charset_of(table.collation or ""), table.collation or "")


def _of_table(
    attrs: dict[str, object], found: Columns, defaults: _Defaults, *, spreads: bool
) -> tuple[Columns, _Defaults]:
    if "charset" not in attrs:
        return found, defaults
    fresh = _Defaults(str(attrs.get("charset") or ""), str(attrs.get("collation") or ""))
    if not spreads:
        return found, fresh
    spread = {
        name: replace(after, column=replace(after.column, charset=fresh.charset, collation=fresh.collation))
        if after.is_text and has_charset(after.column.type)
        else after
        for name, after in found.items()
    }
    return spread, fresh


def _is_in(ref: Ref, table: Ref) -> bool:
    return ref.kind is Kind.COLUMN and (ref.schema, ref.table) == (table.schema, table.name)


def _named(after: After, ref: Ref, to: Ref) -> After:
    return replace(after, column=replace(after.column, ref=to)) if after.column.ref == ref else after


def _opened(column: Column) -> Column:
    """What the SQL left open is nothing that could be compared."""
    text = has_charset(column.type)
    return replace(column, charset=(column.charset or "") if text else None,
                   collation=(column.collation or "") if text else None)  # fmt: skip


def _settled(column: Column, defaults: _Defaults) -> Column:
    """With the table's character set where the definition names none."""
    if not has_charset(column.type):
        return replace(column, charset=None, collation=None)
    if column.charset:
        return column
    return replace(column, charset=defaults.charset, collation=column.collation or defaults.collation)


def given(columns: Columns) -> tuple[Given, ...]:
    """All columns as a question can read them."""
    return tuple(_given(name, after) for name, after in columns.items())


def _given(name: str, after: After) -> Given:
    if after.was is None:
        generated = after.column.generated
        return Given(name, value=f"({generated})" if generated is not None else after.value or "NULL")
    if not after.converted:
        return Given(name, after.was.ref.name)
    charset = after.column.charset or ""
    if after.column.collation:
        same = charset == (after.was.charset or "")
        return Given(name, after.was.ref.name, charset="" if same else charset, collation=after.column.collation)
    return Given(name, after.was.ref.name, charset=charset)


def indexes_kept(operations: tuple[Operation, ...], table: Ref, schema: Schema) -> Iterator[Index]:
    """Indexes that are there and that the statement does not drop."""
    gone = {operation.ref for operation in operations if isinstance(operation, Drop)}
    gone |= {replace(ref, kind=Kind.INDEX) for ref in gone if ref.kind is Kind.CONSTRAINT}
    for thing in schema.by_table.get((table.schema, table.name), ()):
        if isinstance(thing, Index) and thing.ref not in gone:
            yield thing


def table_of(ref: Ref) -> Ref:
    """The table that a column, index or constraint of MySQL belongs to."""
    return ref if ref.kind is Kind.TABLE else table_ref(ref.schema, ref.table)
