"""The small reads: sessions, locks, progress, rights, ledger rows, and whether anything changed.

Versions are data: where a statement differs, it is a table of (minimum server version, SQL), newest first; `pick`
takes the first that fits. Nothing here waits behind an ACCESS EXCLUSIVE lock. Run on 15, 16 and 18; what concerns
12 to 14 and 17 is from the documentation.
"""

from __future__ import annotations

Versioned = tuple[tuple[int, str], ...]


def pick(versions: Versioned, server: int) -> str:
    """The newest SQL that a server of this version understands."""
    return next(sql for minimum, sql in versions if server >= minimum)


NEXT_XID: Versioned = (
    (130000, "pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint"),
    (0, "pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())"),
)
"""The number of the transaction that comes next, 64 bits."""

SNAPSHOT: Versioned = (
    (130000, "SELECT pg_catalog.pg_current_snapshot()::text"),
    (0, "SELECT pg_catalog.txid_current_snapshot()::text"),
)

SERVER = """
SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num')::int,
       pg_catalog.current_database()::text, current_user::text, pg_catalog.pg_is_in_recovery(),
       pg_catalog.pg_postmaster_start_time(), pg_catalog.clock_timestamp(),
       pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
       pg_catalog.pg_has_role(current_user, 'pg_signal_backend', 'USAGE'),
       pg_catalog.current_setting('is_superuser') = 'on',
       pg_catalog.current_setting('track_activity_query_size')
"""
IDENTITY = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()"
ITSELF = """
SELECT pg_catalog.host(pg_catalog.inet_server_addr()),
       coalesce(pg_catalog.inet_server_port(), pg_catalog.current_setting('port')::int)
"""
"""Where the server is reached by whoever is connected to it: another address than ours behind a pooler."""

ROLE_SETTINGS = """
SELECT coalesce(r.rolname::text, ''), s.setdatabase <> 0, c.setting
  FROM pg_catalog.pg_db_role_setting s
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
 WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
 ORDER BY 1, 2, 3
"""
"""What roles and the database set for their sessions. Our own session overrides it, so SHOW does not tell."""

ROLES = "SELECT oid::bigint, rolname::text FROM pg_catalog.pg_roles"
DATABASES = "SELECT oid::bigint, datname::text FROM pg_catalog.pg_database"

_ACTIVITY = """
SELECT pid, {leader}, datid::bigint, usesysid::bigint, application_name, pg_catalog.host(client_addr), client_port,
       backend_start, xact_start, query_start, state_change, wait_event_type, wait_event, state,
       backend_xid IS NOT NULL, query, backend_type
  FROM pg_catalog.pg_stat_get_activity(NULL)
 UNION ALL
SELECT NULL, NULL, dbid::bigint, ownerid::bigint, gid, transaction::text, NULL,
       prepared, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'prepared'
  FROM pg_catalog.pg_prepared_xact()
"""
SESSIONS: Versioned = (
    (130000, _ACTIVITY.format(leader="leader_pid")),
    (0, _ACTIVITY.format(leader="NULL::int")),
)
"""The function, never the view: the view joins shared catalogs and hangs while the lock manager is frozen. Behind the
sessions come the prepared transactions, without a process."""

PREPARED = "SELECT transaction::text, gid, prepared, ownerid::bigint, dbid::bigint FROM pg_catalog.pg_prepared_xact()"

_LOCKS = """
SELECT locktype, relation::bigint, page, tuple, virtualxid, transactionid::text, classid::bigint, objid::bigint,
       objsubid, virtualtransaction, pid, mode, granted, {since}
  FROM pg_catalog.pg_locks
 WHERE (database IS NULL OR database = 0
        OR database = %(database)s::pg_catalog.oid)
   AND pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
"""
LOCKS: Versioned = (
    (140000, _LOCKS.format(since="waitstart")),
    (0, _LOCKS.format(since="NULL::timestamptz")),
)

NAMES = """
SELECT c.oid::bigint, n.nspname::text, c.relname::text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = ANY(%s::pg_catalog.oid[])
"""

LOCKS_NAMED: Versioned = tuple(
    (
        minimum,
        f"""
WITH held AS ({sql})
SELECT held.*, NULL::text, NULL::text FROM held
 UNION ALL
SELECT NULL, c.oid::bigint, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       n.nspname::text, c.relname::text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = ANY(ARRAY(SELECT DISTINCT held.relation::oid FROM held WHERE held.relation <> 0))
""",
    )
    for minimum, sql in LOCKS
)
"""The same with the names of what is locked, which somebody may have locked away: then the locks are read alone."""

PROGRESS = """
SELECT pid, phase, index_relid::bigint, blocks_done, blocks_total, tuples_done, tuples_total,
       lockers_done, lockers_total
  FROM pg_catalog.pg_stat_progress_create_index WHERE datname = pg_catalog.current_database()
UNION ALL
SELECT pid, command || ': ' || phase, NULL, heap_blks_scanned, heap_blks_total, 0, 0, 0, 0
  FROM pg_catalog.pg_stat_progress_cluster WHERE datname = pg_catalog.current_database()
"""

TABLES_NAMED = """
SELECT DISTINCT n.nspname::text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE pg_catalog.lower(c.relname) = pg_catalog.lower(%s) AND c.relkind IN ('r', 'p', 'f', 'v')
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY 1
"""

TABLE = """
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text,
       EXISTS (SELECT FROM pg_catalog.pg_locks l
                WHERE l.relation = c.oid AND l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
                  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                     WHERE d.datname = pg_catalog.current_database()))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %(schema)s AND pg_catalog.lower(c.relname) = pg_catalog.lower(%(table)s)
   AND c.relkind IN ('r', 'p', 'f', 'v')
 ORDER BY c.relname <> %(table)s
"""
"""Exactly this name first, else one that differs in case only."""

