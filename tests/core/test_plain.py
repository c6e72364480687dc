"""Hostile text made visible, durations that do not tick, and lines that fit a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.plain import cut, folded, lasted, lines, one_line, visible


@given(st.text())
def test_nothing_that_moves_the_cursor_is_left(text: str) -> None:
    assert all(ch.isprintable() or ch.isspace() for ch in one_line(text))
    assert not {"\x1b", "\n", "\r", "\x9b", "\u202e", "\u2028"} & set(visible(text))


@given(st.text(min_size=1), st.integers(min_value=3, max_value=50))
def test_a_line_never_gets_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(visible(text, limit)) <= limit
    assert len(cut(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\e[2J"),
        ("a\tb", "a b"),
        ("\x00", "\\x00"),
        ("\u202eevil", "\\u202eevil"),
        ("größe 漢字", "größe 漢字"),
    ],
)
def test_control_characters_are_written_out(text: str, said: str) -> None:
    assert visible(text) == said


def test_blanks_are_folded_in_one_line_and_lines_are_kept_apart() -> None:
    assert one_line(" a \n\t b ") == "a b"
    assert lines("a\nb\x07") == ["a", "b\\x07"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<10 s"),
        (0, "<10 s"),
        (9.9, "<10 s"),
        (10, "10 s"),
        (29, "10 s"),
        (30, "30 s"),
        (59, "30 s"),
        (60, "1 min"),
        (119, "1 min"),
        (760, "12 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (4199, "1 h"),
        (4200, "1 h 10 min"),
        (86399, "23 h 50 min"),
        (86400, "1 d"),
        (93600, "1 d 2 h"),
    ],
)
def test_durations_come_in_coarse_steps(seconds: float, text: str) -> None:
    assert lasted(seconds) == text


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=300), st.integers(20, 100))
def test_folding_loses_no_word_and_respects_the_width(text: str, width: int) -> None:
    text = " ".join(text.split())
    found = folded(text, width)
    assert all(len(line) <= width for line in found.splitlines())
    assert "".join(found.split()) == "".join(text.split())


def test_later_lines_stand_under_the_text_of_their_label() -> None:
    found = folded("NEXT  1. " + "word " * 30, 40).splitlines()
    assert all(line.startswith(" " * 9 + "word") for line in found[1:])
    found = folded("       evidence " + "word " * 30, 40).splitlines()
    assert all(line.startswith("       word") for line in found[1:])


def test_without_a_width_a_line_stays_as_it_is() -> None:
    assert folded("x " * 500, None) == "x " * 500
    assert cut("x" * 500, None) == "x" * 500
