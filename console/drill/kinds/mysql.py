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
    """MySQL. Accounts have a password: with none, the one in somebody's own ~/.my.cnf would be tried."""

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
    waiting = f"""
SELECT count(*) FROM information_schema.processlist p
  LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
 WHERE p.user = %s AND p.db = '{DATABASE}' AND (p.state LIKE 'Waiting for %% lock' OR t.trx_state = 'LOCK WAIT')"""
    look_every = 0.12
    """Who asks InnoDB more than ten times a second is shown the same picture again."""
    connected = "SELECT count(*) FROM information_schema.processlist WHERE user = %s AND id <> connection_id()"
    shop = mysql.MYSQL
    history = history.MYSQL

    def __init__(self) -> None:
        """The accounts with the rights that this kind of server knows."""
        self.setting_up = (
            f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4",
            *(f"CREATE USER {user} IDENTIFIED BY '{self.password}'" for user in (OWNER, READER)),
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
        given = {"host": url.host, "port": url.port or 0, "user": url.username, "password": url.password or ""}
        self._connection = pymysql.connect(
            **given, database=url.database, autocommit=True, charset="utf8mb4", defer_connect=True
        )  # type: ignore[call-overload]
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
