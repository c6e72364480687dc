"""Room that is held before it is needed: a full disk is often the incident itself, and must not stop its cure.

The room lies inside the journal's own files, where whoever fills the disk cannot take it: free pages in the database,
and a write-ahead log that was written long once and is overwritten from its start. A console that is opened only after
the disk is full needs new files; for these, and when the pages are used up, a file is kept that can be given back.
On file systems that never write in place (btrfs, ZFS) only that last file helps.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, delete, func, insert
from sqlalchemy.exc import DBAPIError

from console.store.place import made
from console.store.table import SPARE, writing

PAGE = 4096
KEPT_FREE = 256
"""Pages: 1 MiB, some 250 steps with their SQL."""
GROWN = 64
"""Pages by which the file grows when fewer are free."""
LOG = 3 * KEPT_FREE * PAGE // 4
"""Bytes the log is made long."""
RESERVE = 2 * 1024 * 1024
"""Bytes to be given back: a log, its index and something over."""
AMPLE = 16 * 1024 * 1024
"""Bytes that must be free on the disk before anything more is held: growing must never be what fills it."""


class Reserve:
    """What is held for one journal."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.with_name(path.name + "-reserve")

    def give_back(self) -> None:
        """The disk is full: somebody, with luck we, gets the room."""
        self._file.unlink(missing_ok=True)

    def hold(self, engine: Engine, *, opening: bool = False) -> None:
        """Hold what is not held. That it cannot be held now is no reason not to write."""
        with suppress(OSError, DBAPIError):
            ample = _free(self._path) >= AMPLE
            if ample or opening:
                self._hold_pages(engine, ample=ample, opening=opening)
            if ample:
                self._make_file(RESERVE)

    def refill(self) -> None:
        """The log is gone and has left room: keep as much of it as can be had."""
        with suppress(OSError):
            self._make_file(min(RESERVE, _free(self._path)))

    def _hold_pages(self, engine: Engine, *, ample: bool, opening: bool) -> None:
        with engine.connect() as link:
            free = int(link.exec_driver_sql("PRAGMA freelist_count").scalar() or 0)
            logged = link.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        short = free < KEPT_FREE and ample
        if not short and not (opening and logged and self._log() < LOG):
            return
        # What is only to lengthen the log must not lengthen the file.
        pages = max(free, KEPT_FREE) + GROWN if short else free - 8
        if pages <= 0:
            return
        with writing(engine) as link:
            link.execute(insert(SPARE).values(held=func.randomblob((pages - 1) * PAGE)))
        with writing(engine) as link:
            link.execute(delete(SPARE))
        with engine.connect() as link:
            link.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def _log(self) -> int:
        try:
            return self._path.with_name(self._path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _make_file(self, size: int) -> None:
        if self._file.exists() or size <= 0:
            return
        with suppress(FileExistsError):
            handle = made(self._file, os.O_WRONLY | os.O_EXCL)
            try:
                # Written, not only allocated, and nothing that compresses: what was never written may find no room.
                os.write(handle, os.urandom(size))
                os.fsync(handle)
            finally:
                os.close(handle)


def ample(path: Path) -> bool:
    """Whether the disk has room for what need not be written."""
    try:
        return _free(path) >= AMPLE
    except OSError:
        return False


def _free(path: Path) -> int:
    return shutil.disk_usage(path.parent).free
