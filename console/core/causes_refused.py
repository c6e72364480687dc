"""Why PostgreSQL refuses a statement whatever rows there are: answered from the schema alone.

Only what is known is said: a foreign key between types that are not in the tables of causes_fits.py is not judged, and
nothing is missing from a schema of which parts were not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from console.core.causes_fits import comparable_types, conversion, implicit
from console.core.causes_parts import key_of
from console.core.causes_there import there_already
from console.core.causes_values import Answer, Doubt, Question
from console.core.compare import broken
from console.core.operations import Change, Create, Drop
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Table, Thing, table_ref
from console.core.statements import Statement

Finding = tuple[str, list[str]]


def findings(statement: Statement, schema: Schema) -> Iterator[Question]:
    """What in the definitions makes the server refuse it, most likely first."""
    for text, samples in _found(statement, schema):
        found = tuple(dict.fromkeys(samples))
        if found:
            table = statement.tables[0] if statement.tables else (schema.home, "")
            yield Question(statement.n, Doubt.DEFINITION, table, target=text, told=Answer(len(found), found))


def _found(statement: Statement, schema: Schema) -> Iterator[Finding]:
    there = [] if _left_unfinished(statement, schema) else list(there_already(statement, schema))
    yield "objects that it makes are there already", there
    yield "second primary keys", list(_second_keys(statement, schema))
    keys = [_Key(thing, create, schema) for create, thing in _foreign_keys(statement)]
    checks: tuple[tuple[str, Callable[[_Key], Iterator[str]]], ...] = (
        ("foreign keys to what is no table here", _Key.no_parent),
        ("columns that are not there", _Key.missing),
        ("columns that do not match what they refer to", _Key.mismatched),
        ("foreign keys without a unique key on what they refer to", _Key.not_unique),
    )
    for text, check in checks:
        yield text, [told for key in keys for told in check(key)]
    yield from _of_types(statement, schema)


def _left_unfinished(statement: Statement, schema: Schema) -> bool:
    """What it left itself when it was refused (an INVALID index) is not what it was refused for."""
    things = [thing for op in statement.operations if isinstance(op, Create) for thing in op.things]
    return any(broken(schema.get(thing.ref)) for thing in things)


def _foreign_keys(statement: Statement) -> Iterator[tuple[Create, Constraint]]:
    for operation in statement.operations:
        if isinstance(operation, Create):
            for thing in operation.things:
                if isinstance(thing, Constraint) and thing.type == "foreign key" and thing.references:
                    yield operation, thing


def _second_keys(statement: Statement, schema: Schema) -> Iterator[str]:
    gone = {operation.ref for operation in statement.operations if isinstance(operation, Drop)}
    for operation in statement.operations:
        if isinstance(operation, Create) and operation.subject.kind is not Kind.TABLE:
            for thing in operation.things:
                if isinstance(thing, Constraint) and thing.type == "primary key":
                    things = schema.by_table.get((thing.ref.schema, thing.ref.table), ())
                    for old in things:
                        if isinstance(old, Constraint) and old.type == "primary key" and old.ref not in gone:
                            yield f"{thing.ref.table} has {old.ref.name} ({', '.join(old.columns)})"


def _of_types(statement: Statement, schema: Schema) -> Iterator[Finding]:
    casts, defaults = list[str](), list[str]()
    for operation in statement.operations:
        if isinstance(operation, Change) and operation.ref.kind is Kind.COLUMN:
            column, target = schema.get(operation.ref), dict(operation.attrs).get("type")
            if isinstance(column, Column) and isinstance(target, str):
                told = f"{operation.ref.table}.{operation.ref.name}: {column.type} to {target}"
                fit = conversion(column.ref.name, column.type, target, operation.using, schema)
                casts += [] if fit.castable else [told]
                own = column.default is not None and "default" not in column.unread and column.generated is None
                defaults += [told] if own and not implicit(column.type, target, schema).castable else []
    yield "columns that are not cast without a USING", casts
    yield "defaults that are not cast by themselves: drop them before", [] if casts else defaults


@dataclass(frozen=True)
class _Key:
    """One foreign key, held against the schema."""

    key: Constraint
    create: Create
    schema: Schema

    @property
    def _parent_ref(self) -> Ref:
        place, _, name = str(self.key.references).partition(".")
        return table_ref(place, name)

    @property
    def _itself(self) -> bool:
        return (self._parent_ref.schema, self._parent_ref.name) == (self.key.ref.schema, self.key.ref.table)

    @property
    def _complete(self) -> bool:
        parent = self.schema.get(self._parent_ref)
        return isinstance(parent, Table) and not parent.locked and not self.schema.silent

    def _columns(self, table: tuple[str, str]) -> dict[str, Column]:
        things: list[Thing] = [*self.schema.by_table.get(table, ())]
        if table == (self.key.ref.schema, self.key.ref.table):
            things += self.create.things
        return {thing.ref.name: thing for thing in things if isinstance(thing, Column)}

    def _pairs(self) -> Iterator[tuple[Column, Column]]:
        mine = self._columns((self.key.ref.schema, self.key.ref.table))
        theirs = self._columns((self._parent_ref.schema, self._parent_ref.name))
        for one, other in zip(self.key.columns, referred(self.key, self.schema), strict=False):
            if one in mine and other in theirs:
                yield mine[one], theirs[other]

    def no_parent(self) -> Iterator[str]:
        """Tables that it cannot point at."""
        name = self._parent_ref.label(self.schema.home)
        if self._itself or self.schema.get(self._parent_ref) is not None:
            return
        view = Ref(Kind.VIEW, self._parent_ref.schema, "", self._parent_ref.name)
        if self.schema.get(view) is not None:
            yield f"{name} is a view"
        elif not self.schema.unread and not self.schema.silent:
            yield f"{name} is not there"

    def missing(self) -> Iterator[str]:
        """Columns it refers to that are not there."""
        if self._complete and not self._itself:
            theirs = self._columns((self._parent_ref.schema, self._parent_ref.name))
            for name in self.key.referenced_columns:
                if name not in theirs:
                    yield f"{self._parent_ref.label(self.schema.home)}.{name}"

    def mismatched(self) -> Iterator[str]:
        """Pairs of columns that nothing compares."""
        for mine, theirs in self._pairs():
            if comparable_types(mine.type, theirs.type, self.schema) is False:
                parent = self._parent_ref.label(self.schema.home)
                one = f"{self.key.ref.table}.{mine.ref.name} {mine.type}"
                yield f"{one} against {parent}.{theirs.ref.name} {theirs.type}"

    def not_unique(self) -> Iterator[str]:
        """Without a unique index of the parent over just these columns."""
        wanted = referred(self.key, self.schema)
        if not self._complete or self._itself:
            return
        parent = (self._parent_ref.schema, self._parent_ref.name)
        columns = self._columns(parent)
        indexes = [t for t in self.schema.by_table.get(parent, ()) if isinstance(t, Index)]
        unknown = any(index.unique and index.unread for index in indexes)
        if not unknown and set(wanted) <= columns.keys() and not any(_is_on(i, wanted, columns) for i in indexes):
            yield f"{self._parent_ref.label(self.schema.home)} ({', '.join(wanted) or 'no primary key'})"


def _is_on(index: Index, wanted: tuple[str, ...], columns: dict[str, Column]) -> bool:
    if not wanted or not index.unique or not index.valid or index.where is not None:
        return False
    keys = [key_of(item, columns) for item in index.columns]
    return sorted(key.column if key is not None else "" for key in keys) == sorted(wanted)


def referred(key: Constraint, schema: Schema) -> tuple[str, ...]:
    """The columns a foreign key refers to: the primary key, where it names none."""
    if key.referenced_columns:
        return key.referenced_columns
    place, _, name = str(key.references).partition(".")
    things = schema.by_table.get((place, name), ())
    return next((t.columns for t in things if isinstance(t, Constraint) and t.type == "primary key"), ())
