"""The questions about the data that explain why PostgreSQL refused a statement.

What the definitions alone explain comes first (causes_refused.py). Then in the server's own order: what depends on the
column, values of another type, columns without values, NULLs, keys, checks, foreign keys, partitions. A question that
only its rows could answer and that nobody can put into SQL is asked as `not known`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.core.causes_around import NOT_KNOWN, dependents, partitions
from console.core.causes_fits import conversion
from console.core.causes_parts import exclusion, key_of
from console.core.causes_refused import findings, referred
from console.core.causes_values import Doubt, Given, Key, Question
from console.core.operations import Change, Create, Operation
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Table, table_ref
from console.core.statements import Statement
from console.core.types.postgres_words import quote_name

_CONSTANT = re.compile(r"(?:e?'(?:[^']|'')*'(?:::[\w ]+(?:\(\d+\))?)?|[-+]?\d+(?:\.\d+)?|true|false)", re.IGNORECASE)
_PARTS = frozenset({Kind.TABLE, Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT})


def questions_of(statement: Statement, schema: Schema) -> Iterator[Question]:
    """Everything that may have stopped the statement, the surest first."""
    told = list(findings(statement, schema))
    yield from told
    if told:
        return  # the server refused before it looked at a row
    yield from dependents(statement, schema)
    for table in dict.fromkeys(_tables(statement)):
        known = schema.get(table)
        if isinstance(known, Table) and not known.locked:
            yield from _Asking(statement, schema, known).all()
    yield from partitions(statement, schema)


def table_of(ref: Ref, table: str) -> Ref:
    """The table that a column, index or constraint of PostgreSQL belongs to."""
    return ref if ref.kind is Kind.TABLE else table_ref(ref.schema, ref.table or table)


def _tables(statement: Statement) -> Iterator[Ref]:
    """Tables that are altered; one that the statement makes has no rows yet."""
    made = {op.subject for op in statement.operations if isinstance(op, Create) and op.subject.kind is Kind.TABLE}
    for operation in statement.operations:
        if isinstance(operation, Create | Change) and operation.subject.kind in _PARTS:
            index = operation.things[0] if isinstance(operation, Create) else None
            table = table_of(operation.subject, index.table if isinstance(index, Index) else "")
            if table not in made and table.name:
                yield table


@dataclass(frozen=True)
class _Asking:
    """One statement about one table."""

    statement: Statement
    schema: Schema
    table: Table

    @property
    def name(self) -> tuple[str, str]:
        """As questions name it."""
        return (self.table.ref.schema, self.table.ref.name)

    @property
    def operations(self) -> Iterator[Operation]:
        """Those about this table."""
        for operation in self.statement.operations:
            subject = operation.subject
            first = operation.things[0] if isinstance(operation, Create) else None
            index_of = first.table if isinstance(first, Index) else ""
            if subject is not None and table_of(subject, index_of) == self.table.ref:
                yield operation

    @property
    def there(self) -> dict[str, Column]:
        """Its columns as they are."""
        return {t.ref.name: t for t in self.schema.by_table.get(self.name, ()) if isinstance(t, Column)}

    @property
    def new(self) -> dict[str, Column]:
        """The columns that the statement adds."""
        things = [t for op in self.operations if isinstance(op, Create) for t in op.things]
        return {t.ref.name: t for t in things if isinstance(t, Column) and t.ref.name not in self.there}

    @property
    def retyped(self) -> dict[str, Change]:
        """The columns whose type or collation it changes."""
        changes = [op for op in self.operations if isinstance(op, Change) and op.ref.kind is Kind.COLUMN]
        return {c.ref.name: c for c in changes if {"type", "collation"} & dict(c.attrs).keys()}

    @property
    def _spared(self) -> frozenset[str]:
        """The columns whose rows a NOT NULL that is NOT VALID does not look at."""
        things = [t for op in self.operations if isinstance(op, Create) for t in op.things]
        later = [t for t in things if isinstance(t, Constraint) and t.type == "not null" and not t.validated]
        return frozenset(name for constraint in later for name in constraint.columns)

    def _ask(self, doubt: Doubt, *columns: str) -> Question:
        return Question(self.statement.n, doubt, self.name, columns)

    @property
    def _alone(self) -> bool:
        """Whether rows of tables that inherit from it have to be left out."""
        mine = ".".join(self.name)
        return any(mine in table.inherits for table in self.schema.of_kind(Table))

    def all(self) -> Iterator[Question]:
        """In the order in which the server does it."""
        yield from self._conversions()
        yield from self._filled()
        for operation in self.operations:
            if isinstance(operation, Change):
                yield from self._changed(operation)
            elif isinstance(operation, Create):
                yield from self._made(operation)
        yield from self._rebuilt()

    def _conversions(self) -> Iterator[Question]:
        for name, change in self.retyped.items():
            column, target = self.there.get(name), dict(change.attrs).get("type")
            if column is None or not isinstance(target, str):
                continue
            fit = conversion(name, column.type, target, change.using, self.schema)
            using = f" ({change.using})" if change.using else ""
            asked = replace(self._ask(Doubt.MISFITS, name), limits=fit.limits, target=target + using, type=column.type)
            if fit.limits:
                yield asked
            elif not fit.known:
                yield replace(asked, told=NOT_KNOWN)

    def _filled(self) -> Iterator[Question]:
        for name, column in self.new.items():
            if not (column.nullable or column.default is not None or column.identity or column.generated is not None):
                yield replace(self._ask(Doubt.FILLED, name), target="NULL")

    def _changed(self, change: Change) -> Iterator[Question]:
        if change.ref.kind is Kind.COLUMN and ("nullable", False) in change.attrs:
            column = self.there.get(change.ref.name)
            if column is not None and column.nullable and change.ref.name not in self._spared:
                yield self._ask(Doubt.NULLS, change.ref.name)
        elif change.ref.kind is Kind.CONSTRAINT and ("validated", True) in change.attrs:
            found = self.schema.get(change.ref)
            if isinstance(found, Constraint) and not found.validated:
                yield from self._constraint(found)

    def _made(self, create: Create) -> Iterator[Question]:
        for thing in create.things:
            if isinstance(thing, Index) and thing.unique and thing.table == self.table.ref.name:
                yield self._unique(thing)
            elif isinstance(thing, Constraint) and thing.type in ("check", "foreign key") and thing.validated:
                yield from self._constraint(thing)
            elif isinstance(thing, Constraint) and thing.type == "exclude":
                yield self._exclude(thing, create)

    def _unique(self, index: Index) -> Question:
        labels = tuple(item.removesuffix(" DESC") for item in index.columns)
        asked = replace(
            self._ask(Doubt.DUPLICATES, *labels), condition=index.where, nulls_equal=not index.nulls_distinct
        )
        keys = [key_of(item, {**self.there, **self.new}) for item in index.columns]
        known = tuple(key for key in keys if key is not None)
        if len(known) < len(keys) or index.method != "btree":
            return replace(asked, told=NOT_KNOWN)
        return self._as_left(replace(asked, keys=known, alone=self._alone), self._mentioned(known, index.where))

    def _mentioned(self, keys: tuple[Key, ...], condition: str | None) -> set[str]:
        texts = [key.expression for key in keys if key.expression] + [condition or ""]
        names = {**self.there, **self.new}
        return {key.column for key in keys if key.column} | {n for n in names if any(_speaks_of(t, n) for t in texts)}

    def _as_left(self, question: Question, used: set[str]) -> Question:
        """With the columns that the statement adds; not known where it makes others of those that are there."""
        if used & self.retyped.keys():
            return replace(question, told=NOT_KNOWN)
        given = [_given(self.new[name]) for name in sorted(used & self.new.keys())]
        if any(one is None for one in given):
            return replace(question, told=NOT_KNOWN)
        return replace(question, given=tuple(one for one in given if one is not None))

    def _constraint(self, constraint: Constraint) -> Iterator[Question]:
        if constraint.type == "foreign key":
            yield from self._foreign_key(constraint)
        elif constraint.type == "not null":
            yield from (self._ask(Doubt.NULLS, name) for name in constraint.columns)
        elif constraint.type == "check" and constraint.expression:
            asked = replace(self._ask(Doubt.VIOLATIONS), condition=constraint.expression)
            inherited = not re.search(r"\bno\s+inherit\b", self.statement.sql, re.IGNORECASE)
            asked = replace(asked, alone=self._alone and not inherited)
            yield self._as_left(asked, self._mentioned((), constraint.expression))

    def _foreign_key(self, key: Constraint) -> Iterator[Question]:
        place, _, name = str(key.references).partition(".")
        theirs = referred(key, self.schema)
        parent = self.schema.get(table_ref(place, name))
        if len(theirs) != len(key.columns) or not isinstance(parent, Table) or parent.locked:
            return
        columns = {t.ref.name: t for t in self.schema.by_table.get((place, name), ()) if isinstance(t, Column)}
        asked = replace(
            self._ask(Doubt.ORPHANS, *key.columns),
            parent=(place, name),
            parent_columns=theirs,
            keys=tuple(self._pair(mine, columns.get(other)) for mine, other in zip(key.columns, theirs, strict=True)),
            alone=self._alone,
            parent_alone=_has_heirs(parent, self.schema),
            full=key.match == "full",
        )
        if all(name in self.new and _is_empty(self.new[name]) for name in key.columns):
            return
        yield self._as_left(asked, set(key.columns))

    def _pair(self, mine: str, theirs: Column | None) -> Key:
        """Compared by the parent's collation where the two differ."""
        own = self.there.get(mine) or self.new.get(mine)
        if own is None or theirs is None or own.collation == theirs.collation or "collation" in own.unread:
            return Key(mine)
        return Key(mine, collation=self._collation(theirs.collation or "default"))

    def _collation(self, name: str) -> str:
        """As SQL: a point in it stands behind a schema, or belongs to the name (`de_DE.utf8`)."""
        place, _, bare = name.partition(".")
        qualified = bool(bare) and self.schema.get(Ref(Kind.SCHEMA, "", "", place)) is not None
        return f"{quote_name(place)}.{quote_name(bare)}" if qualified else quote_name(name)

    def _exclude(self, constraint: Constraint, create: Create) -> Question:
        asked = replace(self._ask(Doubt.CONFLICTS, *constraint.columns), alone=self._alone)
        index = next((t for t in create.things if isinstance(t, Index)), None)
        keys = exclusion(constraint.expression or "", {**self.there, **self.new})
        if keys is None or index is None:
            return replace(asked, told=NOT_KNOWN)
        asked = replace(asked, keys=keys, condition=index.where)
        return self._as_left(asked, self._mentioned(keys, index.where))

    def _rebuilt(self) -> Iterator[Question]:
        """A unique index that is there already may not hold the values of another type, or under another collation."""
        for thing in self.schema.by_table.get(self.name, ()):
            if isinstance(thing, Index) and thing.unique:
                keys = [key_of(item, self.there) for item in thing.columns]
                known = tuple(key for key in keys if key is not None)
                if len(known) == len(keys) and self._mentioned(known, thing.where) & self.retyped.keys():
                    yield self._as_retyped(thing, known)

    def _as_retyped(self, index: Index, keys: tuple[Key, ...]) -> Question:
        asked = replace(self._ask(Doubt.DUPLICATES, *index.columns), nulls_equal=not index.nulls_distinct)
        plain = index.where is None and all(key.column for key in keys)
        changed = tuple(self._cast(key) for key in keys) if plain else (None,)
        if any(key is None for key in changed):
            return replace(asked, told=NOT_KNOWN)
        return replace(asked, keys=tuple(key for key in changed if key is not None), alone=self._alone)

    def _cast(self, key: Key) -> Key | None:
        change, column = self.retyped.get(key.column), self.there[key.column]
        if change is None:
            return key
        attrs = dict(change.attrs)
        target = str(attrs.get("type") or column.type)
        fit = conversion(key.column, column.type, target, change.using, self.schema)
        collation = str(attrs.get("collation") or "")
        if not fit.known:
            return None
        value = change.using or f"CAST({quote_name(key.column)} AS {target})"
        return Key(expression=f"({value})", collation=self._collation(collation) if collation else "")


def _has_heirs(table: Table, schema: Schema) -> bool:
    mine = f"{table.ref.schema}.{table.ref.name}"
    return any(mine in other.inherits for other in schema.of_kind(Table))


def _given(column: Column) -> Given | None:
    """A new column with what every row gets; None where that is not known or not the same in each."""
    if column.generated is not None:
        return Given(column.ref.name, value=f"CAST(({column.generated}) AS {column.type})")
    if column.default is None and not column.identity:
        return Given(column.ref.name, value=f"CAST(NULL AS {column.type})")
    if column.default is not None and _CONSTANT.fullmatch(column.default.strip()):
        return Given(column.ref.name, value=f"CAST({column.default} AS {column.type})")
    return None


def _is_empty(column: Column) -> bool:
    return column.default is None and column.generated is None and not column.identity


def _speaks_of(expression: str, name: str) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", expression, re.IGNORECASE) is not None
