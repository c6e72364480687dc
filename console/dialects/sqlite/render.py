"""Writes the SQL of plans for SQLite; nothing else does. What a file cannot do is said."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.intent import Verb
from console.core.lock_rows import LockRow
from console.core.observation import Server
from console.core.operations import Operation
from console.core.plan import CannotWriteError, Check, Settings, Target
from console.core.schema import Index, Schema, Thing
from console.core.session import Session
from console.dialects.sqlite.render_script import script_sql


class SQLiteRenderer:
    """What `console.core.ports_acting.Renderer` promises."""

    def kill(self, target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
        """There is nobody to end."""
        raise CannotWriteError("SQLite has no sessions: end the process that has the file open by its own supervisor.")

    def operation(self, operation: Operation, schema: Schema) -> tuple[str, ...]:
        """The statements that make one schema change."""
        return script_sql(operation, schema)

    def drop_index(self, index: Index) -> tuple[str, ...]:
        """No index is INVALID here."""
        raise CannotWriteError("SQLite has no INVALID indexes.")

    def clean(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[str, ...]:
        """What a failure leaves here is taken back by SQLite itself."""
        raise CannotWriteError("How this is cleaned up on SQLite is not known.")

    def clean_checks(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[Check, ...]:
        """Nothing."""
        return ()

    def count_values(self, schema: str, table: str, column: str | None) -> str:
        """How many rows have a value there."""
        return f"SELECT count({_quoted(column) if column else '*'}) FROM {_quoted(table)}"

    def settings(self, tool: Mapping[str, str], role: str) -> Settings:
        """A file is opened as it is."""
        return Settings()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def make() -> SQLiteRenderer:
    """The renderer."""
    return SQLiteRenderer()
