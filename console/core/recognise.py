"""Which sessions are the migration's own, and whether their client is still there.

Three signs, any is enough: the session holds the tool's lock, its TCP port belongs to a running process of the tool,
or it runs the text of a statement that is not recorded. "Client gone" is only said when the responder's machine can
prove it: our own connections must be found in its socket table under the address the server sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from console.core.migration import Belief, Migration
from console.core.observation import Machine, Tracking
from console.core.session import Lock, MigrationSession, Session, SessionKind
from console.core.statements import Statement

SHORTEST_PROOF = 24
"""A cut-off query text shorter than this proves nothing."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Everything recognition looks at."""

    sessions: tuple[Session, ...]
    locks: tuple[Lock, ...]
    trackings: tuple[Tracking, ...]
    machine: Machine
    max_query_length: int = 1024
    near: frozenset[str] = field(init=False, repr=False, compare=False)
    """Addresses under which the server sees sessions of ours, all of which this machine finds among its own."""

    def __post_init__(self) -> None:
        """Worked out once: it is asked of every session that waits."""
        ours = {(s.address, s.port) for s in self.sessions if s.own and s.address and s.port is not None}
        near = {address for address, _ in ours} - {address for address, _ in ours - self.machine.sockets}
        object.__setattr__(self, "near", frozenset(near))


def recognise(signs: Signs) -> tuple[MigrationSession, ...]:
    """The migration's own sessions, those that run a statement first."""
    found: dict[str, MigrationSession] = {}
    running = list(_running(signs))
    holding = list(_holding_tool_lock(signs))
    for candidate in (*running, *holding, *_of_local_tools(signs)):
        found.setdefault(candidate.session.id, candidate)
    return tuple(found.values())


def client_of(session: Session, signs: Signs) -> str:
    """there, gone or unknown."""
    machine = signs.machine
    if session.kind is not SessionKind.CLIENT or not session.address or session.port is None or not machine.readable:
        return "unknown"
    if (session.address, session.port) in machine.sockets:
        return "there"
    return "gone" if session.address in signs.near else "unknown"


def _running(signs: Signs) -> Iterator[MigrationSession]:
    wanted = {_squeezed(s.sql): (m, s) for m, s in _open_statements(signs.trackings)}
    for session in _clients(signs.sessions):
        if session.state.startswith("idle") and session.state != "idle in transaction":
            continue
        match = _statement_of(session.query, wanted, signs.max_query_length)
        if match is not None:
            migration, statement = match
            why = f"runs statement {statement.n} of {migration.label}"
            client, lock = client_of(session, signs), _tool_lock_of(session, signs)
            yield MigrationSession(
                session, why, migration.id, statement.n, client, holds_tool_lock=bool(lock), tool_lock=lock
            )


def _statement_of(
    query: str, wanted: dict[str, tuple[Migration, Statement]], limit: int
) -> tuple[Migration, Statement] | None:
    text = _squeezed(query)
    if text in wanted:
        return wanted[text]
    cut_off = len(query.encode()) >= limit - 4
    if cut_off and len(text) >= SHORTEST_PROOF:
        return next((pair for full, pair in wanted.items() if full.startswith(text)), None)
    return None


def _open_statements(trackings: Iterable[Tracking]) -> Iterator[tuple[Migration, Statement]]:
    for tracking in trackings:
        for tracked in tracking.tracked:
            if tracked.migration is not None and tracked.belief in (Belief.PENDING, Belief.FAILED):
                for statement in tracked.migration.statements:
                    yield tracked.migration, statement


def tool_locks(trackings: Iterable[Tracking]) -> dict[str, Tracking]:
    """The locks that tools take for themselves, as `Lock.object` calls them."""
    return {f"advisory {target[0]}": tracking for tracking in trackings for target in tracking.locks if target}


def called_lock(thing: str, tracking: Tracking) -> str:
    """`advisory 77433833903597 (Flyway's lock)`."""
    return f"{thing} ({tracking.framework.capitalize()}'s lock)"


def _holding_tool_lock(signs: Signs) -> Iterator[MigrationSession]:
    by_id = {session.id: session for session in signs.sessions if not session.own}
    tools = tool_locks(signs.trackings)
    for lock in signs.locks:
        if lock.granted and lock.object in tools and lock.session in by_id:
            session, tracking = by_id[lock.session], tools[lock.object]
            why = f"holds {tracking.framework.capitalize()}'s lock{tracking.lock_note}"
            named = called_lock(lock.object, tracking)
            yield MigrationSession(
                session, why, client=client_of(session, signs), holds_tool_lock=True, tool_lock=named
            )


def _tool_lock_of(session: Session, signs: Signs) -> str:
    """The tool's lock that a session holds; '' when it holds none."""
    tools = tool_locks(signs.trackings)
    held = (lock.object for lock in signs.locks if lock.session == session.id and lock.granted)
    return next((called_lock(thing, tools[thing]) for thing in held if thing in tools), "")


def _of_local_tools(signs: Signs) -> Iterator[MigrationSession]:
    for tool in signs.machine.tools:
        for session in _clients(signs.sessions):
            if session.port in tool.ports and (session.address, session.port) in signs.machine.sockets:
                why = f"belongs to process {tool.pid}: {tool.command}"
                yield MigrationSession(session, why, client="there")


def _clients(sessions: Iterable[Session]) -> Iterator[Session]:
    return (s for s in sessions if s.kind is SessionKind.CLIENT and not s.own)


def _squeezed(sql: str) -> str:
    """The text with blanks folded and the final semicolon off: how a client sent it does not matter."""
    return " ".join(sql.split()).rstrip("; ")
