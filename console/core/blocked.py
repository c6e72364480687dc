"""Who blocks whom, which of them is the migration, and what will happen by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from console.core.altering import alters_tables
from console.core.assessment import Blocked
from console.core.behind import Behind, behind
from console.core.blocking import edges, trees
from console.core.migration import Migration
from console.core.observation import Health, Observation, Tracking
from console.core.recognise import Signs, called_lock, client_of, recognise, tool_locks
from console.core.session import Edge, Lock, MigrationSession, Node, Session, SessionKind

_LOOKS = (["sessions"], ["locks"])
"""Lanes that open a transaction for a moment, to see those of others as they are: nobody waits for that."""
_SAME_MOMENT = {"postgresql": 0.001}
"""Seconds between the start of a transaction and of its first statement; other servers count whole ones."""
_LONG = timedelta(seconds=3)
_UNSEEN = {
    "relation": "a table's lock",
    "metadata": "a table's lock",
    "table": "a table's lock",
    "row": "a row",
    "tuple": "a row",
    "transactionid": "a row",
    "user": "a user lock",
    "advisory": "an advisory lock",
    "backup": "the backup lock",
    "global read": "the global read lock",
    "commit": "the global read lock",
    "flush": "a table flush",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The sessions of one sweep, understood."""

    blocked: Blocked
    ends: Mapping[str, Behind]
    """Whom each of the migration's sessions that wait, waits for in the end."""
    migrations: Mapping[str, Migration]
    dialect: str = "postgresql"

    def doing(self, own: MigrationSession) -> str:
        """What the migration's session does right now and what becomes of it: a clause."""
        ends = self.ends.get(own.session.id)
        if ends is None:
            return f"{own.session.id} runs it now" + ("" if own.client != "gone" else ", its client is gone")
        if own.client != "gone":
            return f"{own.session.id} waits to run it, once {ends.until}"
        fate = self.fate(own)
        if fate == "ended":
            return f"{own.session.id} waited to run it: its client is gone, so the server ends it"
        word = "will land by itself" if fate == "lands" else "is undone"
        return f"{word} once {ends.until}: {own.session.id} waits to run it, its client is gone"

    def fate(self, own: MigrationSession) -> str:
        """What becomes of a waiting one once its blockers end: lands, undone, goes on; of one that the server ends
        while it waits, because its client is gone: ended; '' when it does not wait."""
        if own.statement is None or own.session.id not in self.ends:
            return ""
        if own.client != "gone":
            return "goes on"
        # MariaDB looks for the client while a statement waits for a table, though not while it waits for a row.
        if self.dialect == "mariadb" and own.session.waiting_for != "Lock/row":
            return "ended"
        return "lands" if self.keeps(own) else "undone"

    def keeps(self, own: MigrationSession) -> bool:
        """Whether what an orphan does stays: outside a transaction it commits by itself, and so does every schema
        change on MySQL."""
        session, same = own.session, _SAME_MOMENT.get(self.dialect, 1.5)
        mysql = self.dialect in ("mysql", "mariadb")
        if mysql and alters_tables(session.query, self.dialect):
            return True
        if session.transaction_at is not None and session.query_at is not None:
            inside = abs((session.query_at - session.transaction_at).total_seconds()) >= same
            if not inside or mysql:
                return not inside
        migration = self.migrations.get(own.migration or "")
        return migration is not None and not migration.transactional


