"""The statements that end, mend or take away what a failure left on PostgreSQL."""

from __future__ import annotations

from console.core.intent import Verb
from console.core.lock_rows import LockRow, freed, same_row
from console.core.plan import CannotWriteError, Check
from console.core.schema import Constraint, Index, Ref, Table, Thing, Trigger
from console.core.session import Session
from console.dialects.postgres.quoting import literal, quoted

_ENDS = {Verb.COMMIT_PREPARED: "COMMIT", Verb.ROLL_BACK_PREPARED: "ROLLBACK"}
_THE_ONE = """
SELECT count(*) FROM pg_catalog.pg_prepared_xact() AS p JOIN pg_catalog.pg_database AS d ON d.oid = p.dbid
 WHERE p.gid = {gid} AND p.prepared = {since} AND d.datname = pg_catalog.current_database()
"""

_BUILDS = """
SELECT count(*) FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = {schema} AND c.relname = {table} AND l.granted AND l.mode = 'ShareUpdateExclusiveLock'
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
   AND l.pid <> pg_catalog.pg_backend_pid()
"""
"""Who builds, or vacuums: the progress of other users' builds is hidden, their locks are not."""


def clean_sql(verb: Verb, thing: Thing | Session | LockRow) -> tuple[str, ...]:
    """The statement. CannotWriteError where none is known."""
    match thing:
        case LockRow() if verb is Verb.REMOVE:
            where = same_row(thing, quoted, literal)
            return (f"UPDATE {_place(thing.place)} SET {freed(thing, quoted, 'FALSE')} WHERE {where}",)
        case Session() if verb in _ENDS:
            return (f"{_ENDS[verb]} PREPARED {literal(thing.id)}",)
        case Constraint() if verb is Verb.VALIDATE:
            return (f"ALTER TABLE {_table(thing.ref)} VALIDATE CONSTRAINT {quoted(thing.ref.name)}",)
        case Trigger() if verb is Verb.ENABLE:
            return (f"ALTER TABLE {_table(thing.ref)} ENABLE TRIGGER {quoted(thing.ref.name)}",)
        case Table() if verb is Verb.FINALIZE:
            return (f"ALTER TABLE {_parent(thing)} DETACH PARTITION {_place(thing.ref)} FINALIZE",)
    raise CannotWriteError(f"How to {verb.value} that is not known on PostgreSQL.")


def clean_checks(verb: Verb, thing: Thing | Session | LockRow) -> tuple[Check, ...]:
    """Of an index: nobody builds it, which locks tell to everybody. Names of prepared transactions are used again: it
    must be the very one, and one of this database."""
    if isinstance(thing, LockRow):
        sql = f"SELECT count(*) FROM {_place(thing.place)} WHERE {same_row(thing, quoted, literal)}"
        return (Check(sql, 1, "the row says something else by now: somebody took or released the lock"),)
    if isinstance(thing, Index) and verb is Verb.DROP:
        held = _BUILDS.format(schema=literal(thing.ref.schema), table=literal(thing.table)).strip()
        return (Check(held, 0, f"a session holds SHARE UPDATE EXCLUSIVE on {thing.table} and may be building it"),)
    if not isinstance(thing, Session) or verb not in _ENDS or thing.started_at is None:
        return ()
    sql = _THE_ONE.format(gid=literal(thing.id), since=literal(thing.started_at.isoformat())).strip()
    return (Check(sql, 1, f"{thing.id} is not the transaction any more that was prepared then in this database"),)


def _parent(table: Table) -> str:
    parts = (table.partition_of or "").split(".")
    if len(parts) != 2:
        raise CannotWriteError(f"What {table.ref.name} is detached from cannot be told from {table.partition_of}.")
    return f"{quoted(parts[0])}.{quoted(parts[1])}"


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.name)}"


def _table(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.table)}"
