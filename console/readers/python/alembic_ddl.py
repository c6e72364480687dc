"""The SQL of schema objects, by SQLAlchemy's own compilers; the ALTERs that only Alembic writes are written here.

Facts: facts/frameworks.md 5, and what Alembic 1.20 sends on each server (tests/alembic).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.mysql.mariadb import MariaDBDialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.types import TypeEngine

from console.readers.python.static import UnreadableError

_RECENT: Mapping[str, tuple[int, ...]] = {"postgres": (16, 0), "mysql": (8, 4, 0), "mariadb": (10, 11, 0)}
"""The SQL is that for a server that is not outdated: its version is not known where files are read."""


def dialect_for(grammar: str, engine: str = "") -> DefaultDialect:
    """SQLAlchemy's dialect as it is once it is connected. `engine` is what the project's URL calls it."""
    made: Any
    if grammar == "postgres":
        made = cast("Any", PGDialect)(paramstyle="named")
        made._backslash_escapes = False  # noqa: SLF001 - what connecting to a server with its usual settings sets
    elif grammar == "sqlite":
        made = SQLiteDialect(paramstyle="named")
    elif grammar == "mariadb" and engine == "mariadb":
        made = MariaDBDialect(paramstyle="named")
    else:
        made = MySQLDialect(paramstyle="named")
        made.is_mariadb = grammar == "mariadb"
    if grammar in _RECENT:
        made.server_version_info = _RECENT[grammar]
    return made  # type: ignore[no-any-return]


class Ddl:
    """What is common to all operations: compiling, and names quoted where the dialect quotes them."""

    def __init__(
        self, dialect: DefaultDialect, conventions: Mapping[str, str] | None = None, *, nameless: bool = True
    ) -> None:
        """`conventions` are the project's own for the names of constraints; not `nameless`: they are not known."""
        self.dialect = dialect
        self.nameless = nameless
        self._conventions = conventions
        self._memo: dict[Any, Any] = {}
        """Which types were made: Alembic makes each once in a run."""

    def metadata(self) -> sa.MetaData:
        """A new, empty one; what it holds is forgotten with the operation."""
        return sa.MetaData(naming_convention=dict(self._conventions)) if self._conventions else sa.MetaData()

    def sql(self, element: Any, *, literal: bool = False) -> str:  # noqa: ANN401 - anything that compiles
        """One statement. UnreadableError where SQLAlchemy stops, as it would stop the migration."""
        words = {"compile_kwargs": {"literal_binds": True}} if literal else {}
        try:
            return str(element.compile(dialect=self.dialect, **words)).strip()
        except (sa.exc.SQLAlchemyError, RuntimeError, AssertionError, AttributeError, TypeError) as error:
            raise UnreadableError(f"SQLAlchemy has no SQL for it ({type(error).__name__}): it stops here") from None

    def events(self, table: sa.Table, event: str) -> list[str]:
        """What types of columns add before a table is made (CREATE TYPE)."""
        found: list[str] = []
        connection = self._listening(found)
        getattr(table.dispatch, event)(table, connection, checkfirst=False, _ddl_runner=connection)
        return found

    def of_type(self, type_: TypeEngine[Any], word: str) -> list[str]:
        """`enum.create(bind)` and `enum.drop(bind)`."""
        found: list[str] = []
        getattr(type_, word)(self._listening(found), checkfirst=False)
        return found

    def _listening(self, found: list[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's own stand-in for a connection
        connection: Any = MockConnection(self.dialect, lambda element, *_, **__: found.append(self.sql(element)))
        connection.memo = self._memo
        return connection

    @property
    def compiler(self) -> Any:  # noqa: ANN401 - the dialect's own
        """The compiler of schema statements."""
        return self.dialect.ddl_compiler(self.dialect, None)  # type: ignore[arg-type]

    def quoted(self, name: str) -> str:
        """A name as the dialect writes it."""
        return str(self.dialect.identifier_preparer.quote(name))

    def alter(self, table: str, schema: str | None) -> str:
        """`ALTER TABLE schema.table`."""
        parts = [self.quoted(part) for part in schema.split(".")] if schema else []
        return "ALTER TABLE " + ".".join([*parts, self.quoted(table)])

    def type(self, type_: TypeEngine[Any]) -> str:
        """A type's SQL."""
        made = type_() if isinstance(type_, type) else type_
        try:
            return str(self.dialect.type_compiler_instance.process(made))
        except (sa.exc.SQLAlchemyError, AttributeError) as error:
            raise UnreadableError(f"SQLAlchemy has no SQL for its type ({type(error).__name__})") from None

    def default(self, value: Any) -> str:  # noqa: ANN401 - text, or an expression
        """A server default's SQL."""
        column: sa.Column[Any] = sa.Column("x", sa.Integer, server_default=value)
        return str(self.compiler.get_column_default_string(column))

    def literal(self, text: str) -> str:
        """A string's SQL."""
        return str(self.compiler.sql_compiler.render_literal_value(text, sa.String()))

    def column(self, column: sa.Column[Any]) -> str:
        """A column's definition, with what is written beside it."""
        try:
            words = [self.compiler.get_column_specification(column)]
            words += [self.compiler.process(constraint) for constraint in column.constraints]
        except (sa.exc.SQLAlchemyError, AttributeError) as error:
            raise UnreadableError(f"SQLAlchemy has no SQL for the column ({type(error).__name__})") from None
        return " ".join(words)
