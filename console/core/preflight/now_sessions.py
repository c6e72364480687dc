"""Sessions in the way of a run: who holds a lock that it will wait for, and who may.

Short transactions come and go on any table that is used, so only those count that have been open for a while, that
idle, or that hold a lock which stops others as well. A prepared transaction has no session that could end: it counts
always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.core.blocking_mysql import held_against
from console.core.blocking_postgres import conflict
from console.core.lock_words import GLOBAL_READ_LOCK, mode_words
from console.core.plain import lasted, one_line
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Ground
from console.core.preflight.touched import Touch
from console.core.session import UNNAMED, Lock, Session, SessionKind

LONG = 5.0
"""Seconds after which a transaction is not the ordinary traffic of a table any more."""
IDLE = 1.0
"""Seconds after which one that does nothing has been forgotten rather than is between two statements."""
_PASSING = frozenset({"AccessShareLock", "RowShareLock", "RowExclusiveLock", "SHARED_READ", "SHARED_WRITE", "SHARED",
                      "SHARED_HIGH_PRIO", "SHARED_WRITE_LOW_PRIO"})  # fmt: skip
"""What reading and writing rows take; everything else stops others."""
WRAPAROUND = "to prevent wraparound"
_AGAIN = "Let it end, or end it, and run preflight again."


@dataclass(frozen=True)
class Seen:
    """The sessions and locks of one look, beside what a run will touch."""

    ground: Ground
    touches: tuple[Touch, ...]

    @property
    def sessions(self) -> dict[str, Session]:
        """All but Halfway's own."""
        return {s.id: s for s in self.ground.observation.sessions.value or () if not s.own}

    @property
    def own(self) -> frozenset[str]:
        """Halfway's."""
        return frozenset(s.id for s in self.ground.observation.sessions.value or () if s.own)

    @property
    def locks(self) -> tuple[Lock, ...]:
        """Those of others that are held, and what stands in a queue and would stop others."""
        found = (k for k in self.ground.observation.locks.value or () if k.granted or k.mode not in _PASSING)
        own = self.own
        return tuple(lock for lock in found if lock.session not in own)

    @property
    def mysql(self) -> bool:
        """Whether metadata locks are what counts."""
        return self.ground.server.dialect != "postgresql"

    def conflicts(self, touch: Touch, held: str) -> bool:
        """Whether the one cannot be had beside the other, or may be about the same rows."""
        wanted = touch.mode
        met = held_against("metadata", wanted, held) if self.mysql else conflict(wanted, held)
        return met or (touch.rows and held == wanted)

    def name(self, table: tuple[str, str]) -> tuple[str, str]:
        """As names are compared on this server."""
        return (table[0].lower(), table[1].lower()) if self.ground.server.folds_tables else table

    def since(self, moment: datetime | None) -> float | None:
        """Seconds from then to the server's now."""
        now = self.ground.server.now or self.ground.observation.taken_at
        return None if moment is None else (now - moment).total_seconds()


def holders(seen: Seen) -> Iterator[tuple[Session, Touch, Lock]]:
    """Each session that holds what the run will wait for, once, with the first lock that meets."""
    wanted: dict[tuple[str, str], list[Touch]] = {}
    for touch in seen.touches:
        wanted.setdefault(seen.name(touch.table), []).append(touch)
    known, met = seen.sessions, set[str]()
    for lock in seen.locks:
        found = wanted.get(seen.name(lock.relation), []) if lock.relation is not None else []
        session = known.get(lock.session) or _unlisted(lock.session)
        session = known.get(session.leader or "", session)
        for touch in found:
            if session.id not in met and seen.conflicts(touch, lock.mode) and not _passes(session, lock, seen):
                met.add(session.id)
                yield session, touch, lock


def _unlisted(name: str) -> Session:
    prepared = name == UNNAMED
    kind = SessionKind.PREPARED if prepared else SessionKind.CLIENT
    return Session(name, kind=kind, visible=False, state="prepared" if prepared else "unknown")


def _passes(session: Session, lock: Lock, seen: Seen) -> bool:
    """Whether it is ordinary traffic, or gives way by itself."""
    if session.kind is SessionKind.PREPARED or not session.visible:
        return False
    if session.kind is SessionKind.AUTOVACUUM:
        return WRAPAROUND not in session.query
    if session.state == "idle":  # it holds something without a transaction that is told: XA, or it began just now
        since = seen.since(session.changed_at)
        return lock.mode in _PASSING and since is not None and since < IDLE
    return lock.mode in _PASSING and not stays(session, seen)


