"""What MySQL counts of rows written, in performance_schema: MariaDB has that off unless somebody turned it on."""

from __future__ import annotations

import time
from collections.abc import Sequence

from console.core.faults import NotInstrumentedFault, NotPermittedFault
from console.core.write_rates import Counts, TableName
from console.dialects.mysql.lock_reader import PERFORMANCE_SCHEMA_OFF
from console.dialects.mysql.wire import Row, Wire

_WHAT = "What is written is not counted"
_FRESH = 0.5
"""Seconds for which what was read with the locks is the answer to who asks."""
_TURN_ON = "UPDATE performance_schema.setup_instruments SET enabled = 'YES' WHERE name = 'wait/io/table/sql/handler'"
_WRITES = """
SELECT '', @@performance_schema, (SELECT count(*) FROM performance_schema.setup_instruments
 WHERE name = 'wait/io/table/sql/handler' AND enabled = 'YES')
UNION ALL
SELECT object_schema, object_name, count_insert + count_update + count_delete
  FROM performance_schema.table_io_waits_summary_by_table WHERE (object_schema, object_name) IN ({places})
"""
"""First whether it counts at all."""


class Writes:
    """Counts of the tables that were asked about last are read together with the locks, and so ask nobody once more."""

    def __init__(self, wire: Wire) -> None:
        """Nobody asked yet."""
        self._wire = wire
        self._sql = ""
        self._kept: list[Row] = []
        self._kept_at = 0.0

    @property
    def reads(self) -> tuple[str, ...]:
        """What will probably be asked next."""
        return (self._sql,) if self._sql else ()

    def keep(self) -> None:
        """For who asks right after this look."""
        self._kept, self._kept_at = self._wire.ahead.get(self._sql, []), time.monotonic()

    def of(self, tables: Sequence[TableName], account: str) -> Counts:
        """Rows written to each of these tables; of one that nobody opened since the server started, none."""
        names = {f"n{n}": name for n, name in enumerate(part for table in tables for part in table)}
        places = ", ".join(f"(%(n{2 * n})s, %(n{2 * n + 1})s)" for n in range(len(tables)))
        sql = self._wire.spelled(_WRITES.format(places=places), names)
        is_kept = sql == self._sql and time.monotonic() - self._kept_at < _FRESH
        rows, self._kept, self._sql = self._kept if is_kept else [], [], ""
        try:
            (_, is_on, handler), *rows = rows or self._wire.read(sql)
        except NotPermittedFault as fault:
            grant = f"GRANT SELECT ON performance_schema.* TO {account}"
            raise NotPermittedFault("What is written may not be read", fault.why, grant=grant) from fault
        if not int(is_on):
            raise NotInstrumentedFault(_WHAT, PERFORMANCE_SCHEMA_OFF)
        if not int(handler):
            raise NotInstrumentedFault(_WHAT, "the instrument of table access is off", grant=_TURN_ON)
        self._sql = sql
        return _counts(rows, tables)


def _counts(rows: Sequence[Row], tables: Sequence[TableName]) -> Counts:
    exact = {(str(schema), str(name)): int(written) for schema, name, written in rows}
    folded = {(schema.lower(), name.lower()): written for (schema, name), written in exact.items()}
    return {table: exact.get(table, folded.get((table[0].lower(), table[1].lower()), 0)) for table in tables}
