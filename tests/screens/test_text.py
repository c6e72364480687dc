"""Text from a database cannot hurt a screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.ages import old, seconds_since, server_now, since, staleness
from screens.lines import BLANK, Line, fitted, line, paragraph, rule, spread
from screens.text import cut, fit, one_line, safe, safe_lines, use_ascii, width_of, wrap
from screens.theme import Tone
from tests.builders import NOON
from tests.screens.builders import half_applied, stale
from tests.screens.fake import later


@pytest.fixture
def ascii_only() -> Iterator[None]:
    use_ascii(True)
    yield
    use_ascii(False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("orders", "orders"),
        ("naïve Ωmega 表示", "naïve Ωmega 表示"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("[red]bold[/red]", "[red]bold[/red]"),
        ("\u202eevil", "\\u202eevil"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("no\u00a0break", "no\\xa0break"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 4, "e\u0301\u0301\\u0301\\u0301"),
        ("\u0301", "\\u0301"),
        ("☺\ufe0f", "☺\\ufe0f"),
        ("\U0001f1e9\U0001f1ea", "\\U0001f1e9\\U0001f1ea"),
        ("\ud800", "\\ud800"),
        ("a" * 10, "a" * 10),
    ],
)
def test_what_is_not_plainly_visible_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_text_is_bounded() -> None:
    assert safe("x" * 1_000_000, 10) == "x" * 10 + ".."
    assert len(one_line("x " * 1_000_000)) < 5000


def test_sql_of_several_lines_becomes_one() -> None:
    assert one_line("select 1\n  from  t\t\r\n where x") == "select 1 from t where x"


def test_a_file_keeps_its_lines() -> None:
    assert safe_lines("a\r\n\tb\n\x1b") == ["a", "    b", "\\x1b"]


@pytest.mark.usefixtures("ascii_only")
def test_without_unicode_everything_else_is_an_escape() -> None:
    assert safe("表 é e\u0301") == "\\u8868 \\xe9 e\\u0301"


@given(st.text(max_size=60))
def test_safe_text_has_no_control_and_a_width_everybody_agrees_on(text: str) -> None:
    shown = safe(text)
    assert not {"Cc", "Cf", "Zl", "Zp", "Cs"} & {unicodedata.category(char) for char in shown}
    assert width_of(shown) == sum(width_of(char) for char in shown)


@given(st.text(max_size=60), st.integers(0, 40))
def test_cut_and_fit_keep_to_the_width(text: str, width: int) -> None:
    shown = safe(text)
    assert width_of(cut(shown, width)) <= width
    assert width_of(fit(shown, width)) == width


@given(st.text(max_size=200), st.integers(8, 60))
def test_wrapped_text_loses_nothing_but_blanks(text: str, width: int) -> None:
    shown = safe(text)
    lines = wrap(shown, width)
    assert all(width_of(part) <= width for part in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


def test_a_cut_is_marked() -> None:
    assert cut("alter table orders", 10) == "alter ta.."
    assert cut("表示表示", 5) == "表.."
    assert fit("表示表示", 6) == "表示.."


def test_too_many_lines_are_cut_with_a_mark() -> None:
    assert wrap("one two three four five", 8, most=2) == ["one two", "three .."]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_rules_and_spread_lines_fit(width: int) -> None:
    assert width_of(rule(width).text) == width - 1
    assert width_of(rule(width, "n" * 200).text) <= width
    assert width_of(spread(width, [("x" * 300, Tone.PLAIN)], ("RIGHT", Tone.BAD)).text) <= width
    assert width_of(fitted(width, "x" * 300).text) == width


def test_a_paragraph_has_its_word_in_the_indent() -> None:
    lines = paragraph("one two three", 14, 6, ("NEXT", Tone.STRONG))
    assert [part.text for part in lines] == [" NEXT one two", "      three"]
    assert line("x", ("y", Tone.BAD)) == Line((("x", Tone.PLAIN), ("y", Tone.BAD)))
    assert BLANK.text == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "<10 s"),
        (12, "10 s"),
        (45, "30 s"),
        (100, "1 min"),
        (200, "2 min"),
        (599, "5 min"),
        (1700, "10 min"),
        (8000, "2 h"),
    ],
)
def test_the_age_of_a_picture_comes_in_wider_steps(seconds: float, text: str) -> None:
    assert old(seconds) == text


def test_waits_are_measured_on_the_servers_clock() -> None:
    assert server_now(half_applied()) == NOON
    assert server_now(later(half_applied(), 60)) == NOON + timedelta(seconds=60)
    assert server_now(stale()) == NOON
    assert since(NOON - timedelta(minutes=3), NOON) == "3 min"
    assert since(None, NOON) == ""
    assert seconds_since(datetime(2026, 1, 31, 11, 59, 0), datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)) == 60  # noqa: DTZ001


def test_a_fresh_picture_has_no_age() -> None:
    assert staleness(half_applied(), "incident", 2.0, 1.0) == (False, "", "")


def test_an_age_appears_after_three_sweeps() -> None:
    assert staleness(half_applied(), "incident", 2.0, 11.0)[2] == ""
    assert staleness(half_applied(), "incident", 2.0, 13.0)[2] == "10 s"
    assert staleness(half_applied(), "incident", 10.0, 31.0)[2] == ""


def test_a_lost_link_is_stale_with_its_reason() -> None:
    is_stale, reason, age = staleness(stale(), "locks", 2.0, 0.0)
    assert is_stale
    assert reason.startswith("the server closed the connection")
    assert age == "2 min"


def test_a_page_is_as_old_as_what_it_shows() -> None:
    assert staleness(stale(), "migrations", 2.0, 0.0)[0]
    assert staleness(stale(), "schema", 2.0, 0.0)[0]


def test_what_is_indented_stays_so_on_every_line() -> None:
    assert wrap("    one two three", 12) == ["    one two", "    three"]
    assert wrap("  short", 40) == ["  short"]
    assert wrap(" " * 30 + "deep", 20) == [" " * 10 + "deep"]
    assert "".join(wrap("      ", 8)).strip() == ""
