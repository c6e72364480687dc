"""What MySQL counts of rows written, in performance_schema: MariaDB has that off unless somebody turned it on."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.faults import NotInstrumentedFault, NotPermittedFault
from console.core.write_rates import Counts, TableName
from console.dialects.mysql.lock_reader import PERFORMANCE_SCHEMA_OFF
from console.dialects.mysql.wire import Wire

_WHAT = "What is written is not counted"
_ON = """
SELECT @@performance_schema, (SELECT count(*) FROM performance_schema.setup_instruments
 WHERE name = 'wait/io/table/sql/handler' AND enabled = 'YES')
"""
_TURN_ON = "UPDATE performance_schema.setup_instruments SET enabled = 'YES' WHERE name = 'wait/io/table/sql/handler'"
_WRITES = """
SELECT object_schema, object_name, count_insert + count_update + count_delete
  FROM performance_schema.table_io_waits_summary_by_table WHERE (object_schema, object_name) IN ({places})
"""


def read_writes(wire: Wire, tables: Sequence[TableName], account: str) -> Counts:
    """Rows written to each of these tables; of one that nobody opened since the server started, none."""
    try:
        is_on, handler = wire.read(_ON)[0]
        if not is_on:
            raise NotInstrumentedFault(_WHAT, PERFORMANCE_SCHEMA_OFF)
        if not handler:
            raise NotInstrumentedFault(_WHAT, "the instrument of table access is off", grant=_TURN_ON)
        places = ", ".join(["(%s, %s)"] * len(tables))
        rows = wire.read(_WRITES.format(places=places), tuple(part for table in tables for part in table))
    except NotPermittedFault as fault:
        grant = f"GRANT SELECT ON performance_schema.* TO {account}"
        raise NotPermittedFault("What is written may not be read", fault.why, grant=grant) from fault
    exact = {(str(schema), str(name)): int(written) for schema, name, written in rows}
    folded = {(schema.lower(), name.lower()): written for (schema, name), written in exact.items()}
    return {table: exact.get(table, folded.get((table[0].lower(), table[1].lower()), 0)) for table in tables}
