"""Why MySQL or MariaDB refuses a statement whatever rows there are: answered from the schema alone.

Each rule was seen on MySQL 9.7 and MariaDB 10.11 with the error it stands for. Only what is known is said: a column
whose collation the statement leaves to the server is compared no further than its character set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.core.causes_columns import After, Columns, columns_after, table_of
from console.core.causes_limits import base_of, is_text, is_unsigned, plain_type
from console.core.causes_sizes import too_long, too_wide
from console.core.causes_there import there_already
from console.core.causes_values import Answer, Doubt, Key, Question
from console.core.operations import Create
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, Table, table_ref
from console.core.statements import Statement
from console.core.types.mysql_tables import INTEGERS

LOOSE = "foreign keys without a unique key on exactly what they refer to, as MySQL wants since 8.4"
"""The one finding that older servers do not mind."""
_PREFIX = re.compile(r"(?P<name>.*)\((?P<length>\d+)\)", re.DOTALL)


def findings(statement: Statement, schema: Schema) -> Iterator[Question]:
    """What in the definitions makes the server refuse it, most likely first."""
    for text, samples in _found(statement, schema):
        found = tuple(dict.fromkeys(samples))
        if found:
            table = _table(statement, schema)
            told = Answer(len(found), found)
            yield Question(statement.n, Doubt.DEFINITION, table, target=text, told=told)


def _table(statement: Statement, schema: Schema) -> tuple[str, str]:
    return statement.tables[0] if statement.tables else (schema.home, "")


def _found(statement: Statement, schema: Schema) -> Iterator[tuple[str, list[str]]]:
    yield "objects that it makes are there already", list(there_already(statement, schema))
    made = [_Making(statement, schema, create, table_of(create.subject)) for create in _creates(statement)]
    yield "views where a table is needed", [text for each in made for text in each.views()]
    yield "columns that are not there", [text for each in made for text in each.missing()]
    yield "foreign keys to what is no InnoDB table here", [text for each in made for text in each.no_parent()]
    yield "columns that do not match what they refer to", [text for each in made for text in each.mismatched()]
    text, samples = _unindexed(made, schema)
    yield text, samples
    yield "not null columns that a foreign key would set to null", [text for each in made for text in each.not_null()]
    yield "foreign keys of partitioned tables", [text for each in made for text in each.partitioned()]
    yield "indexes that are too long", [text for each in made for text in each.too_long()]
    yield "rows that are too wide by their definition", list(too_wide(statement, schema))


def _unindexed(made: list[_Making], schema: Schema) -> tuple[str, list[str]]:
    without = [text for each in made for text in each.unindexed()]
    if schema.dialect == "mariadb" or without:
        return "foreign keys without an index on what they refer to", without
    loose = [text for each in made for text in each.not_unique()]
    return LOOSE, loose


def _creates(statement: Statement) -> Iterator[Create]:
    return (op for op in statement.operations if isinstance(op, Create) and op.subject.kind in _PARTS)


_PARTS = frozenset({Kind.TABLE, Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT})


@dataclass(frozen=True)
class _Making:
    """One CREATE or ADD, held against the schema."""

    statement: Statement
    schema: Schema
    create: Create
    table: Ref

    @property
    def columns(self) -> Columns:
        """Of its table, as the statement would leave them."""
        return columns_after(self.statement.operations, self.table, self.schema)

    @property
    def known(self) -> bool:
        """The table is there with all its columns, or all of it is in the statement."""
        found = self.schema.get(self.table)
        things = self.create.things
        made = next((t for t in things if isinstance(t, Table)), None)
        if made is not None:
            return "columns" not in made.unread
        return isinstance(found, Table) and not found.locked

    @property
    def keys(self) -> Iterator[Constraint]:
        """Its foreign keys; an engine that has none reads over them."""
        own = next((t for t in self.create.things if isinstance(t, Table)), None) or self.schema.get(self.table)
        if isinstance(own, Table) and own.engine not in (None, "", "innodb") and "engine" not in own.unread:
            return
        for thing in self.create.things:
            if isinstance(thing, Constraint) and thing.type == "foreign key" and thing.references:
                yield thing

    def views(self) -> Iterator[str]:
        """Indexes and columns are no parts of a view."""
        view = Ref(Kind.VIEW, self.table.schema, "", self.table.name)
        if self.create.subject.kind is not Kind.TABLE and self.schema.get(view) is not None:
            yield f"{view.label(self.schema.home)} is a view"

    def missing(self) -> Iterator[str]:
        """Columns that an index or a foreign key names."""
        if not self.known:
            return
        columns = self.columns
        for thing in self.create.things:
            if isinstance(thing, Index) and not thing.implied:
                names = [key.column for key in _keys(thing, columns) if key.column]
            else:
                foreign = isinstance(thing, Constraint) and thing.type == "foreign key"
                names = list(thing.columns) if isinstance(thing, Constraint) and foreign else []
            yield from (f"{self.table.name}.{name}" for name in names if name not in columns)
        for key in self.keys:
            parent = _parent(key, self.schema)
            if parent is not None:
                theirs = self._parent_columns(parent)
                yield from (f"{parent.ref.name}.{name}" for name in key.referenced_columns if name not in theirs)

    def _parent_columns(self, parent: Table) -> dict[str, Column]:
        if parent.ref == self.table:
            return {name: after.column for name, after in self.columns.items()}
        things = self.schema.by_table.get((parent.ref.schema, parent.ref.name), ())
        return {thing.ref.name: thing for thing in things if isinstance(thing, Column)}

    def no_parent(self) -> Iterator[str]:
        """Tables that a foreign key cannot point at."""
        for key in self.keys:
            place, _, name = str(key.references).partition(".")
            if place != self.schema.home or table_ref(place, name) == self.table:
                continue
            found = self.schema.get(table_ref(place, name))
            if isinstance(found, Table):
                if found.engine not in (None, "", "innodb"):
                    yield f"{name} is {found.engine}"
            elif self.schema.get(Ref(Kind.VIEW, place, "", name)) is not None:
                yield f"{name} is a view"
            elif not self.schema.unread:
                yield f"{name} is not there"

    def mismatched(self) -> Iterator[str]:
        """Pairs of columns whose types or collations differ."""
        columns = self.columns
        for key in self.keys:
            parent = _parent(key, self.schema)
            theirs = self._parent_columns(parent) if parent is not None else {}
            for mine, other in zip(key.columns, parent_key(key, self.schema), strict=False):
                if mine in columns and other in theirs and _differ(columns[mine], theirs[other]):
                    told = f"{self.table.name}.{mine} {_spelled(columns[mine].column)}"
                    yield f"{told} against {parent.ref.name if parent else ''}.{other} {_spelled(theirs[other])}"

    def unindexed(self) -> Iterator[str]:
        """Foreign keys whose parent has no index that begins with what they refer to."""
        for key in self.keys:
            theirs = parent_key(key, self.schema)
            indexes = _indexes(key, self.schema)
            if indexes is not None and theirs and not any(index.columns[: len(theirs)] == theirs for index in indexes):
                yield _pointed(key, theirs)

    def not_unique(self) -> Iterator[str]:
        """Foreign keys whose parent has an index, but no unique one over just these columns."""
        for key in self.keys:
            theirs = parent_key(key, self.schema)
            indexes = _indexes(key, self.schema)
            if indexes is not None and theirs and not any(i.unique and i.columns == theirs for i in indexes):
                yield _pointed(key, theirs)

    def not_null(self) -> Iterator[str]:
        """Columns that cannot take what ON DELETE or ON UPDATE would do."""
        columns = self.columns
        for key in self.keys:
            if "set null" in (key.on_delete, key.on_update):
                for name in key.columns:
                    if name in columns and not columns[name].column.nullable:
                        yield f"{self.table.name}.{name}"

    def partitioned(self) -> Iterator[str]:
        """Neither side may be partitioned."""
        for key in self.keys:
            for table in (self.schema.get(self.table), _parent(key, self.schema)):
                if isinstance(table, Table) and table.partition_key:
                    yield table.ref.name

    def too_long(self) -> Iterator[str]:
        """Indexes that the row format cannot hold."""
        own = next((t for t in self.create.things if isinstance(t, Table)), None) or self.schema.get(self.table)
        if not isinstance(own, Table) or not self.known:
            return
        columns = self.columns
        for thing in self.create.things:
            if isinstance(thing, Index) and not thing.implied and thing.method in ("btree", "hash"):
                yield from too_long(thing, _keys(thing, columns), columns, own, self.schema)


def key_parts(index: Index, columns: Columns) -> tuple[Key, ...] | None:
    """The parts of an index; None when one of its columns is not there."""
    parts = _keys(index, columns)
    return parts if all(not part.column or part.column in columns for part in parts) else None


def _keys(index: Index, columns: Columns) -> tuple[Key, ...]:
    return tuple(_key(item, columns) for item in index.columns)


def _key(item: str, columns: Columns) -> Key:
    """A name may hold anything, so the columns there are decide what an item means."""
    for text in (item, item.removesuffix(" DESC")):
        if text in columns:
            return Key(text)
        match = _PREFIX.fullmatch(text)
        if match and match["name"] in columns:
            return Key(match["name"], int(match["length"]))
    text = item.removesuffix(" DESC")
    return Key(expression=text) if text.startswith("(") else Key(_PREFIX.sub(r"\g<name>", text))


def _parent(key: Constraint, schema: Schema) -> Table | None:
    place, _, name = str(key.references).partition(".")
    found = schema.get(table_ref(place, name))
    return found if isinstance(found, Table) and not found.locked else None


def parent_key(key: Constraint, schema: Schema) -> tuple[str, ...]:
    """The columns a foreign key refers to: the primary key, where MariaDB is told none."""
    if key.referenced_columns:
        return key.referenced_columns
    place, _, name = str(key.references).partition(".")
    things = schema.by_table.get((place, name), ())
    return next((t.columns for t in things if isinstance(t, Constraint) and t.type == "primary key"), ())


def _indexes(key: Constraint, schema: Schema) -> list[Index] | None:
    """Those of the parent; None where they or its columns are not known, or are made by the same statement."""
    parent = _parent(key, schema)
    if parent is None or (parent.ref.schema, parent.ref.name) == (key.ref.schema, key.ref.table):
        return None
    things = schema.by_table.get((parent.ref.schema, parent.ref.name), ())
    if not {thing.ref.name for thing in things if isinstance(thing, Column)}.issuperset(parent_key(key, schema)):
        return None
    return [thing for thing in things if isinstance(thing, Index) and thing.method in ("btree", "hash")]


def _pointed(key: Constraint, theirs: tuple[str, ...]) -> str:
    return f"{str(key.references).partition('.')[2]} ({', '.join(theirs)})"


def _spelled(column: Column) -> str:
    collation = f" {column.collation or column.charset}" if column.collation or column.charset else ""
    return plain_type(column.type) + collation


_EXACT = frozenset({"float", "double", "enum", "set"})


def _differ(mine: After, theirs: Column) -> bool:
    """Whether the server surely finds them incompatible."""
    column = mine.column
    one, other = base_of(column.type), base_of(theirs.type)
    if one in INTEGERS or other in INTEGERS:
        return one != other or is_unsigned(column.type) != is_unsigned(theirs.type)
    if one in _EXACT or other in _EXACT:
        return one != other
    if is_text(column.type) != is_text(theirs.type):
        return True
    if not is_text(column.type) or not column.charset or not theirs.charset:
        return False
    other_collation = bool(column.collation) and bool(theirs.collation) and column.collation != theirs.collation
    return column.charset != theirs.charset or other_collation
