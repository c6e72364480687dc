"""A tar as pg_dump writes it (`-F t`), looked at like a folder; nothing of it is written to a disk.

Only what pg_dump itself writes is known: plain files, one header each. Sizes in it are believed only as far as the file
is long.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from console.store.backups.place import Item, Place
from console.store.backups.stream import BrokenError, UnknownError

BLOCK = 512
_MOST = 200_000
_FILES = (b"0", b"\0")


@dataclass(frozen=True)
class Tarred:
    """The files in a tar."""

    where: Place
    file: str

    @cached_property
    def _members(self) -> dict[str, tuple[int, int]]:
        """Name -> where it begins, and its size. BrokenError, UnknownError."""
        with self.where.opened(self.file) as file:
            return dict(_members(file, file.seek(0, io.SEEK_END)))

    def items(self) -> tuple[Item, ...]:
        """Its files, in their order; it says nothing about when each was written."""
        return tuple(Item(name, size, None) for name, (_, size) in self._members.items())

    def within(self, name: str) -> Place:
        """There are no folders in it."""
        raise BrokenError(f"{name} is no folder")

    def label(self, name: str = "") -> str:
        """The tar, and the file in it."""
        return f"{self.where.label(self.file)}: {name}" if name else self.where.label(self.file)

    @property
    def odd(self) -> tuple[str, ...]:
        """There is nothing in it but files."""
        return ()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file of it. BrokenError."""
        if name not in self._members:
            raise BrokenError(f"{name} is missing")
        begin, size = self._members[name]
        with self.where.opened(self.file) as file:
            yield io.BufferedReader(_Window(file, begin, size))


class _Window(io.RawIOBase):
    """A part of a file that looks like a whole one."""

    def __init__(self, file: IO[bytes], begin: int, size: int) -> None:
        super().__init__()
        self._file, self._begin, self._size, self._at = file, begin, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._begin + self._at)
        data = self._file.read(max(min(len(buffer), self._size - self._at), 0))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _members(file: IO[bytes], length: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Up to the empty block that ends it."""
    at = 0
    for _ in range(_MOST):
        file.seek(at)
        header = file.read(BLOCK)
        if len(header) < BLOCK:
            raise BrokenError("it ends too early")
        if not header.strip(b"\0"):
            return
        name, size = _header(header)
        at += BLOCK
        if at + size > length:
            raise BrokenError(f"it ends in the middle of {name}")
        yield name, (at, size)
        at += -(-size // BLOCK) * BLOCK
    raise UnknownError(f"only the first {_MOST} files of it were looked at")


def _header(header: bytes) -> tuple[str, int]:
    said = _number(header[148:156])
    if said != sum(header[:148]) + 8 * 0x20 + sum(header[156:]):
        raise BrokenError("a header of it is damaged")
    name = header[:100].rstrip(b"\0").decode("utf-8", "replace")
    if header[156:157] not in _FILES or header[345:500].strip(b"\0"):
        raise UnknownError("it holds more than the files that pg_dump writes")
    return name, _number(header[124:136])


def _number(field: bytes) -> int:
    """Octal digits, or for large files the bytes themselves."""
    if field[0] & 0x80:
        return int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
    try:
        return int(field.strip(b"\0 ") or b"0", 8)
    except ValueError:
        raise BrokenError("a header of it is damaged") from None
