"""Sessions, locks, and the edges between them, as one sweep saw them.

The blocking tree is computed here from flat rows (blocking.py), never by the server: asking PostgreSQL per waiter
takes 28 s in a lock storm (facts/locks.md 0.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SessionKind(StrEnum):
    """Whose session it is."""

    CLIENT = "client"
    AUTOVACUUM = "autovacuum"
    PARALLEL = "parallel worker"
    REPLICATION = "replication"
    SYSTEM = "system"
    PREPARED = "prepared transaction"
    """No session at all: a prepared transaction holding locks; its `id` is the gid."""


UNNAMED = "prepared"
"""The `id` of a prepared transaction whose own is not told."""


@dataclass(frozen=True, slots=True)
class Session:
    """One server connection. Everything a viewer without rights cannot see is None (or `unknown` for the state)."""

    id: str
    """The pid, or the gid of a prepared transaction."""
    user: str | None = None
    database: str | None = None
    application: str = ""
    address: str | None = None
    """Client address; '' for a Unix socket, None when not visible."""
    port: int | None = None
    started_at: datetime | None = None
    """With `id` the identity of the session: pids are used again."""
    transaction_at: datetime | None = None
    query_at: datetime | None = None
    changed_at: datetime | None = None
    state: str = "unknown"
    """active, idle, idle in transaction, idle in transaction (aborted), prepared, unknown ..."""
    waiting_for: str = ""
    """`Lock/relation` and the like; '' when it does not wait or that is not visible."""
    query: str = ""
    """What runs, or ran last; the server may have cut it off."""
    kind: SessionKind = SessionKind.CLIENT
    leader: str | None = None
    has_written: bool | None = None
    own: bool = False
    """It is one of Halfway's own."""
    visible: bool = True
    """False: rights are missing; times, state and query are not known."""
    rows_modified: int | None = None
    """Rows that its open transaction changed: what a server that undoes (MySQL) has to do when it ends."""
    xid: str = ""
    """Of a transaction that was prepared by XA how statements call it: `X'6f31',X'',1`; '' where that is not told."""
    query_id: str = ""
    """The server's own number of what it runs now, where it has one (MariaDB); never used again."""
    library: str = ""
    """What its driver calls itself, where the server keeps that (MySQL): `mysqlnd`, `libmysql`."""

    @property
    def who(self) -> str:
        """`web@10.0.0.7`, `deploy@local`; of a prepared transaction whoever prepared it, where that is told."""
        if self.kind is SessionKind.PREPARED:
            return self.user or "no session"
        place = "local" if self.address == "" else self.address or "?"
        return f"{self.user or '?'}@{place}"


@dataclass(frozen=True, slots=True)
class Lock:
    """One row of the lock table."""

    session: str
    """Session id; for a prepared transaction its gid."""
    target: tuple[str | None, ...]
    """The columns that identify what is locked; equal targets meet."""
    kind: str
    """relation, transactionid, virtualxid, tuple, advisory, ..."""
    mode: str
    """As the server spells it: `AccessExclusiveLock`."""
    granted: bool
    since: datetime | None = None
    """When the wait began (PostgreSQL 14+)."""
    object: str = ""
    """What it is on, for people: `orders`, `advisory 77433833903597`; '' when it cannot be named."""
    relation: tuple[str, str] | None = None
    """(schema, name) when it is a relation of this database."""
    inferred: bool = False
    """The server does not say who holds it: this session may, among others."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`waiter` waits for `blocker`."""

    waiter: str
    blocker: str
    hard: bool
    """True: the blocker holds the lock. False: it only stands before the waiter in the queue."""
    object: str
    mode: str
    """What the waiter wants."""
    since: datetime | None = None
    """When the wait began, where the server says so."""
    inferred: bool = False
    """The blocker is likely, not known."""
    kind: str = ""
    """What sort of lock it is, as `Lock.kind` says it."""
    held: str = ""
    """The mode in which the blocker has it, or awaits it before the waiter does."""


@dataclass(frozen=True, slots=True)
class Node:
    """A session in the blocking tree."""

    session: Session
    waits_for: str = ""
    """The object and mode it waits for; '' for who waits for nobody. A root that waits, waits for somebody who was not
    told."""
    mode: str = ""
    """The mode it waits for, as the server spells it."""
    hard: bool = True
    since: datetime | None = None
    above: str | None = None
    """The session it hangs below; None at a root."""
    waiters: tuple[Node, ...] = ()
    cycle: bool = False
    """It was met before on this path: a deadlock in the making, not drawn again."""
    is_migration: bool = False
    client_gone: bool = False
    """An orphan: its client is gone, the server goes on with it."""
    inferred: bool = False
    """Whether it waits for the one above it is likely, not known."""
    likely: bool = False
    """It may be who others wait for: the server does not say who is."""
    besides: tuple[str, ...] = ()
    """Who else has what it waits for: it goes on when all of them have ended (of likely ones: the right one)."""
    holds: str = ""
    """What it holds that others wait for, where the name of a table would not say it: `a global read lock`."""
    frees: int = 0
    """How many go on once this one alone has ended; 0 where others hold the same, or where it is only likely."""

    @property
    def untold(self) -> bool:
        """It heads a queue, and who it waits for itself was not told."""
        return bool(self.waits_for) and not self.cycle and self.above is None

    @property
    def blocks(self) -> int:
        """How many sessions wait behind it, directly or not."""
        count, waiting = 0, list(self.waiters)
        while waiting:
            node = waiting.pop()
            count += not node.cycle
            waiting.extend(node.waiters)
        return count


def walk(trees: Iterable[Node]) -> Iterator[Node]:
    """Every node of the trees, each before those below it; trees may be a thousand deep."""
    stack = list(trees)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.waiters))


def roots_of(trees: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """(waiting session, the root it waits for in the end) for everybody below a root."""
    for root in trees:
        stack = list(root.waiters)
        while stack:
            node = stack.pop()
            yield node.session.id, root.session.id
            stack.extend(node.waiters)


@dataclass(frozen=True, slots=True)
class MigrationSession:
    """A session recognised as the migration's own, and by what."""

    session: Session
    why: str
    """`holds Flyway's lock`, `process 812 flyway migrate`, `runs statement 3 of V2`."""
    migration: str | None = None
    statement: int | None = None
    client: str = "unknown"
    """there, gone or unknown."""
    fate: str = ""
    """Of a waiting one, once its blockers end: lands (nobody needs to do anything), undone, or goes on."""
    holds_tool_lock: bool = False
    tool_lock: str = ""
    """The tool's lock that it holds: `advisory 77433833903597 (Flyway's lock)`. Since when, no server tells: not from
    before it connected."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running DDL is, where the server says so."""

    session: str
    phase: str
    done: int | None = None
    total: int | None = None
    index: str = ""
    """`schema.name` of the index being built: not debris while it is here."""


def progress_words(found: Progress) -> str:
    """`copy to tmp table, 45 %`: never how long it will take, the server's estimate changes on the way."""
    if not found.total or found.done is None:
        return found.phase
    return f"{found.phase}, {min(found.done * 100 // found.total, 99)} %"
