"""Equal incidents in one line: what a person reads of two hundred databases is how many are in which state.

Equal means the same state, the same migration, and the same statements of it that landed. Why a database was not
reached is equal when the sentence is, its own names taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.core.fleet.row import Row, Standing


@dataclass(frozen=True, slots=True)
class Group:
    """Databases in the same state."""

    standing: Standing
    about: str
    rows: tuple[Row, ...]
    """By name."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of its databases."""
        return tuple(row.target.name for row in self.rows)


def grouped(rows: Iterable[Row]) -> tuple[Group, ...]:
    """Worst first, the larger one first among equals."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(row)
    groups = [Group(members[0].standing, _about(members), tuple(sorted(members, key=by_name)))
              for members in found.values()]  # fmt: skip
    order = list(Standing)
    return tuple(sorted(groups, key=lambda g: (order.index(g.standing), -len(g.rows), g.about, g.names)))


def by_name(row: Row) -> tuple[object, ...]:
    """For sorting: `shop_9` before `shop_10`."""
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part)
                 for part in re.split(r"(\d+)", row.target.name))  # fmt: skip


def _key(row: Row) -> tuple[str, ...]:
    if row.standing is Standing.APPLIED:
        return (row.standing,)
    if row.standing is Standing.BLOCKED:
        return row.standing, row.migration, row.pattern
    if row.standing is Standing.DRIFTED:
        return row.standing, row.about, *row.differs
    if row.migration:
        return row.standing, row.framework, row.migration, row.pattern
    return row.standing, generalised(row)


def generalised(row: Row) -> str:
    """Its clause without what is only its own: `database "shop_7" does not exist` is one incident on ten databases."""
    database = row.target.place.rpartition("/")[2].partition("?")[0]
    text = row.about
    for own in sorted({row.target.name, database, row.target.schema or ""} - {""}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w]){re.escape(own)}(?![\w])", "..", text)
    return text


def _about(rows: list[Row]) -> str:
    """The clause for all of them; where they differ in figures only, the least and the most."""
    abouts = {row.about for row in rows}
    if len(abouts) == 1:
        return rows[0].about
    standing = rows[0].standing
    if standing is Standing.APPLIED:
        return f"{_span(row.applied for row in rows)} applied"
    if standing is Standing.BLOCKED:
        head = rows[0].about.rpartition(", ")[0]
        return f"{head}, {_span(row.waiting for row in rows)} sessions wait".removeprefix(", ")
    return generalised(rows[0])


def _span(numbers: Iterable[int]) -> str:
    found = sorted(set(numbers))
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def matching(rows: Iterable[Row], words: str) -> tuple[Row, ...]:
    """Rows that hold every word somewhere in what is shown of them; `-word` leaves out, case does not count."""
    wanted = [word.lower() for word in words.split()]

    def fits(row: Row) -> bool:
        target = row.target
        shown = (target.name, target.place, target.schema or "", target.group, row.standing.word, row.standing.value,
                 row.about, row.migration, row.dialect)  # fmt: skip
        text = " ".join(shown).lower()
        return all((word[1:] not in text) if word[0] == "-" and len(word) > 1 else word in text for word in wanted)

    return tuple(row for row in rows if fits(row))
