"""Writes what was read of migration files: whole, private, bounded, and silent where it cannot be.

A cache is no reason to trouble anybody: a full disk, a folder of somebody else's, a file system that is read only all
mean that the next start reads again.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from console.store.kept_files import ENDING, MOST, Shelf, head_of, is_ours, lines_of, mark_now

FILES = 64
"""Projects and servers that are kept, the last written first."""
BYTES = 2 * MOST
"""Of all of them."""
_PART = ".part"
_LEFT = 3600.0
"""Seconds after which a half-written file is nobody's any more."""


class Keeping:
    """Writes for one process, which may read several times: what it found or added stays, the rest goes."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._wanted: dict[Path, set[str]] = {}

    def __call__(self, path: Path, shelf: Shelf, by: str) -> None:
        """Write what is new beside what was found."""
        wanted = self._wanted.setdefault(path, set())
        wanted |= shelf.used | shelf.new.keys()
        with suppress(OSError):
            if by != mark_now() or not _is_there(path.parent):
                return  # another Halfway was installed meanwhile, or the folder is not ours
            before = {key: line for key, line in lines_of(path, by).items() if key in wanted}
            body = b"".join(b"%s %s\n" % (key.encode(), line) for key, line in (before | shelf.new).items())
            whole = head_of(by, body) + b"\n" + body
            if len(whole) <= MOST:
                _write(path, whole)
                _sweep(path.parent)


def _is_there(folder: Path) -> bool:
    """It is this user's alone, perhaps just made; never made by root in somebody else's home."""
    if not os.path.lexists(folder):
        above = next(place for place in folder.parents if place.exists())
        if os.geteuid() == 0 and above.stat().st_uid != 0:
            return False
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and is_ours(found)


def _write(path: Path, whole: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}{_PART}")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(whole)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Only so many, and only so much: the oldest go first."""
    room, count = BYTES, FILES
    for place, found in sorted(_files(folder), key=lambda each: -each[1].st_mtime_ns):
        room, count = room - found.st_size, count - 1
        stale = place.name.endswith(_PART) and time.time() - found.st_mtime > _LEFT
        if room < 0 or count < 0 or stale:
            place.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Our own; what else somebody put there is left alone."""
    for place in folder.iterdir():
        with suppress(FileNotFoundError):
            if place.name.endswith((ENDING, _PART)):
                yield place, place.lstat()
