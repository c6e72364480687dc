"""The questions about the data that explain why MySQL or MariaDB refused a statement.

What the definitions alone explain comes first (causes_definition.py): a foreign key whose types do not match has no
orphans worth counting. Everything is asked about the table as the other clauses of the same statement leave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.core.causes_columns import DATES, After, Columns, columns_after, given, indexes_kept, table_of
from console.core.causes_definition import LOOSE, findings, key_parts, parent_key
from console.core.causes_limits import base_of, limits, plain_type
from console.core.causes_values import Doubt, Key, Question
from console.core.operations import Change, Create
from console.core.schema import Constraint, Index, Kind, Ref, Schema, Table
from console.core.statements import Statement

_DATED = DATES | {"timestamp"}


def questions_of(statement: Statement, schema: Schema) -> Iterator[Question]:
    """Everything that may have stopped the statement, the surest first."""
    told = list(findings(statement, schema))
    yield from told
    if any(question.target != LOOSE for question in told):
        return  # the server refused before it looked at a row
    for table in dict.fromkeys(_tables(statement)):
        known = schema.get(table)
        if isinstance(known, Table) and not known.locked:
            yield from _Asking(statement, schema, table).all()


def _tables(statement: Statement) -> Iterator[Ref]:
    """Tables that are altered; one that the statement makes has no rows yet."""
    made = {op.subject for op in statement.operations if isinstance(op, Create) and op.subject.kind is Kind.TABLE}
    for operation in statement.operations:
        if isinstance(operation, Create | Change) and operation.subject.kind in _PARTS:
            table = table_of(operation.subject)
            if table not in made:
                yield table


_PARTS = frozenset({Kind.TABLE, Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT})


@dataclass(frozen=True)
class _Asking:
    """One statement about one table."""

    statement: Statement
    schema: Schema
    table: Ref

    @property
    def name(self) -> tuple[str, str]:
        """As questions name it."""
        return (self.table.schema, self.table.name)

    @property
    def columns(self) -> Columns:
        """As the statement would leave them."""
        return columns_after(self.statement.operations, self.table, self.schema)

    def all(self) -> Iterator[Question]:
        """Conversions first: the server converts rows before it builds indexes over them."""
        columns = self.columns
        yield from self._conversions(columns)
        for operation in self.statement.operations:
            if isinstance(operation, Create):
                yield from self._made(operation, columns)
            elif isinstance(operation, Change) and ("enforced", True) in operation.attrs:
                yield from self._enforced(operation, columns)
        yield from self._recollated(columns)
        yield from self._copied(columns)

    def _question(self, doubt: Doubt, *columns: str) -> Question:
        return Question(self.statement.n, doubt, self.name, columns)

    def _conversions(self, columns: Columns) -> Iterator[Question]:
        for after in columns.values():
            yield from self._conversion(after)
        for name, after in columns.items():
            if after.was is None and base_of(after.column.type) in DATES and _has_nothing(after):
                yield self._question(Doubt.FILLED, name)

    def _conversion(self, after: After) -> Iterator[Question]:
        was, column = after.was, after.column
        if was is None or column.generated is not None or was.generated is not None:
            return
        if was.nullable and not column.nullable and not column.auto_increment:
            yield self._question(Doubt.NULLS, was.ref.name)
        found = limits(was, column, self.schema.dialect)
        if found:
            new = column.charset and was.charset and column.charset != was.charset
            charset = f" in {column.charset}" if new else ""
            target = plain_type(column.type) + charset
            yield replace(self._question(Doubt.MISFITS, was.ref.name), limits=found, target=target)

    def _copied(self, columns: Columns) -> Iterator[Question]:
        """MySQL looks at every date again when it copies the rows, whichever column changes."""
        old = [a.was.ref.name for a in columns.values() if a.was is not None and base_of(a.was.type) in _DATED]
        if old and self.schema.dialect == "mysql" and any(_rebuilds(after) for after in columns.values()):
            yield self._question(Doubt.ZERO_DATES, *old)

    def _made(self, operation: Create, columns: Columns) -> Iterator[Question]:
        # MariaDB adds a column without looking at the rows, its check as well.
        unseen = self.schema.dialect == "mariadb" and operation.subject.kind is Kind.COLUMN
        looked_at = ("foreign key",) if unseen else ("foreign key", "check")
        for thing in operation.things:
            if isinstance(thing, Index) and thing.unique and thing.table == self.table.name:
                yield from self._unique(thing, columns)
            elif isinstance(thing, Constraint) and thing.type in looked_at and thing.ref.table == self.table.name:
                yield from self._constraint(thing, columns)

    def _unique(self, index: Index, columns: Columns) -> Iterator[Question]:
        keys = key_parts(index, columns)
        if keys is None or any(not _can_be_asked(key, columns) for key in keys):
            return
        labels = tuple(item.removesuffix(" DESC") for item in index.columns)
        asked = replace(self._question(Doubt.DUPLICATES, *labels), keys=keys)
        yield self._as_left(asked, columns, _mentioned(keys, columns))

    def _recollated(self, columns: Columns) -> Iterator[Question]:
        """A unique index that is there already may not hold under another collation."""
        for index in indexes_kept(self.statement.operations, self.table, self.schema):
            if index.unique:
                now = replace(index, columns=tuple(_renamed(item, columns) for item in index.columns))
                keys = key_parts(now, columns)
                if keys and any(columns[key.column].converted for key in keys if key.column):
                    yield from self._unique(now, columns)

    def _constraint(self, constraint: Constraint, columns: Columns) -> Iterator[Question]:
        if constraint.type == "check":
            yield from self._check(constraint, columns)
        else:
            yield from self._foreign_key(constraint, columns)

    def _check(self, constraint: Constraint, columns: Columns) -> Iterator[Question]:
        expression = constraint.expression
        if not expression or not constraint.enforced:
            return
        used = tuple(after for name, after in columns.items() if _speaks_of(expression, name))
        if any(after.was is None and after.value is None and after.column.generated is None for after in used):
            return
        asked = replace(self._question(Doubt.VIOLATIONS), condition=expression)
        yield self._as_left(asked, columns, used)

    def _foreign_key(self, key: Constraint, columns: Columns) -> Iterator[Question]:
        place, _, name = str(key.references).partition(".")
        theirs = parent_key(key, self.schema)
        mine = tuple(columns.get(column) for column in key.columns)
        table = self.schema.get(self.table)
        ignored = isinstance(table, Table) and table.engine not in (None, "", "innodb")
        if ignored or not theirs or len(theirs) != len(mine) or any(not _has_values(after) for after in mine):
            return
        asked = replace(self._question(Doubt.ORPHANS, *key.columns), parent=(place, name), parent_columns=theirs)
        yield self._as_left(asked, columns, tuple(after for after in mine if after is not None))

    def _enforced(self, change: Change, columns: Columns) -> Iterator[Question]:
        found = self.schema.get(change.ref)
        if isinstance(found, Constraint) and found.ref.table == self.table.name:
            yield from self._check(replace(found, enforced=True), columns)

    def _as_left(self, question: Question, columns: Columns, used: tuple[After, ...]) -> Question:
        plain = all(
            after.was is not None and after.was.ref == after.column.ref and not after.converted for after in used
        )
        return question if plain else replace(question, given=given(columns))


def _as_it_is(after: After) -> bool:
    return after.was is not None and after.was.ref == after.column.ref and not after.converted


def _rebuilds(after: After) -> bool:
    """The server copies every row for it."""
    return after.was is not None and (after.retyped or after.converted or after.was.type != after.column.type)


def _has_nothing(after: After) -> bool:
    return not after.column.nullable and after.column.default is None and after.column.generated is None


def _has_values(after: After | None) -> bool:
    """It is known what would be in it, and it is not nothing."""
    return after is not None and (after.was is not None or after.value not in (None, "NULL"))


def _can_be_asked(key: Key, columns: Columns) -> bool:
    if key.expression:
        new = [after for name, after in columns.items() if _speaks_of(key.expression, name) and after.was is None]
        return not new and " array)" not in key.expression.lower()
    after = columns[key.column]
    if after.was is None:
        return after.column.generated is not None or after.value not in (None, "NULL")
    return not after.retyped or (after.is_text and after.was.charset is not None)


def _mentioned(keys: tuple[Key, ...], columns: Columns) -> tuple[After, ...]:
    named = [columns[key.column] for key in keys if key.column]
    texts = [key.expression for key in keys if key.expression]
    return (*named, *(a for name, a in columns.items() if any(_speaks_of(text, name) for text in texts)))


def _speaks_of(expression: str, name: str) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", expression, re.IGNORECASE) is not None


def _renamed(item: str, columns: Columns) -> str:
    """An item of an index that is there, by the name its column would have."""
    for name, after in columns.items():
        old = after.was.ref.name if after.was is not None else name
        if item == old or item.startswith((f"{old}(", f"{old} ")):
            return name + item[len(old) :]
    return item
