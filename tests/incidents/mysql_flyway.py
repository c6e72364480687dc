"""A Flyway project on MySQL or MariaDB, and a client that sends a file as Flyway does: statement by statement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pymysql
from sqlalchemy.engine import URL

from console.drill.player import checksum
from tests.incidents.mysql_log import sent_by
from tests.mysql_servers import MyConnection, ask, open_connection, run

TABLE = "flyway_schema_history"
LEDGER = f"""CREATE TABLE `{TABLE}` (
    `installed_rank` INT NOT NULL, `version` VARCHAR(50), `description` VARCHAR(200) NOT NULL,
    `type` VARCHAR(20) NOT NULL, `script` VARCHAR(1000) NOT NULL, `checksum` INT, `installed_by` VARCHAR(100) NOT NULL,
    `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, `execution_time` INT NOT NULL, `success` BOOL NOT NULL,
    CONSTRAINT `{TABLE}_pk` PRIMARY KEY (`installed_rank`)) ENGINE=InnoDB"""
INDEX = f"CREATE INDEX `{TABLE}_s_idx` ON `{TABLE}` (`success`)"
ROW = f"""INSERT INTO `{TABLE}` (`installed_rank`, `version`, `description`, `type`, `script`, `checksum`,
    `installed_by`, `execution_time`, `success`) VALUES (%s, %s, %s, 'SQL', %s, %s, 'root', 7, %s)"""


def id_of(connection: MyConnection) -> int:
    """The server's number of a session."""
    return int(ask(connection, "SELECT connection_id()")[0][0])


@dataclass(frozen=True, slots=True)
class Played:
    """How far a file came."""

    error: int
    """0: to its end."""
    said: str
    sent: tuple[str, ...]
    """All that reached the server, by its own log; MySQL leaves out what it cannot parse."""
    failed: str = ""
    """The statement that failed."""

    @property
    def ran(self) -> tuple[str, ...]:
        """All that succeeded."""
        return tuple(sql for sql in self.sent if sql != self.failed)


@dataclass(frozen=True, slots=True)
class MySite:
    """`folder` holds the project, `url` is its database."""

    folder: Path
    url: URL

    def make(self) -> MySite:
        """The configuration and the history table."""
        url = self.url
        (self.folder / "sql").mkdir(parents=True)
        address = f"jdbc:{url.get_backend_name()}://{url.host}:{url.port}/{url.database}"
        lines = [f"flyway.url={address}", f"flyway.user={url.username}", f"flyway.password={url.password or ''}"]
        (self.folder / "flyway.conf").write_text("\n".join([*lines, "flyway.locations=filesystem:sql"]))
        run(url, LEDGER, INDEX)
        return self

    def file(self, version: str, text: str) -> Path:
        """A migration."""
        path = self.folder / "sql" / f"V{version}__change_{version}.sql"
        path.write_text(text, encoding="utf-8")
        return path

    def row(self, version: str, *, success: bool) -> None:
        """Flyway's row for a file."""
        path = self.folder / "sql" / f"V{version}__change_{version}.sql"
        text = path.read_text(encoding="utf-8")
        with open_connection(self.url) as connection, connection.cursor() as cursor:
            values = (int(version), version, f"change {version}", path.name, checksum(text), success)
            cursor.execute(ROW, values)

    def applied(self, version: str, *steps: str) -> None:
        """A migration that ran and was recorded."""
        self.file(version, ";\n".join(steps))
        run(self.url, *steps)
        self.row(version, success=True)

    def play(self, steps: tuple[str, ...], client: MyConnection | None = None) -> Played:
        """Send the statements up to the one that fails."""
        with client or open_connection(self.url) as connection:
            session = id_of(connection)
            for step in steps:
                try:
                    ask(connection, step)
                except pymysql.Error as failure:
                    error, said = int(failure.args[0]), str(failure.args[1])
                    return Played(error, said, tuple(sent_by(self.url, session)), step)
        return Played(0, "", tuple(sent_by(self.url, session)))
