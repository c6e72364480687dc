"""How a history of several lines is told and drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.core.branches import Branches
from console.core.migration import Belief, Tracked

FORK = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}


def branches(after: dict[str, tuple[str, ...]]) -> Branches:
    below = {name for others in after.values() for name in others}
    return Branches(
        Tracked(name, Belief.PENDING, None, None, after=others, head=name not in below)
        for name, others in after.items()
    )


def drawn(after: dict[str, tuple[str, ...]], *, newest_first: bool = True) -> list[str]:
    order = tuple(after)[::-1] if newest_first else tuple(after)
    return [f"{one.lane} {one.ids[0]}" for one in branches(after).drawn(order)]


def test_lines_part_and_join() -> None:
    assert drawn(FORK) == ["o-. d", "| o c", "o | b", "o-' a"]
    assert drawn(FORK, newest_first=False) == ["o-. a", "o | b", "| o c", "o-' d"]


def test_a_line_that_crosses_another_goes_through_it() -> None:
    after = {"a": (), "b": ("a",), "c": ("a",), "d": ("a", "b"), "e": ("c", "d", "b")}
    assert drawn(after) == ["o-.-.   e", "| o-|-. d", "o | | | c", "| | o-' b", "o-'-'   a"]


def test_several_heads_and_first_ones_stand_apart() -> None:
    after = {"a": (), "x": (), "b": ("a",), "y": ("x",)}
    assert drawn(after) == ["o   y", "| o b", "o | x", "  o a"]
    assert branches(after).heads == ("b", "y")


def test_what_each_is_to_its_line_is_said_in_words() -> None:
    found = branches(FORK)
    assert [found.words(name) for name in FORK] == ["BRANCH", "", "", "HEAD MERGE"]
    assert [found.sentence(name) for name in FORK] == [
        "a first one; b, c stand on it",
        "it stands on a; d stands on it",
        "it stands on a; d stands on it",
        "a head; it joins b, c",
    ]


def test_one_line_is_not_branched_and_what_has_no_place_is_left_out() -> None:
    assert not branches({"a": (), "b": ("a",)}).branched
    assert branches(FORK).branched
    nowhere = Tracked("z", Belief.RECORDED, None, None)
    assert Branches([nowhere]).after == {}


def test_an_order_in_which_nothing_can_be_drawn_draws_nothing() -> None:
    assert branches(FORK).drawn(("b", "d", "a", "c")) == ()
    assert branches({"a": ("b",), "b": ("a",)}).drawn(("a", "b")) == ()


def test_a_long_line_of_which_nothing_is_to_be_said_is_one_line() -> None:
    after = {"a": (), **{f"m{n}": ("a" if n == 0 else f"m{n - 1}",) for n in range(9)}, "x": ("m8",), "y": ("m8",)}
    found = branches(after).condensed(frozenset({"m4"}))
    assert [(one.lane, len(one.ids), one.ids[0]) for one in found] == [
        ("o  ", 1, "y"), ("| o", 1, "x"), ("o-'", 1, "m8"), (":  ", 3, "m7"), ("o  ", 1, "m4"), (":  ", 4, "m3"),
        ("o  ", 1, "a")]  # fmt: skip


@given(st.lists(st.sets(st.integers(0, 11), max_size=3), min_size=1, max_size=12))
def test_every_link_is_drawn_as_a_way_from_line_to_line(links: list[set[int]]) -> None:
    after = {str(n): tuple(str(m) for m in sorted(below) if m < n) for n, below in enumerate(links)}
    rows = branches(after).drawn(tuple(after)[::-1])
    assert [one.ids[0] for one in rows] == list(after)[::-1]
    opened = sum(len(below) for below in after.values())
    begun = sum(one.lane.count(".") for one in rows) + sum(bool(after[one.ids[0]]) for one in rows)
    joined = sum(one.lane.count("'") for one in rows) + sum(
        any(one.ids[0] in b for b in after.values()) for one in rows
    )
    assert (begun, joined) == (opened, opened)
    assert all(one.lane.count("o") == 1 for one in rows)
