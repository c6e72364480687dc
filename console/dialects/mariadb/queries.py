"""What MariaDB is asked in other words."""

from __future__ import annotations

STARTED = (
    "SELECT unix_timestamp() - variable_value FROM information_schema.global_status WHERE variable_name = 'Uptime'"
)
PROCESSES = """
SELECT NULL, id, user, host, db, command, time_ms / 1000, state, left(info, 4096), NULL
  FROM information_schema.processlist
"""
RUNNING = "SELECT id, query_id, left(info, 4096) FROM information_schema.processlist WHERE command = 'Query'"
"""The number of what each session runs; read before the sessions, an older one of the same words is harmless."""
HOSTS = "SELECT id, host FROM information_schema.processlist"
PROGRESS = """
SELECT id, state, stage, max_stage, progress FROM information_schema.processlist WHERE max_stage > 0
"""
METADATA_LOCK_INFO = """
SELECT thread_id, lock_mode, lock_type, table_schema, table_name FROM information_schema.metadata_lock_info
"""
"""A plugin that comes with the server and is not installed; it tells of locks that are held only."""
INSTALL = "INSTALL SONAME 'metadata_lock_info'"
ROW_LOCKS = """
SELECT lock_id, lock_trx_id, lock_mode, lock_table FROM information_schema.innodb_locks
"""
"""Only those that somebody waits for, and the waits themselves."""
USER_LOCK = "SELECT is_used_lock(%s)"

IN_USE = "SHOW OPEN TABLES FROM {} WHERE In_use > 0"
"""Nobody's name stands there: LOCK TABLES of a session that idles as well as every statement that runs."""
