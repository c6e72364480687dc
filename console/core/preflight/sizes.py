"""Tables that the server never counted: how many rows they may hold at most is told by their bytes.

A small table is not analysed by itself: without this every table of twenty rows would be one of unknown size, and each
index on it an alarm. Where the bytes leave room for many rows it stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from console.core.hazards_cost import SMALL
from console.core.preflight.finding import Finding
from console.core.preflight.ground import Ground
from console.core.schema import Ref, Table, table_ref

_COUNTED = "rows by the server's estimate"
LEAST = 24
"""Bytes that a row takes at the very least: its head on PostgreSQL; on others the bound is wider than need be."""


def counted(ground: Ground) -> tuple[Ground, Mapping[str, int]]:
    """The ground with the most rows that uncounted small tables may hold, and these tables as people name them."""
    found = dict(_found(ground))
    if not found:
        return ground, {}
    things = (replace(t, rows=found[t.ref]) if isinstance(t, Table) and t.ref in found else t
              for t in ground.schema.things)  # fmt: skip
    names = {ref.label(ground.schema.home): rows for ref, rows in found.items()}
    return replace(ground, schema=replace(ground.schema, things=tuple(things))), names


def _found(ground: Ground) -> Iterator[tuple[Ref, int]]:
    moment = ground.now.moment
    parents = {t.partition_of for t in ground.schema.of_kind(Table)}
    for name, size in moment.sizes if moment is not None else ():
        table = ground.schema.get(table_ref(*name))
        most = max(size // LEAST, 1)
        if isinstance(table, Table) and not table.rows and most < SMALL and ".".join(name) not in parents:
            yield table.ref, most


def told_so(findings: Iterable[Finding], names: Mapping[str, int]) -> Iterator[Finding]:
    """The same in words that say where a number of rows comes from."""
    for finding in findings:
        why, hold = (_told(text, names) for text in (finding.why, finding.hold))
        yield replace(finding, why=why, hold=hold) if (why, hold) != (finding.why, finding.hold) else finding


def _told(text: str, names: Mapping[str, int]) -> str:
    for name, most in names.items() if _COUNTED in text else ():
        text = text.replace(f"{name}: {most:,} {_COUNTED}", f"{name}: {_words(most)} by its size")
    return text


def _words(most: int) -> str:
    return f"at most {most:,} rows" if most > 1 else "at most 1 row"
