"""Whatever the database answers: what the guards let through is what PHP would have sent, in its order.

Programs of conditions, loops, closures and early ends are made up. Each is walked once, and run for every answer.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from console.core.statements import Guard
from tests.readers.php.walking import read

COLUMNS = "abc"
Answers = dict[str, bool]


@dataclass(frozen=True)
class Piece:
    """A statement of a made-up program."""

    kind: str
    """send, if, loop, call, return, break, continue."""
    words: str = ""
    """What is sent, or the condition."""
    inner: tuple[Piece, ...] = ()
    other: tuple[Piece, ...] = ()


class LeftError(Exception):
    """A block is left before its end; says how."""


def judge(words: str, answers: Answers) -> bool:
    """A PHP condition on columns, computed."""
    python = re.sub(r"Schema::hasColumn\('t', '(\w)'\)", lambda found: str(answers[found[1]]), words)
    python = python.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    return bool(eval(python.strip(), {"__builtins__": {}}))  # noqa: S307 - the words are made by this test


def holds(guard: Guard, answers: Answers) -> bool:
    """Whether a guard lets through; one without an address is judged by its words."""
    if guard.ref is not None:
        return answers[guard.ref.name] is guard.present
    return judge(guard.text, answers)


def php(pieces: tuple[Piece, ...], depth: int = 0) -> str:
    """A program as PHP."""
    return " ".join(_php(piece, depth) for piece in pieces)


def _php(piece: Piece, depth: int) -> str:
    inner = php(piece.inner, depth + (piece.kind == "loop"))
    turns = "".join(f"{{$i{n}}}" for n in range(depth))
    made = {
        "send": f'DB::statement("{piece.words}{turns}");',
        "if": f"if ({piece.words}) {{ {inner} }} else {{ {php(piece.other, depth)} }}",
        "loop": f"foreach ([1, 2] as $i{depth}) {{ {inner} }}",
        "call": f"(function () {_used(depth)}{{ {inner} }})();",
    }
    return made.get(piece.kind, f"{piece.kind};")


def _used(depth: int) -> str:
    return f"use ({', '.join(f'$i{n}' for n in range(depth))}) " if depth else ""


def run(pieces: tuple[Piece, ...], answers: Answers, turns: str = "") -> Iterator[str]:
    """What the program sends, as PHP runs it."""
    for piece in pieces:
        if piece.kind == "send":
            yield f"{piece.words}{turns}"
        elif piece.kind == "if":
            yield from run(piece.inner if judge(piece.words, answers) else piece.other, answers, turns)
        elif piece.kind == "loop":
            yield from _loop(piece, answers, turns)
        elif piece.kind == "call":
            yield from _until(piece.inner, answers, turns, "return")
        else:
            raise LeftError(piece.kind)


def _until(pieces: tuple[Piece, ...], answers: Answers, turns: str, end: str) -> Iterator[str]:
    try:
        yield from run(pieces, answers, turns)
    except LeftError as left:
        if str(left) != end:
            raise


def _loop(piece: Piece, answers: Answers, turns: str) -> Iterator[str]:
    try:
        for turn in "12":
            yield from _until(piece.inner, answers, turns + turn, "continue")
    except LeftError as left:
        if str(left) != "break":
            raise


def _ask(column: str) -> str:
    return f"Schema::hasColumn('t', '{column}')"


ASKED = st.sampled_from([_ask(c) for c in COLUMNS] + [f"! {_ask(c)}" for c in COLUMNS])
CONDITIONS = st.one_of(ASKED, st.builds("{} && {}".format, ASKED, ASKED), st.builds("{} || {}".format, ASKED, ASKED))
SENDS = st.builds(Piece, st.just("send"), st.sampled_from(["s", "t", "u", "v", "w"]))


def programs(depth: int, *, in_loop: bool) -> st.SearchStrategy[tuple[Piece, ...]]:
    """Programs that are nested no deeper than this."""
    ends = ["return", *(["break", "continue"] if in_loop else [])]
    kinds = [SENDS, SENDS, st.builds(Piece, st.sampled_from(ends))]
    if depth:
        inner = programs(depth - 1, in_loop=in_loop)
        kinds += [
            st.builds(Piece, st.just("if"), CONDITIONS, inner, inner),
            st.builds(Piece, st.just("if"), CONDITIONS, inner, inner),
            st.builds(Piece, st.just("loop"), st.just(""), programs(depth - 1, in_loop=True)),
            st.builds(Piece, st.just("call"), st.just(""), programs(depth - 1, in_loop=False)),
        ]
    return st.lists(st.one_of(kinds), max_size=4).map(tuple)


def _expected(program: tuple[Piece, ...], answers: Answers) -> list[str]:
    return list(_until(program, answers, "", "return"))


@given(programs(3, in_loop=False))
def test_the_guards_let_through_what_php_would_send(program: tuple[Piece, ...]) -> None:
    found = read(php(program)).up
    assume(not any("\N{HORIZONTAL ELLIPSIS}" in guard.text for one in found for guard in one.guards))
    for given_answers in itertools.product([False, True], repeat=len(COLUMNS)):
        answers = dict(zip(COLUMNS, given_answers, strict=True))
        let_through = [one.sql for one in found if all(holds(guard, answers) for guard in one.guards)]
        assert let_through == _expected(program, answers), php(program)
