"""A wave plan: in which order the rest of a fleet is brought forward, written for people and never carried out.

A few databases go first and are looked at before more follow; what is in trouble is in no wave, for each of these needs
a person and the console on it; a database of which nothing is known holds the last word: it is in no wave either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from console.core.fleet.groups import by_name, grouped
from console.core.fleet.row import Row, Standing

FIRST = 1
"""How many databases the first wave has: one, whose loss would be the smallest."""
_READY = frozenset({Standing.PENDING})
_DONE = frozenset({Standing.APPLIED})


@dataclass(frozen=True, slots=True)
class Wave:
    """Databases that are brought forward together, one after another."""

    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Waves:
    """The plan."""

    waves: tuple[Wave, ...]
    first: tuple[Row, ...]
    """In trouble: by hand, one at a time, before any wave."""
    unknown: tuple[Row, ...]
    """Not looked at: nothing is run on them before they were."""
    done: tuple[Row, ...]


def planned(rows: Sequence[Row], size: int = 20) -> Waves:
    """One database, then a few, then `size` at a time; no wave mixes groups of the list, nor kinds of incident."""
    ready = sorted((row for row in rows if row.standing in _READY), key=lambda r: (r.target.group, by_name(r)))
    done = tuple(sorted((row for row in rows if row.standing in _DONE), key=by_name))
    known = _READY | _DONE | {Standing.UNREACHABLE, Standing.UNKNOWN, Standing.MISSING}
    trouble = tuple(row for group in grouped(row for row in rows if row.standing not in known) for row in group.rows)
    unknown = tuple(
        row for group in grouped(row for row in rows if row.standing in known - _READY - _DONE) for row in group.rows
    )
    waves: list[Wave] = []
    for _, members in groupby(ready, key=lambda row: row.target.group):
        for some in _parts(tuple(members), size, alone=not waves):
            waves.append(Wave(len(waves) + 1, some))
    return Waves(tuple(waves), trouble, unknown, done)


def _parts(rows: tuple[Row, ...], size: int, *, alone: bool) -> Iterator[tuple[Row, ...]]:
    """The first database of all goes alone, the next wave is small."""
    at = 0
    for many in (FIRST, max(2, size // 4)) if alone else ():
        if rows[at : at + many]:
            yield rows[at : at + many]
        at += many
    while at < len(rows):
        yield rows[at : at + size]
        at += size
