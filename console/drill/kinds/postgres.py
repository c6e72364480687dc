"""Drills on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType

import psycopg
from sqlalchemy.engine import URL

from console.drill import history
from console.drill.kinds.kind import Kind
from console.drill.private import PrivateServer
from console.drill.server import PrivatePostgres, available
from console.drill.session import Refused, Row, Session
from console.drill.shop import DATABASE, OWNER, READER, postgres


class PostgresKind(Kind):
    """PostgreSQL: accounts need no password."""

    name = "postgresql"
    dialect = "postgres"
    home = "public"
    admin = "postgres"
    setting_up = (
        f"CREATE ROLE {OWNER} LOGIN",
        f"GRANT pg_monitor, pg_signal_backend TO {OWNER}",
        f"CREATE ROLE {READER} LOGIN",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    )
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = %s"
    look_every = 0.01
    connected = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND pid <> pg_backend_pid()"
    shop = postgres.SHOP
    history = history.POSTGRES

    def private(self, major: int | None) -> PrivateServer:
        """The newest version there is, when none is named."""
        return PrivatePostgres(major or max(available(), default=18))

    def open(self, url: URL, client: Mapping[str, str] = MappingProxyType({})) -> Session:
        """A connection; an `application_name` may be among what it says of itself."""
        return PostgresSession(url, client)

    def called(self, program: str) -> Mapping[str, str]:
        """By its application_name."""
        return {"application_name": program}


class PostgresSession(Session):
    """One connection."""

    def __init__(self, url: URL, client: Mapping[str, str]) -> None:
        """Connect. Refused."""
        where = {"host": url.host or "", "port": url.port or 0, "user": url.username, "dbname": url.database}
        with _refusals():
            self._connection = psycopg.connect(**where, **client, autocommit=True)  # type: ignore[arg-type]
        self._unread: list[Iterator[Row]] = []

    def run(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of one statement."""
        with _refusals():
            cursor = self._connection.execute(sql.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def read_slowly(self, sql: str) -> None:
        """The server stands still as soon as all buffers in between are full."""
        with _refusals():
            self._unread.append(self._connection.cursor().stream(sql.encode()))
            next(self._unread[-1])

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise Refused(error.sqlstate or "", str(error).strip()) from error


def make() -> Kind:
    """What the registry imports this for."""
    return PostgresKind()
