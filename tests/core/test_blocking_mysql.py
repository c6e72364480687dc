"""The rules of MySQL's metadata locks: who stands in whose way, held or waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.blocking import edges, trees
from console.core.blocking_mysql import held_against, let_through_first
from console.core.lock_words import mode_words
from console.core.session import Lock, Session

ORDERS = ("metadata", "shop", "orders")
SHORT = {
    "S": "SHARED", "SH": "SHARED_HIGH_PRIO", "SR": "SHARED_READ", "SW": "SHARED_WRITE", "SWLP": "SHARED_WRITE_LOW_PRIO",
    "SU": "SHARED_UPGRADABLE", "SRO": "SHARED_READ_ONLY", "SNW": "SHARED_NO_WRITE", "SNRW": "SHARED_NO_READ_WRITE",
    "X": "EXCLUSIVE", "IX": "INTENTION_EXCLUSIVE",
}  # fmt: skip
OBJECT = tuple(name for name in SHORT if name != "IX")
HELD = {
    "S": "X", "SH": "X", "SR": "SNRW X", "SW": "SRO SNW SNRW X", "SWLP": "SRO SNW SNRW X", "SU": "SU SNW SNRW X",
    "SRO": "SW SWLP SNRW X", "SNW": "SW SWLP SU SNW SNRW X", "SNRW": "SR SW SWLP SU SRO SNW SNRW X",
    "X": "S SH SR SW SWLP SU SRO SNW SNRW X",
}  # fmt: skip
AHEAD = {
    "S": "X", "SH": "", "SR": "SNRW X", "SW": "SNW SNRW X", "SWLP": "SRO SNW SNRW X", "SU": "X", "SRO": "SW SNRW X",
    "SNW": "X", "SNRW": "X", "X": "",
}  # fmt: skip


def lock(session: str, mode: str, *, granted: bool = False, seconds: int = 0, kind: str = "metadata") -> Lock:
    since = None if granted else datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return Lock(session, (kind, *ORDERS[1:]), kind, SHORT.get(mode, mode), granted, since, "orders", ("shop", "orders"))


def waits(*locks: Lock) -> set[tuple[str, str, bool]]:
    return {(edge.waiter, edge.blocker, edge.hard) for edge in edges(locks)}


@pytest.mark.parametrize("wanted", OBJECT)
def test_what_is_held_stands_in_the_way_as_the_server_has_it(wanted: str) -> None:
    found = [other for other in OBJECT if held_against("metadata", SHORT[wanted], SHORT[other])]
    assert sorted(found) == sorted(HELD[wanted].split())


@pytest.mark.parametrize("wanted", OBJECT)
def test_what_waits_goes_first_as_the_server_has_it(wanted: str) -> None:
    found = [other for other in OBJECT if let_through_first("metadata", SHORT[wanted], SHORT[other])]
    assert sorted(found) == sorted(AHEAD[wanted].split())


@pytest.mark.parametrize(
    ("wanted", "held", "waiting"),
    [("IX", "S X", "S X"), ("S", "IX X", "X"), ("X", "IX S X", "")],
    ids=["intention", "shared", "exclusive"],
)
def test_locks_on_everything_have_rules_of_their_own(wanted: str, held: str, waiting: str) -> None:
    modes = ("IX", "S", "X")
    assert [m for m in modes if held_against("scope", SHORT[wanted], SHORT[m])] == held.split()
    assert [m for m in modes if let_through_first("scope", SHORT[wanted], SHORT[m])] == waiting.split()


def test_a_stampede_has_three_edges_not_eighteen() -> None:
    found = waits(
        lock("reader", "SR", granted=True),
        lock("alter", "SU", granted=True),
        lock("alter", "X", seconds=1),
        lock("first", "SR", seconds=2),
        lock("second", "SR", seconds=3),
    )
    assert found == {("alter", "reader", True), ("first", "alter", False), ("second", "alter", False)}


def test_nobody_waits_for_itself_nor_a_reader_for_a_reader() -> None:
    assert waits(lock("a", "SR", granted=True), lock("a", "X"), lock("b", "SR", granted=True)) == {("a", "b", True)}
    assert waits(lock("a", "SR", granted=True), lock("b", "SR")) == set()


def test_showing_a_table_does_not_queue_behind_an_alter_that_waits() -> None:
    assert waits(lock("r", "SR", granted=True), lock("alter", "X"), lock("show", "SH")) == {("alter", "r", True)}


def test_user_locks_and_rows_wait_for_whoever_has_them() -> None:
    for kind in ("user lock", "row"):
        found = waits(lock("a", "X", granted=True, kind=kind), lock("b", "X", kind=kind), lock("c", "X", kind=kind))
        assert found == {("b", "a", True), ("c", "a", True)}


def test_an_unknown_mode_is_in_everybodys_way() -> None:
    assert waits(lock("a", "NEW_MODE", granted=True), lock("b", "SR")) == {("b", "a", True)}


def test_a_long_queue_behind_many_readers_stays_small() -> None:
    readers = [lock(f"r{n}", "SR", granted=True) for n in range(1000)]
    alters = [lock(f"a{n}", "X", seconds=n) for n in range(3)]
    queue = [lock(f"q{n}", "SR", seconds=10 + n) for n in range(800)]
    found = edges((*readers, *alters, *queue))
    assert len(found) == 1000 + 2 * 16 + 800
    assert {edge.blocker for edge in found if edge.waiter.startswith("q")} == {"a0"}


def test_a_guess_stays_a_guess() -> None:
    guess = Lock("web", ORDERS, "metadata", "SHARED_READ", True, inferred=True)
    assert [edge.inferred for edge in edges((guess, lock("alter", "X")))] == [True]


def test_modes_are_said_as_the_server_says_them() -> None:
    (root,) = trees([Session("r"), Session("a")], edges((lock("r", "SR", granted=True), lock("a", "X"))))
    assert root.waiters[0].waits_for == "orders (EXCLUSIVE)"
    assert mode_words("SHARED_NO_READ_WRITE") == "SHARED NO READ WRITE"


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(OBJECT), st.booleans(), st.integers(0, 5)), max_size=12
    )
)
def test_every_edge_is_one_the_rules_know(rows: list[tuple[str, str, bool, int]]) -> None:
    locks = [lock(who, mode, granted=granted, seconds=at) for who, mode, granted, at in rows]
    asked = {(each.session, each.mode) for each in locks if not each.granted}
    have = {(each.session, each.mode) for each in locks if each.granted}
    for edge in edges(locks):
        assert edge.waiter != edge.blocker
        assert (edge.waiter, edge.mode) in asked
        theirs = [mode for who, mode in (have if edge.hard else asked) if who == edge.blocker]
        rule = held_against if edge.hard else let_through_first
        assert any(rule("metadata", edge.mode, mode) for mode in theirs)
