"""Writes the SQL of plans for PostgreSQL; nothing else does. Names are quoted here."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.intent import Verb
from console.core.lock_rows import LockRow
from console.core.observation import Server
from console.core.operations import Operation
from console.core.plan import Check, Settings, Target
from console.core.schema import Index, Schema, Thing
from console.core.session import Session
from console.dialects.postgres.quoting import literal, quoted
from console.dialects.postgres.render_changes import change_sql
from console.dialects.postgres.render_clean import clean_checks, clean_sql
from console.dialects.postgres.render_kill import kill_sql


class PostgresRenderer:
    """What `console.core.ports_acting.Renderer` promises."""

    def kill(self, target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
        """What ends a session or what it runs, with its identity in it."""
        return kill_sql(target, verb, server)

    def operation(self, operation: Operation, schema: Schema) -> tuple[str, ...]:
        """The statements that make one schema change."""
        return change_sql(operation, schema)

    def drop_index(self, index: Index) -> tuple[str, ...]:
        """Concurrently: readers and writers go on."""
        return (f"DROP INDEX CONCURRENTLY {quoted(index.ref.schema)}.{quoted(index.ref.name)}",)

    def clean(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[str, ...]:
        """What ends, mends or takes away what a failure left."""
        return clean_sql(verb, thing)

    def clean_checks(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[Check, ...]:
        """What is asked just before."""
        return clean_checks(verb, thing)

    def count_values(self, schema: str, table: str, column: str | None) -> str:
        """How many rows have a value there."""
        place = f"{quoted(schema)}.{quoted(table)}"
        return f"SELECT count({quoted(column) if column else '*'}) FROM {place}"

    def settings(self, tool: Mapping[str, str], role: str) -> Settings:
        """What makes a session like the tool's own; a rewrite may take as long as it takes."""
        sql = ["SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0"]
        if path := tool.get("search_path"):
            sql.append(f"SET search_path = {', '.join(quoted(part.strip()) for part in path.split(','))}")
        if zone := tool.get("timezone"):
            sql.append(f"SET TimeZone = {literal(zone)}")
        if charset := tool.get("charset"):
            sql.append(f"SET client_encoding = {literal(charset)}")
        if role:
            sql.append(f"SET ROLE {quoted(role)}")
        return Settings(tuple(sql), role)


def make() -> PostgresRenderer:
    """The renderer."""
    return PostgresRenderer()
