"""Alembic's operations as SQL: each method has an operation's own name and arguments, and gives what it sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import conv
from sqlalchemy.sql.schema import Constraint
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.types import NullType

from console.readers.python.alembic_alter import alter_column
from console.readers.python.alembic_ddl import Ddl
from console.readers.python.alembic_values import DEFAULT
from console.readers.python.static import UnreadableError

Sql = list[str]


class Ops:
    """What can be called on `op`, for one dialect."""

    def __init__(self, ddl: Ddl) -> None:
        """`ddl` writes the SQL."""
        self.ddl = ddl

    def create_table(self, table_name: str, *columns: Any, if_not_exists: bool | None = None, **words: Any) -> Sql:  # noqa: ANN401 - Alembic's own signature
        """The types its columns need, the table, its indexes, its comments."""
        words.pop("info", None)
        words.pop("listeners", None)
        table = self._table(table_name, *columns, **words)
        sql = [
            *self.ddl.events(table, "before_create"),
            self.ddl.sql(sa.schema.CreateTable(table, if_not_exists=bool(if_not_exists))),
            *(self.ddl.sql(sa.schema.CreateIndex(index)) for index in _in_order(table.indexes)),
        ]
        if self._comments_apart and table.comment is not None:
            sql.append(self.ddl.sql(sa.schema.SetTableComment(table)))
        return [*sql, *self._column_comments(table.columns)]

    def drop_table(
        self, table_name: str, *, schema: str | None = None, if_exists: bool | None = None, **words: object
    ) -> Sql:
        """The table alone: its types stay."""
        table = sa.Table(table_name, self.ddl.metadata(), schema=schema)
        return [self.ddl.sql(sa.schema.DropTable(table, **_given(if_exists=if_exists)))]

    def rename_table(self, old_table_name: str, new_table_name: str, *, schema: str | None = None) -> Sql:
        """PostgreSQL's new name stands without its schema."""
        new = self.ddl.quoted(new_table_name)
        if schema and self.ddl.dialect.name != "postgresql":
            new = f"{self.ddl.quoted(schema)}.{new}"
        return [f"{self.ddl.alter(old_table_name, schema)} RENAME TO {new}"]

    def add_column(
        self,
        table_name: str,
        column: sa.Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> Sql:
        """The column, then each constraint and index that its definition asks for."""
        if inline_references or inline_primary_key:
            raise UnreadableError("inline_references and inline_primary_key are not read")
        if not isinstance(column, sa.Column):
            raise UnreadableError("what is added is no column")
        table = self._table(table_name, column, schema=schema)
        word = "ADD COLUMN IF NOT EXISTS" if if_not_exists else "ADD COLUMN"
        sql = [f"{self.ddl.alter(table_name, schema)} {word} {self.ddl.column(column)}"]
        for constraint in _in_order(table.constraints):
            if not isinstance(constraint, sa.PrimaryKeyConstraint):
                sql += self.add_constraint(constraint)
        sql += [self.ddl.sql(sa.schema.CreateIndex(index)) for index in _in_order(table.indexes)]
        return [*sql, *self._column_comments([column])]

    def drop_column(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **_: object,
    ) -> Sql:
        """One column."""
        word = "DROP COLUMN IF EXISTS" if if_exists else "DROP COLUMN"
        return [f"{self.ddl.alter(table_name, schema)} {word} {self.ddl.quoted(column_name)}"]

    def alter_column(self, table_name: str, column_name: str, **words: Any) -> Sql:  # noqa: ANN401 - Alembic's own signature
        """One statement per attribute on PostgreSQL, one for all on MySQL."""
        return alter_column(self.ddl, table_name, column_name, words)

    def create_index(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[Any],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **words: Any,  # noqa: ANN401 - the dialect's own
    ) -> Sql:
        """One index; PostgreSQL's may be made CONCURRENTLY."""
        table = sa.Table(table_name, self.ddl.metadata(), schema=schema)
        for name in words.get("postgresql_include") or ():
            _column(table, name)
        parts = [_column(table, one) if isinstance(one, str) else one for one in columns]
        index = sa.Index(index_name, *parts, unique=unique, _table=table, **words)
        return [self.ddl.sql(sa.schema.CreateIndex(index, **_given(if_not_exists=if_not_exists)))]

    def drop_index(
        self,
        index_name: str,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **words: Any,  # noqa: ANN401 - the dialect's own
    ) -> Sql:
        """One index."""
        table = sa.Table(table_name or "no_table", self.ddl.metadata(), schema=schema)
        index = sa.Index(index_name, _column(table, "x"), _table=table, **words)
        return [self.ddl.sql(sa.schema.DropIndex(index, **_given(if_exists=if_exists)))]

    def create_foreign_key(
        self,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        *,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        **words: Any,  # noqa: ANN401 - onupdate, ondelete, deferrable, initially, match and the dialect's own
    ) -> Sql:
        """One foreign key."""
        of = f"{referent_schema}.{referent_table}" if referent_schema else referent_table
        remote = [f"{of}.{name}" for name in remote_cols]
        constraint = sa.ForeignKeyConstraint(list(local_cols), remote, name=constraint_name, **words)
        columns: list[sa.Column[Any]] = [sa.Column(name, NullType()) for name in dict.fromkeys(local_cols)]
        self._table(source_table, *columns, constraint, schema=source_schema)
        return self.add_constraint(constraint)

    def create_unique_constraint(
        self, constraint_name: str | None, table_name: str, columns: Sequence[str], *, schema: str | None = None,
        **words: Any,  # noqa: ANN401 - deferrable, initially and the dialect's own
    ) -> Sql:  # fmt: skip
        """One unique constraint."""
        return self._constraint(
            table_name, columns, schema, sa.UniqueConstraint(*columns, name=constraint_name, **words)
        )

    def create_primary_key(
        self, constraint_name: str | None, table_name: str, columns: Sequence[str], *, schema: str | None = None,
        **words: Any,  # noqa: ANN401 - the dialect's own
    ) -> Sql:  # fmt: skip
        """The primary key."""
        return self._constraint(
            table_name, columns, schema, sa.PrimaryKeyConstraint(*columns, name=constraint_name, **words)
        )

    def create_check_constraint(
        self, constraint_name: str | None, table_name: str, condition: Any, *, schema: str | None = None,  # noqa: ANN401 - text or an expression
        **words: Any,  # noqa: ANN401 - deferrable, initially and the dialect's own
    ) -> Sql:  # fmt: skip
        """One check."""
        constraint = sa.CheckConstraint(condition, name=constraint_name, **words)
        return self._constraint(table_name, (), schema, constraint)

    def create_exclude_constraint(
        self, constraint_name: str | None, table_name: str, *elements: Any, schema: str | None = None, **words: Any,  # noqa: ANN401 - columns with operators; where, using and what PostgreSQL knows
    ) -> Sql:  # fmt: skip
        """One EXCLUDE, which only PostgreSQL has."""
        if self.ddl.dialect.name != "postgresql":
            raise UnreadableError("only PostgreSQL has EXCLUDE: SQLAlchemy stops here")
        constraint = ExcludeConstraint(*elements, name=constraint_name, **words)
        names: list[Any] = [name for _, name, _ in constraint._render_exprs]  # noqa: SLF001 - Alembic asks it, too
        return self._constraint(table_name, names, schema, constraint)

    def drop_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> Sql:
        """One constraint; only MySQL asks of which type it is."""
        if constraint_name is None:
            raise UnreadableError("it has no name: Alembic stops here")
        made = _EMPTY.get(type_)
        if made is None:
            raise UnreadableError(f"there is no type of constraint called {type_!r}: Alembic stops here")
        constraint = made(constraint_name)
        sa.Table(table_name, self.ddl.metadata(), schema=schema).append_constraint(constraint)
        self._named([constraint] if type_ == "check" else [])
        if self.ddl.dialect.name in {"mysql", "mariadb"} and type_ in {None, "check"}:
            return [self._drop_check(table_name, str(constraint_name), type_, schema)]
        self._refuse_on_sqlite()
        return [self.ddl.sql(sa.schema.DropConstraint(constraint, **_given(if_exists=if_exists)))]

    def _drop_check(self, table: str, name: str, type_: str | None, schema: str | None) -> str:
        if type_ is None:
            raise UnreadableError("on MySQL drop_constraint needs its type_: Alembic stops here")
        word = "DROP CONSTRAINT" if getattr(self.ddl.dialect, "is_mariadb", False) else "DROP CHECK"
        return f"{self.ddl.alter(table, schema)} {word} {self.ddl.quoted(name)}"

    def execute(self, sqltext: Any, **words: object) -> Sql:  # noqa: ANN401 - text, or something that compiles
        """A string's `:name` is a parameter, as in `sa.text`."""
        element = sa.text(sqltext) if isinstance(sqltext, str) else sqltext
        if isinstance(element, sa.TextClause):
            open_ = [name for name, bind in element._bindparams.items() if bind.required]  # noqa: SLF001 - there is no other way to ask
            if open_:
                raise UnreadableError(f"its parameter :{open_[0]} has no value: SQLAlchemy stops here")
            return [self.ddl.sql(element, literal=bool(element._bindparams))]  # noqa: SLF001 - see above
        if isinstance(element, sa.Executable):
            return [self.ddl.sql(element, literal=True)]
        raise UnreadableError("what is executed is no SQL")

    def bulk_insert(self, table: Any, rows: Any, *, multiinsert: bool = True) -> Sql:  # noqa: ANN401 - whatever was given
        """One INSERT a row, its values written out."""
        if not isinstance(table, TableClause) or not isinstance(rows, list):
            raise UnreadableError("what is inserted is not known")
        if any(getattr(column, "info", {}).get(DEFAULT) for column in table.c):
            raise UnreadableError("a column's value comes from Python")
        return [self.ddl.sql(table.insert().inline().values(**row), literal=True) for row in rows]

    def create_table_comment(
        self, table_name: str, comment: str | None, *, existing_comment: str | None = None, schema: str | None = None
    ) -> Sql:
        """A table's comment."""
        table = sa.Table(table_name, self.ddl.metadata(), schema=schema, comment=comment)
        return [self.ddl.sql(sa.schema.SetTableComment(table))]

    def drop_table_comment(
        self, table_name: str, *, existing_comment: str | None = None, schema: str | None = None
    ) -> Sql:
        """A table's comment goes."""
        table = sa.Table(table_name, self.ddl.metadata(), schema=schema)
        return [self.ddl.sql(sa.schema.DropTableComment(table))]

    def add_constraint(self, constraint: Constraint) -> Sql:
        """A constraint that Alembic adds; one that a type brings only where the dialect needs it."""
        rule = constraint._create_rule  # noqa: SLF001 - Alembic asks it, too
        if rule is not None and not rule(self.ddl.compiler):
            return []
        self._refuse_on_sqlite()
        return [self.ddl.sql(sa.schema.AddConstraint(constraint))]

    def _refuse_on_sqlite(self) -> None:
        if self.ddl.dialect.name == "sqlite":
            raise UnreadableError("SQLite changes no constraints: Alembic stops here")

    def _constraint(self, table: str, columns: Iterable[str], schema: str | None, constraint: Constraint) -> Sql:
        made: list[sa.Column[Any]] = [sa.Column(name, NullType()) for name in dict.fromkeys(columns)]
        sa.Table(table, self.ddl.metadata(), *made, schema=schema).append_constraint(constraint)
        self._named([constraint])
        return self.add_constraint(constraint)

    def _table(self, name: str, *parts: Any, **words: Any) -> sa.Table:  # noqa: ANN401 - columns, constraints; Alembic's words
        """A table with stand-ins for the tables that its foreign keys lead to."""
        if not all(isinstance(part, (sa.Column, Constraint, sa.Index)) for part in parts):
            raise UnreadableError("one of its parts is no column and no constraint")
        metadata = self.ddl.metadata()
        table = sa.Table(name, metadata, *parts, **words)
        for key in table.foreign_keys:
            schema, referent, column = _target(key.target_fullname)
            found = metadata.tables.get(f"{schema}.{referent}" if schema else referent)
            if found is None:
                found = sa.Table(referent, metadata, schema=schema)
            if column not in found.c:
                _column(found, column)
        self._named(table.constraints)
        return table

    def _named(self, constraints: Iterable[Constraint]) -> None:
        """Where the project's conventions are not known, neither is what they name or rename."""
        if not self.ddl.nameless and any(_by_convention(one) for one in constraints):
            raise UnreadableError("a name comes from the project's naming_convention, which is not known")

    @property
    def _comments_apart(self) -> bool:
        return bool(self.ddl.dialect.supports_comments and not self.ddl.dialect.inline_comments)

    def _column_comments(self, columns: Iterable[sa.Column[Any]]) -> Sql:
        if not self._comments_apart:
            return []
        return [self.ddl.sql(sa.schema.SetColumnComment(column)) for column in columns if column.comment is not None]


_EMPTY: Mapping[str | None, Any] = {
    "foreignkey": lambda name: sa.ForeignKeyConstraint([], [], name=name),
    "primary": lambda name: sa.PrimaryKeyConstraint(name=name),
    "unique": lambda name: sa.UniqueConstraint(name=name),
    "check": lambda name: sa.CheckConstraint("", name=name),
    None: lambda name: Constraint(name=name),
}


def _by_convention(constraint: Constraint) -> bool:
    """It has no name, or it is a check whose name is only a part of one."""
    of_type = getattr(constraint, "_type_bound", False)
    if of_type or (isinstance(constraint, sa.PrimaryKeyConstraint) and not constraint.columns):
        return False
    return constraint.name is None or (
        isinstance(constraint, sa.CheckConstraint) and not isinstance(constraint.name, conv)
    )


def _given(**words: Any) -> dict[str, Any]:  # noqa: ANN401 - any word
    return {name: value for name, value in words.items() if value is not None}


def _column(table: sa.Table, name: str) -> sa.Column[Any]:
    """A column of a stand-in, made when it is not there yet."""
    if name not in table.c:
        table.append_column(sa.Column(name, NullType()))
    return table.c[name]


def _target(full: str) -> tuple[str | None, str, str]:
    *schema, table, column = full.split(".")
    return ".".join(schema) or None, table, column


def _in_order(things: Iterable[Any]) -> list[Any]:
    """As they were written: SQLAlchemy keeps them in a set."""
    return sorted(things, key=lambda thing: (getattr(thing, "_creation_order", 0), str(thing.name or "")))
