"""Files below a folder, read so that nothing on the way can hang, loop or raise.

Sockets and pipes are left alone whatever their name, linked folders are entered once and never where they lead out of
the project, and a file that cannot be read is reported as such beside the ones that can.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from console.readers.sources.git import changed_files
from console.readers.sources.grounds import STRAYS, stay_inside, strays
from console.readers.sources.values import LARGEST_FILE, MOST_FILES, SourceFile, Wanted, decode, utc


def from_folder(folder: Path, wanted: Wanted, base: Path | None = None, encoding: str = "utf-8") -> list[SourceFile]:
    """Every wanted file below `folder`, sorted by path. Paths are given relative to `base`. ProjectFault where a
    link leads to a folder outside."""
    stay_inside(folder, base)
    limit = base if base is not None and folder.is_relative_to(base) else folder
    found = [_from_file(path, base, encoding, folder, limit) for path in _paths(folder, wanted, limit)]
    files = sorted((file for file in found if file), key=lambda file: file.inside)
    changed = changed_files(folder, tuple(file.inside for file in files))
    return [replace(file, uncommitted=True) if file.inside in changed else file for file in files]


def from_file(path: Path, base: Path | None, encoding: str, root: Path | None = None) -> SourceFile | None:
    """One file; None when it is gone or no regular file."""
    if strays(path, base):
        return _unread(path, base, root, STRAYS)
    return _read(path, base, encoding, root)


def _from_file(path: Path, base: Path | None, encoding: str, root: Path, limit: Path) -> SourceFile | None:
    """One whose folder lies inside."""
    if path.is_symlink() and strays(path, limit):
        return _unread(path, base, root, STRAYS)
    return _read(path, base, encoding, root)


def _read(path: Path, base: Path | None, encoding: str, root: Path | None) -> SourceFile | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        why = f"it is larger than {LARGEST_FILE // 2**20} MiB" if status.st_size > LARGEST_FILE else ""
        data = b"" if why else path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return _unread(path, base, root, error.strerror or type(error).__name__)
    if why:
        return _unread(path, base, root, why)
    text, notes = decode(data, encoding)
    shown = _shown(path, base)
    return SourceFile(
        shown,
        shown if root is base is not None else _shown(path, root or path.parent),
        path.name,
        text,
        data,
        utc(status.st_mtime),
        notes=notes,
    )


def _unread(path: Path, base: Path | None, root: Path | None, why: str) -> SourceFile:
    return SourceFile(_shown(path, base), _shown(path, root or path.parent), path.name, "", unreadable=why)


def _shown(path: Path, base: Path | None) -> str:
    try:
        return (path if base is None else path.relative_to(base)).as_posix()
    except ValueError:  # it lies elsewhere
        return path.as_posix()


def _paths(folder: Path, wanted: Wanted, limit: Path) -> Iterator[Path]:
    entered: set[tuple[int, int]] = set()
    _is_new(folder, entered)
    count = 0
    for place, folders, names in os.walk(folder, followlinks=True):
        for name in folders:
            if (linked := Path(place, name)).is_symlink():
                stay_inside(linked, limit)
        folders[:] = sorted(name for name in folders if name != ".git" and _is_new(Path(place, name), entered))
        for name in sorted(names):
            if wanted(name):
                count += 1
                if count > MOST_FILES:
                    return
                yield Path(place, name)


def _is_new(folder: Path, entered: set[tuple[int, int]]) -> bool:
    try:
        status = folder.stat()
    except OSError:
        return False
    key = (status.st_dev, status.st_ino)
    if key in entered:
        return False
    entered.add(key)
    return True
