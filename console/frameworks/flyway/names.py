"""What a file's name says to Flyway, how versions compare, and the checksum of a text: the rules of its own source."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum

from console.frameworks.flyway.options import Options

_LINE_END = re.compile(r"\r\n|\n|\r")
_PART = re.compile(r"[+-]?[0-9]{1,4000}\Z")
_DOT = re.compile(r"\.(?=\d)")
LONGEST_DESCRIPTION = 200


class Kind(StrEnum):
    """What a migration file is for."""

    VERSIONED = "versioned"
    UNDO = "undo"
    REPEATABLE = "repeatable"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Version:
    """A version: `1_1`, `1.1` and `01.1.0` are the same one."""

    text: str
    """As Flyway shows it: dots for underscores."""
    parts: tuple[int, ...]
    """Numbers without trailing zeros: equal and ordered as versions are."""


@dataclass(frozen=True, slots=True)
class FileName:
    """A name that Flyway takes for a migration."""

    kind: Kind
    version: Version | None
    description: str

    @property
    def id(self) -> str:
        """The migration's key: its version; `B10` and `U10` for baseline and undo scripts, `R__name`."""
        if self.version is None:
            return f"R__{abbreviated(self.description)}"
        return {Kind.BASELINE: "B", Kind.UNDO: "U"}.get(self.kind, "") + self.version.text

    @property
    def key(self) -> str:
        """Equal for two names that mean the same migration."""
        return f"{self.kind} {self.version.parts if self.version else self.description}"


def version_of(text: str) -> Version | None:
    """A version read as Flyway reads it; None when it is none."""
    shown = text.replace("_", ".")
    pieces = _DOT.split(shown)
    if not all(_PART.match(piece) for piece in pieces):
        return None
    numbers = [int(piece) for piece in pieces]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return Version(shown, tuple(numbers))


def stem_of(name: str, options: Options) -> str | None:
    """A file's name without the suffix of migrations; None when it has none."""
    suffix = next((s for s in options.suffixes if name.lower().endswith(s.lower())), None)
    if suffix is None:
        return None
    return name[: len(name) - len(suffix)] if suffix else name


def parse_name(name: str, options: Options) -> FileName | None:
    """What a file's name says; None for callbacks, other files, and names Flyway refuses."""
    stem = stem_of(name, options)
    if stem is None:
        return None
    prefixes = (
        (options.versioned, Kind.VERSIONED),
        (options.undo, Kind.UNDO),
        (options.repeatable, Kind.REPEATABLE),
        (options.baseline, Kind.BASELINE),
    )
    for prefix, kind in sorted(prefixes, key=lambda pair: -len(pair[0])):
        if stem.startswith(prefix):
            return _after_prefix(kind, *_halves(stem[len(prefix) :], options.separator))
    return None


def _halves(text: str, separator: str) -> tuple[str, str]:
    before, found, after = text.partition(separator) if separator else (text, "", "")
    return before, after if found else ""


def _after_prefix(kind: Kind, before: str, after: str) -> FileName | None:
    description = after.replace("_", " ")
    if kind is Kind.REPEATABLE:
        return FileName(kind, None, description) if not before and description else None
    version = version_of(before) if before else None
    return FileName(kind, version, description) if version else None


def abbreviated(description: str) -> str:
    """A description as the history table keeps it."""
    return description if len(description) <= LONGEST_DESCRIPTION else description[:197] + "..."


def version_key(text: str) -> tuple[int, ...] | None:
    """The comparable part of a version's text."""
    version = version_of(text)
    return version.parts if version else None


def checksum(text: str) -> int:
    """CRC32 over the lines without their ends, a leading byte order mark left out, as a signed 32-bit number."""
    total = 0
    for line in _LINE_END.split(text.removeprefix("\ufeff")):
        total = zlib.crc32(line.encode("utf-8", errors="replace"), total)
    return total - 2**32 if total >= 2**31 else total
