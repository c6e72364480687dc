"""What MySQL or MariaDB says of this moment: whom it copies, and how large its tables are by InnoDB's own figures.

A primary does not know how far its replicas are behind; a replica says whom it copies, which proves what it is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from console.core.faults import Fault, NotPermittedFault
from console.core.moment import Moment, Pace
from console.core.plain import one_line
from console.core.write_rates import TableName
from console.dialects.mysql.questions import table as quoted_table
from console.dialects.mysql.server import followed
from console.dialects.mysql.storage import read_storage
from console.dialects.mysql.wire import Wire

_SELF = "SELECT @@server_uuid"
_SELF_OF_MARIADB = "SELECT @@server_id, @@port, @@hostname, coalesce(@@report_host, '')"
_VERSIONS = "SELECT total_row_versions FROM information_schema.innodb_tables WHERE name = %s"
_VERSIONS_SINCE = 80_029
_ROWS = 200_000
_PART = """
SELECT sum(n_rows), sum(clustered_index_size) * @@innodb_page_size FROM mysql.innodb_table_stats
 WHERE database_name = %s AND substring_index(table_name, '#', 1) = %s
"""


def read_moment(wire: Wire, tables: Sequence[TableName]) -> Moment:
    """Everything that can be read of it."""
    untold: list[str] = []
    called, follows = frozenset[str](), frozenset[str]()
    sizes: tuple[tuple[TableName, int], ...] = ()
    try:
        called = frozenset(_called(wire))
        follows = frozenset(_follows(wire))
    except NotPermittedFault:
        pass  # `Server.replica_grant` says so
    except Fault as fault:
        untold.append(f"whether this server is a replica could not be read: {one_line(str(fault), 200)}")
    try:
        sizes = read_storage(wire, tables, "").sizes
    except Fault as fault:
        untold.append(f"how large the tables are could not be read: {one_line(str(fault), 200)}")
    versions = tuple(_versions(wire, tables)) if not wire.is_mariadb and wire.number >= _VERSIONS_SINCE else ()
    return Moment(next(iter(called), ""), called=called, follows=follows, sizes=sizes, versions=versions,
                  untold=tuple(untold))  # fmt: skip


def _versions(wire: Wire, tables: Sequence[TableName]) -> Iterator[tuple[TableName, int]]:
    """As far as they are told: nobody is kept from anything by not knowing, a table is rebuilt instead."""
    for table in tables:
        try:
            rows = wire.read(_VERSIONS, ("/".join(map(_on_disk, table)),)) if "".join(table).isascii() else []
        except Fault:
            return
        yield from ((table, int(row[0])) for row in rows)


def _on_disk(name: str) -> str:
    """As InnoDB spells it: `t@0020t`."""
    return re.sub(r"\W", lambda found: f"@{ord(found[0]):04x}", name)


def _called(wire: Wire) -> Iterable[str]:
    """MariaDB's replicas know its number and its address, and no more."""
    if not wire.is_mariadb:
        yield str(wire.read(_SELF)[0][0])
        return
    number, port, *hosts = wire.read(_SELF_OF_MARIADB)[0]
    for host in dict.fromkeys((*hosts, wire.host)):
        if host:
            yield f"{number} {host}:{port}"


def _follows(wire: Wire) -> Iterable[str]:
    for channel in followed(wire):
        told = {name.replace("Source_", "Master_"): value for name, value in channel.items()}
        by_address = f"{told.get('Master_Server_Id')} {told.get('Master_Host')}:{told.get('Master_Port')}"
        yield by_address if wire.is_mariadb else str(told.get("Master_UUID"))


def paced(wire: Wire, table: TableName, read: Callable[[str], Sequence[Sequence[object]]]) -> Pace | None:
    """How long it takes to read so many rows of a table; None where InnoDB has no figures of it, or shows none."""
    try:
        found = wire.read(_PART, table)
    except NotPermittedFault:
        return None
    rows, size = (int(value or 0) for value in found[0])
    if not rows or not size:
        return None
    began = time.monotonic()
    part = read(f"SELECT count(*) FROM (SELECT 1 FROM {quoted_table(table)} USE INDEX () LIMIT {_ROWS}) AS part")
    took = time.monotonic() - began
    count = int(str(part[0][0]))
    return Pace(table, size * min(count, rows) // rows, took, f"its first {count:,} rows") if count else None
