"""A table of a backup that was loaded, compared with the same table of the incident, some rows at a time.

Both are read like everything else: short reads that end by themselves. On the incident's side rows are only looked up
by their primary keys, never scanned.
"""

from __future__ import annotations

import re
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
from console.core.statements import DataProbe

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PAGE = 1000
"""Rows at a time, and fewer where they are long."""
_PAGE_BYTES = 4 * 2**20
_FOUND_BYTES = 64 * 2**20
"""Of rows and values that one plan brings back."""
_PAGE_WIDE = 50
"""Rows at a time where any of them may be of any length, whatever those before it were."""
_BOUNDED = re.compile(
    r"(?:(?:tiny|small|medium|big)?(?:int|serial)\b|integer|numeric|decimal|real|double|float|bool|bit\b(?! varying)"
    r"|date|time|year|uuid|interval|enum|set\(|inet|cidr|macaddr|[a-z ]+\(\d{1,4}\)).*(?<!\])\Z"
)
"""Types whose values are short; an array is none of them."""
_SECONDS = 5.0
"""For counting the rows there are."""
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

    def most(self) -> int:
        """Rows of one page."""
        bounded = all(_BOUNDED.match(column.type) for name, column in self._columns().items()
                      if name in self.shape.columns)  # fmt: skip
        return PAGE if bounded else _PAGE_WIDE

    def _columns(self) -> dict[str, Column]:
        table = (self.shape.schema, self.shape.table)
        return {c.ref.name: c for c in self.schema.of_kind(Column) if (c.ref.schema, c.ref.table) == table}

    def read(self, where: str, most: int | None = None) -> list[Row]:
        """Rows as literals."""
        columns = self._columns()
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
    size: int = 0
    """Characters of what is missing."""
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
        newer = _newer(incident, mine, seen)
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


def _pages(side: Side) -> Iterator[tuple[list[Row], bool]]:
    """All rows, in the order of their keys, and whether that was the last page. The first one is a single row: how
    long they are is seen before many of them are asked for."""
    where, asked, most, longest = "", 1, side.most(), 1
    while rows := side.read(where, asked):
        yield rows, len(rows) < asked
        longest = max(longest, *map(_size, rows))
        asked = max(1, min(most, asked * 4, _PAGE_BYTES // longest))
        where = after(side.shape, side.shape.key_of(rows[-1]), side.server)


def _size(row: Row) -> int:
    return sum(map(len, row))


def _compared(mine: Side, theirs: Side, fillable: frozenset[str]) -> _Seen:
    seen, looked = _Seen(), 0
    for page, last in _pages(theirs):
        looked += len(page)
        keys = [theirs.shape.key_of(row) for row in page]
        now = {mine.shape.key_of(row): row for row in mine.read(among(mine.shape, keys, mine.server))}
        seen.there += len(now)
        for found in compared(mine.shape, page, now, fillable):
            _noted(seen, found)
        if looked >= MOST or len(seen.missing) + len(seen.fills) >= MOST_FOUND or seen.size >= _FOUND_BYTES:
            seen.whole = last
            break
    return seen


def _noted(seen: _Seen, found: Row | Fill | bool) -> None:
    match found:
        case Fill():
            seen.fills.append(found)
            seen.size += len(found.value)
        case bool():
            seen.same += found
            seen.changed += not found
        case _:
            seen.missing.append(found)
            seen.size += _size(found)


def _newer(incident: URL, mine: Side, seen: _Seen) -> int | None:
    """Rows that are not in the backup; not known where they cannot be counted soon, and in nobody's way."""
    if not seen.whole:
        return None
    table = (mine.shape.schema, mine.shape.table)
    probe = DataProbe(f"SELECT count(*) FROM {place(mine.shape, mine.server)}", table)
    try:
        link = dialects.open_dialect(incident.get_backend_name()).open(incident, "schema")
        try:
            return link.count(probe, _SECONDS) - seen.there
        finally:
            link.close()
    except Fault:
        return None
