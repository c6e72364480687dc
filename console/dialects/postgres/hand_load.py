"""What loads a backup into a scratch PostgreSQL: one statement at a time, rows by COPY. No observer imports this."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import psycopg
from psycopg import pq

from console.core.faults import Fault
from console.dialects.postgres.hand import PostgresHand

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_LONG = 86_400.0
_SETTINGS = ("SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0", "SET lock_timeout = '30s'",
             "SET standard_conforming_strings = on", "SET client_encoding = 'UTF8'")  # fmt: skip


class PostgresLoader(PostgresHand):
    """A hand for a database that nobody else uses."""

    def ready(self) -> None:
        """Be alone in that database, and patient."""
        from console.core.plan import Settings

        self.settle(Settings(_SETTINGS))

    def send(self, sql: str) -> None:
        """One statement and no more of them: the server itself refuses two. RefusedFault, LinkLostFault."""
        with self._faults():
            result = self._connection.pgconn.exec_params(_bytes(sql), [])
            if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY):
                raise psycopg.errors.error_from_result(result)

    def copy(self, sql: str, rows: Iterable[bytes]) -> None:
        """Rows as they stand in the dump. RefusedFault, LinkLostFault."""
        self._connection.patience = _LONG
        with self._faults(), self._connection.cursor() as cursor, cursor.copy(_bytes(sql)) as copy:
            for row in rows:
                copy.write(row)

    def data_folder(self) -> str:
        """Where the server keeps its data; '' where it does not tell."""
        try:
            return str(self._read("SHOW data_directory")[0][0])
        except Fault:
            return ""


def _bytes(sql: str) -> bytes:
    """As it stood in the file."""
    return sql.encode("utf-8", "surrogateescape")


def make(url: URL) -> PostgresLoader:
    """The connection that loads; UnreachableFault, NotPermittedFault or UsageFault when it cannot be made."""
    return PostgresLoader(url)
