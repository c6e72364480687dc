"""Values for tests, made the short way: a schema is what SQL says it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Machine, Observation, Reading, Server, Tracking
from console.core.schema import Schema
from console.core.session import Lock, Session
from console.core.state import Picture
from console.core.statements import Statement, read_script
from console.core.things import thing_at

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
"""The moment every built observation is made."""

SERVER = Server(
    dialect="postgresql",
    version="16.4",
    version_number=160004,
    name="shop",
    host="db1",
    user="responder",
    identity="7300000000000000001 2026-01-01",
    now=NOON,
)


def schema_after(sql: str, *, stamp: int | None = None, dialect: str = "postgres", home: str = "public") -> Schema:
    """The schema an empty database has after `sql`, everything stamped alike."""
    picture = Picture(complete=True)
    for statement in read_script(sql, dialect, home):
        for operation in statement.operations:
            picture = operation.apply(picture)
    things = [thing_at(ref, attrs) for ref, attrs in sorted(picture.things.items()) if attrs is not None]
    if stamp is not None:
        for thing in things:
            object.__setattr__(thing, "stamp", stamp)
    return Schema(tuple(things), home=home, dialect=dialect)


def statements(sql: str, *, transactional: bool = False) -> tuple[Statement, ...]:
    """A migration's statements."""
    return read_script(sql, transactional=transactional)


def migration(id: str, sql: str, *, transactional: bool = False, **more: object) -> Migration:  # noqa: A002
    """A migration file."""
    given = {"description": "test", "file": f"sql/V{id}__test.sql", "text": sql, **more}
    parsed = statements(sql, transactional=transactional)
    return Migration(id=id, statements=parsed, transactional=transactional, **given)  # type: ignore[arg-type]


def pending(id: str, sql: str, *, transactional: bool = False, **more: object) -> Tracked:  # noqa: A002
    """A migration without a row."""
    return Tracked(id, Belief.PENDING, migration(id, sql, transactional=transactional, **more), None)


def recorded(id: str, sql: str | None, *, rank: int = 1, stamp: int | None = None, **more: object) -> Tracked:  # noqa: A002
    """A migration with a good row; without `sql` its file is missing."""
    row = LedgerRow(id, True, applied_at=NOON.replace(tzinfo=None), rank=rank, stamp=stamp)
    file = migration(id, sql) if sql is not None else None
    return Tracked(id, Belief.RECORDED, file, row, **more)  # type: ignore[arg-type]


def failed(id: str, sql: str, *, rank: int = 1, stamp: int | None = None, **more: object) -> Tracked:  # noqa: A002
    """A migration the tool recorded as failed."""
    row = LedgerRow(id, False, applied_at=NOON.replace(tzinfo=None), rank=rank, stamp=stamp)
    return Tracked(id, Belief.FAILED, migration(id, sql), row, **more)  # type: ignore[arg-type]


def tracking(*tracked: Tracked, **more: object) -> Tracking:
    """A Flyway project with these migrations."""
    rows = tuple(t.row for t in tracked if t.row is not None)
    ledger = Ledger("public.flyway_schema_history", exists=True, rows=rows)
    files = Reading(len(tracked), Health.OK, taken_at=NOON)
    given = {
        "framework": "flyway",
        "project": "/srv/shop",
        "ledger": ledger,
        "files": files,
        "next_run": "Flyway runs it again from its first statement.",
    }
    return Tracking(tracked=tracked, **{**given, **more})  # type: ignore[arg-type]


def observation(
    schema: Schema,
    *trackings: Tracking,
    sessions: tuple[Session, ...] = (),
    locks: tuple[Lock, ...] = (),
    machine: Machine | None = None,
    server: Server = SERVER,
) -> Observation:
    """A complete observation: everything was read."""
    return Observation(
        taken_at=NOON,
        server=Reading(server, Health.OK, taken_at=NOON),
        schema=Reading(schema, Health.OK, taken_at=NOON),
        sessions=Reading(sessions, Health.OK if sessions else Health.NONE, taken_at=NOON),
        locks=Reading(locks, Health.OK if locks else Health.NONE, taken_at=NOON),
        progress=Reading((), Health.NONE, taken_at=NOON),
        tracking=tuple(Reading(t, Health.OK, taken_at=NOON) for t in trackings),
        machine=machine or Machine(),
    )


def session(id: str, query: str = "select 1", **more: object) -> Session:  # noqa: A002
    """A client session of `web`, a minute old."""
    given: dict[str, object] = {
        "user": "web",
        "database": "shop",
        "application": "shop-web",
        "address": "127.0.0.1",
        "port": 40000 + int(id) % 10000,
        "started_at": NOON - timedelta(minutes=1),
        "transaction_at": NOON - timedelta(seconds=50),
        "query_at": NOON - timedelta(seconds=50),
        "changed_at": NOON - timedelta(seconds=50),
        "state": "active",
    }
    return Session(id=id, query=query, **{**given, **more})  # type: ignore[arg-type]


def table_lock(session_id: str, table: str, mode: str, *, granted: bool, since: int = 50) -> Lock:
    """A relation lock; `since` is how many seconds ago the wait began."""
    began = None if granted else NOON - timedelta(seconds=since)
    target = ("relation", "5", table)
    return Lock(session_id, target, "relation", mode, granted, began, table, ("public", table))
