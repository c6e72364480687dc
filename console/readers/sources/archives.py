"""Migration files that come in a tar, a jar or on stdin: read in memory, bounded, and never unpacked.

Names inside an archive are only shown and compared; nothing is written to disk, so a hostile path has no effect. What
an archive unpacks to is counted while it streams, so a small file that swells is refused.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from console.core.faults import ProjectFault
from console.readers.sources.values import LARGEST_FILE, MOST_FILES, SourceFile, Wanted, decode, utc

if TYPE_CHECKING:
    import tarfile
    import zipfile

LARGEST_STREAM = 4 * 1024**3
"""Bytes an archive may unpack to (a container's whole file system fits)."""
LARGEST_KEPT = 128 * 1024**2
"""Bytes of wanted files kept from one archive."""
_SWOLLEN = 64 * 1024**2
_MOST_SWOLLEN = 100
"""An archive that has unpacked to so many bytes, and to so many times what was read of it, holds nothing but emptiness:
a tree of source files packs to a fifth, an empty file system to a thirtieth."""
STDIN = "stdin"
_BROKEN = (zlib.error, lzma.LZMAError, EOFError)
"""What the unpackers say of bytes that are none of theirs."""

_MAGIC = ((b"\x1f\x8b", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"))
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SMALLEST_TAR = 262
"""Bytes up to the end of the `ustar` mark."""


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than it may."""

    def __init__(self, stream: IO[bytes], packed: IO[bytes], limit: int) -> None:
        """`packed` is what it is unpacked from."""
        super().__init__()
        self._stream = stream
        self._packed = packed
        self._limit = self._left = limit

    def readable(self) -> bool:
        """It is read, nothing else."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Like any stream's, until too much has come."""
        data = self._stream.read(size if size >= 0 else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ProjectFault("the archive is too large", f"it unpacks to more than {LARGEST_STREAM} bytes")
        given = self._limit - self._left
        if given > _SWOLLEN and given > _MOST_SWOLLEN * self._packed.tell():
            raise ProjectFault("the archive is not read", f"it swells to more than {_MOST_SWOLLEN} times its size")
        return data


def from_tar(path: Path, wanted: Wanted, encoding: str = "utf-8") -> list[SourceFile]:
    """The wanted files of a tar, compressed or not."""
    try:
        with path.open("rb") as stream:
            return _members(stream, wanted, encoding, str(path))
    except OSError as error:
        raise ProjectFault(f"{path} cannot be read", error.strerror or type(error).__name__) from None


def from_stdin(wanted: Wanted, encoding: str = "utf-8") -> list[SourceFile]:
    """The wanted files of a tar or a zip on stdin; else one file named `stdin`, or `stdin.php` for who wants PHP."""
    data = _stdin()
    if _is_tar(data):
        return _members(io.BufferedReader(io.BytesIO(data)), wanted, encoding, STDIN)
    if data.startswith(_ZIP):
        return _zip(io.BytesIO(data), STDIN, "", wanted, encoding)
    text, notes = decode(data, encoding)
    if not text.lstrip().startswith("<?php"):
        return [SourceFile(STDIN, STDIN, STDIN, text, data, notes=notes)]
    name = f"{STDIN}.php"
    return [SourceFile(name, name, name, text, data, notes=notes)] if wanted(name) else []


@lru_cache(maxsize=1)
def _stdin() -> bytes:
    stream = cast("IO[bytes]", getattr(sys.stdin, "buffer", None) or io.BytesIO())
    data = stream.read(LARGEST_KEPT * 8 + 1)
    if len(data) > LARGEST_KEPT * 8:
        raise ProjectFault("stdin is too long", f"more than {LARGEST_KEPT * 8} bytes")
    return data


def _is_tar(data: bytes) -> bool:
    if any(data.startswith(magic) for magic, _ in _MAGIC):
        return True
    return len(data) >= _SMALLEST_TAR and data[257:262] == b"ustar"


def is_tar_file(path: Path) -> bool:
    """Whether a file holds a tar, by its bytes."""
    try:
        with path.open("rb") as stream:
            return _is_tar(stream.read(512))
    except OSError:
        return False


def _unpacked(stream: io.BufferedReader) -> IO[bytes]:
    head = stream.peek(8)[:8]
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if kind == "gz":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    if kind == "bz2":
        return cast("IO[bytes]", bz2.BZ2File(stream))
    return cast("IO[bytes]", lzma.LZMAFile(stream)) if kind == "xz" else cast("IO[bytes]", stream)


def _members(stream: io.BufferedReader, wanted: Wanted, encoding: str, origin: str) -> list[SourceFile]:
    import tarfile

    found: dict[str, SourceFile] = {}
    kept = 0
    try:
        bounded = cast("IO[bytes]", _Bounded(_unpacked(stream), stream, LARGEST_STREAM))
        with tarfile.open(fileobj=bounded, mode="r|") as archive:
            for member, file in _wanted_members(archive, wanted, encoding):
                found[file.inside] = file
                kept += member.size
                if kept > LARGEST_KEPT or len(found) > MOST_FILES:
                    raise ProjectFault(f"{origin} holds too many migration files")
    except (tarfile.TarError, OSError, ValueError, *_BROKEN) as error:
        raise ProjectFault(f"{origin} is not a tar that can be read", _reason(error)) from None
    return sorted(found.values(), key=lambda file: file.inside)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _wanted_members(
    archive: tarfile.TarFile, wanted: Wanted, encoding: str
) -> Iterator[tuple[tarfile.TarInfo, SourceFile]]:
    for member in archive:
        inside = _clean(member.name)
        if not member.isreg() or not wanted(PurePosixPath(inside).name):
            continue
        body = archive.extractfile(member) if member.size <= LARGEST_FILE else None
        if body is None:
            yield member, SourceFile(inside, inside, PurePosixPath(inside).name, "", unreadable="it is too large")
            continue
        data = body.read()
        text, notes = decode(data, encoding)
        when = utc(member.mtime)
        yield member, SourceFile(inside, inside, PurePosixPath(inside).name, text, data, when, notes=notes)


def _clean(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in {"", ".", ".."})


def from_zip(path: Path, below: str, wanted: Wanted, encoding: str = "utf-8") -> list[SourceFile]:
    """The wanted files of a jar or zip whose path begins with `below`."""
    try:
        with path.open("rb") as stream:
            return _zip(stream, path.name, below, wanted, encoding)
    except OSError as error:
        raise ProjectFault(f"{path} cannot be read", error.strerror or type(error).__name__) from None


def _zip(stream: IO[bytes], origin: str, below: str, wanted: Wanted, encoding: str) -> list[SourceFile]:
    import zipfile

    found: list[SourceFile] = []
    kept = 0
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                inside = _clean(info.filename)
                if info.is_dir() or not inside.startswith(below) or not wanted(PurePosixPath(inside).name):
                    continue
                found.append(_zipped(archive, info, f"{origin}!/{inside}", inside[len(below) :], encoding))
                kept += LARGEST_FILE if found[-1].unreadable else len(found[-1].data)
                if kept > LARGEST_KEPT or len(found) > MOST_FILES:
                    raise ProjectFault(f"{origin} holds too many migration files")
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, *_BROKEN) as error:
        raise ProjectFault(f"{origin} is not a jar that can be read", _reason(error)) from None
    return sorted(found, key=lambda file: file.inside)


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, inside: str, encoding: str) -> SourceFile:
    inside = inside.lstrip("/")
    with archive.open(info) as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        return SourceFile(shown, inside, PurePosixPath(shown).name, "", unreadable="it is too large")
    text, notes = decode(data, encoding)
    return SourceFile(shown, inside, PurePosixPath(shown).name, text, data, notes=notes)
