"""Who waits for whom, from one flat scan of the lock table.

The server could say it per waiter, but in a lock storm that takes half a minute and adds to the storm. Here locks are
grouped by what they are on, so the cost follows their number; of a long queue only the edges that explain it are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from console.core.blocking_mysql import MYSQL_KINDS, mysql_edges
from console.core.blocking_postgres import postgres_edges
from console.core.freeing import freed
from console.core.lock_words import awaited, held
from console.core.session import UNNAMED, Edge, Lock, Node, Session, SessionKind

_LATE = datetime.max.replace(tzinfo=UTC)
_NO_LEADERS: Mapping[str, str] = {}
_NOBODY: Mapping[str, Lock] = {}


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
    else:
        yield from postgres_edges(group, rows)


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that the nodes of one picture are made from."""

    known: Mapping[str, Session]
    blockers: Mapping[str, list[Edge]]
    below: Mapping[str, list[Edge]]
    loops: Mapping[str, list[Edge]]
    untold: Mapping[str, Lock]
    migration: frozenset[str]
    gone: frozenset[str]
    likely: frozenset[str]
    frees: Mapping[str, int]
    holds: Mapping[str, str]


def trees(
    sessions: Iterable[Session],
    waits: Iterable[Edge],
    *,
    migration: frozenset[str] = frozenset(),
    gone: frozenset[str] = frozenset(),
    untold: Mapping[str, Lock] = _NOBODY,
) -> tuple[Node, ...]:
    """The blocking trees, the one with most waiters first; every waiting session stands in them once.

    A waiter hangs below a holder of what it wants, or below the one it queues behind. `migration` and `gone` are
    the ids of sessions that are the migration's own, and of those whose client is gone; `untold` holds what sessions
    wait for that nobody is known to have: they are roots.
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
    everybody = dict.fromkeys((*(edge.blocker for found in blockers.values() for edge in found), *untold))
    seen = _Seen(known, blockers, below, loops, untold, migration, gone, _likely(blockers), _frees(blockers),
                 _holds(blockers))  # fmt: skip
    drawn = [_draw(name, seen) for name in everybody if name not in parents]
    return tuple(sorted(drawn, key=lambda node: (-node.blocks, _began(node.session), node.session.id)))


def _likely(blockers: Mapping[str, list[Edge]]) -> frozenset[str]:
    """Holders that may be others: nobody is known to wait for them."""
    holders = [edge for found in blockers.values() for edge in found if edge.hard]
    sure = {edge.blocker for edge in holders if not edge.inferred}
    return frozenset(edge.blocker for edge in holders if edge.blocker not in sure)


def _frees(blockers: Mapping[str, list[Edge]]) -> Mapping[str, int]:
    return freed({name: [edge.blocker for edge in found] for name, found in blockers.items()})


def _holds(blockers: Mapping[str, list[Edge]]) -> Mapping[str, str]:
    """What is held that is not a transaction's table, in words."""
    holders = (edge for found in blockers.values() for edge in found if edge.hard)
    return {edge.blocker: text for edge in holders if (text := held(edge.kind, edge.held, edge.object))}


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

    def rank(edge: Edge) -> tuple[bool, bool, datetime, str]:
        return (edge.inferred, edge.blocker in blockers, _began(known.get(edge.blocker)), edge.blocker)

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


def _draw(root: str, seen: _Seen) -> Node:
    """The tree under `root`, built from the leaves up: chains may be a thousand deep."""
    order: list[str] = [root]
    for name in order:
        order.extend(edge.waiter for edge in seen.below.get(name, ()))
    parent = {edge.waiter: edge for name in order for edge in seen.below.get(name, ())}
    nodes: dict[str, Node] = {}
    for name in reversed(order):
        waiters = [nodes[edge.waiter] for edge in seen.below.get(name, ())]
        waiters.sort(key=lambda node: (node.since or _LATE, node.session.id))
        waiters += [_node(edge.waiter, edge, seen, cycle=True) for edge in seen.loops.get(name, ())]
        nodes[name] = _node(name, parent.get(name), seen, tuple(waiters))
    return nodes[root]


def _node(name: str, edge: Edge | None, seen: _Seen, waiters: tuple[Node, ...] = (), *, cycle: bool = False) -> Node:
    asked = edge or seen.untold.get(name)
    return Node(
        session=seen.known.get(name) or _unlisted(name),
        waits_for=awaited(asked.kind, asked.mode, asked.object) if asked else "",
        mode=asked.mode if asked else "",
        hard=edge.hard if edge else True,
        since=asked.since if asked else None,
        above=edge.blocker if edge else None,
        waiters=waiters,
        cycle=cycle,
        is_migration=name in seen.migration,
        client_gone=name in seen.gone,
        inferred=bool(edge and edge.inferred),
        likely=name in seen.likely,
        besides=_besides(edge, seen),
        holds=seen.holds.get(name, ""),
        frees=0 if name in seen.likely else seen.frees.get(name, 0),
    )


def _unlisted(name: str) -> Session:
    """Who is in no list: a session that is not visible, or a prepared transaction that is not named."""
    if name == UNNAMED:
        return Session(name, state="prepared", kind=SessionKind.PREPARED)
    return Session(name, visible=False)


def _besides(edge: Edge | None, seen: _Seen) -> tuple[str, ...]:
    """Who else holds what it waits for, the oldest first."""
    if edge is None or not edge.hard:
        return ()
    others = {each.blocker for each in seen.blockers[edge.waiter] if each.hard and each.blocker != edge.blocker}
    return tuple(sorted(others, key=lambda name: (_began(seen.known.get(name)), name)))
