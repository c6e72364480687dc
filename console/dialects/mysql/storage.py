"""Where MySQL or MariaDB keeps its data, and how many pages InnoDB counted in a table; no table is opened for it."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.faults import NotPermittedFault
from console.core.storage import Storage
from console.core.write_rates import TableName
from console.dialects.mysql.wire import Wire

_FOLDER = "SELECT @@datadir, database(), @@hostname"
_STORED = """
SELECT sum(clustered_index_size + sum_of_other_index_sizes) * @@innodb_page_size FROM mysql.innodb_table_stats
 WHERE database_name = %s AND substring_index(table_name, '#', 1) = %s
"""


def read_storage(wire: Wire, tables: Sequence[TableName], identity: str) -> Storage:
    """`identity`: the server's own number; MySQL's stands in its data directory too."""
    folder, home, host = (str(value or "") for value in wire.read(_FOLDER)[0])
    sizes = [((schema or home, name), _size(wire, schema or home, name)) for schema, name in tables]
    return Storage(identity, folder, host, "", tuple((name, size) for name, size in sizes if size))


def _size(wire: Wire, schema: str, name: str) -> int:
    """0: nobody counted, or this user may not see it."""
    try:
        rows = wire.read(_STORED, (schema, name))
    except NotPermittedFault:
        return 0
    return int(rows[0][0] or 0) if rows else 0
