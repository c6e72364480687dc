"""A history of several lines on paper: drawn where there is something to decide, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from console.core.assessment import Assessment
from console.core.migration import State
from console.report.branches import branch_lines
from console.report.document import document
from console.report.text import as_text
from tests.screens.alembic import alembic_branches, seen, tracked

DRAWN = """\
  2 heads: 9c84, 7a62. Newest first:
  o      7a62  HEAD  APPLIED  make 7a62
  | o    9c84  HEAD  PENDING  make 9c84
  | o    8b73  PENDING  make 8b73
  o-'-.  6f51  MERGE BRANCH  APPLIED  make 6f51
  o   |  5e40  APPLIED  make 5e40
  o   |  3c2e  APPLIED  make 3c2e
  |   o  4d3f  APPLIED  make 4d3f
  o---'  2b1d  BRANCH  APPLIED  make 2b1d
  o      1a0c  APPLIED  make 1a0c
"""


def lines(found: Assessment) -> list[str]:
    (framework,) = found.frameworks
    return list(branch_lines(framework))


def test_heads_and_what_lies_below_them_are_drawn() -> None:
    assert DRAWN in as_text(alembic_branches())


def test_a_narrow_page_cuts_the_drawing_and_never_folds_it() -> None:
    told = as_text(alembic_branches(), 30).splitlines()
    at = told.index("  o      7a62  HEAD  APPLIED..")
    assert [line[:9] for line in told[at : at + 9]] == [line[:9] for line in DRAWN.splitlines()[1:]]
    assert max(map(len, told[at : at + 9])) <= 30


def test_one_head_of_which_all_is_applied_needs_no_drawing() -> None:
    whole = tracked("6f51")
    joined = replace(whole, tracked=whole.tracked[:6])
    head = replace(joined.tracked[-1], head=True)
    joined = replace(joined, tracked=(*joined.tracked[:-1], head))
    found = seen(joined)
    assert {m.state for m in found.frameworks[0].migrations} == {State.APPLIED}
    assert lines(found) == []


def test_an_only_head_that_is_not_all_applied_is_drawn() -> None:
    whole = tracked("5e40")
    head = replace(whole.tracked[5], head=True)
    found = seen(replace(whole, tracked=(*whole.tracked[:5], head)))
    assert lines(found)[:2] == ["  1 head: 6f51. Newest first:", "  o-.  6f51  HEAD MERGE  PENDING  make 6f51"]


def test_programs_are_told_what_each_stands_on() -> None:
    (framework,) = document(alembic_branches())["frameworks"]
    told = {m["id"]: (m["after"], m["head"]) for m in framework["migrations"]}
    assert (told["6f51"], told["1a0c"], told["9c84"]) == ((["5e40", "4d3f"], False), ([], False), (["8b73"], True))
