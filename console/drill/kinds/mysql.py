"""Drills on MySQL, and what those on MariaDB have in common with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import ClassVar

import pymysql
from pymysql.cursors import SSCursor
from sqlalchemy.engine import URL

from console.drill import history
from console.drill.kinds.kind import Kind
from console.drill.mysql_server import PrivateMySQL, installed_or_refused
from console.drill.private import PrivateServer
from console.drill.session import Refused, Row, Session
from console.drill.shop import DATABASE, OWNER, READER, mysql

PATIENT = MappingProxyType({"innodb-lock-wait-timeout": "86400", "net-write-timeout": "86400"})
"""A scene lasts as long as somebody looks at it."""


class MySQLKind(Kind):
    """MySQL. Who deploys has a password: with none, the one in somebody's own ~/.my.cnf would be tried."""

    name = "mysql"
    dialect = "mysql"
    home = DATABASE
    admin = "root"
    password = "drill"  # noqa: S105 - of a server that nobody else reaches and that ends with the drill
    global_rights: ClassVar[tuple[str, ...]] = (
        f"GRANT PROCESS, REPLICATION CLIENT, CONNECTION_ADMIN, XA_RECOVER_ADMIN, SHOW_ROUTINE ON *.* TO {OWNER}",
        f"GRANT SELECT ON performance_schema.* TO {OWNER}",
    )
    settings: ClassVar[Mapping[str, str]] = MappingProxyType({**PATIENT, "auto-generate-certs": "OFF"})
    """Certificates would take a quarter of a second."""
    waiting = "SELECT count(*) FROM information_schema.processlist WHERE user = %s AND state LIKE 'Waiting for %% lock'"
    look_every = 0.02
    connected = "SELECT count(*) FROM information_schema.processlist WHERE user = %s AND id <> connection_id()"
    shop = mysql.MYSQL
    history = history.MYSQL

    def __init__(self) -> None:
        """The accounts with the rights that this kind of server knows."""
        self.setting_up = (
            f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4",
            f"CREATE USER {OWNER} IDENTIFIED BY '{self.password}'",
            f"CREATE USER {READER}",
            f"GRANT ALL ON {DATABASE}.* TO {OWNER}",
            *self.global_rights,
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {DATABASE}.* TO {READER}",
        )

    def private(self, major: int | None) -> PrivateServer:
        """What is on the machine, else in the cache."""
        return PrivateMySQL(self.name, self.settings, installed_or_refused(self.name))

    def open(self, url: URL, client: Mapping[str, str] = MappingProxyType({})) -> Session:
        """A connection with these connection attributes."""
        return MySQLSession(url, client)

    def called(self, program: str) -> Mapping[str, str]:
        """By a connection attribute."""
        return {"program_name": program}


class MySQLSession(Session):
    """One connection."""

    def __init__(self, url: URL, client: Mapping[str, str]) -> None:
        """Connect. Refused."""
        where = {"host": url.host, "port": url.port or 0, "user": url.username, "password": url.password or ""}
        # reading the machine's certificates takes longer than all the rest
        how = {"autocommit": True, "charset": "utf8mb4", "ssl_disabled": True, "defer_connect": True}
        self._connection = pymysql.connect(**where, **how, database=url.database)  # type: ignore[call-overload]
        vars(self._connection)["_connect_attrs"] |= client
        with _refusals():
            self._connection.connect()
        self._unread: list[SSCursor] = []

    def run(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of one statement."""
        with _refusals(), self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())

    def read_slowly(self, sql: str) -> None:
        """The server stands still as soon as all buffers in between are full."""
        with _refusals():
            self._unread.append(self._connection.cursor(SSCursor))
            self._unread[-1].execute(sql)
            self._unread[-1].fetchone()

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except pymysql.Error as error:
        code, *text = error.args or ("",)
        raise Refused(str(code), str(text[0] if text else code)) from error


def make() -> Kind:
    """What the registry imports this for."""
    return MySQLKind()
