"""A thousand databases on two local servers: how long a look at all of them takes, its memory, and its connections.

The servers run on the same cores, so what is measured is the whole of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Event, Thread

import psycopg
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres, available
from tests.fleet.fleets import Made, Project, fill_mysql, fill_postgres
from tests.headless import command, environment
from tests.mysql_servers import private
from tests.servers import conninfo, run

DATABASES = 500
"""On each server."""
TABLES = 20
SCHEMAS = 1000
_EVERY = 0.02


def measure() -> None:
    """Two PostgreSQL, then one of them a MariaDB, then schemas of one database; the first one is what is promised."""
    with TemporaryDirectory() as name:
        project = Project.at(Path(name) / "project", TABLES)
        with PrivatePostgres(max(available())) as one:
            first = Made(project)
            _fill(first, one.url, "a")
            with PrivatePostgres(max(available())) as two:
                both = Made(project, dict(first.kinds), dict(first.urls))
                _fill(both, two.url, "b")
                _look("two PostgreSQL", both, Path(name), one.url, two.url)
            with private("mariadb") as other:
                mixed = Made(project, dict(first.kinds), dict(first.urls))
                fill_mysql(mixed, other.url, {"applied": DATABASES - 1, "half": 1})
                _look("PostgreSQL and MariaDB", mixed, Path(name), one.url)
            _schemas(project, one.url, Path(name))


def _fill(made: Made, server: URL, prefix: str) -> None:
    fill_postgres(made, server, {"applied": DATABASES - 2, "half": 1, "drifted": 1}, prefix)


def _look(title: str, made: Made, folder: Path, *servers: URL) -> None:
    listed = made.csv(folder / "fleet.csv")
    _told(title, len(made.urls), ("fleet", str(listed), "--project", str(made.project.folder), "--json"), *servers)


def _schemas(project: Project, server: URL, folder: Path) -> None:
    """Tenants that are schemas of one database."""
    run(server, "CREATE DATABASE bench_tenants")
    url = server.set(database="bench_tenants")
    with psycopg.connect(conninfo(url)) as connection:
        for n in range(SCHEMAS):
            connection.execute(f"CREATE SCHEMA tenant_{n}; SET search_path = tenant_{n}")
            for statement in project.kinds()["applied"]:
                connection.execute(statement.encode())
            connection.commit()
    text = url.render_as_string(hide_password=False)
    words = ("fleet", text, "--schemas", "tenant_*", "--project", str(project.folder), "--json")
    _told("schemas of one PostgreSQL", SCHEMAS, words, server)


def _told(title: str, count: int, words: tuple[str, ...], *servers: URL) -> None:
    watched = [_Watched(server) for server in servers]
    began = time.perf_counter()
    with TemporaryFile("w+") as out:
        process = subprocess.Popen(command(*words), env=environment(), stdout=out)
        _, _, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        out.seek(0)
        states = json.loads(out.readlines()[-1])["states"]
    process.returncode = 0  # it was waited for here
    most = max(each.end() for each in watched)
    own = used.ru_utime + used.ru_stime
    sys.stdout.write(
        f"\nfleet of {count} databases, {title}\n  took {took:.1f} s, of them {own:.1f} s of its own on a core;"
        f" at most {most} connections a server, {used.ru_maxrss // 1024} MB\n  {states}\n"
    )
    sys.stdout.flush()


class _Watched:
    """Counts Halfway's connections to a server, again and again."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._most = 0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'halfway%'"
        with psycopg.connect(conninfo(self._server), autocommit=True) as connection:
            while not self._over.wait(_EVERY):
                with suppress(psycopg.Error):
                    found = connection.execute(sql).fetchone()
                    self._most = max(self._most, found[0] if found else 0)

    def end(self) -> int:
        """The most there were."""
        self._over.set()
        self._thread.join()
        return self._most


if __name__ == "__main__":
    measure()
