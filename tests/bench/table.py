"""The one table of a run: each figure beside a peer or a limit, what it is held to, and by how much that was missed.

`ISSUE` holds what is promised, in its own words; a promise without a figure stands in the table as not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

PAINT: Final = "first useful paint, warm"
ASSESS: Final = "`halfway assess`, small project, cold process"
POSTGRES_SCHEMA: Final = "schema read, 1,000 and 10,000 tables, PostgreSQL"
MYSQL_SCHEMA: Final = "schema read, 1,000 and 3,000 tables, MySQL and MariaDB"
UNCHANGED: Final = "nothing changed"
DIFF: Final = "diff of two 1,000-table schemas, 20 differences"
FILES: Final = "reading and judging 1,000 migration files"
BLOCKING: Final = "blocking tree, 2,000 sessions, 1,000 waiters"
BYTES: Final = "bytes to the terminal"
LOAD: Final = "load at the default refresh, 200 sessions"
MEMORY: Final = "memory"

ISSUE: Mapping[str, str] = MappingProxyType(
    {
        PAINT: "<= 1.3x pg_activity and <= 0.25x dolphie in the same run (0.23 s and 1.45 s were measured)",
        ASSESS: '<= 2x `python -c "import sqlalchemy, psycopg"` plus the queries',
        POSTGRES_SCHEMA: (
            "objects built in <= 1.0x of fetching the raw rows *with* pg_get_*def by the bare driver (1.6 s at 10,000);"
            " faster than pg_dump -s; linear"
        ),
        MYSQL_SCHEMA: ("<= 1.5x of the raw information_schema rows (0.46 s at 3,000); no statement per table; linear"),
        UNCHANGED: (
            "hint <= 1 ms each sweep; exact probe <= 60 ms at 10,000 tables, only when the hint or an action asks"
        ),
        DIFF: "<= 100 ms after reading; whole run >= 3x faster than results, 20 of 20 found",
        FILES: (
            "<= 5 s cold, <= 0.3 s unchanged (cache keyed by content, safe to delete); sqlglotc used where available"
        ),
        BLOCKING: "sweep <= 250 ms, drawn <= 50 ms, keys <= 50 ms meanwhile",
        BYTES: (
            "0 when nothing changes; <= 200 per changed cell; under churn <= 1/30 of pg_activity (394 KB/min),"
            " <= 1/700 of dolphie (8.7 MB/min)"
        ),
        LOAD: (
            "<= 4 statements a sweep; <= 0.3 s server CPU, <= 0.6 s client CPU a minute (dolphie 0.35 and 17);"
            " backs off by itself when sweeps slow down"
        ),
        MEMORY: "<= 200 MB at 10,000 tables, <= 80 MB at 100",
    }
)
"""Each promise of issue 12, and its bar, in the issue's words."""

_HEAD = "| what | measured | peer | ratio | bar | |\n|---|---:|---|---:|---|---|"
_SMALL = 0.1
"""Ratios below it read better as fractions."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; made by `within`, `beside`, `against`, `seen` and `missing`."""

    of: str
    """The promise: a key of `ISSUE`."""
    what: str
    ours: float | None = None
    unit: str = ""
    peer: str = ""
    theirs: float | None = None
    bar: float | None = None
    """The most that is promised."""
    relative: bool = False
    """Whether that is of the ratio, or of the figure."""
    why: str = ""
    """Why there is no figure."""

    @classmethod
    def within(cls, of: str, what: str, ours: float, unit: str, bar: float) -> Self:
        """A figure that may be `bar` at most."""
        return cls(of, what, ours, unit, bar=bar)

    @classmethod
    def beside(cls, of: str, what: str, ours: float, unit: str, bar: float, peer: str, theirs: float) -> Self:
        """The same, with what a peer takes."""
        return cls(of, what, ours, unit, peer, theirs, bar)

    @classmethod
    def against(cls, of: str, what: str, ours: float, unit: str, peer: str, theirs: float, bar: float | None) -> Self:
        """A figure that may be `bar` times the peer's, taken in the same run, at most; None: nothing is promised."""
        return cls(of, what, ours, unit, peer, theirs, bar, relative=True)

    @classmethod
    def seen(cls, of: str, what: str, ours: float, unit: str) -> Self:
        """A figure for which nothing is promised."""
        return cls(of, what, ours, unit)

    @classmethod
    def missing(cls, of: str, what: str, why: str) -> Self:
        """A figure that could not be taken."""
        return cls(of, what, why=why)

    @property
    def ratio(self) -> float | None:
        """How many times the peer's figure; None without a peer, or when the peer's figure is 0."""
        if self.ours is None or not self.theirs:
            return None
        return self.ours / self.theirs

    @property
    def held(self) -> float | None:
        """What is compared with the bar."""
        return self.ratio if self.relative else self.ours

    @property
    def met(self) -> bool | None:
        """Whether the bar is held; None when there is no bar or nothing to hold to it."""
        return None if self.held is None or self.bar is None else self.held <= self.bar

    @property
    def result(self) -> str:
        """`met`, `missed by 0.31 s`, `missed: 1.13 times the bar`, or why there is no figure."""
        if self.held is None or self.bar is None:
            return self.why or ("no bar" if self.bar is None else "no ratio: the peer's figure is 0")
        if self.met:
            return "met"
        if self.relative and self.bar:
            return f"missed: {self.held / self.bar:,.2f} times the bar"
        return f"missed by {figure(self.held - self.bar, self.unit)}"

    def line(self) -> str:
        """The row in Markdown."""
        theirs = f"{self.peer}: {figure(self.theirs, self.unit)}" if self.theirs is not None else self.peer
        bar = "" if self.bar is None else f"<= {times(self.bar) if self.relative else figure(self.bar, self.unit)}"
        cells = (self.what, figure(self.ours, self.unit), theirs, times(self.ratio), bar, self.result)
        return f"| {' | '.join(_cell(text) for text in cells)} |"


def figure(value: float | None, unit: str) -> str:
    """`0.231 s`, `1,580 ms`: three digits that count."""
    if value is None:
        return ""
    digits = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f} {unit}".rstrip()


def times(ratio: float | None) -> str:
    """`1.30x`, `1/30`."""
    if ratio is None:
        return ""
    return f"1/{1 / ratio:,.0f}" if 0 < ratio < _SMALL else f"{ratio:.2f}x"


def written(rows: Iterable[Row], machine: str) -> str:
    """The whole page."""
    given = list(rows)
    assert {row.of for row in given} <= set(ISSUE), "a row belongs to one of the promises"
    lines = [line for of, bar in ISSUE.items() for line in _section(of, bar, [r for r in given if r.of == of])]
    missed = sum(row.met is False for row in given)
    held = sum(row.met is not None for row in given)
    told = f"{held - missed} of {held} bars met. Figures are medians of at least 5 after one that does not count."
    return "\n\n".join(("# Halfway, measured", machine, told, "\n".join((_HEAD, *lines)))) + "\n"


def _section(of: str, bar: str, rows: list[Row]) -> list[str]:
    head = f"| **{_cell(of)}** | | | | {_cell(bar)} | {'' if rows else 'not measured'} |"
    return [head, *(row.line() for row in rows)]


def _cell(text: str) -> str:
    """Nothing of it may end the cell."""
    return text.replace("|", "\\|").replace("\n", " ")
