"""What PostgreSQL counts of rows written, without a lock on any table: partitions count for their parents."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.faults import NotInstrumentedFault
from console.core.write_rates import Counts, TableName
from console.dialects.postgres.wire import Wire

_WRITES = """
WITH RECURSIVE found(root, oid) AS (
    SELECT c.oid, c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN ROWS FROM (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[])) AS w(schema, name)
        ON w.schema = n.nspname AND w.name = c.relname
     WHERE c.relkind IN ('r', 'p')
    UNION ALL
    SELECT f.root, i.inhrelid FROM found f JOIN pg_catalog.pg_inherits i ON i.inhparent = f.oid
)
SELECT n.nspname::text, c.relname::text, pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(f.oid)
       + pg_catalog.pg_stat_get_tuples_updated(f.oid) + pg_catalog.pg_stat_get_tuples_deleted(f.oid))::bigint
  FROM found f JOIN pg_catalog.pg_class c ON c.oid = f.root JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 GROUP BY 1, 2
 UNION ALL
SELECT NULL, NULL, (pg_catalog.current_setting('track_counts') = 'on')::int::bigint
"""
"""The row without a name tells whether anything is counted."""


def read_writes(wire: Wire, tables: Sequence[TableName]) -> Counts:
    """Rows written to each of these tables that is there."""
    rows = wire.read(_WRITES, ([schema for schema, _ in tables], [name for _, name in tables]))
    if not all(counted for schema, _, counted in rows if schema is None):
        raise NotInstrumentedFault(
            "What is written is not counted", "track_counts is off", grant="ALTER SYSTEM SET track_counts = on"
        )
    return {(schema, name): int(written) for schema, name, written in rows if schema is not None}
