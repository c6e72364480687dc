"""What only a count tells: rows without their parents, replicas and their lag, NULLs in new columns, errors.

The SQL reads, one number each. Rows that a foreign key holds are counted all the same: a key that was NOT VALID, or was
added while checks were off, holds none of the rows from before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from console.core.assessment import Assessment, JudgedMigration
from console.core.ledger_sql import name
from console.core.observation import Server
from console.core.operations import Create
from console.core.schema import Column, Constraint, Kind, Ref, Schema
from console.core.verify.check import Check, Counted, Found


def orphans(now: Assessment, migration: JudgedMigration) -> tuple[Counted, ...]:
    """A question for each foreign key from or to a table of the migration."""
    server, schema = now.observation.server.value, now.observation.schema.value
    if server is None or schema is None:
        return ()
    tables = {table for j in migration.statements for table in j.statement.tables}
    keys = (key for key in schema.things if isinstance(key, Constraint) and key.type == "foreign key")
    found = (replace(key, referenced_columns=_parents_columns(key, schema)) for key in keys)
    mine = [key for key in found if (key.ref.schema, key.ref.table) in tables or _parent(key) in tables]
    return tuple(Counted(f"orphans of {key.ref.label(schema.home)}", _orphans(key, server)) for key in mine)


def _parents_columns(key: Constraint, schema: Schema) -> tuple[str, ...]:
    """Its primary key's, where a key of SQLite names none."""
    primary = (t for t in schema.things if isinstance(t, Constraint) and t.type == "primary key"
               and (t.ref.schema, t.ref.table.lower()) == (_parent(key)[0], _parent(key)[1].lower()))  # fmt: skip
    return key.referenced_columns or next((t.columns for t in primary), ())


def _parent(key: Constraint) -> tuple[str, str]:
    schema, _, table = (key.references or "").rpartition(".")
    return schema or key.ref.schema, table


def _orphans(key: Constraint, server: Server) -> str:
    pairs = tuple(zip(key.columns, key.referenced_columns, strict=False))
    there = " AND ".join(f"c.{name(column, server)} IS NOT NULL" for column, _ in pairs)
    same = " AND ".join(f"p.{name(parent, server)} = c.{name(column, server)}" for column, parent in pairs)
    child = _table((key.ref.schema, key.ref.table), server)
    parents = _table(_parent(key), server)
    return f"SELECT count(*) FROM {child} c WHERE {there} AND NOT EXISTS (SELECT 1 FROM {parents} p WHERE {same})"


def _table(place: tuple[str, str], server: Server) -> str:
    return ".".join(name(part, server) for part in place if part)


def nulls(now: Assessment, migration: JudgedMigration) -> tuple[Counted, ...]:
    """A question for each column that the migration added and that may be empty."""
    server, schema = now.observation.server.value, now.observation.schema.value
    if server is None or schema is None:
        return ()
    made = dict.fromkeys(ref for ref in _added(migration) if _may_be_null(schema, ref))
    return tuple(Counted(f"NULLs in {ref.label(schema.home)}", _nulls(ref, server)) for ref in made)


def _added(migration: JudgedMigration) -> Iterator[Ref]:
    for judgement in migration.statements:
        for operation in judgement.statement.operations:
            if isinstance(operation, Create) and operation.subject.kind is Kind.COLUMN:
                yield operation.subject


def _may_be_null(schema: Schema, ref: Ref) -> bool:
    column = schema.get(ref)
    return isinstance(column, Column) and column.nullable


def _nulls(ref: Ref, server: Server) -> str:
    return f"SELECT count(*) FROM {_table((ref.schema, ref.table), server)} WHERE {name(ref.name, server)} IS NULL"


_SENDERS = "FROM pg_catalog.pg_stat_replication AS r WHERE r.state IS DISTINCT FROM 'backup'"
_HERE = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END"
_REPLICAS = {
    "postgres": f"SELECT count(*) {_SENDERS}",
    "mysql": "SELECT count(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'",
    "mariadb": "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'SLAVES_CONNECTED'",
}
_UNSEEN = {
    "postgres": f"SELECT count(*) {_SENDERS} AND (r.state IS NULL OR r.replay_lsn IS NULL "
    f"OR (r.replay_lag IS NULL AND r.replay_lsn < {_HERE}))",
}
"""Rights are missing, or it has not said yet how far it is."""
_LAG = {
    "postgres": f"SELECT coalesce(max(CASE WHEN r.replay_lsn < {_HERE} THEN ceil(extract(epoch FROM r.replay_lag)) "
    f"END), 0)::bigint {_SENDERS}",
}
_BYTES = {"postgres": f"SELECT greatest(max(pg_wal_lsn_diff({_HERE}, r.replay_lsn)), 0)::bigint {_SENDERS}"}
_SLOTS = {
    "postgres": "SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_type = 'physical' AND NOT active",
}
_MEMBERS = {
    "mysql": "SELECT count(*) FROM performance_schema.replication_group_members "
    "WHERE MEMBER_ID <> '' AND MEMBER_STATE <> 'ONLINE'",
}
_OWN = {
    "postgres": "SELECT CASE WHEN pg_is_wal_replay_paused() "
    "OR NOT EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN -1 "
    "WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 "
    "ELSE coalesce(ceil(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())), -1) END::bigint",
}
"""Of a replica itself; -1: it stands still, or nobody knows."""
_RAISED = "SELECT sum(SUM_ERROR_RAISED) FROM performance_schema.events_errors_summary_global_by_error"
_ERRORS = {
    "postgres": "SELECT xact_rollback FROM pg_catalog.pg_stat_database WHERE datname = current_database()",
    "mysql": _RAISED,
    "mariadb": _RAISED,
}
"""MariaDB has none: that is said."""
REPLICAS, UNSEEN, LAG, ERRORS = "replicas", "replicas whose state is hidden", "lag in seconds", "server errors"
ROLLED_BACK = "server errors (transactions that were rolled back)"
BYTES, SLOTS = "lag in bytes", "slots whose replica is not connected"
OWN = "seconds that this replica is behind"
MEMBERS = "members of the group that are not online"
_NEAR = 1 << 20
"""Bytes of log that a replica is always a little behind where somebody writes."""


