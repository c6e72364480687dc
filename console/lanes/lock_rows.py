"""Reads the rows in which tools keep their locks, where there are such tables."""

from __future__ import annotations

from console.core.lock_rows import LockRow, lock_tables, taken
from console.core.observation import Health, Reading
from console.core.ports import Link
from console.core.schema import Schema
from console.lanes.reading import Reader

Rows = Reading[tuple[LockRow, ...]]


def read_lock_rows(reader: Reader, link: Link, schema: Schema | None, old: Rows) -> Rows:
    """With an unread schema nothing is known; without such tables nothing is asked."""
    if schema is None:
        return Reading(health=Health.NOT_READ, reason="the schema has not been read")
    tables = tuple(lock_tables(schema))

    def ask() -> tuple[LockRow, ...]:
        read = ((table, link.rows(table.ref.schema, table.ref.name)) for table in tables)
        return tuple(row for table, rows in read for row in taken(table, rows.columns, rows.rows))

    return reader.read(ask, old)
