"""The model of the terminal: what it sends makes an emulator show what was meant, whatever was painted over what."""

from __future__ import annotations

import unicodedata

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.canvas import CLEAR, Canvas, Cell
from screens.driver import to_ascii
from screens.sgr import PLAIN, Pen, UnknownStyle, after

WIDTH, HEIGHT = 20, 5


def opened(width: int = WIDTH, height: int = HEIGHT) -> Canvas:
    """A canvas on a terminal that has switched to the other screen."""
    canvas = Canvas(width, height)
    canvas.feed("\x1b[?1049h")
    canvas.take()
    return canvas


def emulator() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    return screen, pyte.Stream(screen)


def put(row: int, column: int, text: str, pen: str = "") -> str:
    return f"\x1b[{row + 1};{column + 1}H\x1b[{pen}m{text}\x1b[0m"


def test_what_is_shown_already_is_not_sent_again() -> None:
    canvas = opened()
    assert canvas.feed(put(1, 2, "abc", "31")) == ""
    assert canvas.take() == "\x1b[2;3H\x1b[0;31mabc\x1b[0m"
    canvas.feed(put(1, 2, "abc", "31"))
    assert canvas.take() == ""


def test_one_changed_cell_costs_one_cell() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "12 sessions"))
    canvas.take()
    canvas.feed(put(0, 0, "13 sessions"))
    assert canvas.take() == "\x1b[1;2H3"


def test_near_changes_are_sent_in_one_go() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "a1b2c"))
    canvas.take()
    canvas.feed(put(0, 0, "a3b4c"))
    assert canvas.take() == "\x1b[1;2H3b4"


def test_a_frame_painted_over_before_it_was_sent_is_never_sent() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "first"))
    canvas.feed(put(0, 0, "other"))
    assert "first" not in canvas.take()


def test_blanks_on_a_fresh_screen_are_not_sent() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, " " * WIDTH, "39;49"))
    assert canvas.take() == ""


def test_the_other_style_of_the_same_text_is_sent() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "x"))
    canvas.take()
    canvas.feed(put(0, 0, "x", "1"))
    assert canvas.take() == "\x1b[1;1H\x1b[0;1mx\x1b[0m"


def test_a_style_spelt_differently_is_the_same_style() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "x", "1;31;49"))
    canvas.take()
    canvas.feed(put(0, 0, "x", "0;31;1"))
    assert canvas.take() == ""


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[?25l",
        "\x1b[?2004h",
        "\x1b[>25u",
        "\x1b[<u",
        "\x1b[?2026$p",
        "\x1b]52;c;YWJj\x07",
        "\x1b]52;c;YWJj\x1b\\",
        "\x07",
    ],
)
def test_what_moves_no_cell_is_passed_on_and_nothing_is_forgotten(sequence: str) -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "abc"))
    canvas.take()
    assert canvas.feed(sequence) == sequence
    canvas.feed(put(0, 0, "abc"))
    assert canvas.take() == ""


@pytest.mark.parametrize(
    "sequence", ["\x1b[2K", "\x1b[5A", "\x1b[1;5r", "\x1b]8;;http://x\x07", "\x1b[", "\t", "\x1b[58;5;1m"]
)
def test_what_is_not_understood_is_passed_on_and_everything_is_forgotten(sequence: str) -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "abc"))
    assert canvas.feed(put(1, 0, "new", "1") + sequence + "rest").endswith("\x1b[0m" + sequence + "rest")
    canvas.feed(put(0, 0, "abc"))
    assert "abc" in canvas.take()


def test_a_resize_repaints_what_was_meant_when_the_size_is_the_same() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "abc"))
    canvas.take()
    canvas.resize(WIDTH, HEIGHT)
    assert canvas.take() == CLEAR + "\x1b[1;1Habc"


def test_a_resize_to_another_size_forgets_what_was_meant() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "abc"))
    canvas.take()
    canvas.resize(WIDTH - 1, HEIGHT)
    assert canvas.take() == CLEAR


def test_text_beyond_the_edges_is_dropped() -> None:
    canvas = opened()
    canvas.feed(put(0, WIDTH - 2, "abcdef") + put(HEIGHT + 3, 0, "below"))
    assert canvas.take() == f"\x1b[1;{WIDTH - 1}Hab"


def test_lines_below_a_window_that_became_smaller_scroll_nothing() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "abc"))
    canvas.take()
    assert canvas.feed(put(HEIGHT - 1, 0, "last") + "\r\n" + put(HEIGHT, 0, "below") + "\r\n") == ""
    assert canvas.take() == f"\x1b[{HEIGHT};1Hlast"


def test_away_from_its_screen_it_sends_nothing_and_coming_back_everything() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "abc"))
    canvas.take()
    assert canvas.feed("\x1b[?1049l") == "\x1b[?1049l"
    canvas.feed(put(0, 0, "abd"))
    assert canvas.take() == ""
    assert canvas.feed("\x1b[?1049h") == "\x1b[?1049h"
    assert canvas.take() == CLEAR + "\x1b[1;1Habd"


