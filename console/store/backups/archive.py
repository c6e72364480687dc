"""What pg_dump writes in its own formats, read without any program of PostgreSQL: the head, the list, the blocks.

Only as much is kept as tells what the archive is of and whether all that its list promises is in it. Numbers in it are
believed only as far as the file is long.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from console.core.restore.found import Form
from console.store.backups.stream import BrokenError, UnknownError

MAGIC = b"PGDMP"
_FORMS = {1: Form.CUSTOM, 3: Form.FOLDER, 5: Form.FOLDER}
"""The list of a directory says that it is of a tar: both name a file for each table."""
_OLDEST, _NEWEST = (1, 12), (1, 16)
"""Formats that are read here: of pg_dump 9.0 to 18."""
_LONGEST = 2**28
"""Bytes of one text."""
_MOST_ENTRIES = 2_000_000
_NO_DATA = 3
_GZIP = "gzip"
_PACKINGS = {0: "", 1: _GZIP, 2: "lz4", 3: "zstd"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    number: int
    kind: str
    """`TABLE DATA`"""
    schema: str
    name: str
    data: bool
    """Rows of it must be in the archive."""
    file: str = ""
    """Directory: the file with its rows."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an archive says of itself."""

    form: Form
    packing: str
    said: datetime | None
    database: str
    server: str
    """`16.4`"""
    entries: tuple[Entry, ...] = field(default=())


class Archive:
    """A stream of PostgreSQL's numbers and texts."""

    def __init__(self, file: IO[bytes]) -> None:
        """`file` is at its beginning."""
        self._file = file
        self._int = 4
        self._offset = 8
        self.version = (0, 0)
        self.unpacked: int | None = 0
        """Bytes of the rows that were read; None where they were not unpacked."""

    def head(self) -> Head:
        """The head and the list. BrokenError, UnknownError."""
        if self._need(5) != MAGIC:
            raise BrokenError("it is no archive of pg_dump")
        self.version = (self._byte(), self._byte())
        self._byte()
        if not _OLDEST <= self.version <= _NEWEST:
            raise UnknownError(f"its format {'.'.join(map(str, self.version))} is not known here")
        self._int, self._offset = self._byte(), self._byte()
        if self._int not in (4, 8) or self._offset not in (4, 8):
            raise BrokenError("its head is damaged")
        form = _FORMS.get(self._byte())
        if form is None:
            raise BrokenError("its head is damaged")
        packing = _PACKINGS.get(self._byte(), "?") if self.version >= (1, 15) else _GZIP if self.number() else ""
        said = self._moment()
        database, server = self._text(), self._text()
        self._text()
        entries = tuple(self._entry(form) for _ in range(self._count()))
        return Head(form, packing, said, database, server.split(" ")[0], entries)

    def number(self) -> int:
        """With its sign before it."""
        sign = self._byte()
        return int.from_bytes(self._need(self._int), "little") * (-1 if sign else 1)

    def blocks(self, packing: str, most: int) -> set[int]:
        """The numbers of the entries whose rows are there; each block is read to its end."""
        found: set[int] = set()
        read = 0
        while kind := self._file.read(1):
            number = self.number()
            if kind == b"\x03":
                while self.number():
                    read += self._chunks(packing)
            elif kind == b"\x01":
                read += self._chunks(packing)
            else:
                raise BrokenError("a block of it is damaged")
            found.add(number)
            if read > most:
                raise UnknownError(f"only the first {most} bytes of it were read")
        return found

    def _chunks(self, packing: str) -> int:
        """One block; what gzip packed is unpacked and thrown away."""
        step = zlib.decompressobj() if packing == _GZIP else None
        self.unpacked = self.unpacked if packing in ("", _GZIP) else None
        size = 0
        while length := self.number():
            data = self._need(length)
            size += length
            if self.unpacked is not None:
                self.unpacked += _thrown_away(step, data) if step is not None else length
        if step is not None and size and not step.eof:
            raise BrokenError("a packed block of it ends too early")
        return size

    def _entry(self, form: Form) -> Entry:
        number, dumper = self.number(), self.number()
        self._text(), self._text()
        name, kind = self._text(), self._text()
        self.number()
        for _ in range(3):
            self._skip()
        schema = self._text()
        self._skip()
        if self.version >= (1, 14):
            self._skip()
        if self.version >= (1, 16):
            self.number()
        self._skip(), self._skip()
        while self._skip():
            pass
        if form is Form.FOLDER:
            file = self._text()
            return Entry(number, kind, schema, name, bool(file), file)
        state = 0
        if form is Form.CUSTOM:
            state = self._byte()
            self._need(self._offset)
        return Entry(number, kind, schema, name, bool(dumper) and state != _NO_DATA)

    def _count(self) -> int:
        count = self.number()
        if not 0 <= count <= _MOST_ENTRIES:
            raise BrokenError("its list is damaged")
        return count

    def _moment(self) -> datetime | None:
        second, minute, hour, day, month, year, _ = (self.number() for _ in range(7))
        try:
            return datetime(year + 1900, month + 1, day, hour, minute, min(second, 59))  # noqa: DTZ001 - it says no zone
        except (ValueError, OverflowError):
            return None

    def _skip(self) -> bool:
        """A text; whether there is one."""
        length = self.number()
        if length > 0:
            self._need(length)
        return length >= 0

    def _text(self) -> str:
        length = self.number()
        return self._need(length).decode("utf-8", "replace") if length > 0 else ""

    def _byte(self) -> int:
        return self._need(1)[0]

    def _need(self, length: int) -> bytes:
        if not 0 <= length <= _LONGEST:
            raise BrokenError("a length in it is damaged")
        data = self._file.read(length)
        if len(data) < length:
            raise BrokenError("it ends too early")
        return data


def _thrown_away(step: zlib._Decompress, data: bytes) -> int:
    """How much was in it."""
    size = 0
    try:
        while data:
            size += len(step.decompress(data, 2**20))
            data = step.unconsumed_tail
    except zlib.error as error:
        raise BrokenError(f"a packed block of it is damaged ({error})") from None
    return size
