"""Who blocks whom, which of them is the migration, and what will happen by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.core.assessment import Blocked
from console.core.blocking import edges, trees
from console.core.migration import Migration
from console.core.observation import Health, Observation
from console.core.recognise import Signs, client_of, recognise
from console.core.session import MigrationSession, Node, Session, SessionKind, roots_of


@dataclass(frozen=True, slots=True)
class Scene:
    """The sessions of one sweep, understood."""

    blocked: Blocked
    ends: dict[str, str]
    """Waiting session -> id of the root it waits for in the end."""
    migrations: dict[str, Migration]

    def doing(self, own: MigrationSession) -> str:
        """What the migration's session does right now and what becomes of it: a clause."""
        root = self.ends.get(own.session.id)
        if root is None:
            return f"{own.session.id} runs it now" + ("" if own.client != "gone" else ", its client is gone")
        if own.client != "gone":
            return f"{own.session.id} waits to run it, once {root} ends"
        fate = "will land by itself" if self.fate(own) == "lands" else "is undone"
        return f"{fate} once {root} ends: {own.session.id} waits to run it, its client is gone"

    def fate(self, own: MigrationSession) -> str:
        """What becomes of a waiting one once its blockers end: lands, undone, goes on; '' when it does not wait."""
        if own.statement is None or own.session.id not in self.ends:
            return ""
        if own.client != "gone":
            return "goes on"
        return "lands" if self.keeps(own) else "undone"

    def keeps(self, own: MigrationSession) -> bool:
        """Whether what an orphan does stays: outside a transaction it commits by itself."""
        session = own.session
        if session.transaction_at is not None and session.query_at is not None:
            return abs((session.query_at - session.transaction_at).total_seconds()) < 0.001
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
    waits = tuple(e for e in edges(locks) if e.waiter not in ours)
    gone = frozenset(s.id for s in sessions if s.id in {e.waiter for e in waits} and client_of(s, signs) == "gone")
    gone |= {m.session.id for m in own if m.client == "gone"}
    roots = trees(sessions, waits, migration=frozenset(m.session.id for m in own), gone=gone)
    ends = dict(roots_of(roots))
    clients = [s for s in sessions if s.kind is SessionKind.CLIENT and not s.own]
    migrations = {t.migration.id: t.migration for g in trackings for t in g.tracked if t.migration is not None}
    bare = Scene(Blocked(), ends, migrations)
    own = tuple(replace(m, fate=bare.fate(m)) for m in own)
    blocked = Blocked(
        total=len(clients),
        waiting=len({e.waiter for e in waits}),
        trees=roots,
        migration=own,
        note=_unrecognised(observation, own, roots),
        forecast=tuple(_forecast(m, bare) for m in own if m.statement is not None and m.session.id in ends),
    )
    return Scene(blocked, ends, migrations)


def _forecast(own: MigrationSession, bare: Scene) -> str:
    file = bare.migrations.get(own.migration or "")
    root, what = bare.ends[own.session.id], f"statement {own.statement} of {file.label if file else own.migration}"
    if own.fate == "goes on":
        return f"When {root} ends, {own.session.id} goes on with {what}; its client is {_present(own.client)}."
    if own.fate == "lands":
        return f"When {root} ends, {own.session.id} lands {what} by itself although its client is gone."
    return f"When {root} ends, {own.session.id} finds its client gone and undoes {what}: it is in a transaction."


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
