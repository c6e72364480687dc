"""The database as a file: its header, what lies beside it, and which process holds a lock on it.

Closing any descriptor of a file drops all locks its process holds on it, those of SQLite in another thread included.
So the descriptor that is read here is opened once a file and stays open.
"""

from __future__ import annotations

import fcntl
import os
import stat
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from console.core.faults import Fault, NotPermittedFault, UnreachableFault

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_PENDING, _SHARED, _SHARED_SIZE = 0x40000000, 0x40000002, 510
"""Where SQLite takes its locks; RESERVED lies between the two."""
_FLOCK = "hhqqi4x"
_KNOWS_FLOCK = sys.platform == "linux" and struct.calcsize(_FLOCK) == 32
_CHUNK = 1 << 20
_WORDS = MappingProxyType({FileNotFoundError: "there is no such file", NotADirectoryError: "there is no such file"})
SOMEBODY = "another program"
_open: dict[tuple[int, int], int] = {}
_opening = Lock()


@dataclass(frozen=True, slots=True)
class Look:
    """The file and its neighbours at one moment."""

    identity: tuple[int, int]
    size: int
    changed: int
    wal: int | None
    """Bytes of the write-ahead log; None: there is none."""
    wal_changed: int
    shm: bool
    journal: int | None
    """Bytes of the rollback journal."""
    journal_changed: int
    is_wal: bool
    """Its header says that it is written through a write-ahead log."""
    version: int
    """Of the SQLite that wrote it last: 3040001; 0: not known."""


class DatabaseFile:
    """One path."""

    def __init__(self, path: str) -> None:
        """Nothing is opened yet. SQLite follows links, so what lies beside the file lies beside their end."""
        self.path = Path(path).resolve()
        self.name = Path(path).name

    def look(self) -> Look:
        """What is there now. UnreachableFault, NotPermittedFault."""
        try:
            found = os.fstat(self._descriptor())
            head = self._head()
        except OSError as error:
            raise self._fault(error) from None
        if found.st_size and head[: len(_MAGIC)] != _MAGIC:
            raise UnreachableFault(f"{self.path} is no SQLite database", "it begins with other bytes, or is encrypted")
        wal, wal_changed = self._beside("-wal")
        journal, journal_changed = self._beside("-journal")
        return Look(
            identity=(found.st_dev, found.st_ino),
            size=found.st_size,
            changed=found.st_mtime_ns,
            wal=wal,
            wal_changed=wal_changed,
            shm=self._beside("-shm")[0] is not None,
            journal=journal,
            journal_changed=journal_changed,
            is_wal=head[19:20] == b"\x02",
            version=int.from_bytes(head[96:100], "big"),
        )

    def _fault(self, error: OSError) -> Fault:
        why = _WORDS.get(type(error), error.strerror or type(error).__name__)
        if isinstance(error, PermissionError):
            return NotPermittedFault(f"{self.path} may not be read", why)
        return UnreachableFault(f"{self.path} cannot be read", why, "Nothing was made in its place")

    def _descriptor(self) -> int:
        found = self.path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise IsADirectoryError(0, "it is not a file")
        with _opening:
            key = (found.st_dev, found.st_ino)
            if key not in _open:
                _open[key] = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            return _open[key]

    def _head(self) -> bytes:
        return os.pread(self._descriptor(), _HEADER, 0)

    def _beside(self, ending: str) -> tuple[int | None, int]:
        try:
            found = self._neighbour(ending).stat()
        except OSError:
            return None, 0
        return found.st_size, found.st_mtime_ns

    def _neighbour(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)

    def writer(self) -> str:
        """Who writes to it, or waits to: `process 4711`; '': nobody does, or it cannot be told."""
        return self._conflict(fcntl.F_RDLCK, _PENDING, 2 + _SHARED_SIZE)

    def waiting_writer(self) -> str:
        """Who can only go on once all who read are done."""
        return self._conflict(fcntl.F_RDLCK, _PENDING, 1)

    def user(self) -> str:
        """Who reads it, or has it open with a write-ahead log."""
        return self._conflict(fcntl.F_WRLCK, _SHARED, _SHARED_SIZE)

    def _conflict(self, kind: int, start: int, length: int) -> str:
        """Whose lock is in the way of one that is never taken; a process of another container has no number here."""
        if not _KNOWS_FLOCK:
            return ""
        try:
            asked = struct.pack(_FLOCK, kind, os.SEEK_SET, start, length, 0)
            found = struct.unpack(_FLOCK, fcntl.fcntl(self._descriptor(), fcntl.F_GETLK, asked))
        except OSError:
            return ""
        if found[0] == fcntl.F_UNLCK:
            return ""
        return f"process {found[4]}" if found[4] > 0 else SOMEBODY

    def copy_to(self, folder: Path) -> Path:
        """A copy with what belongs to it; the log's index is left out, SQLite makes it anew."""
        copy = folder / "copy.sqlite"
        with copy.open("wb") as out:
            at = 0
            while chunk := os.pread(self._descriptor(), _CHUNK, at):
                out.write(chunk)
                at += len(chunk)
        for ending in ("-wal", "-journal"):
            if self._neighbour(ending).exists():
                (folder / (copy.name + ending)).write_bytes(self._neighbour(ending).read_bytes())
        return copy

    @property
    def may_write(self) -> bool:
        """Whether the current user could change it: SQLite also writes beside it."""
        effective = os.access in os.supports_effective_ids
        return all(os.access(place, os.W_OK, effective_ids=effective) for place in (self.path, self.path.parent))
