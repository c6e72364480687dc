"""Who waits for whom on PostgreSQL: which lock modes exclude each other, and who stands before whom in a queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from console.core.session import Edge, Lock

_CONFLICTS: dict[str, frozenset[str]] = {
    "AccessShareLock": frozenset({"AccessExclusiveLock"}),
    "RowShareLock": frozenset({"ExclusiveLock", "AccessExclusiveLock"}),
    "RowExclusiveLock": frozenset({"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"}),
    "ShareUpdateExclusiveLock": frozenset({
        "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
    }),
    "ShareLock": frozenset({
        "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
    }),
    "ShareRowExclusiveLock": frozenset({
        "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock",
        "AccessExclusiveLock",
    }),
}  # fmt: skip
_ALL = frozenset({*_CONFLICTS, "ExclusiveLock", "AccessExclusiveLock"})
_CONFLICTS["ExclusiveLock"] = _ALL - {"AccessShareLock"}
_CONFLICTS["AccessExclusiveLock"] = _ALL

_HOLDERS_KEPT = 16
"""Per waiter, except the first of each mode, which keeps every holder: 900 waiters behind 1,000 readers stay few."""
_LATE = datetime.max.replace(tzinfo=UTC)


def conflict(wanted: str, other: str) -> bool:
    """Whether a lock of mode `wanted` cannot be had beside one of mode `other`; unknown modes exclude each other."""
    return other in _CONFLICTS.get(wanted, _ALL) or other not in _ALL


def postgres_edges(group: Sequence[Lock], rows: Mapping[str, str]) -> Iterable[Edge]:
    """The edges of the locks on one target. `rows` names the row that a session has its foot in."""
    queue = sorted((lock for lock in group if not lock.granted), key=_arrival)
    holders: dict[str, list[Lock]] = {}
    for lock in group:
        if lock.granted:
            holders.setdefault(lock.mode, []).append(lock)
    ahead = _Queue()
    stuck: list[Lock] = []
    orphans: list[Lock] = []
    for waiter in queue:
        limit = None if waiter.mode not in ahead.first else _HOLDERS_KEPT
        hard = _holders_against(waiter, holders, limit)
        soft = ahead.predecessors(waiter)
        ahead.add(waiter)
        (stuck if hard or soft else orphans).append(waiter)
        yield from (_edge(waiter, lock, rows) for lock in (*hard, *soft))
    for waiter in orphans:
        # The order of the queue is not known (before PostgreSQL 14): it can only stand behind one that is stuck.
        before = next((lock for lock in stuck if _against(waiter, lock)), None)
        if before is not None:
            yield _edge(waiter, before, rows)


def _arrival(lock: Lock) -> tuple[datetime, str]:
    return (lock.since or _LATE, lock.session)


def _against(waiter: Lock, other: Lock) -> bool:
    return other.session != waiter.session and conflict(waiter.mode, other.mode)


def _holders_against(waiter: Lock, holders: Mapping[str, list[Lock]], limit: int | None) -> list[Lock]:
    found: list[Lock] = []
    for mode, locks in holders.items():
        if conflict(waiter.mode, mode):
            found += [lock for lock in locks[: None if limit is None else limit + 1] if lock.session != waiter.session]
    return found[:limit]


class _Queue:
    """Waiters seen so far: the first and the last of each mode, so that asking costs the same in a long queue."""

    def __init__(self) -> None:
        self.first: dict[str, Lock] = {}
        self.last: dict[str, Lock] = {}

    def add(self, lock: Lock) -> None:
        self.first.setdefault(lock.mode, lock)
        self.last[lock.mode] = lock

    def predecessors(self, waiter: Lock) -> tuple[Lock, ...]:
        """The earliest and the nearest that stand in its way; none whose place in the queue is not known."""
        if waiter.since is None:
            return ()
        first = [lock for lock in self.first.values() if _against(waiter, lock)]
        last = [lock for lock in self.last.values() if _against(waiter, lock)]
        return tuple(dict.fromkeys((*sorted(first, key=_arrival)[:1], *sorted(last, key=_arrival)[-1:])))


def _edge(waiter: Lock, blocker: Lock, rows: Mapping[str, str]) -> Edge:
    # Behind a row lock PostgreSQL waits for the transaction; which row it is stands in the tuple lock held meanwhile.
    thing = rows.get(waiter.session, waiter.object) if waiter.kind == "transactionid" else waiter.object
    return Edge(waiter.session, blocker.session, blocker.granted, thing, waiter.mode, waiter.since,
                kind=waiter.kind, held=blocker.mode)  # fmt: skip
