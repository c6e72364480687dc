"""What a report is made of: blocks without a form. Markdown and HTML are made from the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.core.journal import Entry
from console.report.account.story import Seen


@dataclass(frozen=True)
class Heading:
    """`level` 1 is the title."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True)
class Para:
    """One paragraph; `alarm`: it must not be overlooked."""

    text: str
    alarm: bool = False


@dataclass(frozen=True)
class Code:
    """Exactly what was sent, or found."""

    text: str
    name: str = ""
    """What it is: `sql`."""


@dataclass(frozen=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Pairs:
    """What is what."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """A table; each row may have an anchor."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    anchors: tuple[str, ...] = ()


Block = Heading | Para | Code | Items | Pairs | Grid


def utc(entry_or_seen: Entry | Seen) -> str:
    """When, to the second."""
    return entry_or_seen.at.strftime("%Y-%m-%d %H:%M:%S UTC")


def span(start: datetime, end: datetime) -> str:
    """How long, to the second: `1 h 4 min 12 s`."""
    seconds = max(round((end - start).total_seconds()), 0)
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "less than a second"


def cells(found: Iterable[Iterable[object]]) -> tuple[tuple[str, ...], ...]:
    """Rows of text; what is not there is empty."""
    return tuple(tuple("" if cell is None else str(cell) for cell in row) for row in found)
