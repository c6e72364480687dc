"""How far the journal came, kept in a file beside it: a chain alone does not show that its end is missing.

A lost write-ahead log, a file cut off, a journal put back from a backup: the chain still holds, only shorter. The mark
is written after the entry is on disk and in place, so it needs no room and is never ahead of what was kept.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from console.core.journal import BEGINNING, Entry, Mark
from console.store.place import made

_FORM = re.compile(rb"(\d{20}) ([0-9a-f]{64})\n")


def beside(path: Path) -> Path:
    """The mark's file."""
    return path.with_name(path.name + "-mark")


def read_mark(path: Path) -> Mark:
    """The mark beside a journal; the beginning where there is none that can be read."""
    try:
        handle = os.open(beside(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return BEGINNING
    try:
        found = _FORM.fullmatch(os.read(handle, 100))
    except OSError:
        return BEGINNING
    finally:
        os.close(handle)
    return Mark(int(found[1]), found[2].decode()) if found else BEGINNING


class MarkFile:
    """The mark, open for being moved on."""

    def __init__(self, path: Path) -> None:
        try:
            self._handle = made(beside(path), os.O_RDWR)
        except OSError:
            self._handle = -1

    def move(self, entry: Entry) -> None:
        """To this entry. A mark that cannot be moved is behind, which is true as well."""
        if self._handle >= 0:
            try:
                os.pwrite(self._handle, b"%020d %s\n" % (entry.n, entry.hash.encode()), 0)
            except OSError:
                return

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
