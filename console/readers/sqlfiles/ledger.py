"""Rows of a tool's table as values: text to numbers, truths and times, every column kept as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.core.migration import Ledger, LedgerRow
from console.core.ports import TableRows

_TRUE = frozenset({"t", "true", "1", "yes", "y", "on", "\x01"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    values: Mapping[str, str | None]
    """By the name of the column in lower case."""
    raw: tuple[tuple[str, str | None], ...]
    stamp: int | None

    def text(self, column: str) -> str:
        """The value, '' where there is none."""
        return self.values.get(column) or ""

    def number(self, column: str) -> int | None:
        """A whole number; None where it is none."""
        text = self.text(column).strip()
        return int(text) if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < _LONGEST else None

    def yes(self, column: str) -> bool:
        """A truth, as any server writes it."""
        return self.text(column).strip().lower() in _TRUE

    def when(self, column: str) -> datetime | None:
        """A time; None where it is none."""
        try:
            return datetime.fromisoformat(self.text(column))
        except ValueError:
            return None


_LONGEST = 40


def read(rows: TableRows) -> Iterator[Row]:
    """All rows, in the order of the server."""
    names = [column.lower() for column in rows.columns]
    stamps = rows.stamps or (None,) * len(rows.rows)
    for values, stamp in zip(rows.rows, stamps, strict=True):
        yield Row(dict(zip(names, values, strict=True)), tuple(zip(rows.columns, values, strict=True)), stamp)


def ledger(
    name: str,
    rows: TableRows,
    columns: Sequence[str],
    made: Callable[[Row], LedgerRow | None],
    place: Callable[[Row], Any],
) -> Ledger | None:
    """The rows in an order, without those that are none to the tool; None when the table is not the tool's. What is the
    same for every tool is added to what `made` makes."""
    if not has(rows, *columns):
        return None
    found = ((row, made(row)) for row in sorted(read(rows), key=place))
    return Ledger(name, True, tuple(replace(own, stamp=row.stamp, raw=row.raw) for row, own in found if own))


def has(rows: TableRows, *columns: str) -> bool:
    """Whether a table has all of these columns."""
    return set(columns) <= {column.lower() for column in rows.columns}