def of_server(server: Server) -> tuple[Counted, ...]:
    """Replicas, how far behind they are, and errors so far, where such a server tells them."""
    every = ((REPLICAS, _REPLICAS), (UNSEEN, _UNSEEN), (LAG, _LAG), (BYTES, _BYTES), (SLOTS, _SLOTS),
             (MEMBERS, _MEMBERS), *(((OWN, _OWN),) if server.replica else ()),
             (ROLLED_BACK if server.grammar == "postgres" else ERRORS, _ERRORS))  # fmt: skip
    return tuple(Counted(what, sql[server.grammar]) for what, sql in every if server.grammar in sql)


def judged_orphans(found: Sequence[Counted]) -> Check:
    """All of them as one check; what the budget did not reach is listed."""
    wrong = [f"{each.rows:,} {each.what}" for each in found if each.rows]
    missed = [each.what if each.asked else f"{each.what} (not reached)" for each in found if each.rows is None]
    if wrong:
        return Check("foreign keys whole", Found.FAILS, "; ".join((*wrong, *(f"not known: {each}" for each in missed))))
    if missed:
        return Check("foreign keys whole", Found.UNKNOWN, "; ".join(missed))
    return Check("foreign keys whole", Found.HOLDS, f"{len(found)} foreign keys of its tables were counted")


def judged_replicas(found: Sequence[Counted], server: Server | None = None, seconds: int = 10) -> Check:
    """Whether every replica that is seen has come as far, and this server itself where it is one."""
    if server is not None and server.dialect == "sqlite":
        return Check("replicas", Found.HOLDS, "a database in a file has none")
    rows = {each.what: each.rows for each in found}
    known, told = _followers(rows, server, seconds)
    if server is not None and server.replica:
        own, said = _itself(rows.get(OWN, server.replica_lag), seconds)
        known, told = _worse(known, own), f"{said}; {told}"
    return Check("replicas", known, told)


def _worse(one: Found, other: Found) -> Found:
    return next(found for found in (Found.FAILS, Found.UNKNOWN, Found.HOLDS) if found in (one, other))


def _itself(lag: int | None, seconds: int) -> tuple[Found, str]:
    """What a replica is checked by is what it has, not what its primary has."""
    if lag is None or lag < 0:
        return Found.UNKNOWN, "this server is a replica itself, and stands still or does not say how far behind it is"
    found = Found.FAILS if lag > seconds else Found.HOLDS
    return found, f"this server is a replica itself, {lag} s behind its primary"


def _followers(rows: Mapping[str, int | None], server: Server | None, seconds: int) -> tuple[Found, str]:
    """Those that read from this server."""
    count, lag, away = rows.get(REPLICAS), rows.get(LAG), rows.get(SLOTS) or 0
    hidden = server is not None and server.grammar == "mysql" and not server.sees_all_sessions
    if count is None or (hidden and not count):
        return Found.UNKNOWN, "which replicas there are is not visible from here"
    if rows.get(MEMBERS):
        return Found.FAILS, f"{rows[MEMBERS]} of the group's members {_are(rows[MEMBERS])} not online"
    if away:
        return Found.UNKNOWN, f"{away} replication slot{'s' * (away != 1)} without a replica: nobody reads there"
    if not count:
        return Found.HOLDS, "none is connected to this server"
    named = f"{count} replica{'s' * (count != 1)}"
    if lag is None or rows.get(UNSEEN):
        there = "" if server is None or server.grammar == "postgres" else ": only they say it themselves"
        return Found.UNKNOWN, f"{named}; how far behind is not visible from here{there}"
    behind = rows.get(BYTES) or 0
    bad = lag > seconds or (behind > _NEAR and lag > 0)
    return Found.FAILS if bad else Found.HOLDS, f"{named}, at most {lag} s and {behind:,} bytes of log behind"


def _are(count: int | None) -> str:
    return "is" if count == 1 else "are"


def judged_watch(before: Sequence[Counted], now: Sequence[Counted]) -> tuple[str, ...]:
    """What changed of NULLs and errors since the watch began, a sentence each; it judges nothing."""
    first = {each.what: each.rows for each in before}
    return tuple(_changed(each, first.get(each.what)) for each in now)


def _changed(now: Counted, before: int | None) -> str:
    if now.rows is None:
        return f"{now.what}: not known"
    more = "" if before is None else f" ({now.rows - before:+,} since the watch began)"
    return f"{now.what}: {now.rows:,}{more}"
