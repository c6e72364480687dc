"""The decision table: each row where it decides, and what must hold of all rows whatever the facts are."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.migration import State
from console.core.recover.facts import Doubt, Facts, Share
from console.core.recover.given import Known
from console.core.recover.table import _NAMES, TABLE, Row, as_markdown, recommend
from console.core.recover.way import QUIET, Route

YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN
ANSWERS = tuple(each.name for each in fields(Facts) if each.name not in ("state", "landed", "doubt"))
WORST = dict.fromkeys(ANSWERS, YES) | dict.fromkeys(("proven", "fits", "kept", "mended", "atomic", "backup"), NO)
"""The answer to each question that would be worst."""
CHANGING = frozenset(Route) - QUIET
"""To leave it is a decision too: it says that nothing is broken."""
JUDGED = frozenset({Route.FINISH, Route.ROLL_BACK, Route.MARK_RAN, Route.REPEAT, Route.FORWARD_FIX})

NOT_KNOWN = Facts(
    State.HALF_APPLIED, Share.SOME, Doubt.NONE, **{**dict.fromkeys(ANSWERS, UNKNOWN), "busy": NO, "gone": NO}
)
HALF = replace(NOT_KNOWN, mended=YES, spends=NO, worse=NO, long=NO)
WHOLE = replace(NOT_KNOWN, state=State.UNRECORDED, landed=Share.ALL, proven=YES)
UNBEGUN = replace(NOT_KNOWN, state=State.FAILED, landed=Share.NONE, kept=YES)
APPLIED = replace(WHOLE, state=State.APPLIED)

CASES: tuple[tuple[Facts, Route, Route], ...] = (
    (replace(HALF, busy=YES), Route.WAIT, Route.FIND_OUT),
    (replace(HALF, busy=UNKNOWN), Route.FIND_OUT, Route.WAIT),
    (replace(WHOLE, state=State.CHECKSUM_MISMATCH), Route.FIND_OUT, Route.LEAVE),
    (replace(HALF, landed=Share.UNKNOWN), Route.FIND_OUT, Route.LEAVE),
    (replace(HALF, landed=Share.ODD), Route.FIND_OUT, Route.FORWARD_FIX),
    (replace(HALF, gone=YES, fits=NO, backup=YES), Route.RESTORE, Route.POINT_IN_TIME),
    (replace(HALF, gone=YES, fits=NO), Route.POINT_IN_TIME, Route.FIND_OUT),
    (replace(HALF, landed=Share.DIFFERS), Route.FIND_OUT, Route.LEAVE),
    (replace(HALF, doubt=Doubt.DATA, fits=YES), Route.LEAVE, Route.FIND_OUT),
    (replace(HALF, doubt=Doubt.DATA), Route.FIND_OUT, Route.LEAVE),
    (replace(HALF, gone=UNKNOWN), Route.FIND_OUT, Route.LEAVE),
    (replace(HALF, landed=Share.DEBRIS), Route.CLEAN, Route.LEAVE),
    (replace(HALF, landed=Share.DEBRIS), Route.FIND_OUT, Route.LEAVE),
    (replace(HALF, state=State.HOLLOW), Route.FORWARD_FIX, Route.FIND_OUT),
    (replace(APPLIED, fits=NO, loses=NO), Route.TOOL_ROLL_BACK, Route.ROLL_BACK),
    (replace(APPLIED, fits=NO, loses=NO), Route.ROLL_BACK, Route.FIND_OUT),
    (replace(APPLIED, fits=YES), Route.LEAVE, Route.FIND_OUT),
    (WHOLE, Route.MARK_RAN, Route.ROLL_BACK),
    (replace(UNBEGUN, atomic=YES, spends=NO, worse=NO, long=NO), Route.REPEAT, Route.LEAVE),
    (replace(UNBEGUN, mended=YES, spends=NO, worse=NO, long=NO), Route.REPEAT, Route.LEAVE),
    (UNBEGUN, Route.LEAVE, Route.REPEAT),
    (HALF, Route.FINISH, Route.ROLL_BACK),
    (replace(HALF, long=YES, fits=YES), Route.LEAVE, Route.FINISH),
    (replace(HALF, long=UNKNOWN, kept=YES), Route.LEAVE, Route.ROLL_BACK),
    (replace(HALF, worse=YES, fits=NO, loses=NO, slow_back=NO), Route.ROLL_BACK, Route.FIND_OUT),
    (NOT_KNOWN, Route.FIND_OUT, Route.LEAVE),
)
SHUT = {12: {Route.CLEAN}, 15: {Route.TOOL_ROLL_BACK}}
"""Rows that only decide while the first way of another is closed."""


def doors_for(n: int) -> frozenset[Route]:
    """All ways but those that have to be closed for the row to be reached."""
    return frozenset(Route) - SHUT.get(n, set())


answers = st.sampled_from(Known)
anything = st.builds(
    Facts, st.sampled_from(State), st.sampled_from(Share), st.sampled_from(Doubt), **dict.fromkeys(ANSWERS, answers)
)
near = st.builds(
    lambda case, others: replace(case[0], **others),
    st.sampled_from(CASES),
    st.dictionaries(st.sampled_from(ANSWERS), answers, max_size=3),
)
"""Facts beside those of a row: by chance alone most rows would never be met."""
facts = anything | near
doors = st.frozensets(st.sampled_from(Route))


@pytest.mark.parametrize("n", range(len(TABLE)), ids=lambda n: f"row-{n + 1}")
def test_each_row_decides_where_it_is_meant_to(n: int) -> None:
    seen, first, second = CASES[n]
    said = recommend(seen, doors_for(n))
    assert (said.first, said.second, said.why) == (first, second, TABLE[n].why)


def test_every_row_has_its_case_and_its_own_reason() -> None:
    assert len(CASES) == len(TABLE) == len({row.why for row in TABLE})


@given(seen=facts, ways=doors)
def test_a_way_that_is_closed_is_never_recommended(seen: Facts, ways: frozenset[Route]) -> None:
    said = recommend(seen, ways)
    assert {said.first, said.second} <= {*ways, Route.FIND_OUT, None}
    assert said.first != said.second


@given(seen=facts, ways=doors, doubt=st.sampled_from([d for d in Doubt if d is not Doubt.NONE]))
def test_what_cannot_be_judged_is_never_finished_first(seen: Facts, ways: frozenset[Route], doubt: Doubt) -> None:
    assert recommend(replace(seen, doubt=doubt), ways).first is not Route.FINISH


def test_only_rows_without_a_doubt_finish() -> None:
    finishing = [dict(row.when) for row in TABLE if Route.FINISH is row.first]
    assert finishing
    assert [when["doubt"] for when in finishing] == [(Doubt.NONE,)] * len(finishing)


@given(seen=facts, ways=doors, doubt=st.sampled_from([Doubt.DATA, Doubt.CODE, Doubt.FILE]))
def test_on_a_doubt_nothing_of_it_is_run_undone_or_recorded(seen: Facts, ways: frozenset[Route], doubt: Doubt) -> None:
    safe = replace(seen, doubt=doubt, state=State.HALF_APPLIED)
    assert recommend(safe, ways).first not in JUDGED


@given(seen=facts, ways=doors, name=st.sampled_from(ANSWERS))
def test_nothing_unknown_counts_as_harmless(seen: Facts, ways: frozenset[Route], name: str) -> None:
    """What is recommended although an answer is missing would be so if the answer were the worst."""
    unknown = recommend(replace(seen, **{name: UNKNOWN}), ways).first  # type: ignore[arg-type]
    worst = recommend(replace(seen, **{name: WORST[name]}), ways).first  # type: ignore[arg-type]
    assert unknown not in CHANGING or unknown is worst


@given(ways=st.lists(st.sampled_from(Route)), seen=facts)
def test_the_order_in_which_the_ways_are_asked_does_not_matter(ways: list[Route], seen: Facts) -> None:
    assert recommend(seen, ways) == recommend(seen, ways[::-1]) == recommend(seen, frozenset(ways))


@pytest.mark.parametrize("row", TABLE, ids=[f"row-{n}" for n in range(1, len(TABLE) + 1)])
def test_a_row_that_decides_something_rests_on_answers(row: Row) -> None:
    rests = {name: words for name, words in row.when if row.first in CHANGING and name in ANSWERS}
    assert [name for name, words in rests.items() if UNKNOWN in words] == []


@pytest.mark.parametrize("row", TABLE, ids=[f"row-{n}" for n in range(1, len(TABLE) + 1)])
def test_a_row_gives_two_ways_and_one_sentence(row: Row) -> None:
    assert row.first is not row.second
    assert row.why[0].isupper()
    assert row.why.endswith(".")
    assert len(row.why) <= 160


def test_the_table_for_the_documentation_has_a_line_for_each_row() -> None:
    lines = as_markdown().splitlines()
    assert lines[:2] == ["| # | Where | First | Second | Why |", "|---|---|---|---|---|"]
    assert len(lines) == len(TABLE) + 2
    assert {line.count("|") for line in lines} == {6}
    assert lines[2] == (
        "| 1 | still at work: yes | Let it end, or end it | Find out first | "
        "It is still at work: what it leaves is known when it has ended, not before. |"
    )
    assert "| 3 | state: unreadable, file missing or checksum mismatch | Find out first |" in lines[4]
    assert "| 5 | landed: as no run leaves it | Find out first |" in lines[6]
    assert "| 18 | state: not recorded as ran; landed: all; cannot be judged: nothing; all proven: yes |" in lines[19]
    assert lines[-1].startswith(f"| {len(TABLE)} | otherwise | Find out first |")


def test_every_fact_has_its_name_in_the_documentation() -> None:
    assert set(_NAMES) == {each.name for each in fields(Facts)}


def test_the_documentation_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "recover.md").read_text(encoding="utf-8")
    assert page.partition("<!-- table -->\n")[2].partition("\n<!-- /table -->")[0] == as_markdown().rstrip()
