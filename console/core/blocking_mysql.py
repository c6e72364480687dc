"""Who waits for whom on MySQL and MariaDB: the rules of metadata locks, applied to one flat scan of the lock tables.

A request waits for locks that are held (hard) and for requests that wait themselves but come first by their kind
(queued), whoever was there earlier. The server's own views join the tables with themselves instead and report sessions
as blocked by themselves, and readers by readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from console.core.session import Edge, Lock

MYSQL_KINDS = frozenset({"metadata", "scope", "user lock", "row", "flush"})
"""`metadata`: on one object; `scope`: on everything of a kind (global, commit, schema, backup); `row`: InnoDB's."""

_S, _SH, _SR, _SW = "SHARED", "SHARED_HIGH_PRIO", "SHARED_READ", "SHARED_WRITE"
_SWLP, _SU, _SRO = "SHARED_WRITE_LOW_PRIO", "SHARED_UPGRADABLE", "SHARED_READ_ONLY"
_SNW, _SNRW, _X, _IX = "SHARED_NO_WRITE", "SHARED_NO_READ_WRITE", "EXCLUSIVE", "INTENTION_EXCLUSIVE"
_EVERY = frozenset({_S, _SH, _SR, _SW, _SWLP, _SU, _SRO, _SNW, _SNRW, _X})

_HELD: dict[str, frozenset[str]] = {
    _S: frozenset({_X}),
    _SH: frozenset({_X}),
    _SR: frozenset({_SNRW, _X}),
    _SW: frozenset({_SRO, _SNW, _SNRW, _X}),
    _SWLP: frozenset({_SRO, _SNW, _SNRW, _X}),
    _SU: frozenset({_SU, _SNW, _SNRW, _X}),
    _SRO: frozenset({_SW, _SWLP, _SNRW, _X}),
    _SNW: frozenset({_SW, _SWLP, _SU, _SNW, _SNRW, _X}),
    _SNRW: _EVERY - {_S, _SH},
    _X: _EVERY,
}
"""What is asked for -> what of others' that is held stands in its way."""
_AHEAD: dict[str, frozenset[str]] = {
    _S: frozenset({_X}),
    _SH: frozenset(),
    _SR: frozenset({_SNRW, _X}),
    _SW: frozenset({_SNW, _SNRW, _X}),
    _SWLP: frozenset({_SRO, _SNW, _SNRW, _X}),
    _SU: frozenset({_X}),
    _SRO: frozenset({_SW, _SNRW, _X}),
    _SNW: frozenset({_X}),
    _SNRW: frozenset({_X}),
    _X: frozenset(),
}
"""What is asked for -> what of others' that waits is let through first."""
_SCOPE_HELD = {_IX: frozenset({_S, _X}), _S: frozenset({_IX, _X}), _X: frozenset({_IX, _S, _X})}
_SCOPE_AHEAD = {_IX: frozenset({_S, _X}), _S: frozenset({_X}), _X: frozenset[str]()}

_HOLDERS_KEPT = 16
"""Per waiter, except the first of each mode, which keeps every holder: 900 waiters behind 1,000 readers stay few."""
_LATE = datetime.max.replace(tzinfo=UTC)


def held_against(kind: str, wanted: str, held: str) -> bool:
    """Whether a lock that is held stands in the way of a request; modes not known here exclude each other."""
    if kind == "metadata":
        return held in _HELD.get(wanted, _EVERY) or held not in _EVERY
    if kind == "scope":
        return held in _SCOPE_HELD.get(wanted, frozenset({held}))
    return True


def let_through_first(kind: str, wanted: str, waiting: str) -> bool:
    """Whether a request that waits is let through before this one. Of rows and user locks it is not known."""
    table = _AHEAD if kind == "metadata" else _SCOPE_AHEAD if kind == "scope" else {}
    return waiting in table.get(wanted, frozenset())


def mysql_edges(group: Sequence[Lock]) -> Iterator[Edge]:
    """The edges of the locks on one target."""
    waiters = sorted((lock for lock in group if not lock.granted), key=_arrival)
    holders: dict[str, list[Lock]] = {}
    for lock in group:
        if lock.granted:
            holders.setdefault(lock.mode, []).append(lock)
    first: dict[str, list[Lock]] = {}
    for waiter in waiters:
        first.setdefault(waiter.mode, []).append(waiter)
    seen: set[str] = set()
    for waiter in waiters:
        limit = _HOLDERS_KEPT if waiter.mode in seen else None
        seen.add(waiter.mode)
        yield from (_edge(waiter, lock) for lock in _holders(waiter, holders, limit))
        yield from (_edge(waiter, lock) for lock in _before(waiter, first))


def _arrival(lock: Lock) -> tuple[datetime, str]:
    return (lock.since or _LATE, lock.session)


def _holders(waiter: Lock, holders: dict[str, list[Lock]], limit: int | None) -> list[Lock]:
    found = [
        lock
        for mode, locks in holders.items()
        if held_against(waiter.kind, waiter.mode, mode)
        for lock in locks[: None if limit is None else limit + 1]
        if lock.session != waiter.session
    ]
    return found[:limit]


def _before(waiter: Lock, first: dict[str, list[Lock]]) -> Iterable[Lock]:
    """Of each kind of request that comes first, the one that has waited longest. Where the holders are not told, one
    that came later is not what a request waits for: it waited before."""
    for mode, locks in first.items():
        if let_through_first(waiter.kind, waiter.mode, mode):
            found = [lock for lock in locks[:2] if lock.session != waiter.session][:1]
            yield from (lock for lock in found if not waiter.inferred or _arrival(lock) <= _arrival(waiter))


def _edge(waiter: Lock, blocker: Lock) -> Edge:
    inferred = waiter.inferred or blocker.inferred
    return Edge(waiter.session, blocker.session, blocker.granted, waiter.object, waiter.mode, waiter.since, inferred,
                kind=waiter.kind, held=blocker.mode)  # fmt: skip
