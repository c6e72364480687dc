"""Writes the SQL of plans for PostgreSQL; nothing else does. Names are quoted here."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.intent import Verb
from console.core.observation import Server
from console.core.operations import Operation
from console.core.plan import CannotWriteError, Settings, Target
from console.core.schema import Schema
from console.dialects.postgres.render_kill import kill_sql


class PostgresRenderer:
    """What `console.core.ports_acting.Renderer` promises."""

    def kill(self, target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
        """What ends a session or what it runs, with its identity in it."""
        return kill_sql(target, verb, server)

    def operation(self, operation: Operation, schema: Schema) -> tuple[str, ...]:
        """The statements that make one schema change."""
        raise CannotWriteError("This version cannot write that.")

    def count_values(self, schema: str, table: str, column: str | None) -> str:
        """How many rows have a value there."""
        place = f"{quoted(schema)}.{quoted(table)}"
        return f"SELECT count({quoted(column) if column else '*'}) FROM {place}"

    def settings(self, tool: Mapping[str, str], role: str) -> Settings:
        """What makes a session like the tool's own."""
        return Settings()


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL has it, whatever standard_conforming_strings is."""
    plain = text.replace("'", "''")
    return "E'" + plain.replace("\\", "\\\\") + "'" if "\\" in plain else f"'{plain}'"


def make() -> PostgresRenderer:
    """The renderer."""
    return PostgresRenderer()
