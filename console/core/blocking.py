"""Who waits for whom, from one flat scan of the lock table.

The server could say it per waiter, but in a lock storm that takes half a minute and adds to the storm. Here locks are
grouped by what they are on, so the cost follows their number; of a long queue only the edges that explain it are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from console.core.blocking_mysql import MYSQL_KINDS, mysql_edges
from console.core.session import Edge, Lock, Node, Session

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
_NO_LEADERS: Mapping[str, str] = {}


def conflict(wanted: str, other: str) -> bool:
    """Whether a lock of mode `wanted` cannot be had beside one of mode `other`; unknown modes exclude each other."""
    return other in _CONFLICTS.get(wanted, _ALL) or other not in _ALL


def edges(locks: Sequence[Lock], leaders: Mapping[str, str] = _NO_LEADERS) -> tuple[Edge, ...]:
    """Every wait, with its holders (hard) and the nearest necessary predecessors in the queue (soft).

    `leaders` maps parallel workers to the session they work for.
    """
    waited_for = {lock.target for lock in locks if not lock.granted}
    groups: dict[tuple[str | None, ...], list[Lock]] = {}
    for lock in locks:
        if lock.target in waited_for:
            leader = leaders.get(lock.session)
            groups.setdefault(lock.target, []).append(replace(lock, session=leader) if leader else lock)
    rows = {lock.session: lock.object for lock in locks if lock.kind == "tuple" and lock.granted and lock.object}
    found = [edge for group in groups.values() for edge in _group_edges(group, rows)]
    return tuple(dict.fromkeys(found))


def _group_edges(group: Sequence[Lock], rows: Mapping[str, str]) -> Iterable[Edge]:
    """The edges of the locks on one target."""
    if group[0].kind in MYSQL_KINDS:
        yield from mysql_edges(group)
        return
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
    return Edge(waiter.session, blocker.session, blocker.granted, thing, waiter.mode, waiter.since)


@dataclass(frozen=True, slots=True)
class _Flags:
    migration: frozenset[str]
    gone: frozenset[str]


def trees(
    sessions: Iterable[Session],
    waits: Iterable[Edge],
    *,
    migration: frozenset[str] = frozenset(),
    gone: frozenset[str] = frozenset(),
) -> tuple[Node, ...]:
    """The blocking trees, the one with most waiters first; every waiting session stands in them once.

    A waiter hangs below a holder of what it wants, or below the one it queues behind. `migration` and `gone` are
    the ids of sessions that are the migration's own, and of those whose client is gone.
    """
    known = {session.id: session for session in sessions}
    leaders = {s.id: s.leader for s in known.values() if s.leader and s.leader != s.id}
    led = [_led(edge, leaders) for edge in waits]
    blockers: dict[str, list[Edge]] = {}
    for edge in led:
        if edge.waiter != edge.blocker:
            blockers.setdefault(edge.waiter, []).append(edge)
    parents = _parents(blockers, known)
    loops = _break_cycles(parents)
    below: dict[str, list[Edge]] = {}
    for edge in parents.values():
        below.setdefault(edge.blocker, []).append(edge)
    everybody = dict.fromkeys(edge.blocker for found in blockers.values() for edge in found)
    roots = [name for name in everybody if name not in parents]
    drawn = [_draw(root, below, loops, known, _Flags(migration, gone)) for root in roots]
    return tuple(sorted(drawn, key=lambda node: (-node.blocks, _began(node.session), node.session.id)))


def _led(edge: Edge, leaders: Mapping[str, str]) -> Edge:
    waiter, blocker = leaders.get(edge.waiter, edge.waiter), leaders.get(edge.blocker, edge.blocker)
    return edge if (waiter, blocker) == (edge.waiter, edge.blocker) else replace(edge, waiter=waiter, blocker=blocker)


def _began(session: Session | None) -> datetime:
    return (session.transaction_at if session else None) or _LATE


def _parents(blockers: Mapping[str, list[Edge]], known: Mapping[str, Session]) -> dict[str, Edge]:
    """For each waiter the one edge it hangs by."""
    together = _components({name: [edge.blocker for edge in found] for name, found in blockers.items()})

    def chosen(name: str, found: list[Edge]) -> Edge:
        inside = [edge for edge in found if together.get(edge.blocker) == together[name]]
        candidates = inside or found
        hard = [edge for edge in candidates if edge.hard]
        # Soft edges are in the order of the queue; of holders, the oldest that waits for nobody explains most.
        return min(hard, key=rank) if hard else candidates[0]

    def rank(edge: Edge) -> tuple[bool, datetime, str]:
        return (edge.blocker in blockers, _began(known.get(edge.blocker)), edge.blocker)

    return {name: chosen(name, found) for name, found in blockers.items()}


def _components(graph: Mapping[str, list[str]]) -> dict[str, int]:
    """A number per session; equal numbers wait for each other in a circle (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    component: dict[str, int] = {}
    for start in graph:
        if start in index:
            continue
        work = [(start, iter(graph[start]))]
        index[start] = low[start] = len(index)
        path.append(start)
        while work:
            name, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    path.append(other)
                    work.append((other, iter(graph.get(other, ()))))
                    break
                if other not in component:
                    low[name] = min(low[name], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    _close(name, path, component)
    return component


def _close(name: str, path: list[str], component: dict[str, int]) -> None:
    number = len(component)
    while (member := path.pop()) != name:
        component[member] = number
    component[name] = number


def _break_cycles(parents: dict[str, Edge]) -> dict[str, list[Edge]]:
    """Take one edge out of every circle of `parents`; the edges taken, by the session they would hang below."""
    taken: dict[str, list[Edge]] = {}
    done: set[str] = set()
    for start in list(parents):
        path: dict[str, None] = {}
        name = start
        while name in parents and name not in done and name not in path:
            path[name] = None
            name = parents[name].blocker
        if name in path:
            members = list(path)
            circle = members[members.index(name) :]
            top = min(circle, key=lambda member: (parents[member].since or _LATE, member))
            edge = parents.pop(top)
            taken.setdefault(edge.blocker, []).append(edge)
        done.update(path)
    return taken


def _draw(
    root: str,
    below: Mapping[str, list[Edge]],
    loops: Mapping[str, list[Edge]],
    known: Mapping[str, Session],
    flags: _Flags,
) -> Node:
    """The tree under `root`, built from the leaves up: chains may be a thousand deep."""
    order: list[str] = [root]
    for name in order:
        order.extend(edge.waiter for edge in below.get(name, ()))
    parent = {edge.waiter: edge for name in order for edge in below.get(name, ())}
    nodes: dict[str, Node] = {}
    for name in reversed(order):
        waiters = [nodes[edge.waiter] for edge in below.get(name, ())]
        waiters.sort(key=lambda node: (node.since or _LATE, node.session.id))
        waiters += [_node(edge.waiter, edge, known, flags, cycle=True) for edge in loops.get(name, ())]
        nodes[name] = _node(name, parent.get(name), known, flags, tuple(waiters))
    return nodes[root]


def _node(
    name: str,
    edge: Edge | None,
    known: Mapping[str, Session],
    flags: _Flags,
    waiters: tuple[Node, ...] = (),
    *,
    cycle: bool = False,
) -> Node:
    return Node(
        session=known.get(name) or Session(id=name, visible=False),
        waits_for=f"{edge.object} ({mode_words(edge.mode)})".strip() if edge else "",
        hard=edge.hard if edge else True,
        since=edge.since if edge else None,
        waiters=waiters,
        cycle=cycle,
        is_migration=name in flags.migration,
        client_gone=name in flags.gone,
    )


def mode_words(mode: str) -> str:
    """`AccessExclusiveLock` as SQL spells it: ACCESS EXCLUSIVE; MySQL's SHARED_READ without the underline."""
    if mode.isupper():
        return mode.replace("_", " ")
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in mode.removesuffix("Lock"))
    return words.strip().upper()
