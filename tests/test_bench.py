"""The table of the benchmark: its arithmetic, and that no promise is left out of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.bench.__main__ import ASIDE, SECTIONS, TABLE, _measured
from tests.bench.measure import alternately, median_of
from tests.bench.table import ASSESS, BYTES, ISSUE, LOAD, MEMORY, PAINT, Row, figure, times, written


def test_a_ratio_is_held_to_its_bar() -> None:
    row = Row.against(PAINT, "first", 0.3, "s", "pg_activity", 0.2, 1.3)
    assert row.ratio == pytest.approx(1.5)
    assert row.met is False
    assert row.result == "missed: 1.15 times the bar"
    assert row.line() == ("| first | 0.300 s | pg_activity: 0.200 s | 1.50x | <= 1.30x | missed: 1.15 times the bar |")


def test_what_is_just_at_the_bar_is_met() -> None:
    assert Row.within(BYTES, "calm", 0, "bytes", 0).result == "met"
    assert Row.within(MEMORY, "full", 200, "MB", 200).result == "met"
    assert Row.within(BYTES, "calm", 7, "bytes", 0).result == "missed by 7 bytes"


def test_a_figure_beside_a_peer_is_held_to_its_own_bar() -> None:
    row = Row.beside(LOAD, "client", 0.5, "s", 0.6, "dolphie", 17.0)
    assert row.met is True
    assert row.line() == "| client | 0.500 s | dolphie: 17 s | 1/34 | <= 0.600 s | met |"


def test_a_peer_that_took_nothing_gives_no_ratio() -> None:
    row = Row.against(PAINT, "first", 0.3, "s", "pg_activity", 0.0, 1.3)
    assert (row.ratio, row.met) == (None, None)
    assert row.result == "no ratio: the peer's figure is 0"


def test_what_could_not_be_measured_says_why_and_is_not_counted() -> None:
    missing = Row.missing(PAINT, "first", "dolphie could not be fetched | from PyPI")
    assert missing.met is None
    page = written([missing, Row.within(MEMORY, "full", 201, "MB", 200), Row.seen(ASSESS, "all", 2, "s")], "a machine")
    assert "0 of 1 bars met" in page
    assert r"dolphie could not be fetched \| from PyPI" in page


def test_every_promise_stands_in_the_table_even_when_nothing_was_measured() -> None:
    lines = written([], "a machine").splitlines()
    for of, bar in ISSUE.items():
        assert any(of in line and bar in line and line.endswith("| not measured |") for line in lines), of


def test_a_row_of_no_promise_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="one of the promises"):
        written([Row.seen("something else", "x", 1, "s")], "a machine")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(None, "s", ""), (0, "bytes", "0 bytes"), (0.2314, "s", "0.231 s"), (12.34, "MB", "12.3 MB"), (4, "", "4"),
     (1580.4, "ms", "1,580 ms"), (1.0, "s", "1 s")],
)  # fmt: skip
def test_a_figure_has_the_digits_that_count(value: float | None, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_a_small_ratio_is_a_fraction() -> None:
    assert (times(1 / 30), times(0.25), times(None)) == ("1/30", "0.25x", "")


def test_the_first_sample_only_warms_up() -> None:
    taken = iter([100.0, 1, 2, 3, 4, 5])
    assert median_of(lambda: next(taken)) == 3


def test_samples_take_turns() -> None:
    order: list[str] = []

    def sample(name: str) -> float:
        order.append(name)
        return float(len(order))

    alternately(lambda: sample("ours"), lambda: sample("theirs"), runs=5)
    assert order == ["ours", "theirs"] * 6


def test_every_section_can_be_measured_by_its_name() -> None:
    for name in SECTIONS:
        assert callable(import_module(f"tests.bench.{name}").rows), name
    for name in ASIDE:
        assert callable(import_module(f"tests.bench.{name}").measure), name


def test_each_promise_has_a_section_that_measures_it() -> None:
    assert {of for measured in SECTIONS.values() for of in measured} == set(ISSUE)


def test_a_section_that_breaks_is_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[Row]:
        yield Row.within(MEMORY, "full", 1, "MB", 2)
        raise ValueError("no server\nto be had")

    monkeypatch.setattr("tests.bench.memory.rows", broken)
    taken = list(_measured(["memory"]))
    assert [row.met for row in taken] == [True, None]
    assert taken[1].result == "ValueError: no server"


def test_the_table_that_is_kept_has_every_promise() -> None:
    page = TABLE.read_text(encoding="utf-8")
    assert [of for of in ISSUE if f"**{of}**" not in page] == []
    assert "not measured" not in page
