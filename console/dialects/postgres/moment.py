"""What PostgreSQL says of this moment: who follows it, what it keeps for them, how near it is to wraparound.

Only functions and catalogs that no lock stops are read. What a role may not see is said, and the rest goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from console.core.faults import Fault
from console.core.moment import Ageing, Follower, Moment, Pace, Slot
from console.core.plain import one_line
from console.core.types.postgres_words import quote_name
from console.core.write_rates import TableName
from console.dialects.postgres.storage import read_storage
from console.dialects.postgres.wire import Row, Wire

_IDENTITY = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()"
_FOLLOWERS = """
SELECT a.application_name, pg_catalog.host(a.client_addr), s.pid, s.state, extract(epoch FROM s.replay_lag)::float8,
       pg_catalog.pg_wal_lsn_diff(CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                                       ELSE pg_catalog.pg_current_wal_lsn() END, s.replay_lsn)::bigint
  FROM pg_catalog.pg_stat_get_wal_senders() s
  LEFT JOIN pg_catalog.pg_stat_get_activity(NULL) a ON a.pid = s.pid
"""
_LAG = """
SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL
            WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_stat_get_wal_receiver() r WHERE r.pid IS NOT NULL) THEN NULL
            WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())
       END::float8, pg_catalog.pg_is_in_recovery()
"""
_SLOTS = """
SELECT slot_name::text, active,
       pg_catalog.pg_wal_lsn_diff(CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                                       ELSE pg_catalog.pg_current_wal_lsn() END, restart_lsn)::bigint
  FROM pg_catalog.pg_get_replication_slots() WHERE NOT temporary
"""
_AGES = """
SELECT n.nspname::text, c.relname::text,
       greatest(pg_catalog.age(c.relfrozenxid), CASE WHEN t.relfrozenxid::text <> '0' THEN
                pg_catalog.age(t.relfrozenxid) END),
       pg_catalog.current_setting('autovacuum_freeze_max_age')::int
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN ROWS FROM (pg_catalog.unnest(%s::text[]), pg_catalog.unnest(%s::text[])) AS w(schema, name)
    ON w.schema = n.nspname AND w.name = c.relname
  LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid
 WHERE c.relkind IN ('r', 'm') AND c.relfrozenxid::text <> '0'
"""
_AGE = """
SELECT datname::text, pg_catalog.age(datfrozenxid), pg_catalog.current_setting('autovacuum_freeze_max_age')::int
  FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
"""
_SNAPSHOTS = """
SELECT pid FROM pg_catalog.pg_stat_get_activity(NULL)
 WHERE backend_xmin IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()
   AND datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
"""
_COPYING = "SELECT 'session ' || pid FROM pg_catalog.pg_stat_get_progress_info('BASEBACKUP')"
_EXCLUSIVE = "SELECT 'pg_start_backup without a session of its own' WHERE pg_catalog.pg_is_in_backup()"
_COPYING_SINCE, _EXCLUSIVE_BEFORE = 130_000, 150_000
_BY_PAGES_SINCE = 140_000
"""Since then the first pages of a table are read without the others."""
_PAGES = 4096
_PART = """
SELECT least(c.relpages, %s), pg_catalog.current_setting('block_size')::int
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'm')
"""
_HIDDEN = "how far replicas are behind is not told to this role (GRANT pg_monitor TO it)"


def read_moment(wire: Wire, tables: Sequence[TableName]) -> Moment:
    """Everything that can be read of it."""
    untold: list[str] = []

    def read(what: str, sql: str, parameters: Sequence[object] | None = None) -> list[Row]:
        try:
            return wire.read(sql, parameters)
        except Fault as fault:
            untold.append(f"{what} could not be read: {one_line(str(fault), 200)}")
            return []

    identity = next((str(row[0]) for row in read("the server's own number", _IDENTITY)), "")
    followers, senders = _followers(read("who follows this server", _FOLLOWERS), untold)
    lag = next(iter(read("how far this server is behind", _LAG)), (None, False))
    named = frozenset({identity} - {""})
    names = ([schema or wire.home for schema, _ in tables], [name for _, name in tables])
    ages = [Ageing(row[0], row[1], row[2]) for row in read("the age of the database", _AGE)]
    ages += [Ageing(row[1], row[2], row[3], (row[0], row[1])) for row in read("the age of tables", _AGES, names)]
    return Moment(
        identity,
        followers,
        lag[0],
        follows=named if lag[1] else frozenset(),
        called=named,
        slots=tuple(Slot(*row) for row in read("replication slots", _SLOTS)),
        ageing=tuple(ages),
        snapshots=frozenset(str(row[0]) for row in read("old snapshots", _SNAPSHOTS)),
        copying=tuple(dict.fromkeys((*_copying(wire, read), *senders))),
        sizes=_sizes(wire, tables, untold),
        untold=tuple(untold),
    )


def _followers(rows: Sequence[Row], untold: list[str]) -> tuple[tuple[Follower, ...], tuple[str, ...]]:
    """Replicas, and what takes a copy of the whole server."""
    copies = tuple(f"session {row[2]}" for row in rows if row[3] == "backup")
    found = [row for row in rows if row[3] not in ("backup", None)]
    if any(row[3] is None for row in rows):
        untold.append(_HIDDEN)
    return tuple(Follower(f"{row[0] or '?'}@{row[1] or 'local'}", row[4], row[5]) for row in found), copies


def _copying(wire: Wire, read: Callable[[str, str], list[Row]]) -> tuple[str, ...]:
    found = read("running base backups", _COPYING) if wire.version >= _COPYING_SINCE else []
    if wire.version < _EXCLUSIVE_BEFORE:
        found += read("whether a backup is being taken", _EXCLUSIVE)
    return tuple(str(row[0]) for row in found)


def _sizes(wire: Wire, tables: Sequence[TableName], untold: list[str]) -> tuple[tuple[TableName, int], ...]:
    try:
        return read_storage(wire, tables, "").sizes
    except Fault as fault:
        untold.append(f"how large the tables are could not be read: {one_line(str(fault), 200)}")
        return ()


def paced(wire: Wire, table: TableName, read: Callable[[str], object]) -> Pace | None:
    """How long it takes to read the first pages of a table; None where this version can only read all of it, or where
    nobody counted its pages yet."""
    found = wire.read(_PART, (_PAGES, *table))
    if wire.version < _BY_PAGES_SINCE or not found or not found[0][0]:
        return None
    pages, page = found[0]
    began = time.monotonic()
    read(f"SELECT count(*) FROM ONLY {quote_name(table[0])}.{quote_name(table[1])} WHERE ctid < '({pages},0)'")
    return Pace(table, pages * page, time.monotonic() - began, f"its first {pages:,} pages")
