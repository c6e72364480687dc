"""The small reads: server, sessions, locks, progress, ledger rows, and whether anything changed.

Each is one flat read without joins between the tables of performance_schema: the server joins them row by row, and the
`sys` views over them take tens of seconds in a lock storm. Nothing here waits behind a metadata lock. Run on MySQL 9.7
and MariaDB 10.11; what concerns 8.0 and 8.4 is from the documentation.
"""

from __future__ import annotations

VARIABLES = (
    "version version_comment version_compile_os hostname port server_uuid server_uid read_only super_read_only "
    "innodb_read_only performance_schema wsrep_on wsrep_cluster_name group_replication_group_name "
    "group_replication_single_primary_mode aurora_version basedir lower_case_table_names tidb_version "
    "default_storage_engine explicit_defaults_for_timestamp admin_address admin_port extra_port"
).split()
SETTINGS = (
    "sql_mode foreign_key_checks lock_wait_timeout log_bin binlog_format binlog_row_image max_execution_time "
    "max_statement_time innodb_online_alter_log_max_size innodb_file_per_table log_slave_updates log_replica_updates "
    "sql_require_primary_key collation_server explicit_defaults_for_timestamp port"
).split()
"""What decides how a schema change goes; kept with the server."""
_NAMES = ", ".join(f"'{name}'" for name in (*VARIABLES, *SETTINGS))
GLOBALS = f"SHOW GLOBAL VARIABLES WHERE variable_name IN ({_NAMES})"
"""One statement that no server refuses: it tells what the server knows and leaves out the rest."""

NOW = "SELECT now(6)"
NOWS = "SELECT convert_tz(now(6), @@session.time_zone, 'SYSTEM'), now(6)"
"""The server's own time beside ours."""
STARTED = (
    "SELECT unix_timestamp() - variable_value FROM performance_schema.global_status WHERE variable_name = 'Uptime'"
)
"""Both in one statement: the difference is the same number in every reading."""
REPLICA = ("SHOW REPLICA STATUS", "SHOW SLAVE STATUS")
REPLICAS = ("SHOW ALL SLAVES STATUS",)
"""MariaDB's, where a connection may have a name."""
GRANTS = "SHOW GRANTS"
KILLERS = """
SELECT routine_name FROM information_schema.routines
 WHERE routine_schema = 'mysql' AND routine_type = 'PROCEDURE'
   AND routine_name IN ('rds_kill', 'rds_kill_query', 'az_kill', 'az_kill_query')
"""
"""What managed servers have for those who may not KILL; told to who may call it."""

XA = ("XA RECOVER CONVERT XID", "XA RECOVER")
"""In hexadecimal where the server can: the bytes of a name need be no text, and the driver breaks over such ones."""
MAY_READ = {
    "performance_schema": ("SELECT 1 FROM performance_schema.metadata_locks LIMIT 1",),
    "prepared": XA,
    "replication": REPLICA,
}
"""Reads that only succeed with the right they stand for."""

LOST_LOCKS = """
SELECT variable_value FROM performance_schema.global_status
 WHERE variable_name = 'Performance_schema_metadata_lock_lost'
"""
INSTRUMENT = "SELECT enabled FROM performance_schema.setup_instruments WHERE name = 'wait/lock/metadata/sql/mdl'"
TURN_ON = "UPDATE performance_schema.setup_instruments SET enabled = 'YES' WHERE name = 'wait/lock/metadata/sql/mdl'"