DDL_ON_TABLE = """
SELECT l.mode, l.granted, l.pid
  FROM pg_catalog.pg_locks l
 WHERE l.relation = (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = %s AND c.relname = %s)
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
   AND l.locktype = 'relation'
   AND (l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
        OR l.mode = 'ShareUpdateExclusiveLock' AND l.pid NOT IN (SELECT pid FROM pg_catalog.pg_stat_progress_vacuum))
 LIMIT 1
"""

WAITING_BEHIND = """
SELECT count(*)
  FROM pg_catalog.pg_locks held JOIN pg_catalog.pg_locks wanted
    ON NOT wanted.granted AND (wanted.virtualxid = held.virtualxid
       OR wanted.relation = held.relation AND wanted.database = held.database)
 WHERE held.pid = %s AND held.granted
"""
"""Whether anybody waits for something that this session holds."""

LOCKED_NOW = """
SELECT pg_catalog.string_agg(DISTINCT relation::text, ',' ORDER BY relation::text)
  FROM pg_catalog.pg_locks
 WHERE mode = 'AccessExclusiveLock' AND locktype = 'relation' AND relation >= 16384
   AND database = %(database)s::pg_catalog.oid
"""

_WATCHED = (
    ("pg_class", "oid >= 16384"),
    ("pg_attribute", "attrelid >= 16384"),
    ("pg_attrdef", "true"),
    ("pg_constraint", "oid >= 16384"),
    ("pg_index", "indexrelid >= 16384"),
    ("pg_type", "oid >= 16384"),
    ("pg_enum", "true"),
    ("pg_proc", "oid >= 16384"),
    ("pg_trigger", "true"),
    ("pg_rewrite", "oid >= 16384"),
    ("pg_policy", "true"),
    ("pg_inherits", "true"),
    ("pg_sequence", "true"),
    ("pg_partitioned_table", "true"),
    ("pg_namespace", "true"),
    ("pg_extension", "true"),
    ("pg_statistic_ext", "true"),
    ("pg_publication", "true"),
    ("pg_publication_rel", "true"),
    ("pg_description", "true"),
)
_SUM = "(SELECT count(*)::text || ':' || coalesce(sum(xmin::text::bigint), 0){} FROM pg_catalog.{} WHERE {})"
_IN_PLACE = " || ':' || count(*) FILTER (WHERE indisvalid) || ':' || count(*) FILTER (WHERE indisready)"
CHANGES: Versioned = tuple(
    (
        minimum,
        "SELECT pg_catalog.concat_ws(' ', "
        + ", ".join(_SUM.format(more if name == "pg_index" else "", name, which) for name, which in _WATCHED)
        + ")",
    )
    for minimum, more in ((140000, ""), (0, _IN_PLACE))
)
"""Number of rows and sum of `xmin` per catalog. A change of a row replaces its xmin by a greater one, so the sum moves
even when transactions end in another order than they began; up to PostgreSQL 13 an index becomes valid in place."""

HINT: Versioned = tuple(
    (minimum, f"SELECT now.snapshot, ({LOCKED_NOW}), pg_catalog.pg_is_in_recovery() FROM ({sql} AS snapshot) AS now")
    for minimum, sql in SNAPSHOT
)
"""Whether any transaction ended. No catalog that an incident may lock is named: a statement waits for all it names."""

_UNREADABLE = """
EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           AND NOT (pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                    AND pg_catalog.has_table_privilege(c.oid, 'SELECT')))
"""


def _role(name: str) -> str:
    return f"pg_catalog.pg_has_role(current_user, '{name}', 'USAGE')"


_RIGHTS_12 = (
    (
        "see all sessions", _role("pg_read_all_stats"), "GRANT pg_read_all_stats TO {role}",
        "Times, states and statements of other roles' sessions are not visible.",
    ),
    (
        "signal sessions", _role("pg_signal_backend"), "GRANT pg_signal_backend TO {role}",
        "Sessions of other roles cannot be cancelled or terminated.",
    ),
)  # fmt: skip
_READ_12 = (
    "read all tables", f"NOT {_UNREADABLE}", "GRANT SELECT ON ALL TABLES IN SCHEMA {home} TO {role}",
    "Ledgers and counts of rows in some tables cannot be read.",
)  # fmt: skip
_READ_14 = (_READ_12[0], _READ_12[1], "GRANT pg_read_all_data TO {role}", _READ_12[3])
_RESERVED = (
    "use reserved connections", _role("pg_use_reserved_connections"), "GRANT pg_use_reserved_connections TO {role}",
    "When all connections are taken, Halfway gets none either.",
)  # fmt: skip
_AUTOVACUUM = (
    "signal autovacuum", _role("pg_signal_autovacuum_worker"), "GRANT pg_signal_autovacuum_worker TO {role}",
    "An autovacuum that blocks a migration cannot be cancelled.",
)  # fmt: skip

RIGHTS: tuple[tuple[int, tuple[tuple[str, str, str, str], ...]], ...] = (
    (180000, (*_RIGHTS_12, _READ_14, _RESERVED, _AUTOVACUUM)),
    (160000, (*_RIGHTS_12, _READ_14, _RESERVED)),
    (140000, (*_RIGHTS_12, _READ_14)),
    (0, (*_RIGHTS_12, _READ_12)),
)
"""(name, SQL that tells whether it is held, GRANT, what is missing without it)."""
