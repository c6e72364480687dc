"""The statements that end or take away what a failure left on MySQL and MariaDB."""

from __future__ import annotations

from console.core.debris_mysql import is_unfinished, spelled
from console.core.intent import Verb
from console.core.lock_rows import LockRow, freed, same_row
from console.core.plan import CannotWriteError, Check
from console.core.schema import Table, Thing, Trigger
from console.core.session import Session
from console.dialects.mysql.quoting import quoted, text

_ENDS = {Verb.COMMIT_PREPARED: "COMMIT", Verb.ROLL_BACK_PREPARED: "ROLLBACK"}
QUIET = 600
"""Seconds without a heartbeat after which gh-ost, which writes one several times a second, is not at work. It keeps
still for longer only where it was told to hibernate."""


def clean_sql(verb: Verb, thing: Thing | Session | LockRow) -> tuple[str, ...]:
    """The statement. CannotWriteError where none is known."""
    match thing:
        case LockRow() if verb is Verb.REMOVE:
            where = same_row(thing, quoted, text)
            place = _at(thing.place.schema, thing.place.name)
            return (f"UPDATE {place} SET {freed(thing, quoted, '0')} WHERE {where}",)
        case Session() if verb in _ENDS:
            if not thing.xid:
                raise CannotWriteError(f"How statements call {thing.id} was not told: see XA RECOVER.")
            return (f"XA {_ENDS[verb]} {thing.xid}",)
        case Table() if verb is Verb.DROP:
            return (f"DROP TABLE {_place(thing)}",)
        case Trigger() if verb is Verb.DROP:
            return (f"DROP TRIGGER {quoted(thing.ref.schema)}.{quoted(thing.ref.name)}",)
    raise CannotWriteError(f"How to {verb.value} that is not known on MySQL.")


def clean_checks(verb: Verb, thing: Thing | Session | LockRow) -> tuple[Check, ...]:
    """Of a log of gh-ost: that nobody writes heartbeats to it."""
    if isinstance(thing, LockRow):
        sql = f"SELECT count(*) FROM {_at(thing.place.schema, thing.place.name)} WHERE {same_row(thing, quoted, text)}"
        return (Check(sql, 1, "the row says something else by now: somebody took or released the lock"),)
    if not isinstance(thing, Table) or verb is not Verb.DROP:
        return ()
    lately = f"unix_timestamp(last_update) > unix_timestamp() - {QUIET}"
    sql = f"SELECT count(*) FROM {_place(thing)} WHERE {lately}"
    return (Check(sql, 0, f"gh-ost wrote its heartbeat to {thing.ref.name} in the last {QUIET // 60} minutes"),)


def _place(table: Table) -> str:
    name = spelled(table.ref.name) if is_unfinished(table.ref.name) else table.ref.name
    return _at(table.ref.schema, name)


def _at(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}"