OWNERS = "SELECT thread_id, processlist_id FROM performance_schema.threads"
HOSTS = "SELECT id, host FROM performance_schema.processlist"
THREADS = """
SELECT thread_id, processlist_id, processlist_user, processlist_host, processlist_db, processlist_command,
       processlist_time, processlist_state, processlist_info, name
  FROM performance_schema.threads WHERE processlist_id IS NOT NULL
"""
PROCESSES = """
SELECT NULL, id, user, host, db, command, time, state, info, NULL FROM performance_schema.processlist
"""
"""Anybody may read this one, and without PROCESS it tells of the account's own sessions. The one of information_schema
stops everybody who connects while it is read."""
PROCESS_LIST = """
SELECT NULL, id, user, host, db, command, time, state, info, NULL FROM information_schema.processlist
"""
HOST_LIST = "SELECT id, host FROM information_schema.processlist"
"""Before 8.0.22 there is nothing better, nor where performance_schema is off: its own list is empty then."""
TRANSACTIONS = """
SELECT t.thread_id, t.timer_wait / 1e12 FROM performance_schema.events_transactions_current t
  LEFT JOIN performance_schema.events_statements_current s
    ON s.thread_id = t.thread_id AND s.event_id = t.nesting_event_id AND s.end_event_id IS NULL
       AND s.event_name REGEXP '^statement/sql/(alter|create|drop|rename|truncate|optimize|repair|analyze)'
 WHERE t.state = 'ACTIVE' AND t.autocommit = 'NO' AND s.event_id IS NULL
"""
"""A running transaction's `timer_wait` is how long it has been open. One of a single statement says `autocommit`, but
not that of a DDL statement, which turns it off for itself while it runs (9.7)."""
LAST = """
SELECT s.thread_id, s.sql_text FROM performance_schema.events_transactions_current t
  JOIN performance_schema.threads o ON o.thread_id = t.thread_id AND o.processlist_command = 'Sleep'
  JOIN performance_schema.events_statements_current s ON s.thread_id = t.thread_id
 WHERE t.state = 'ACTIVE' AND t.autocommit = 'NO'
"""
"""What those ran last who hold a transaction open and run nothing."""
PROGRAM_TABLES = ("session_account_connect_attrs", "session_connect_attrs")
"""Of the account's own sessions, and of all."""
PROGRAMS = """
SELECT processlist_id, attr_name, attr_value FROM performance_schema.{table}
 WHERE attr_name IN ('program_name', '_client_name')
"""
TRX_MARK = "/* read by halfway */"
INNODB_TRX = """
SELECT /* read by halfway */ /* {{mark}} */
       trx_mysql_thread_id, trx_id, trx_state, timestampdiff(MICROSECOND, trx_started, {now}) / 1e6,
       timestampdiff(MICROSECOND, trx_wait_started, {now}) / 1e6, trx_requested_lock_id, trx_rows_modified,
       trx_operation_state, trx_rows_locked, coalesce(left(trx_query, 200), '')
  FROM information_schema.innodb_trx
""".format(now="convert_tz(now(6), @@session.time_zone, 'SYSTEM')")
"""InnoDB writes the server's own time, whatever the session's time zone is."""

METADATA_LOCKS = """
SELECT object_type, object_schema, object_name, lock_type, lock_status, owner_thread_id
  FROM performance_schema.metadata_locks WHERE lock_status IN ('GRANTED', 'PENDING')
"""
WAITS = """
SELECT requesting_engine_lock_id, requesting_thread_id, blocking_thread_id, blocking_engine_transaction_id
  FROM performance_schema.data_lock_waits {} LIMIT 2000
"""
EVERY_WAIT = WAITS.format("")
"""Fewer than `MOST_WAITS` are all there are."""
MOST_WAITS = 2000
WAITED_FOR = """
SELECT object_schema, object_name, lock_mode, engine_lock_id
  FROM performance_schema.data_locks WHERE engine_lock_id = %s
"""
"""Many by UNION ALL: with IN this read finds only the last of them (measured on 9.7.4)."""

STAGES_ON = """
SELECT count(*) FROM performance_schema.setup_instruments
 WHERE name LIKE 'stage/innodb/alter table%' AND enabled = 'YES'
"""
TURN_STAGES_ON = """
UPDATE performance_schema.setup_instruments SET enabled = 'YES' WHERE name LIKE 'stage/innodb/alter table%'
""".strip()
TURN_STAGE_OWNERS_ON = """
UPDATE performance_schema.setup_consumers SET enabled = 'YES' WHERE name = 'events_stages_current'
""".strip()
PROGRESS = """
SELECT thread_id, event_name, work_completed, work_estimated FROM performance_schema.events_stages_current
 WHERE work_estimated IS NOT NULL
"""

TABLES_NAMED = """
SELECT DISTINCT table_schema FROM information_schema.tables
 WHERE lower(table_name) = lower(%s)
   AND table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
 ORDER BY 1
"""
TABLE = """
SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND lower(table_name) = lower(%s)
 ORDER BY table_name <> %s
"""
"""Exactly this name first, else one that differs in case only."""