def stays(session: Session, seen: Seen) -> bool:
    """Whether it has been in a transaction, or in one statement, for longer than ordinary traffic takes."""
    if session.state.startswith("idle in transaction"):
        since = seen.since(session.changed_at)
        return since is None or since >= IDLE
    if session.state == "idle":
        return False
    open_for = seen.since(session.transaction_at or session.query_at)
    return open_for is None or open_for >= LONG


def called(session: Session, seen: Seen) -> str:
    """`session 4711 (web@10.0.0.5), idle in transaction for 12 min`."""
    if session.kind is SessionKind.PREPARED:
        name = "a prepared transaction" if session.id == UNNAMED else f"prepared transaction {one_line(session.id, 80)}"
        since = seen.since(session.transaction_at)
        return name if since is None else f"{name}, prepared {lasted(since)} ago"
    name = "autovacuum" if session.kind is SessionKind.AUTOVACUUM else one_line(session.who, 80)
    program = f", {one_line(session.application, 40)}" if session.application else ""
    idle = session.state.startswith("idle")
    since = seen.since(session.changed_at if idle else session.transaction_at or session.query_at)
    told = f", {session.state}" if session.visible else ", whose state is not visible to this login"
    for_ = f" for {lasted(since)}" if since is not None else ""
    return f"session {session.id} ({name}{program}){told}{for_}"


def sessions_in_the_way(seen: Seen) -> Iterator[Finding]:
    """A wait for each, the one that is in the way of the first statement first."""
    found = list(holders(seen))
    for session, touch, lock in found:
        who, table = called(session, seen), one_line(lock.object or ".".join(touch.table), 80)
        has = f"{_has(lock)} {mode_words(lock.mode)} on {table}"
        why = f"{begun(who)}, {has}; {touch.words} {_meets(touch, lock)}."
        yield wait(_rule(session), why, f"{who}, {has}", _safer(session), table)
    yield from _may(seen, {session.id for session, _, _ in found})


def _meets(touch: Touch, lock: Lock) -> str:
    if touch.rows and lock.mode == touch.mode:
        return "changes rows of it, and would wait for those that this transaction has changed"
    wants = f"needs {mode_words(touch.mode)}" if touch.sure else "may need any lock"
    return f"{wants} on it and would wait, and everybody who comes after it would wait behind it"


def _has(lock: Lock) -> str:
    return "may hold" if lock.inferred else "holds" if lock.granted else "waits for"


def begun(words: str) -> str:
    """As the first words of a sentence."""
    return words[:1].upper() + words[1:]


def _rule(session: Session) -> str:
    match session.kind:
        case SessionKind.PREPARED:
            return "now-prepared-transaction"
        case SessionKind.AUTOVACUUM:
            return "now-wraparound-vacuum"
    return "now-transaction"


def _safer(session: Session) -> str:
    match session.kind:
        case SessionKind.PREPARED:
            return "Whoever prepared it has to commit it or roll it back; then run preflight again."
        case SessionKind.AUTOVACUUM:
            return "It is not cancelled for others and begins again if it is: let it end, then run preflight again."
    return _AGAIN


def wait(rule: str, why: str, waits_for: str, safer: str = _AGAIN, table: str = "") -> Finding:
    """It is better not begun now."""
    return Finding(rule, Severity.BLOCK, About.NOW, why, safer, table=table, waits_for=waits_for)


def _may(seen: Seen, met: set[str]) -> Iterator[Finding]:
    """Where the server does not say who holds what: whoever has a transaction open, or runs something on the table."""
    if not seen.touches or _told(seen):
        return
    holding = {lock.session for lock in seen.locks if lock.relation is not None}
    first = seen.touches[0]
    for session in seen.sessions.values():
        if session.id in met | holding or session.kind not in (SessionKind.CLIENT, SessionKind.PREPARED):
            continue
        if session.kind is SessionKind.PREPARED or _may_hold(session, seen):
            who = called(session, seen)
            why = (
                f"{begun(who)}, may hold a lock that {first.words} needs: this server does not tell this "
                "login which tables a transaction has used."
            )
            yield wait(_rule(session), why, f"{who}, which may hold {_listed(seen)}", _safer(session))