def test_frames_are_marked_only_for_terminals_that_know_marks_and_only_long_ones() -> None:
    canvas = opened()
    assert canvas.feed("\x1b[?2026h" + put(0, 0, "ab") + "\x1b[?2026l") == ""
    assert canvas.take() == "\x1b[1;1Hab"
    canvas.feed("".join(put(row, 0, "x" * WIDTH, "1;31") for row in range(HEIGHT)) + put(0, 0, "y", "38;2;1;2;3") * 9)
    canvas.redraw()
    for row in range(HEIGHT):
        canvas.feed("".join(put(row, column, "y", f"38;5;{column}") for column in range(WIDTH)))
    out = canvas.take()
    assert out.startswith("\x1b[?2026h")
    assert out.endswith("\x1b[?2026l")


def test_a_wide_character_cut_in_half_leaves_a_blank() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "表"))
    canvas.feed(put(0, 1, "x"))
    assert canvas.take() == "\x1b[1;2Hx"


def test_the_right_half_of_a_wide_character_is_never_sent_alone() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "表a"))
    canvas.take()
    canvas.feed(put(0, 0, "示a"))
    assert canvas.take() == "\x1b[1;1H示"


def test_marks_stay_on_their_letter() -> None:
    canvas = opened()
    canvas.feed(put(0, 0, "e\u0301x"))
    assert canvas.take() == "\x1b[1;1He\u0301x"


PENS = ("", "1", "31", "1;31", "7", "38;5;200", "38;2;1;2;3;48;5;17", "2;39;49")
TEXTS = st.text(st.sampled_from("ab 表示Ωé"), min_size=1, max_size=WIDTH + 4)
PAINT = st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), TEXTS, st.sampled_from(PENS))
STEPS = st.lists(st.one_of(PAINT, st.sampled_from(["take", "redraw", "\x1b[?25l"])), max_size=30)


@given(STEPS)
def test_an_emulator_shows_exactly_what_was_meant(steps: list[tuple[int, int, str, str] | str]) -> None:
    canvas = Canvas(WIDTH, HEIGHT)
    screen, stream = emulator()
    stream.feed(canvas.feed("\x1b[?1049h") + canvas.take())
    for step in steps:
        if step == "take":
            stream.feed(canvas.take())
        elif step == "redraw":
            canvas.redraw()
        else:
            stream.feed(canvas.feed(step if isinstance(step, str) else put(*step)))
    stream.feed(canvas.take())
    assert canvas.take() == ""
    for row in range(HEIGHT):
        for column, cell in enumerate(canvas._meant[row]):
            shown = screen.buffer[row][column]
            assert unicodedata.normalize("NFC", (cell or Cell(" ", PLAIN)).text) == shown.data
            if cell is not None and cell.text.strip():
                assert (1 in cell.pen.attributes) == shown.bold
                assert (7 in cell.pen.attributes) == shown.reverse
                assert (cell.pen.foreground == "") == (shown.fg == "default")


@pytest.mark.parametrize(
    ("pen", "parameters", "expected"),
    [
        (PLAIN, "", PLAIN),
        (PLAIN, "0", PLAIN),
        (PLAIN, "39;49", PLAIN),
        (PLAIN, "1;31", Pen(frozenset({1}), "31")),
        (Pen(frozenset({1, 2}), "31"), "22", Pen(foreground="31")),
        (PLAIN, "38;5;9;48;2;1;2;3", Pen(frozenset(), "38;5;9", "48;2;1;2;3")),
        (Pen(frozenset({7}), "31", "41"), "0;1", Pen(frozenset({1}))),
        (Pen(foreground="95", background="105"), "39;49", PLAIN),
        (PLAIN, "4;21;24", PLAIN),
    ],
)
def test_sgr_adds_up(pen: Pen, parameters: str, expected: Pen) -> None:
    assert after(pen, parameters) == expected


@pytest.mark.parametrize("parameters", ["38", "38;5", "38;9;1", "48;2;1;2", "58;5;1", "1:3", "999"])
def test_an_unknown_style_is_refused(parameters: str) -> None:
    with pytest.raises(UnknownStyle):
        after(PLAIN, parameters)


@given(st.sampled_from(PENS), st.sampled_from(PENS))
def test_the_sequence_of_a_pen_makes_that_pen_from_any_other(one: str, other: str) -> None:
    pen = after(PLAIN, one)
    assert after(after(PLAIN, other), pen.sequence()[2:-1]) == pen


@pytest.mark.parametrize(
    ("text", "expected"),
    [("plain", "plain"), ("│─┌", "|-+"), ("表x", "??x"), ("é", "?"), ("e\u0301", "e"), ("▼▶", "v>")],
)
def test_ascii_keeps_every_cell_where_it_is(text: str, expected: str) -> None:
    assert to_ascii(text) == expected
