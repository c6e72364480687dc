"""One migration file as it lies somewhere: the value all the ways of gathering give."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes; a larger migration file is named and not read."""
MOST_FILES = 20_000
"""Files wanted from one place; more mean that the place is not a migration folder."""

Wanted = Callable[[str], bool]
"""Whether a file of that name (without folders) is to be read."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, read."""

    path: str
    """For people: relative to the project, or as given."""
    inside: str
    """Path inside the gathered folder, with `/`."""
    name: str
    text: str = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    modified_at: datetime | None = None
    """Last change, UTC."""
    release: str | None = None
    """Release folder it was found in, when there are several."""
    from_failed_deploy: bool = False
    """It exists only in a release newer than the linked one."""
    uncommitted: bool = False
    """git says that it differs from the last commit."""
    notes: tuple[str, ...] = ()
    """What is odd about it, one sentence each."""
    unreadable: str = ""
    """Why it could not be read; empty when it could."""

    def decoded(self, encoding: str) -> SourceFile:
        """The same bytes read with another encoding."""
        text, notes = decode(self.data, encoding)
        return replace(self, text=text, notes=notes)


def decode(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    """Text and what had to be done to get it; never fails."""
    notes: tuple[str, ...] = ()
    try:
        encoding = codecs.lookup(encoding).name
        "".encode(encoding)
    except (LookupError, UnicodeError, ValueError):
        notes = (f"its encoding {encoding!r} is not known and was read as utf-8",)
        encoding = "utf-8"
    try:
        return data.decode(encoding), notes
    except UnicodeError:
        # not every codec can replace (idna); UTF-8 always can
        able = encoding if encoding.startswith(("utf", "ascii", "cp", "iso", "euc", "gb", "shift")) else "utf-8"
        return data.decode(able, errors="replace"), (*notes, f"some of its bytes are not valid {encoding}")


def utc(seconds: float) -> datetime | None:
    """A file's time stamp as UTC; None when it is out of range."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
