"""A table of a backup that was loaded, compared with the same table of the incident, a thousand rows at a time.

Both are read like everything else: short reads that end by themselves. On the incident's side rows are only looked up
by their primary keys, never scanned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from console import dialects
from console.core.faults import Fault, UsageFault
from console.core.observation import Server
from console.core.restore.row_sql import after, among, is_literal, literal_of, place, select
from console.core.restore.rows import Lost, compared, shape_of
from console.core.row_values import Fill, Row, Rows, Shape
from console.core.schema import Column, Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PAGE = 1000
MOST = 500_000
"""Rows of the backup that are looked at."""
MOST_FOUND = 5_000
"""Rows and values that one plan brings back."""
_WIRES = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}


@dataclass(frozen=True)
class Side:
    """One of the two databases."""

    wire: Any
    server: Server
    schema: Schema
    shape: Shape

    def read(self, where: str, most: int | None = None) -> list[Row]:
        """Rows as literals."""
        columns = {c.ref.name: c for c in self.schema.of_kind(Column)
                   if (c.ref.schema, c.ref.table) == (self.shape.schema, self.shape.table)}  # fmt: skip
        literals = [literal_of(columns[name], self.server) for name in self.shape.columns]
        found = self.wire.read(select(self.shape, literals, self.server, where, most))
        rows = [tuple(str(value) for value in row) for row in found]
        if not all(is_literal(value, self.server) for row in rows for value in row):
            raise UsageFault(f"{self.server.host} gave a value that cannot be written as a constant")
        return rows


@dataclass
class _Seen:
    missing: list[Row] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    same: int = 0
    changed: int = 0
    there: int = 0
    whole: bool = True


def rows_of_table(incident: URL, scratch: URL, table: tuple[str, str], lost: tuple[Lost, ...]) -> Rows:
    """What of it is missing. UsageFault where that cannot be told."""
    now, then = _read(incident), _read(scratch)
    if now[0].identity == then[0].identity and now[0].name == then[0].name:
        raise UsageFault("the scratch database is the database of the incident")
    shape = shape_of(*table, now[1], then[1])
    if isinstance(shape, str):
        raise UsageFault(shape.rstrip("."))
    other = replace(shape, schema=then[1].home if shape.schema == now[1].home else shape.schema)
    wires = _wire(incident, now[0]), _wire(scratch, then[0])
    try:
        mine, theirs = Side(wires[0], *now, shape), Side(wires[1], *then, other)
        seen = _compared(mine, theirs, frozenset(one.column for one in lost if (one.schema, one.table) == table))
        newer = _newer(mine, seen)
    finally:
        for wire in wires:
            wire.close()
    backup = f"{then[0].name} on {then[0].host}"
    return Rows(now[0].identity, backup, shape, tuple(seen.missing), tuple(seen.fills), seen.same, seen.changed, newer,
                seen.whole)  # fmt: skip


def _read(url: URL) -> tuple[Server, Schema]:
    link = dialects.open_dialect(url.get_backend_name()).open(url, "schema")
    try:
        return link.server(), link.schema()
    finally:
        link.close()


def _wire(url: URL, server: Server) -> Any:  # noqa: ANN401 - each dialect has its own
    name = _WIRES.get(server.dialect)
    if name is None:
        raise UsageFault(f"no rows are brought back on {server.dialect}")
    return import_module(f"console.dialects.{name}.wire").Wire(url, "schema")


def _pages(side: Side) -> Iterator[list[Row]]:
    """All rows, in the order of their keys."""
    where = ""
    while rows := side.read(where, PAGE):
        yield rows
        where = after(side.shape, side.shape.key_of(rows[-1]), side.server)


def _compared(mine: Side, theirs: Side, fillable: frozenset[str]) -> _Seen:
    seen = _Seen()
    for n, page in enumerate(_pages(theirs), 1):
        keys = [theirs.shape.key_of(row) for row in page]
        now = {mine.shape.key_of(row): row for row in mine.read(among(mine.shape, keys, mine.server))}
        seen.there += len(now)
        for found in compared(mine.shape, page, now, fillable):
            _noted(seen, found)
        if n * PAGE >= MOST or len(seen.missing) + len(seen.fills) >= MOST_FOUND:
            seen.whole = len(page) < PAGE
            break
    return seen


def _noted(seen: _Seen, found: Row | Fill | bool) -> None:
    match found:
        case Fill():
            seen.fills.append(found)
        case bool():
            seen.same += found
            seen.changed += not found
        case _:
            seen.missing.append(found)


def _newer(mine: Side, seen: _Seen) -> int | None:
    """Rows that are not in the backup; not known where they cannot be counted soon."""
    if not seen.whole:
        return None
    try:
        return int(mine.wire.read(f"SELECT count(*) FROM {place(mine.shape, mine.server)}")[0][0]) - seen.there
    except Fault:
        return None
