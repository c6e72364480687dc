"""Writes the SQL of plans for MySQL and MariaDB; nothing else does. Names are quoted here."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.intent import Verb
from console.core.lock_rows import LockRow
from console.core.observation import Server
from console.core.operations import Operation
from console.core.plan import CannotWriteError, Check, Settings, Target
from console.core.schema import Index, Schema, Thing
from console.core.session import Session
from console.dialects.mysql.quoting import quoted, text
from console.dialects.mysql.render_changes import change_sql
from console.dialects.mysql.render_clean import clean_checks, clean_sql
from console.dialects.mysql.render_kill import kill_sql

_PATIENCE = 5
"""Seconds a schema change waits for its metadata lock: longer, and everybody queues behind it."""


class MySQLRenderer:
    """What `console.core.ports_acting.Renderer` promises."""

    is_mariadb = False

    def kill(self, target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
        """What ends a session or what it runs."""
        return kill_sql(target, verb, server)

    def operation(self, operation: Operation, schema: Schema) -> tuple[str, ...]:
        """The statements that make one schema change."""
        return change_sql(operation, schema)

    def drop_index(self, index: Index) -> tuple[str, ...]:
        """No index is INVALID here."""
        raise CannotWriteError("MySQL has no INVALID indexes.")

    def clean(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[str, ...]:
        """What ends, mends or takes away what a failure left."""
        return clean_sql(verb, thing)

    def clean_checks(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[Check, ...]:
        """What is asked just before."""
        return clean_checks(verb, thing)

    def count_values(self, schema: str, table: str, column: str | None) -> str:
        """How many rows have a value there."""
        return f"SELECT count({quoted(column) if column else '*'}) FROM {quoted(schema)}.{quoted(table)}"

    def settings(self, tool: Mapping[str, str], role: str) -> Settings:
        """What makes a session like the tool's own: the server's own settings, and what the project sets."""
        mode = text(tool["sql_mode"]) if "sql_mode" in tool else "@@GLOBAL.sql_mode"
        zone = text(tool["timezone"]) if tool.get("timezone") else "@@GLOBAL.time_zone"
        limits = (
            f"lock_wait_timeout = {_PATIENCE}, SESSION innodb_lock_wait_timeout = @@GLOBAL.innodb_lock_wait_timeout"
        )
        sql = [f"SET SESSION sql_mode = {mode}, SESSION time_zone = {zone}, SESSION {limits}"]
        sql.append(f"SET SESSION {'max_statement_time' if self.is_mariadb else 'max_execution_time'} = 0")
        if charset := tool.get("charset"):
            collation = f" COLLATE {text(tool['collation'])}" if tool.get("collation") else ""
            sql.append(f"SET NAMES {text(charset)}{collation}")
        if checks := tool.get("foreign_key_checks"):
            sql.append(f"SET SESSION foreign_key_checks = {int(checks)}")
        return Settings(tuple(sql))


def make() -> MySQLRenderer:
    """The renderer."""
    return MySQLRenderer()
