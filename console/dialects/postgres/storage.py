"""Where PostgreSQL keeps its data, and how many pages it counted in a table; nothing but its catalog is read."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.storage import Storage
from console.core.write_rates import TableName
from console.dialects.postgres.wire import Wire

_FOLDER = "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory'"
_GRANT = "the server does not tell this user its data directory (GRANT pg_read_all_settings TO this user)"
_ELSEWHERE = "{name} lies in a tablespace of its own, on whatever disk that is"
_STORED = """
SELECT coalesce(sum(r.relpages), 0)::bigint * pg_catalog.current_setting('block_size')::bigint,
       c.reltablespace <> 0 OR d.dattablespace <> 1663
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  JOIN pg_catalog.pg_class r
    ON r.oid = c.oid OR r.oid = c.reltoastrelid
    OR r.oid IN (SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid)
 WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'm')
 GROUP BY c.oid, c.reltablespace, d.dattablespace
"""
"""1663: pg_default, which lies in the data directory."""


def read_storage(wire: Wire, tables: Sequence[TableName], identity: str) -> Storage:
    """`identity`: the server's own number, which stands in its data directory too, and when it was started."""
    found = {(schema or wire.home, name): wire.read(_STORED, (schema or wire.home, name)) for schema, name in tables}
    known = {name: rows[0] for name, rows in found.items() if rows}
    apart = next((name for name, row in known.items() if row[1]), None)
    told = wire.read(_FOLDER)
    folder = str(told[0][0]) if told and apart is None else ""
    why = _ELSEWHERE.format(name=apart[1]) if apart is not None else "" if told else _GRANT
    return Storage(identity, folder, "", why, tuple((name, int(row[0])) for name, row in known.items() if row[0]))
