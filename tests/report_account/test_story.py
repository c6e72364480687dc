"""What happened, from the lines of a journal alone: who, with whom, what it was before and after, and what is open."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import pytest

from console.core.journal import Topic
from console.report.account.blocks import Block, Code, Grid, Items, Pairs, Para, span
from console.report.account.forms import as_html, as_markdown
from console.report.account.notes import NOTES
from console.report.account.page import pages
from console.report.account.story import NOT_KNOWN, Story
from console.report.account.values import document_of_story
from tests.report_account.stories import SQL, Writing, incident, picture, told
from tests.store.journals import NOON


def test_each_action_has_who_when_sql_outcome_and_what_it_was_before_and_after() -> None:
    finish, mark, clean = told(incident().entries).actions
    assert (finish.who.shown, finish.sql, finish.outcome) == ("Ann (deploy@10.0.0.5)", SQL, "done")
    assert finish.before is not None
    assert finish.before.words == "incident: 1 of 3 statements landed"
    assert finish.after is not None
    assert finish.after.words == "attention: 2 of 3 statements landed"
    assert (finish.partner_name, finish.proven) == ("Bob (deploy@10.0.0.5)", True)
    assert [entry.details["outcome"] for entry in mark.outcomes] == ["in flight", "done"]
    assert (mark.outcome, mark.partner and mark.partner.topic, mark.proven) == ("done", Topic.ALONE, False)
    assert (clean.outcome, clean.partner, clean.after, clean.who.name) == (NOT_KNOWN, None, None, "Bob")


def test_what_was_sent_and_never_ended_stays_open() -> None:
    write = Writing()
    write.did("ann", "SELECT 1", "in flight")
    write.did("ann", "SELECT 2", "done")
    write.did("ann", "SELECT 3", "")
    assert [action.sql for action in told(write.entries).open_actions] == ["SELECT 1", "SELECT 3"]
    assert "SELECT" not in as_markdown(NOTES["handover"](told(write.entries)))
    assert "Sent, and its end is not known" in as_markdown(NOTES["handover"](told(write.entries)))


@pytest.mark.parametrize(
    ("provable", "words"),
    [("yes", "Bob (deploy@10.0.0.5) agreed, entry 4"), ("no", "Bob (deploy@10.0.0.5) agreed (not provable")],
    ids=["proven", "not-proven"],
)
def test_an_agreement_is_called_what_it_is(provable: str, words: str) -> None:
    write = Writing()
    write("ann", Topic.JOINED, name="Ann")
    write("bob", Topic.JOINED, name="Bob")
    write("ann", Topic.ASKED, plan="Finish V4")
    write("bob", Topic.AGREED, asked="3")
    write("ann", Topic.OBSERVED, asked="3", provable=provable)
    write.did("ann", "SELECT 1", "done")
    assert words in fact(told(write.entries), "Partner")


def test_an_agreement_counts_for_its_own_plan_only() -> None:
    write = Writing()
    write("ann", Topic.ASKED, plan="Finish V4")
    write("bob", Topic.AGREED, asked="1")
    write.did("ann", "SELECT 1", "done", plan="Undo V4")
    write("ann", Topic.INTENT, "Finish V4")
    write.did("ann", "SELECT 2", "done")
    assert [action.partner for action in told(write.entries).actions] == [None, None]


def test_other_incidents_are_left_out() -> None:
    write = Writing()
    write("eve", Topic.NOTE, "somebody called", incident="crm on db2")
    write("ann", Topic.NOTE, "we are on it")
    write("eve", Topic.ACTING, "a step", incident="crm on db2", sql="DROP TABLE x")
    story = told(write.entries)
    assert ([entry.n for entry in story.entries], story.actions) == ([2], ())
    with pytest.raises(ValueError, match="nothing is written"):
        told(write.entries[:1])


def test_nothing_is_told_of_what_was_never_seen() -> None:
    write = Writing()
    write.did("ann", "SELECT 1", "")
    story = told(write.entries)
    head = dict(pairs(pages(story))[0])
    assert (head["Before"], head["After"]) == (NOT_KNOWN, NOT_KNOWN)
    assert (fact(story, "State before"), fact(story, "Took")) == (NOT_KNOWN, NOT_KNOWN)
    assert document_of_story(story)["before"] is None
    for note in NOTES.values():
        assert as_markdown(note(story))


def test_done_alone_and_a_broken_journal_stand_first() -> None:
    blocks = pages(told(incident().entries, "entry 3 was changed after it was written"))
    assert blocks[1] == Para("The journal cannot be trusted: entry 3 was changed after it was written.", alarm=True)
    alone = next(block for block in blocks if isinstance(block, Items))
    assert alone.texts[0].endswith("Ann (deploy@10.0.0.5): Mark V4: nobody answers (entry 13)")


def test_then_and_now_stand_beside_each_other() -> None:
    grids = [block for block in pages(told(incident().entries)) if isinstance(block, Grid)]
    statements, drift = grids[:2]
    rows = [(row[1], *row[3:]) for row in statements.rows]
    applied = "migration applied"
    assert rows == [("1", "landed", applied), ("2", "not landed", applied), ("3", "not landed", applied)]
    assert drift.rows == (("column", "orders.c2", "varchar(40)", "missing", "as expected"),)


def test_a_difference_that_could_not_be_looked_for_again_is_not_called_gone() -> None:
    write = Writing()
    missing = {"change": "missing", "kind": "column", "object": "orders.c2", "expected": "int", "actual": None}
    write.saw(picture("incident", 1, drift=[missing]))
    write.saw(picture("incident", 1, coverage=[{"what": "drift", "complete": False, "reason": "no grant"}]))
    grids = [block for block in pages(told(write.entries)) if isinstance(block, Grid)]
    assert grids[1].rows[0][-2:] == ("missing", NOT_KNOWN)


def test_who_blocked_whom_is_told_at_each_action() -> None:
    story = told(incident().entries)
    trees = [block.text for block in pages(story) if isinstance(block, Code) and block.name == "tree"]
    tree = "4711  app idle in transaction 312 s  SELECT 1\n  4712  flyway  ALTER TABLE orders"
    assert trees == [tree, tree]
    assert "Who blocked whom before, as seen 2026-01-31 12:00:05 UTC (entry 5):" in as_markdown(pages(story))


def test_who_looks_back_reads_how_long_it_took() -> None:
    looking = dict(pairs(NOTES["retro"](told(incident().entries)))[0])
    assert looking["Lasted"] == "20 s"
    assert looking["Until the first action"] == "9 s"
    assert looking["Until it was seen healthy after that"] == "19 s"


def test_who_is_no_engineer_reads_no_sql_and_no_names() -> None:
    text = as_markdown(NOTES["status"](told(incident().entries)))
    assert "works as it should" in text
    assert not [word for word in ("ALTER", "Ann", "Bob", "deploy", "db1") if word in text]


def test_a_program_finds_each_line_and_each_action_exactly() -> None:
    write = incident()
    found = document_of_story(told(write.entries))
    assert [entry["n"] for entry in found["entries"]] == [entry.n for entry in write.entries]
    assert [entry["hash"] for entry in found["entries"]] == [entry.hash for entry in write.entries]
    assert found["actions"][0] == {
        "entry": 10, "at": "2026-01-31T12:00:10Z", "who": "Ann (deploy@10.0.0.5)", "plan": "Finish V4",
        "step": "statement 2", "sql": SQL, "outcome": "done", "said": "statement 2: done", "outcome_entries": [11],
        "server": "pg 1", "session": "4711", "evidence": "column note is there", "reason": None,
        "before": "incident: 1 of 3 statements landed", "after": "attention: 2 of 3 statements landed",
        "partner": "Bob (deploy@10.0.0.5)", "provable": True,
    }  # fmt: skip
    assert sorted(found) == ["actions", "after", "alone", "before", "entries", "from", "halfway", "incident",
                             "journal", "people", "refused", "to"]  # fmt: skip


def test_a_thousand_lines_are_told_in_a_second() -> None:
    write = Writing()
    write.saw(picture("incident", 1))
    for _ in range(500):
        write.did("ann", SQL, "done")
    began = perf_counter()
    story = told(write.entries)
    assert as_markdown(pages(story)).count("Outcome: done") == 500
    assert as_html("x", pages(story)).count("<pre") == 500
    assert perf_counter() - began < 2


def test_how_long_is_told_to_the_second() -> None:
    said = [span(NOON, NOON + timedelta(seconds=seconds)) for seconds in (0, 5, 60, 3605, -3)]
    assert said == ["less than a second", "5 s", "1 min", "1 h 5 s", "less than a second"]


def pairs(blocks: tuple[Block, ...]) -> list[tuple[tuple[str, str], ...]]:
    """All of them."""
    return [block.pairs for block in blocks if isinstance(block, Pairs)]


def fact(story: Story, name: str) -> str:
    """Of the last action."""
    return dict(pairs(pages(story))[-1])[name]
