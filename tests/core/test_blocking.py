"""Edges from a flat lock table, and the tree a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.blocking import edges, trees
from console.core.blocking_postgres import conflict
from console.core.lock_words import mode_words
from console.core.session import Edge, Lock, Node, Session

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
READ, WRITE, ALTER = "AccessShareLock", "RowExclusiveLock", "AccessExclusiveLock"


def held(session: str, mode: str, on: str = "orders", kind: str = "relation") -> Lock:
    return Lock(session, (kind, on), kind, mode, granted=True, object=on)


def wanted(session: str, mode: str, since: float | None = 0, on: str = "orders", kind: str = "relation") -> Lock:
    moment = None if since is None else NOON + timedelta(seconds=since)
    return Lock(session, (kind, on), kind, mode, granted=False, since=moment, object=on)


def pairs(locks: list[Lock]) -> set[tuple[str, str, bool]]:
    return {(edge.waiter, edge.blocker, edge.hard) for edge in edges(locks)}


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    stack = list(nodes)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.waiters)


def outline(node: Node) -> object:
    name = node.session.id + ("*" if node.cycle else "")
    return {name: [outline(waiter) for waiter in node.waiters]} if node.waiters else name


def drawn(locks: list[Lock], *sessions: Session) -> list[object]:
    return [outline(node) for node in trees(sessions, edges(locks))]


CONFLICTING = {
    "AccessShareLock": "AE",
    "RowShareLock": "E AE",
    "RowExclusiveLock": "S SRE E AE",
    "ShareUpdateExclusiveLock": "SUE S SRE E AE",
    "ShareLock": "RE SUE SRE E AE",
    "ShareRowExclusiveLock": "RE SUE S SRE E AE",
    "ExclusiveLock": "RS RE SUE S SRE E AE",
    "AccessExclusiveLock": "AS RS RE SUE S SRE E AE",
}


def short(mode: str) -> str:
    return "".join(letter for letter in mode.removesuffix("Lock") if letter.isupper())


@pytest.mark.parametrize("wants", MODES)
@pytest.mark.parametrize("other", MODES)
def test_modes_conflict_as_the_manual_says(wants: str, other: str) -> None:
    assert conflict(wants, other) == (short(other) in CONFLICTING[wants].split())


@given(st.sampled_from(MODES), st.sampled_from(MODES))
def test_conflict_has_no_direction(one: str, other: str) -> None:
    assert conflict(one, other) == conflict(other, one)


def test_a_mode_nobody_knows_excludes_all() -> None:
    assert conflict("SIReadLock", READ)
    assert conflict(READ, "SIReadLock")


@pytest.mark.parametrize(
    ("mode", "words"),
    [(READ, "ACCESS SHARE"), ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"), (ALTER, "ACCESS EXCLUSIVE")],
)
def test_modes_are_said_as_sql_says_them(mode: str, words: str) -> None:
    assert mode_words(mode) == words


def test_a_waiter_waits_for_who_holds_a_conflicting_lock() -> None:
    assert pairs([held("1", READ), held("2", "RowShareLock"), wanted("3", ALTER)]) == {
        ("3", "1", True),
        ("3", "2", True),
    }


def test_holders_that_do_not_conflict_are_no_blockers() -> None:
    assert pairs([held("1", READ), held("2", ALTER), wanted("3", READ)]) == {("3", "2", True)}


def test_reads_queue_behind_the_alter_and_not_behind_the_reader() -> None:
    locks = [held("1", READ), wanted("2", ALTER, 1), wanted("3", READ, 2), wanted("4", WRITE, 3)]
    assert pairs(locks) == {("2", "1", True), ("3", "2", False), ("4", "2", False)}


def test_a_waiter_never_queues_behind_one_that_came_later() -> None:
    locks = [held("1", ALTER), wanted("2", READ, 1), wanted("3", ALTER, 2)]
    assert ("2", "3", False) not in pairs(locks)


def test_other_targets_are_other_queues() -> None:
    assert pairs([held("1", ALTER, "orders"), wanted("2", ALTER, on="users")]) == set()


def test_nobody_blocks_itself() -> None:
    assert pairs([held("1", READ), wanted("1", ALTER)]) == set()


def test_without_wait_times_queued_ones_stand_behind_a_stuck_one() -> None:
    locks = [held("1", READ), wanted("3", READ, None), wanted("2", ALTER, None)]
    assert pairs(locks) == {("2", "1", True), ("3", "2", False)}


def test_workers_count_as_their_leader() -> None:
    locks = [held("8", ALTER), wanted("9", READ)]
    assert {(e.waiter, e.blocker) for e in edges(locks, {"9": "7", "8": "5"})} == {("7", "5")}


def test_a_row_wait_is_named_after_the_row_the_waiter_has_its_foot_in() -> None:
    locks = [
        held("1", "ExclusiveLock", "transaction 77", "transactionid"),
        held("2", "ExclusiveLock", "a row of orders", "tuple"),
        wanted("2", "ShareLock", on="transaction 77", kind="transactionid"),
    ]
    assert [edge.object for edge in edges(locks)] == ["a row of orders"]


def test_a_long_queue_of_rivals_keeps_few_edges() -> None:
    queue = [wanted(str(n), ALTER, n) for n in range(1, 901)]
    assert len(edges([held("0", ALTER), *queue])) < 3 * len(queue)


def test_many_rivals_behind_many_readers_keep_few_edges_and_every_reader() -> None:
    locks = [held(f"r{n}", READ) for n in range(1000)] + [wanted(str(n), ALTER, n) for n in range(900)]
    found = edges(locks)
    assert len(found) < 20 * 1900
    assert {edge.blocker for edge in found} >= {f"r{n}" for n in range(1000)}


def test_the_stampede_is_drawn_as_it_came_about() -> None:
    locks = [held("1", READ), wanted("2", ALTER, 1), *(wanted(str(n), READ, n) for n in range(3, 6))]
    assert drawn(locks) == [{"1": [{"2": ["3", "4", "5"]}]}]


def test_blocks_counts_all_below() -> None:
    locks = [held("1", READ), wanted("2", ALTER, 1), *(wanted(str(n), READ, n) for n in range(3, 23))]
    (root,) = trees((), edges(locks))
    assert (root.blocks, root.waiters[0].blocks) == (21, 20)


def test_the_tree_with_most_waiters_comes_first() -> None:
    locks = [
        *(held("9", ALTER, "small"), wanted("8", READ, on="small")),
        *(held("1", ALTER, "big"), wanted("2", READ, on="big"), wanted("3", READ, on="big")),
    ]
    assert drawn(locks) == [{"1": ["2", "3"]}, {"9": ["8"]}]


def test_of_several_holders_the_one_that_runs_longest_carries_the_waiter_and_all_are_shown() -> None:
    sessions = [Session(id=name, transaction_at=NOON - timedelta(minutes=int(name))) for name in ("1", "5", "3")]
    locks = [held("1", READ), held("5", READ), held("3", READ), wanted("9", ALTER)]
    assert drawn(locks, *sessions) == [{"5": ["9"]}, "3", "1"]


def test_a_row_queue_is_a_chain() -> None:
    locks = [
        held("1", "ExclusiveLock", "x1", "transactionid"),
        wanted("2", "ShareLock", 1, "x1", "transactionid"),
        held("2", "ExclusiveLock", "row", "tuple"),
        wanted("3", "ExclusiveLock", 2, "row", "tuple"),
    ]
    assert drawn(locks) == [{"1": [{"2": ["3"]}]}]


def test_a_deadlock_is_marked_and_not_followed() -> None:
    locks = [held("1", ALTER, "a"), held("2", ALTER, "b"), wanted("1", ALTER, 2, "b"), wanted("2", ALTER, 1, "a")]
    (root,) = trees((), edges(locks))
    assert outline(root) == {"2": [{"1": ["2*"]}]}
    assert root.blocks == 1


def test_who_waits_for_a_deadlock_hangs_on_it() -> None:
    locks = [
        *(held("1", ALTER, "a"), held("2", ALTER, "b"), wanted("1", ALTER, 2, "b"), wanted("2", ALTER, 1, "a")),
        wanted("3", READ, 9, "a"),
    ]
    assert drawn(locks) == [{"2": [{"1": ["3", "2*"]}]}]


def test_a_chain_a_thousand_deep_is_drawn() -> None:
    chain = [lock for n in range(3000) for lock in (held(str(n), ALTER, str(n)), wanted(str(n), ALTER, 0, str(n + 1)))]
    (root,) = trees((), edges(chain))
    assert root.blocks == 2999


def test_sessions_that_cannot_be_seen_are_drawn_all_the_same() -> None:
    (root,) = trees([Session(id="2", user="web")], edges([held("1", ALTER), wanted("2", READ)]))
    assert (root.session.visible, root.waiters[0].session.user) == (False, "web")


def test_a_prepared_transaction_is_a_root_like_any_other() -> None:
    assert drawn([held("my gid", ALTER), wanted("2", READ)]) == [{"my gid": ["2"]}]


def test_flags_are_put_on_the_sessions_named() -> None:
    waits = edges([held("1", READ), wanted("2", ALTER)])
    (root,) = trees((), waits, migration=frozenset({"2"}), gone=frozenset({"2"}))
    assert [(n.session.id, n.is_migration, n.client_gone) for n in walk((root,))] == [
        ("1", False, False),
        ("2", True, True),
    ]


def test_a_waiter_says_what_it_waits_for_and_since_when() -> None:
    (root,) = trees((), edges([held("1", READ), wanted("2", ALTER, 7)]))
    (waiter,) = root.waiters
    assert (root.waits_for, waiter.waits_for) == ("", "orders (ACCESS EXCLUSIVE)")
    assert waiter.since == NOON + timedelta(seconds=7)


def test_workers_hang_where_their_leader_hangs() -> None:
    sessions = [Session(id="2"), Session(id="3", leader="2")]
    assert drawn([held("1", ALTER), wanted("3", READ)], *sessions) == [{"1": ["2"]}]


NAMES = st.sampled_from([str(n) for n in range(8)])
EDGES = st.builds(Edge, NAMES, NAMES, st.booleans(), st.just("t"), st.sampled_from(MODES))


@given(st.lists(EDGES, max_size=30))
def test_every_waiter_stands_in_the_trees_exactly_once(found: list[Edge]) -> None:
    waiting = {edge.waiter for edge in found if edge.waiter != edge.blocker}
    seen = Counter(node.session.id for node in walk(trees((), found)) if not node.cycle)
    assert {name: seen[name] for name in waiting} == dict.fromkeys(waiting, 1)


@given(st.lists(EDGES, max_size=30))
def test_counts_add_up(found: list[Edge]) -> None:
    roots = trees((), found)
    nodes = [node for node in walk(roots) if not node.cycle]
    assert sum(root.blocks + 1 for root in roots) == len(nodes)


@given(st.lists(EDGES, max_size=30))
def test_a_root_waits_for_nobody_unless_it_is_in_a_circle(found: list[Edge]) -> None:
    waiting = {edge.waiter for edge in found if edge.waiter != edge.blocker}
    for root in trees((), found):
        looped = {node.session.id for node in walk((root,)) if node.cycle}
        assert root.session.id not in waiting or root.session.id in looped


LOCKS = st.lists(
    st.one_of(
        st.builds(held, NAMES, st.sampled_from(MODES), st.sampled_from(["a", "b"])),
        st.builds(wanted, NAMES, st.sampled_from(MODES), st.integers(0, 9), st.sampled_from(["a", "b"])),
    ),
    max_size=30,
)


@given(LOCKS)
def test_edges_are_what_the_rule_allows_and_miss_no_waiter(locks: list[Lock]) -> None:
    found = edges(locks)
    for edge in found:
        assert edge.waiter != edge.blocker
    for waiter in (lock for lock in locks if not lock.granted):
        against = [
            other
            for other in locks
            if other.target == waiter.target and other.session != waiter.session and conflict(waiter.mode, other.mode)
        ]
        if any(other.granted for other in against):
            assert any(edge.waiter == waiter.session and edge.hard for edge in found)
