"""How many sessions the end of one alone frees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.core.freeing import freed

NAMES = "abcdefg"


def test_one_that_holds_alone_frees_all_behind_it() -> None:
    assert freed({"alter": ["reader"], "x": ["alter"], "y": ["alter"]}) == {"reader": 3, "alter": 2}


def test_one_of_two_that_hold_the_same_frees_nobody() -> None:
    assert freed({"alter": ["one", "two"], "x": ["alter"]}) == {"alter": 1}


def test_what_meets_again_behind_one_is_freed_by_that_one() -> None:
    waits = {"a": ["root"], "b": ["root"], "late": ["a", "b"], "later": ["late", "root"]}
    assert freed(waits) == {"root": 4}


def test_who_leaves_a_circle_lets_the_others_go() -> None:
    assert freed({"a": ["b"], "b": ["a"], "c": ["a"], "d": ["root"]}) == {"a": 2, "b": 2, "root": 1}


def test_a_chain_a_thousand_deep_is_counted() -> None:
    found = freed({str(n): [str(n - 1)] for n in range(1, 3000)})
    assert (found["0"], found["2998"]) == (2999, 1)


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), max_size=7))
def test_it_is_what_taking_the_session_away_shows(drawn: dict[str, list[str]]) -> None:
    others = {name: [other for other in found if other != name] for name, found in drawn.items()}
    waits = {name: found for name, found in others.items() if found}
    found = freed(waits)
    for name in NAMES:
        assert found.get(name, 0) == len(_going_on(waits, name))


def _going_on(waits: dict[str, list[str]], ended: str) -> set[str]:
    """Who waits, and does not when that one has ended and all others stay."""
    free = {ended}
    while more := {name for name, found in waits.items() if name not in free and set(found) <= free}:
        free |= more
    return free - {ended}
