"""Who waits in one database, out of all who wait on its server.

A server's lock table is about all its databases (MySQL's whole, PostgreSQL's as far as rows are locked); said of each
of two hundred, one blocked session would be two hundred incidents.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.session import Lock, Session

Target = tuple[str | None, ...]


def of_database(sessions: Iterable[Session], locks: tuple[Lock, ...], database: str, schema: str) -> tuple[Lock, ...]:
    """Locks of those who work in this database, or on tables of this schema, and of those they wait for."""
    mine = {s.id for s in sessions if s.database in (None, database)}
    mine |= {lock.session for lock in locks if lock.relation is not None and lock.relation[0] == schema}
    return _with_holders(mine, locks)


def of_schema(locks: tuple[Lock, ...], schema: str) -> tuple[Lock, ...]:
    """Of a schema that is a tenant's: locks of those who hold or await a table of it."""
    mine = {lock.session for lock in locks if lock.relation is not None and lock.relation[0] == schema}
    return _with_holders(mine, locks)


def _with_holders(mine: set[str], locks: tuple[Lock, ...]) -> tuple[Lock, ...]:
    """With everybody they wait for, however long the queue is."""
    awaited: set[Target] = set()
    reached: set[str] = set()
    todo = set(mine)
    while todo:
        reached |= todo
        fresh = {lock.target for lock in locks if not lock.granted and lock.session in todo} - awaited
        awaited |= fresh
        todo = {lock.session for lock in locks if lock.target in fresh} - reached
    return tuple(lock for lock in locks if lock.session in mine or lock.target in awaited)