def _told(seen: Seen) -> bool:
    """Whether every lock on a table is told."""
    reading = seen.ground.observation.locks
    return reading.complete or (seen.mysql and any(lock.kind == "metadata" for lock in reading.value or ()))


def _may_hold(session: Session, seen: Seen) -> bool:
    elsewhere = session.database not in (None, "", seen.ground.server.name)
    if session.transaction_at is not None and session.state != "idle":
        return not elsewhere and stays(session, seen)
    running = session.state == "active" and stays(session, seen)
    return running and any(_names(session.query, table) for _, table in {t.table for t in seen.touches})


def _names(query: str, table: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(table)}(?!\w)", query, re.IGNORECASE) is not None


def _listed(seen: Seen) -> str:
    names = list(dict.fromkeys(one_line(touch.table[1], 60) for touch in seen.touches))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def stopped_for_all(seen: Seen) -> Iterator[Finding]:
    """MySQL: locks on everything, as FLUSH TABLES WITH READ LOCK and LOCK INSTANCE FOR BACKUP take them."""
    known, met = seen.sessions, set[str]()
    for lock in seen.locks:
        whole = lock.kind == "scope" and lock.object.startswith((GLOBAL_READ_LOCK, "backup lock"))
        if not whole or lock.mode not in ("SHARED", "EXCLUSIVE") or lock.session in met or not seen.touches:
            continue
        met.add(lock.session)
        who = called(known.get(lock.session) or _unlisted(lock.session), seen)
        why = f"{begun(who)}, holds the {lock.object}: no table can be changed until it lets go."
        yield wait("now-backup-lock", why, f"{who}, holds the {lock.object}")


def locked_by_nobody(seen: Seen, in_use: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """MariaDB: a table that somebody has, and no statement that runs speaks of: LOCK TABLES, most likely."""
    names = {seen.name(touch.table) for touch in seen.touches}
    for table in in_use:
        busy = any(s.state != "idle" and _names(s.query, table[1]) for s in seen.sessions.values())
        if seen.name(table) in names and not busy:
            name = one_line(table[1], 80)
            why = f"Somebody has locked {name} (LOCK TABLES, most likely); this server does not tell who."
            yield wait("now-transaction", why, f"whoever has locked {name}: SHOW OPEN TABLES says so", table=name)


_TOLD = 3
"""Sessions with an old snapshot that are told one by one."""


def older_snapshots(seen: Seen, snapshots: Iterable[str]) -> Iterator[Finding]:
    """PostgreSQL: what is done CONCURRENTLY waits at its end for everybody who still sees the database as it was. A
    crowd that queues up is counted: the first ones stand for it."""
    slow = next((t for t in seen.touches if t.case.statement.concurrently and _waits_for_all(t)), None)
    if slow is None:
        return
    held = {session.id for session, _, _ in holders(seen)}
    found = [s for s in _in_order(seen, snapshots) if s.id not in held and stays(s, seen)]
    for session in found[:_TOLD]:
        who = called(session, seen)
        why = (
            f"{begun(who)}, still sees the database as it was when its transaction began; {slow.words} "
            "runs CONCURRENTLY and waits at its end for every such session, whatever tables it uses. A lock "
            "time-out meanwhile leaves an invalid index."
        )
        yield wait("now-old-snapshot", why, f"{who}, with an old snapshot")
    if rest := [session.id for session in found[_TOLD:]]:
        ids = ", ".join(rest[:20]) + (f" and {len(rest) - 20} more" if len(rest) > 20 else "")
        why = f"{slow.words} waits for {len(rest)} more sessions that still see the database as it was: {ids}."
        yield wait("now-old-snapshot", begun(why), f"{len(rest)} more sessions with an old snapshot")


def _waits_for_all(touch: Touch) -> bool:
    return re.match(r"\s*(create|reindex|drop|alter)\b", touch.case.statement.sql, re.IGNORECASE) is not None


def _in_order(seen: Seen, names: Iterable[str]) -> Sequence[Session]:
    known = seen.sessions
    return [known[name] for name in sorted(set(names)) if name in known and known[name].kind is SessionKind.CLIENT]
