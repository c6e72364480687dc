"""What only a count tells: rows without their parents, replicas and their lag, NULLs in new columns, errors.

The SQL reads, one number each. Rows that a foreign key holds are counted all the same: a key that was NOT VALID, or was
added while checks were off, holds none of the rows from before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    found = (key for key in schema.things if isinstance(key, Constraint) and key.type == "foreign key")
    mine = [key for key in found if (key.ref.schema, key.ref.table) in tables or _parent(key) in tables]
    return tuple(Counted(f"orphans of {key.ref.label(schema.home)}", _orphans(key, server)) for key in mine)


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


_REPLICAS = {
    "postgres": "SELECT count(*) FROM pg_catalog.pg_stat_replication",
    "mysql": "SELECT count(*) FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'",
}
_UNSEEN = {"postgres": "SELECT count(*) FROM pg_catalog.pg_stat_replication WHERE state IS NULL"}
_LAG = {
    "postgres": "SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::bigint FROM pg_catalog.pg_stat_replication",
}
_ERRORS = {
    "postgres": "SELECT xact_rollback FROM pg_catalog.pg_stat_database WHERE datname = current_database()",
    "mysql": "SELECT sum(SUM_ERROR_RAISED) FROM performance_schema.events_errors_summary_global_by_error",
}
REPLICAS, UNSEEN, LAG, ERRORS = "replicas", "replicas whose state is hidden", "lag in seconds", "server errors"


def of_server(server: Server) -> tuple[Counted, ...]:
    """Replicas, how far behind they are, and errors so far, where such a server tells them."""
    kind = "mysql" if server.grammar == "mariadb" else server.grammar
    every = ((REPLICAS, _REPLICAS), (UNSEEN, _UNSEEN), (LAG, _LAG), (ERRORS, _ERRORS))
    return tuple(Counted(what, sql[kind]) for what, sql in every if kind in sql)


def judged_orphans(found: Sequence[Counted]) -> Check:
    """All of them as one check; what the budget did not reach is listed."""
    wrong = [f"{each.rows:,} {each.what}" for each in found if each.rows]
    missed = [each.what if each.asked else f"{each.what} (not reached)" for each in found if each.rows is None]
    if wrong:
        return Check("no orphans", Found.FAILS, "; ".join((*wrong, *(f"not known: {each}" for each in missed))))
    if missed:
        return Check("no orphans", Found.UNKNOWN, "; ".join(missed))
    return Check("no orphans", Found.HOLDS, f"{len(found)} foreign keys of its tables were counted")


def judged_replicas(found: Sequence[Counted], server: Server | None = None, seconds: int = 10) -> Check:
    """Whether every replica that is seen has come as far."""
    if server is not None and server.dialect == "sqlite":
        return Check("replicas", Found.HOLDS, "a database in a file has none")
    rows = {each.what: each.rows for each in found}
    count, lag = rows.get(REPLICAS), rows.get(LAG)
    if count is None:
        return Check("replicas", Found.UNKNOWN, "which replicas there are is not visible from here")
    if not count:
        return Check("replicas", Found.HOLDS, "none is connected to this server")
    named = f"{count} replica{'s' * (count != 1)}"
    if lag is None or rows.get(UNSEEN):
        return Check("replicas", Found.UNKNOWN, f"{named}; how far behind is not visible from here")
    return Check("replicas", Found.FAILS if lag > seconds else Found.HOLDS, f"{named}, at most {lag} s behind")


def judged_watch(before: Sequence[Counted], now: Sequence[Counted]) -> tuple[str, ...]:
    """What changed of NULLs and errors since the watch began, a sentence each; it judges nothing."""
    first = {each.what: each.rows for each in before}
    return tuple(_changed(each, first.get(each.what)) for each in now)


def _changed(now: Counted, before: int | None) -> str:
    if now.rows is None:
        return f"{now.what}: not known"
    more = "" if before is None else f" ({now.rows - before:+,} since the watch began)"
    return f"{now.what}: {now.rows:,}{more}"
