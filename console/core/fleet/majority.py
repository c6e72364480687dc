"""Drifted from the majority: databases whose ledgers record the same, and most of which look the same.

The majority is what is expected of the others; nothing says that it is right. It is one when it is more than half, and
three at least: of two that differ nobody can say which one drifted. Servers of other kinds or releases write the same
schema in other words, so they are no peers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from console.core.fleet.row import Row, Standing
from console.core.fleet.shape import Shape, differing

LEAST = 3
"""How many must look alike to be called a majority."""
_QUIET = frozenset({Standing.APPLIED, Standing.PENDING, Standing.UNKNOWN})
_PEERS = _QUIET | {Standing.DRIFTED}
"""What a failure left is no sample of what should be there."""
_SHOWN = 3


def held_against(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The same rows, those that are not like the majority of their peers as drifted."""
    kept = tuple(rows)
    peers: dict[tuple[str, ...], list[Row]] = {}
    for row in kept:
        if row.shape.schema and row.standing in _PEERS:
            peers.setdefault(_peer(row), []).append(row)
    expected = {key: most for key, members in peers.items() if (most := _most(members)) is not None}
    return tuple(_held(row, expected.get(_peer(row)), len(peers.get(_peer(row), ()))) for row in kept)


def _peer(row: Row) -> tuple[str, ...]:
    parts = row.version.split(".")
    return row.dialect, *(parts[:1] if row.dialect == "postgresql" else parts[:2]), row.files, row.shape.ledgers


def _most(members: list[Row]) -> tuple[Shape, int] | None:
    """What most of them look like, and how many do."""
    shape, count = Counter(row.shape for row in members).most_common(1)[0]
    if count < LEAST or count * 2 <= len(members):
        return None
    told = next((row.shape for row in members if row.shape == shape and row.shape.tables), shape)
    return told, count


def _held(row: Row, expected: tuple[Shape, int] | None, peers: int) -> Row:
    if expected is None or row.standing not in _PEERS or not row.shape.schema or row.shape == expected[0]:
        return row
    where = differing(expected[0], row.shape)
    more = f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else ""
    about = "not like the majority" + (f": {', '.join(where[:_SHOWN])}{more}" if where else "")
    summary = (
        f"Its schema is not that of {expected[1]} of the {peers} databases whose ledger records the same"
        + (f": {', '.join(where[:_SHOWN])}{more}." if where else ".")
        + " The majority is taken to be right; nothing proves it."
    )
    if row.standing is Standing.DRIFTED:
        about = row.about
    return replace(row, standing=Standing.DRIFTED, about=about, summary=summary, differs=where or (about,))