EXCLUSIVE = """
SELECT lock_type, owner_thread_id, lock_status FROM performance_schema.metadata_locks
 WHERE object_type = 'TABLE' AND object_schema = %s AND object_name = %s
   AND lock_type IN ('EXCLUSIVE', 'SHARED_NO_READ_WRITE', 'SHARED_NO_WRITE', 'SHARED_UPGRADABLE', 'SHARED_READ_ONLY')
   AND lock_status IN ('GRANTED', 'PENDING')
"""
CLOSED_TABLES = """
SELECT object_name FROM performance_schema.metadata_locks
 WHERE object_type = 'TABLE' AND object_schema = database() AND lock_type IN ('EXCLUSIVE', 'SHARED_NO_READ_WRITE')
"""
"""Which tables of this database may not be read without waiting."""
BEHIND = """
SELECT count(*) FROM performance_schema.metadata_locks
 WHERE object_type = 'TABLE' AND object_schema = %s AND object_name = %s AND lock_status = 'PENDING'
"""

_CHANGES = """
SELECT count(*), coalesce(sum(crc32(concat_ws('|', {columns}))), 0), max({newest})
  FROM information_schema.{table} WHERE {schema} = %(home)s
"""
CHANGES = (
    _CHANGES.format(
        table="tables",
        schema="table_schema",
        columns="table_name, table_type, engine, create_time, table_collation, create_options, table_comment",
        newest="create_time",
    ),
    _CHANGES.format(
        table="views", schema="table_schema", columns="table_name, crc32(view_definition), definer", newest="NULL"
    ),
    _CHANGES.format(
        table="triggers",
        schema="trigger_schema",
        columns="trigger_name, event_object_table, created, crc32(action_statement), action_timing, action_order",
        newest="created",
    ),
    _CHANGES.format(
        table="routines",
        schema="routine_schema",
        columns="routine_type, routine_name, last_altered, crc32(routine_definition)",
        newest="last_altered",
    ),
    _CHANGES.format(
        table="events",
        schema="event_schema",
        columns="event_name, last_altered, status, crc32(event_definition)",
        newest="last_altered",
    ),
)
"""Number of things, a checksum of what moves with them, and when the newest changed (to the second)."""
COUNTERS = """
SHOW GLOBAL STATUS WHERE variable_name REGEXP '^Com_(alter|create|drop|rename|truncate)_'
"""

_HARMLESS = (
    "event_name NOT REGEXP '^statement/(com/(Query|Sleep|Quit|Ping|Statistics|Init DB|Field List|Processlist|Prepare|"
    "Fetch|Close stmt|Reset stmt|Reset Connection|Long Data|Set option|Connect|Change user|Binlog Dump.*)|"
    "sql/(select|insert|insert_select|update|update_multi|delete|delete_multi|replace|replace_select|load|do|set_option|"
    "show_.*|b[e]gin|c[o]mmit|rollback|rollback_to_savepoint|savepoint|release_savepoint|empty_query|error|change_db|kill|"
    "lock_tables|unlock_tables|prepare_sql|dealloc_sql|explain_other|xa_.*|analyze|check|checksum|help)|"
    "sp/(set|set_trigger_field|jump|jump_if_not|freturn|h.*|c.*|error|set_case_expr)|stmt_handle/.*)$'"
)
ENDED = f"""
SELECT coalesce(sum(count_star), 0) FROM performance_schema.events_statements_summary_global_by_event_name
 WHERE {_HARMLESS}
"""
"""How many statements have ended that are not known to change nothing."""
UNCOUNTED = """
SELECT count(*) FROM performance_schema.threads WHERE instrumented = 'NO' AND processlist_id IS NOT NULL
"""
SWITCHED_OFF = f"""
SELECT (SELECT count(*) FROM performance_schema.setup_instruments
         WHERE name LIKE 'statement/%' AND enabled = 'NO' AND {_HARMLESS.replace("event_name", "name")})
     + (SELECT count(*) FROM performance_schema.setup_consumers
         WHERE name IN ('global_instrumentation', 'thread_instrumentation') AND enabled = 'NO')
     + (SELECT count(*) FROM performance_schema.setup_actors WHERE enabled = 'NO')
"""
FELLOWS = """
SELECT count(*) FROM performance_schema.replication_group_members WHERE member_state <> 'OFFLINE'
"""
"""Other nodes of a cluster that change the schema too."""
