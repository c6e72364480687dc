"""Plays Flyway: applies the files of a folder as Flyway does, and writes its history table as Flyway writes it.

As many connections as Flyway has: on PostgreSQL one holds the advisory lock and the history, the other runs the
statements; on MySQL and MariaDB it is one. As a program (`python -m console.drill.player KIND HOST PORT FOLDER TARGET
[killed]`) it can be killed like any other deployment; it also ends when its stdin closes: it never outlives the drill.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from sqlalchemy.engine import URL

from console.drill.history import EXISTS, History
from console.drill.kinds import kind_of
from console.drill.kinds.kind import Kind
from console.drill.session import Refused, Session

_NAME = re.compile(r"(?:V(?P<version>[\d._]+)|R)__(?P<description>.+)\.sql")
_END_OF_STATEMENT = re.compile(r";[ \t]*(?:\r?\n|\Z)")


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


def migrate(kind: Kind, url: URL, folder: Path, target: str, *, killed_before_row: bool = False) -> None:
    """Apply what is pending up to version `target`. Refused when a statement fails, after Flyway's own row."""
    books = kind.history
    with kind.open(url, books.client) as main, _second(kind, url, main) as work:
        if not main.number(EXISTS):
            for statement in books.create:
                main.run(statement)
        flyway = _Flyway(books, main, work, str(url.username))
        main.run(books.lock, (books.key,))
        done = {row[0] for row in main.run(f"SELECT script FROM {books.table} WHERE success")}
        for script in _wanted(folder, target):
            if script.path.name not in done:
                flyway.apply(script, killed_before_row=killed_before_row)
        main.run(books.unlock, (books.key,))


def _second(kind: Kind, url: URL, main: Session) -> AbstractContextManager[Session]:
    """What runs the statements: on some servers `main` itself."""
    return nullcontext(main) if kind.history.alone else kind.open(url, kind.history.client)


def _wanted(folder: Path, target: str) -> Iterator[Script]:
    limit = tuple(int(part) for part in target.split("."))
    return (script for script in scripts(folder) if script.version is None or script.order[1] <= limit)


@dataclass(frozen=True, slots=True)
class _Flyway:
    books: History
    main: Session
    work: Session
    user: str

    def apply(self, script: Script, *, killed_before_row: bool) -> None:
        """Run one file and write its row."""
        began = time.monotonic()
        undone = self.books.transactional and script.transactional
        try:
            self._run(script, undone=undone)
        except Refused:
            if not undone:
                self._record(script, began, success=False)
            raise
        if killed_before_row:
            os.kill(os.getpid(), signal.SIGKILL)
        self._record(script, began, success=True)

    def _run(self, script: Script, *, undone: bool) -> None:
        with self.work.transaction() if undone else nullcontext():
            for statement in script.statements:
                self.work.run(statement)

    def _record(self, script: Script, began: float, *, success: bool) -> None:
        took = round((time.monotonic() - began) * 1000)
        rank = self.main.number(f"SELECT coalesce(max(installed_rank), 0) + 1 FROM {self.books.table}")
        what = (script.version, script.description, "SQL", script.path.name, checksum(script.path.read_text()))
        self.main.run(self.books.insert, (rank, *what, self.user, took, success))


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_stdin, daemon=True).start()
    _name, _host, _port, _folder, _target, *_rest = sys.argv[1:]
    _kind = kind_of(_name)
    _url = _kind.url(URL.create(_name, host=_host, port=int(_port)))
    migrate(_kind, _url, Path(_folder), _target, killed_before_row=_rest == ["killed"])
