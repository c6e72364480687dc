"""Revisions as a graph: order, heads, what a row says of the rest, and how rows move."""

from __future__ import annotations

import pytest

from console.frameworks.alembic.graph import Graph, Move, Node

LINE = Graph((Node("a"), Node("b", ("a",)), Node("c", ("b",))))
FORK = Graph((Node("a"), Node("left", ("a",)), Node("right", ("a",)), Node("join", ("left", "right"))))
APART = Graph((Node("a"), Node("b", ("a",)), Node("x", (), (), ("other",)), Node("y", ("x",), ("b",))))


def test_a_line_is_run_from_its_base() -> None:
    assert LINE.order == ("a", "b", "c")
    assert (LINE.heads, LINE.missing, LINE.has_cycle) == (("c",), (), False)


def test_a_row_says_that_all_below_it_ran() -> None:
    assert LINE.ancestors(["b"]) == {"a", "b"}
    assert FORK.ancestors(["join"]) == {"a", "left", "right", "join"}
    assert APART.ancestors(["y"]) == {"a", "b", "x", "y"}


def test_what_is_depended_on_is_a_head_of_its_own_line() -> None:
    assert APART.heads == ("b", "y")
    assert APART.order.index("b") < APART.order.index("y")


def test_a_revision_is_meant_by_its_beginning_or_its_label() -> None:
    graph = Graph((Node("abcdef12"), Node("abcdff34"), Node("x", labels=("other",))))
    assert graph.resolve("abcde") == "abcdef12"
    assert (graph.resolve("abcd"), graph.resolve("abc")) == (None, None)
    assert (graph.resolve("other"), graph.resolve("nothing")) == ("x", None)


def test_what_stands_on_nothing_that_is_there_is_named() -> None:
    graph = Graph((Node("a"), Node("c", ("b",)), Node("d", ("a",), ("e",))))
    assert graph.missing == (("c", "b"), ("d", "e"))


def test_a_circle_is_seen_and_ends() -> None:
    graph = Graph((Node("a", ("b",)), Node("b", ("a",))))
    assert graph.has_cycle
    assert graph.order == ("a", "b")


@pytest.mark.parametrize(
    ("graph", "name", "rows", "move"),
    [
        (LINE, "a", (), Move(insert=("a",))),
        (LINE, "b", ("a",), Move(update=(("a", "b"),))),
        (FORK, "left", ("a",), Move(update=(("a", "left"),))),
        (FORK, "right", ("left",), Move(insert=("right",))),
        (FORK, "join", ("left", "right"), Move(delete=("left",), update=(("right", "join"),))),
        (APART, "x", ("b",), Move(insert=("x",))),
        (APART, "y", ("b", "x"), Move(delete=("x",), update=(("b", "y"),))),
    ],
    ids=["base", "next", "branch", "second-branch", "merge", "other-base", "depends"],
)
def test_a_run_moves_the_rows(graph: Graph, name: str, rows: tuple[str, ...], move: Move) -> None:
    assert graph.forward(name, frozenset(rows)) == move


@pytest.mark.parametrize(
    ("graph", "name", "rows", "move"),
    [
        (LINE, "a", ("a",), Move(delete=("a",))),
        (LINE, "b", ("b",), Move(update=(("b", "a"),))),
        (FORK, "right", ("left", "right"), Move(delete=("right",))),
        (FORK, "left", ("left",), Move(update=(("left", "a"),))),
        (FORK, "join", ("join",), Move(insert=("left",), update=(("join", "right"),))),
    ],
    ids=["base", "last", "branch", "last-branch", "merge"],
)
def test_going_back_moves_them_again(graph: Graph, name: str, rows: tuple[str, ...], move: Move) -> None:
    assert graph.back(name, frozenset(rows)) == move
