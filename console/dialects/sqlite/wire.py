"""How questions reach the file without leaving a trace: each opens it, reads and closes it again.

A connection that stayed open would keep the application from tidying up its write-ahead log, and one that opens a
database with a log that is not there makes it, under the name of whoever runs Halfway: the application could then not
write any more. So what nobody has open is read as it lies there, and it is looked whether it stayed so; what can only
be read after something was mended (a journal of a killed process) is copied and mended there.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from console.core.faults import LinkLostFault, LockedFault, ReadFault
from console.dialects.sqlite.errors import NEEDS_A_WRITER, code_of, read_fault
from console.dialects.sqlite.file import SOMEBODY, DatabaseFile, Look

R = TypeVar("R")
Row = tuple[Any, ...]

_SECONDS = {"schema": 15.0}
_DEFAULT_SECONDS = 2.0
_BUSY_SECONDS = 0.5
_TRIES = 3
_STEPS = 2000
"""After so many steps of its machine SQLite asks whether it shall go on."""
_LARGEST_COPY = 1 << 30
_SETTINGS = ("query_only = 1", "temp_store = 2", "trusted_schema = 0", "mmap_size = 0")


class Way(Enum):
    """How the file is opened."""

    PLAIN = "mode=ro"
    AS_IT_LIES = "mode=ro&immutable=1"
    """Without any lock: for a database with a write-ahead log that nobody has open."""
    COPY = "mode=rw"


class Reader:
    """One connection, for as long as one question takes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """`connection` is open."""
        self.connection = connection

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Row]:
        """All rows of a query."""
        return self.connection.execute(sql, parameters).fetchall()

    def texts(self, sql: str) -> tuple[tuple[str, ...], list[tuple[str | None, ...]]]:
        """Column names and all rows, every value as text."""
        cursor = self.connection.execute(sql)
        names = tuple(column[0] for column in cursor.description or ())
        return names, [tuple(_text(value) for value in row) for row in cursor]


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever the file holds
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return None if value is None else str(value)


class Wire:
    """The way to one file; used by one thread, `cancel` may come from another."""

    def __init__(self, path: str, lane: str) -> None:
        """UnreachableFault or NotPermittedFault when there is nothing to read."""
        self.file = DatabaseFile(path)
        self.seconds = _SECONDS.get(lane.partition(" ")[0], _DEFAULT_SECONDS)
        self.identity = self.file.look().identity
        self._running: sqlite3.Connection | None = None
        self._cancelled = False
        self._closed = False
        self._copies: tempfile.TemporaryDirectory[str] | None = None
        self._copied: Look | None = None

    @property
    def name(self) -> str:
        """`database.sqlite`."""
        return self.file.name

    def look(self) -> Look:
        """The file now; LinkLostFault when it is not the one it was."""
        if self._closed:
            raise LinkLostFault("The database is closed")
        look = self.file.look()
        if look.identity != self.identity:
            raise LinkLostFault(f"{self.name} was replaced by another file")
        return look

    def read(self, job: Callable[[Reader], R], *, seconds: float = 0.0, gives_way: bool = False) -> R:
        """What `job` makes of the file; with `gives_way` it ends as soon as a writer waits for it."""
        self._cancelled = False
        for _ in range(_TRIES):
            before = self.look()
            way = way_for(before)
            value = self._tried(way, job, before, seconds or self.seconds, gives_way=gives_way)
            if way is not Way.AS_IT_LIES or self.look() == before:
                return value
        raise LockedFault(f"{self.name} kept changing while it was read")

    def _tried(self, way: Way, job: Callable[[Reader], R], look: Look, seconds: float, *, gives_way: bool) -> R:
        stop = _Stop(time.monotonic() + seconds, self.file if gives_way and not look.is_wal else None)
        try:
            try:
                return self._once(way, job, look, stop)
            except sqlite3.Error as error:
                if way is Way.COPY or code_of(error) not in NEEDS_A_WRITER:
                    raise
                return self._once(Way.COPY, job, self.look(), stop)
        except sqlite3.Error as error:
            if stop.writer:
                raise LockedFault(
                    f"The read of {self.name} gave way", f"process {stop.writer} waits to write"
                ) from error
            raise read_fault(
                error, self.name, holder=self.file.writer() or SOMEBODY, cancelled=self._cancelled
            ) from error

    def _once(self, way: Way, job: Callable[[Reader], R], look: Look, stop: _Stop) -> R:
        path = self._copy(look) if way is Way.COPY else self.file.path
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?{way.value}",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        self._running = connection
        try:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            connection.set_progress_handler(lambda: int(self._cancelled or stop()), _STEPS)
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN")
            return job(Reader(connection))
        finally:
            self._running = None
            connection.close()

    def _copy(self, look: Look) -> Path:
        """A copy of our own, made again when the file changed."""
        if self._copies is not None and self._copied == look:
            return Path(self._copies.name, "copy.sqlite")
        self._drop_copy()
        size = look.size + (look.wal or 0) + (look.journal or 0)
        if size > _LARGEST_COPY or shutil.disk_usage(tempfile.gettempdir()).free < 2 * size:
            raise ReadFault(
                f"{self.name} cannot be read before a program that may write opens it", "it is too large to be copied"
            )
        self._copies = tempfile.TemporaryDirectory(prefix="halfway-")
        copy = self.file.copy_to(Path(self._copies.name))
        if self.look() != look:
            raise LockedFault(f"{self.name} changed while it was copied")
        self._copied = look
        return copy

    def _drop_copy(self) -> None:
        copies, self._copies, self._copied = self._copies, None, None
        if copies is not None:
            copies.cleanup()

    def cancel(self) -> None:
        """Stop what is being read; any thread."""
        self._cancelled = True
        running = self._running
        if running is not None:
            running.interrupt()

    def close(self) -> None:
        """Nothing stays open between two questions; a copy goes."""
        self._closed = True
        self._drop_copy()


class _Stop:
    """Whether a read has to end: its time is over, or a writer waits for it."""

    def __init__(self, deadline: float, file: DatabaseFile | None) -> None:
        self.deadline = deadline
        self.file = file
        self.writer = ""

    def __call__(self) -> bool:
        if self.file is not None:
            self.writer = self.file.waiting_writer()
        return bool(self.writer) or time.monotonic() > self.deadline


def way_for(look: Look) -> Way:
    """How it can be read without anything being made beside it."""
    if not look.is_wal:
        return Way.PLAIN
    if look.wal is None:
        return Way.AS_IT_LIES
    return Way.PLAIN if look.shm else Way.COPY
