"""A backup from far away, copied into a private folder of this machine for as long as it is read.

pg_restore reads an archive only from a disk. There must be room for it first, and no more is taken than it said it has.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.restore.found import sized
from console.store.backups.place import Local, Place
from console.store.backups.stream import CHUNK, BrokenError

_ROOM = "Set TMPDIR to a folder with room, or copy it to this machine"


@contextmanager
def fetched(where: Place, file: str, size: int, say: Callable[[str], object]) -> Iterator[Local]:
    """The folder with the copy, which is gone afterwards. `file`: '' for a backup that is a folder. UsageFault."""
    said = one_line(where.label(file))
    room, free = _room()
    say(f"{said} is copied to this machine first: needed: {sized(size)}; free in {room}: {sized(free)}")
    if free < size:
        raise UsageFault(f"{said} is not loaded: there is no room for a copy of it here", todo=_ROOM)
    folder = Path(tempfile.mkdtemp(prefix="halfway-backup-"))
    try:
        _copied(where, [file] if file else [item.name for item in where.items() if not item.folder], folder, size)
        yield Local(folder, folder)
    except BrokenError as broken:
        raise UsageFault(f"{said} cannot be restored", str(broken)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _room() -> tuple[str, int]:
    try:
        return (folder := tempfile.gettempdir()), shutil.disk_usage(folder).free
    except OSError as problem:
        raise UsageFault("there is no folder for a copy of the backup", _why(problem), _ROOM) from None


def _why(problem: OSError) -> str:
    return problem.strerror or type(problem).__name__


def _copied(where: Place, names: list[str], folder: Path, size: int) -> None:
    left = size
    for name in names:
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise BrokenError(f"{one_line(name, 60)} is no name of a file")
        try:
            with (folder / name).open("xb") as copy:
                for piece in _pieces(where, name):
                    left -= len(piece)
                    if left < 0:
                        raise BrokenError("it has become longer since it was looked at")
                    copy.write(piece)
        except OSError as problem:
            raise UsageFault("the backup could not be copied to this machine", _why(problem), _ROOM) from None


def _pieces(where: Place, name: str) -> Iterator[bytes]:
    with where.opened(name) as stream:
        while piece := stream.read(CHUNK):
            yield piece
