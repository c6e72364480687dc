"""Plays Flyway: applies the files of a folder as Flyway does, and writes its history table as Flyway writes it.

Two connections, like Flyway's: one holds the advisory lock and the history, the other runs the statements. As a program
(`python -m console.drill.player HOST PORT FOLDER TARGET [killed]`) it can be killed like any other deployment; it also
ends when its stdin closes, so it never outlives the drill.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psycopg

from console.drill.shop import DATABASE, OWNER

APPLICATION = "PostgreSQL JDBC Driver"
TABLE = '"public"."flyway_schema_history"'
_KEY_BASE = 77431708279161
_NAME = re.compile(r"(?:V(?P<version>[\d._]+)|R)__(?P<description>.+)\.sql")
_END_OF_STATEMENT = re.compile(r";[ \t]*(?:\r?\n|\Z)")
_CREATE = f"""CREATE TABLE IF NOT EXISTS {TABLE} (
    "installed_rank" INT NOT NULL,
    "version" VARCHAR(50),
    "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL,
    "script" VARCHAR(1000) NOT NULL,
    "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
    "execution_time" INTEGER NOT NULL,
    "success" BOOLEAN NOT NULL,
    CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank")
);
CREATE INDEX IF NOT EXISTS "flyway_schema_history_s_idx" ON {TABLE} ("success")"""
_INSERT = f"""INSERT INTO {TABLE} ("installed_rank", "version", "description", "type", "script", "checksum",
 "installed_by", "execution_time", "success") VALUES
 ((SELECT coalesce(max("installed_rank"), 0) + 1 FROM {TABLE}), %s, %s, 'SQL', %s, %s, current_user, %s, %s)"""


@dataclass(frozen=True, slots=True)
class Script:
    """One migration file."""

    path: Path
    version: str | None
    description: str

    @property
    def transactional(self) -> bool:
        """Whether the file runs in a transaction: the `.conf` beside it may say no."""
        conf = self.path.with_name(f"{self.path.name}.conf")
        return not (conf.is_file() and "executeInTransaction=false" in conf.read_text())

    @property
    def statements(self) -> list[str]:
        """Its statements; the drill's own files hold no semicolon inside one."""
        return [text.strip() for text in _END_OF_STATEMENT.split(self.path.read_text()) if text.strip()]

    @property
    def order(self) -> tuple[bool, tuple[int, ...], str]:
        """Versions by number, then repeatables by description."""
        version = tuple(int(part) for part in re.split(r"[._]", self.version)) if self.version else ()
        return self.version is None, version, self.description


def scripts(folder: Path) -> list[Script]:
    """The migration files of a folder, in the order they run."""
    named = ((path, _NAME.fullmatch(path.name)) for path in folder.iterdir())
    found = [Script(path, name["version"], name["description"].replace("_", " ")) for path, name in named if name]
    return sorted(found, key=lambda script: script.order)


def checksum(text: str) -> int:
    """Flyway's: CRC32 over the lines without their ends, as a signed 32-bit number."""
    value = 0
    for line in re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")):
        value = zlib.crc32(line.encode(), value)
    return value - 2**32 if value >= 2**31 else value


def lock_key(table: str = TABLE) -> int:
    """The advisory lock Flyway takes for a history table: a fixed number plus Java's hash of the quoted name."""
    value = 0
    for char in table:
        value = (31 * value + ord(char)) % 2**32
    return _KEY_BASE + (value - 2**32 if value >= 2**31 else value)


def migrate(host: str, port: int, folder: Path, target: str, *, killed_before_row: bool = False) -> None:
    """Apply what is pending up to version `target`. psycopg.Error when a statement fails, after Flyway's own row."""
    with _connect(host, port) as main, _connect(host, port) as work:
        main.execute(_CREATE)
        main.execute("SELECT pg_try_advisory_lock(%s)", (lock_key(),))
        done = {row[0] for row in main.execute(f'SELECT "script" FROM {TABLE} WHERE "success"')}
        for script in _wanted(folder, target):
            if script.path.name not in done:
                _apply(main, work, script, killed_before_row=killed_before_row)
        main.execute("SELECT pg_advisory_unlock(%s)", (lock_key(),))


def _wanted(folder: Path, target: str) -> Iterator[Script]:
    limit = tuple(int(part) for part in target.split("."))
    return (script for script in scripts(folder) if script.version is None or script.order[1] <= limit)


def _apply(main: psycopg.Connection, work: psycopg.Connection, script: Script, *, killed_before_row: bool) -> None:
    began = time.monotonic()
    try:
        _run(work, script)
    except psycopg.Error:
        if not script.transactional:
            _record(main, script, began, success=False)
        raise
    if killed_before_row:
        os.kill(os.getpid(), signal.SIGKILL)
    _record(main, script, began, success=True)


def _run(work: psycopg.Connection, script: Script) -> None:
    if script.transactional:
        with work.transaction():
            for statement in script.statements:
                work.execute(statement)
    else:
        for statement in script.statements:
            work.execute(statement)


def _record(main: psycopg.Connection, script: Script, began: float, *, success: bool) -> None:
    took = round((time.monotonic() - began) * 1000)
    name = script.path.name
    values = (script.version, script.description, name, checksum(script.path.read_text()), took, success)
    main.execute(_INSERT, values)


def _connect(host: str, port: int) -> psycopg.Connection:
    return psycopg.connect(
        host=host, port=port, dbname=DATABASE, user=OWNER, application_name=APPLICATION, autocommit=True
    )


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_stdin, daemon=True).start()
    _host, _port, _folder, _target, *_rest = sys.argv[1:]
    migrate(_host, int(_port), Path(_folder), _target, killed_before_row=_rest == ["killed"])
