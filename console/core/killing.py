"""What ends a blocker: cancel or terminate, by what the session is doing and on which server.

Canceling stops what a session runs; terminating ends the session and with it its transaction. Which of them frees
anybody differs: an idle session has nothing that could be cancelled, and MySQL keeps a transaction's locks when one of
its statements is cancelled, where PostgreSQL lets go of all. The table is data (facts/locks.md 3, measured);
docs/acting.md shows it and every cell has a test on a real server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.session import Session, SessionKind


class Doing(StrEnum):
    """What a session is doing, as far as ending it is concerned."""

    RUNNING = "running one statement"
    RUNNING_INSIDE = "running, inside an open transaction"
    WAITING = "waiting for a lock"
    WAITING_INSIDE = "waiting, inside an open transaction"
    IDLE_INSIDE = "idle in transaction"
    ABORTED = "idle in a failed transaction"
    IDLE = "idle"
    ROLLING_BACK = "rolling back"


@dataclass(frozen=True, slots=True)
class Way:
    """How such a session is ended."""

    verb: Verb | None
    """None: nothing is to be done to it."""
    survives: str
    """What is still there afterwards."""
    freed: str
    """Who can go on."""
    undo_time: str
    """How long the server is busy with it."""
    other: str = ""
    """What the other verb would do."""


_EVERYBODY = "everybody behind it"
_AT_ONCE = "none: PostgreSQL has nothing to undo"
_UNDOES = "as long as undoing its rows takes"
_NOTHING = "nothing of it"
_CUT = "the client sees its connection end"
_IDLE_CANCEL = "cancel does nothing to an idle session"

_POSTGRES = {
    Doing.RUNNING: Way(Verb.CANCEL, "the session", _EVERYBODY, _AT_ONCE, f"terminate: {_CUT}"),
    Doing.RUNNING_INSIDE: Way(
        Verb.CANCEL, "the session, in a failed transaction", _EVERYBODY, _AT_ONCE, f"terminate: {_CUT}"
    ),
    Doing.WAITING: Way(Verb.CANCEL, "the session", _EVERYBODY, _AT_ONCE, f"terminate: {_CUT}"),
    Doing.WAITING_INSIDE: Way(
        Verb.CANCEL, "the session, in a failed transaction", _EVERYBODY, _AT_ONCE, f"terminate: {_CUT}"
    ),
    Doing.IDLE_INSIDE: Way(Verb.TERMINATE, _NOTHING, _EVERYBODY, _AT_ONCE, _IDLE_CANCEL),
    Doing.ABORTED: Way(Verb.TERMINATE, _NOTHING, "nobody: it holds no locks any more", _AT_ONCE, _IDLE_CANCEL),
    Doing.IDLE: Way(
        Verb.TERMINATE, _NOTHING, "who waits for a lock of the whole session (advisory)", _AT_ONCE, _IDLE_CANCEL
    ),
}
"""Nothing is ever seen rolling back there."""
_STILL_LOCKED = "cancel ends the statement only: the transaction keeps its locks"
_MYSQL = {
    Doing.RUNNING: Way(Verb.CANCEL, "the session", _EVERYBODY, _UNDOES, f"terminate: {_CUT}"),
    Doing.RUNNING_INSIDE: Way(Verb.TERMINATE, _NOTHING, _EVERYBODY, _UNDOES, _STILL_LOCKED),
    Doing.WAITING: Way(Verb.CANCEL, "the session", _EVERYBODY, "none", f"terminate: {_CUT}"),
    Doing.WAITING_INSIDE: Way(Verb.TERMINATE, _NOTHING, _EVERYBODY, _UNDOES, _STILL_LOCKED),
    Doing.IDLE_INSIDE: Way(Verb.TERMINATE, _NOTHING, _EVERYBODY, _UNDOES, _IDLE_CANCEL),
    Doing.IDLE: Way(
        Verb.TERMINATE, _NOTHING, "who waits for LOCK TABLES, GET_LOCK or a global read lock", "none", _IDLE_CANCEL
    ),
    Doing.ROLLING_BACK: Way(None, _NOTHING, "everybody, once it has undone its rows", _UNDOES),
}
TABLE = MappingProxyType({"postgresql": _POSTGRES, "mysql": _MYSQL, "mariadb": _MYSQL})
"""Server -> what the session is doing -> how it is ended."""

BACKUPS = ("pg_dump", "pg_dumpall", "pgbackrest", "barman", "mysqldump", "mariadb-dump", "mydumper", "xtrabackup",
            "mariabackup", "mysqlpump", "mysqlbackup")  # fmt: skip
"""What programs that take backups call themselves."""
_WRAPAROUND = "to prevent wraparound"
_SAME_MOMENT = 0.001
"""Seconds between the start of a transaction and of its first statement."""


def doing(session: Session) -> Doing:
    """What it is doing; a session whose state cannot be seen counts as running inside a transaction."""
    if session.state in ("rolling back", "killed"):
        return Doing.ROLLING_BACK
    if session.state == "idle":
        return Doing.IDLE
    if session.state.startswith("idle in transaction"):
        return Doing.ABORTED if "aborted" in session.state else Doing.IDLE_INSIDE
    inside = _is_inside(session)
    if session.waiting_for.startswith("Lock"):
        return Doing.WAITING_INSIDE if inside else Doing.WAITING
    return Doing.RUNNING_INSIDE if inside else Doing.RUNNING


def _is_inside(session: Session) -> bool:
    """Whether its transaction began before what it runs now."""
    if session.transaction_at is None:
        return not session.visible
    if session.query_at is None:
        return True
    return (session.query_at - session.transaction_at).total_seconds() > _SAME_MOMENT


def way(session: Session, dialect: str) -> Way:
    """How this session is ended on that server."""
    return TABLE[dialect][doing(session)]


def untouchable(session: Session) -> str:
    """Why a session is never ended from here, one sentence; '' when it may be."""
    if session.own:
        return f"{session.id} is one of Halfway's own sessions."
    match session.kind:
        case SessionKind.REPLICATION:
            return f"{session.id} carries replication: ending it would leave a replica behind."
        case SessionKind.SYSTEM:
            return f"{session.id} is the server's own."
        case SessionKind.PARALLEL:
            return f"{session.id} is a parallel worker of {session.leader or 'another session'}: end that one."
        case SessionKind.PREPARED:
            return f"{session.id} is a prepared transaction: who prepared it decides whether it is committed."
        case _:
            return ""


def warnings(session: Session) -> tuple[str, ...]:
    """What to know before ending it, one sentence each."""
    found = []
    program = session.application.lower()
    if any(name in program for name in BACKUPS):
        found.append(f"It looks like a backup ({session.application}): it would have to begin anew.")
    if session.kind is SessionKind.AUTOVACUUM:
        urgent = _WRAPAROUND in session.query
        found.append(
            "It is an autovacuum that prevents wraparound: it starts again at once, and must end some day."
            if urgent
            else "It is an autovacuum: it starts again later."
        )
    return tuple(found)


def suggested(assessment: Assessment, ids: Sequence[str]) -> Intent | None:
    """The wish that fits what these sessions are doing; None when nothing is to be done to any of them."""
    server = assessment.observation.server.value
    found = sessions_of(assessment, ids)
    if server is None or not found:
        return None
    verbs = {way(s, server.dialect).verb for s in found} - {None}
    if not verbs:
        return None
    return Intent(Verb.TERMINATE if Verb.TERMINATE in verbs else Verb.CANCEL, tuple(s.id for s in found))


def sessions_of(assessment: Assessment, ids: Sequence[str]) -> tuple[Session, ...]:
    """Those of these sessions that are still there."""
    known = {s.id: s for s in assessment.observation.sessions.value or ()}
    return tuple(known[i] for i in ids if i in known)
