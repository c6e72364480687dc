"""Fleets of real databases, cheap: each kind of incident is made once, in a template, and copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server, socket

from sqlalchemy.engine import URL

from tests import mysql_servers, servers

LEDGER = """CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50),
 description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int,
 installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
 execution_time int NOT NULL, success boolean NOT NULL)"""
_TABLE = """CREATE TABLE t{n} (id bigint NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, a int, note text);
CREATE INDEX t{n}_a ON t{n} (a);
ALTER TABLE t{n} ADD COLUMN c int;
"""


@dataclass(frozen=True)
class Project:
    """A Flyway project; the last of its migrations is the one that stopped."""

    folder: Path
    tables: int

    @classmethod
    def at(cls, folder: Path, tables: int) -> Project:
        """With `tables` migrations of three statements each."""
        place = folder / "db" / "migration"
        place.mkdir(parents=True)
        (folder / "flyway.conf").write_text("flyway.locations=filesystem:db/migration\n")
        for n in range(1, tables + 1):
            (place / f"V{n}__t{n}.sql").write_text(_TABLE.format(n=n))
        return cls(folder, tables)

    @staticmethod
    def statements(n: int) -> list[str]:
        """Of one migration."""
        return [text for text in _TABLE.format(n=n).split(";\n") if text]

    @staticmethod
    def row(n: int, *, success: bool = True) -> str:
        """What Flyway writes of one."""
        known = f"{n}, '{n}', 't{n}', 'SQL', 'V{n}__t{n}.sql', NULL, 'x', CURRENT_TIMESTAMP, 1"
        return f"INSERT INTO flyway_schema_history VALUES ({known}, {str(success).lower()})"

    def made(self, upto: int) -> list[str]:
        """What makes an empty database one that has run so many."""
        runs = (text for n in range(1, upto + 1) for text in (*self.statements(n), self.row(n)))
        return [LEDGER, *runs]

    def kinds(self) -> dict[str, list[str]]:
        """Kind of incident -> the statements that make it in an empty database."""
        last, before = self.statements(self.tables), self.made(self.tables - 1)
        whole = self.made(self.tables)
        return {
            "applied": whole,
            "pending": before,
            "half": [*before, last[0]],
            "failed": [*before, self.row(self.tables, success=False)],
            "unrecorded": [*before, *last],
            "drifted": [*whole, "ALTER TABLE t1 ADD COLUMN hot int"],
        }


@dataclass
class Made:
    """A fleet: name -> URL, and which kind it was made as."""

    project: Project
    kinds: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, url: URL | str) -> None:
        """One more."""
        self.kinds[name] = kind
        self.urls[name] = url if isinstance(url, str) else url.render_as_string(hide_password=False)

    def names(self, kind: str) -> list[str]:
        """Those of one kind."""
        return [name for name, made in self.kinds.items() if made == kind]

    def csv(self, path: Path) -> Path:
        """The list."""
        path.write_text("name,url,group\n" + "".join(f"{n},{u},{n.partition('_')[0]}\n" for n, u in self.urls.items()))
        return path


def fill_postgres(made: Made, server: URL, counts: Mapping[str, int], prefix: str = "pg", login: str = "") -> None:
    """So many databases of each kind, copied from a template of their kind. `login`: of a role that sees all and may
    have eight connections."""
    if login:
        servers.run(
            server,
            f"CREATE ROLE {login} LOGIN CONNECTION LIMIT 8 PASSWORD 'k3pt'",
            f"GRANT pg_monitor, pg_read_all_data TO {login}",
        )
    seen = server.set(username=login, password="k3pt") if login else server
    for kind, count in counts.items():
        template = f"{prefix}_template_{kind}"
        servers.run(server, f"CREATE DATABASE {template}")
        servers.run(server.set(database=template), *made.project.kinds()[kind])
        names = [f"{prefix}_{kind}_{n}" for n in range(1, count + 1)]
        servers.run(server, *(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy" for name in names))
        for name in names:
            made.add(name, kind, seen.set(database=name))


def fill_mysql(made: Made, server: URL, counts: Mapping[str, int], prefix: str = "my", login: str = "") -> None:
    """The same on MySQL or MariaDB, where nothing is copied."""
    if login:
        mysql_servers.run(
            server,
            f"CREATE USER {login}@'%' IDENTIFIED BY 'k3pt' WITH MAX_USER_CONNECTIONS 8",
            f"GRANT ALL ON *.* TO {login}@'%'",
        )
    seen = server.set(username=login, password="k3pt") if login else server
    for kind, count in counts.items():
        for n in range(1, count + 1):
            name = f"{prefix}_{kind}_{n}"
            mysql_servers.run(server, f"CREATE DATABASE {name} CHARACTER SET utf8mb4", f"USE {name}",
                              *made.project.kinds()[kind])  # fmt: skip
            made.add(name, kind, seen.set(database=name))


@contextmanager
def silent() -> Iterator[int]:
    """A port where somebody listens and nobody ever answers."""
    with create_server(("127.0.0.1", 0)) as listening:
        yield port_of(listening)


def port_of(listening: socket) -> int:
    """Its number."""
    return int(listening.getsockname()[1])


def refused() -> int:
    """A port where nobody listens."""
    with create_server(("127.0.0.1", 0)) as listening:
        return port_of(listening)
