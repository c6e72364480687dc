"""The servers' own dump programs: a database written out and read in again somewhere else on the same server."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.drill.binaries import installations
from tests.mysql_servers import fetched
from tests.servers import conninfo
from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked

_SQLITE = Wanted("sid", ("sqlite3",))
_CLIENT = Wanted("sid", ("mysql-client-core",))


def dumped_postgres(source: URL, target: URL, major: int) -> None:
    """pg_dump into psql of the server's own version."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(postgres_dump(source, major))
        file.flush()
        _restored(installations()[major] / "bin", target, Path(file.name))


def postgres_dump(source: URL, major: int, *options: str) -> bytes:
    """What pg_dump writes."""
    return _done([str(installations()[major] / "bin" / "pg_dump"), *options, conninfo(source)])


def _restored(programs: Path, target: URL, script: Path) -> None:
    psql = next((p for p in (programs / "psql", Path("/usr/bin/psql")) if p.exists()), None)
    assert psql is not None, "no psql is beside pg_dump"
    _done([str(psql), "-v", "ON_ERROR_STOP=1", "-q", "-f", str(script), conninfo(target)])


def dumped_mysql(source: URL, target: URL, kind: str) -> None:
    """What mysqldump wrote into mysql, and MariaDB's programs of the same names."""
    _done([*_program(kind, "shell"), *_login(target), str(target.database)], mysql_dump(source, kind))


def mysql_dump(source: URL, kind: str, *options: str) -> bytes:
    """What mysqldump writes, or mariadb-dump."""
    apart = "--set-gtid-purged=OFF" if kind == "mysql" else "--skip-lock-tables"
    return _done([*_program(kind, "dump"), *_login(source), "--routines", "--events", "--triggers", apart,
                  "--no-tablespaces", *options, str(source.database)])  # fmt: skip


def _program(kind: str, part: str) -> tuple[str, ...]:
    name = {
        "dump": {"mysql": "mysqldump", "mariadb": "mariadb-dump"},
        "shell": {"mysql": "mysql", "mariadb": "mariadb"},
    }
    return _client(kind).command(f"usr/bin/{name[part][kind]}")


def _client(kind: str) -> Unpacked:
    if kind == "mariadb":
        return Unpacked(fetched(kind))
    try:
        return unpacked(_CLIENT)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)


def _login(url: URL) -> list[str]:
    return ["--no-defaults", f"--host={url.host}", f"--port={url.port}", f"--user={url.username}"]


def _done(command: list[str], given: bytes = b"") -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=60, env=dict(os.environ))
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def sqlite_dump(file: Path) -> bytes:
    """What `.dump` of SQLite's own shell writes."""
    try:
        shell = unpacked(_SQLITE).command("usr/bin/sqlite3")
    except DebianError as problem:
        pytest.fail(str(problem))
    return _done([*shell, str(file), ".dump"])