def scene(observation: Observation) -> Scene:
    """Everything about sessions and locks that a person needs to know."""
    sessions = observation.sessions.value or ()
    locks = observation.locks.value or ()
    trackings = tuple(r.value for r in observation.tracking if r.value is not None)
    server = observation.server.value
    limit = server.max_query_length if server is not None else 1024
    signs = Signs(sessions, locks, trackings, observation.machine, limit)
    own = recognise(signs)
    ours = {s.id for s in sessions if s.own}
    looks = {s.id for s in sessions if s.own and s.application.split(" ")[1:2] in _LOOKS}
    held = tuple(lock for lock in locks if not (lock.inferred and lock.granted and lock.session in looks))
    waits = tuple(e for e in edges(_named(held, trackings)) if e.waiter not in ours)
    untold = {lock.session: lock for lock in _untold(observation, waits) if lock.session not in ours}
    waiting = {e.waiter for e in waits} | set(untold)
    gone = frozenset(s.id for s in sessions if s.id in waiting and client_of(s, signs) == "gone")
    gone |= {m.session.id for m in own if m.client == "gone"}
    roots = trees(sessions, waits, migration=frozenset(m.session.id for m in own), gone=gone, untold=untold)
    clients = [s for s in sessions if s.kind is SessionKind.CLIENT and not s.own]
    bare = Scene(
        Blocked(),
        behind((m.session.id for m in own), waits, roots),
        {t.migration.id: t.migration for g in trackings for t in g.tracked if t.migration is not None},
        server.dialect if server is not None else "postgresql",
    )
    own = tuple(replace(m, fate=bare.fate(m)) for m in own)
    blocked = Blocked(
        total=len(clients),
        waiting=len(waiting),
        trees=roots,
        migration=own,
        note=_unrecognised(observation, own, roots),
        forecast=tuple(_forecast(m, bare) for m in own if m.fate),
        behind=bare.ends,
    )
    return replace(bare, blocked=blocked)


def _named(locks: tuple[Lock, ...], trackings: tuple[Tracking, ...]) -> tuple[Lock, ...]:
    """With the names of the tools whose own locks they are."""
    tools = tool_locks(trackings)
    if not tools:
        return locks
    return tuple(
        replace(lock, object=called_lock(lock.object, tools[lock.object])) if lock.object in tools else lock
        for lock in locks
    )


def _untold(observation: Observation, waits: Iterable[Edge]) -> Iterator[Lock]:
    """What is waited for by sessions that no lock of anybody else explains: whoever has it was not told."""
    locks = observation.locks.value or ()
    explained = {edge.waiter for edge in waits}
    found = {lock.session: lock for lock in locks if not lock.granted and lock.session not in explained}
    for session in observation.sessions.value or ():
        kind, _, what = session.waiting_for.partition("/")
        known = session.id in explained or session.id in found
        if kind == "Lock" and session.kind is SessionKind.CLIENT and not known and _counts(session, observation):
            thing = _UNSEEN.get(what, f"a lock ({what})")
            found[session.id] = Lock(session.id, (), "", "", False, session.query_at, thing)
    yield from found.values()


def _counts(session: Session, observation: Observation) -> bool:
    """Whether its own word that it waits is to be taken. MySQL does not know of locks from before it began to record
    them; where the locks were read, one that has only just begun to wait may have ended since."""
    if not observation.locks.complete:
        return True
    server = observation.server.value
    if server is None or server.dialect == "postgresql" or session.query_at is None:
        return False
    return (server.now or observation.taken_at) - session.query_at >= _LONG


def _forecast(own: MigrationSession, bare: Scene) -> str:
    file = bare.migrations.get(own.migration or "")
    until, what = (
        bare.ends[own.session.id].until,
        f"statement {own.statement} of {file.label if file else own.migration}",
    )
    if own.fate == "goes on":
        return f"When {until}, {own.session.id} goes on with {what}; its client is {_present(own.client)}."
    if own.fate == "ended":
        return f"{own.session.id} is ended by the server: its client is gone, and it has not begun with {what}."
    if own.fate == "lands":
        return f"When {until}, {own.session.id} lands {what} by itself although its client is gone."
    return f"When {until}, {own.session.id} finds its client gone and undoes {what}: it is in a transaction."


def _present(client: str) -> str:
    return "still there" if client == "there" else "on another machine, perhaps gone"


def _unrecognised(observation: Observation, own: tuple[MigrationSession, ...], roots: tuple[Node, ...]) -> str:
    if any(m.statement is not None for m in own) or observation.sessions.health is Health.NOT_READ:
        return ""
    if observation.machine.tools:
        tool = observation.machine.tools[0]
        return f"Process {tool.pid} looks like {tool.framework}, but none of its sessions was recognised here."
    altering = next(_waiting_ddl(roots), None)
    if altering is not None:
        return f"Session {altering.id} waits with a schema change that was not recognised as a migration's own."
    return ""


def _waiting_ddl(roots: tuple[Node, ...]) -> Iterator[Session]:
    stack = list(roots)
    while stack:
        node = stack.pop()
        stack.extend(node.waiters)
        words = node.session.query.split()
        if node.waits_for and words and words[0].lower() in ("alter", "create", "drop", "truncate", "reindex"):
            yield node.session
