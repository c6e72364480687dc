"""What the incident page says, as lines, without a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Cause
from screens import incident
from screens.words import cause_of
from tests.screens import builders
from tests.screens.builders import (
    answered,
    failed,
    half_applied,
    healthy,
    low_rights,
    many_statements,
    no_project,
    several,
)
from tests.screens.said import drawn, text_of


def test_the_incident_says_statement_by_statement_what_landed() -> None:
    text = drawn(half_applied())
    assert "HALF APPLIED  V4__add_shipping" in text
    assert "1  LANDED      CREATE TABLE carriers" in text
    assert "3  NOT LANDED  ALTER TABLE orders ADD COLUMN carrier_id" in text
    assert "4  NOT LANDED  CREATE INDEX CONCURRENTLY" in text


@pytest.mark.parametrize("size", [(60, 15), (80, 19), (120, 35)])
def test_why_the_statement_it_stopped_at_did_not_land_is_always_said(size: tuple[int, int]) -> None:
    lines = incident.page(half_applied(), *size)[: size[1]]
    row = next(n for n, line in enumerate(lines) if line.key == "m/flyway/4#3")
    assert lines[row + 1].text.strip().startswith("will land by itself once 4711 ends")


def test_the_tools_next_run_is_told_in_the_cores_words() -> None:
    text = " ".join(drawn(half_applied()).split())
    assert f"2 of 4 statements landed. Next run: {builders.STARTS_AGAIN}" in text


def test_an_answer_stands_under_its_statement_at_every_size() -> None:
    for width, height in ((60, 15), (80, 19), (120, 35), (200, 60)):
        lines = incident.page(answered(), width, height)
        row = next(n for n, line in enumerate(lines) if line.key == "m/flyway/4#3")
        below = [line.text.strip() for line in lines[row + 1 : row + 4]]
        assert any(text.startswith("20 duplicate values of customers") for text in below), (width, height)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (Cause(1, "rows of t where a is null", 3, (), "SELECT"), "3 rows of t where a is null"),
        (Cause(1, "rows of t where a is null", 0), "no rows of t where a is null"),
        (Cause(1, "duplicate values of t (a)", None), "an unknown number of duplicate values of t (a)"),
        (Cause(1, "duplicate values of t (a)", 1200, ("x", "y\n"), "SELECT"), "1,200 duplicate values of t (a): x, y"),
    ],
)
def test_an_answer_is_one_sentence(cause: Cause, said: str) -> None:
    assert cause_of(cause) == said


def test_the_incident_says_who_blocks_whom() -> None:
    text = drawn(half_applied())
    assert "BLOCKED  21 sessions, oldest 12 min, by 4711: idle in transaction, web@10.0.0.7" in text
    assert "4711 <- 4712 ALTER orders (this migration, client gone) <- 20 more" in text


def test_the_incident_says_what_happens_by_itself_and_what_is_next() -> None:
    text = drawn(half_applied(), height=40)
    assert "COMES    When 4711 ends, 4712 lands statement 3" in text
    assert "NEXT     1. Orphan 4712 lands statement 3 by itself once 4711 ends" in text
    assert "LEFT     INVALID INDEX customers_email_unique" in text


def test_everything_important_fits_into_80_by_24() -> None:
    lines = incident.page(half_applied(), 80, 19)
    assert len(lines) <= 19
    assert "NOT SEEN" in text_of(lines[-2:])


def test_at_60_by_20_statements_blockers_and_the_next_step_are_in_sight() -> None:
    text = text_of(incident.page(half_applied(), 60, 15)[:15])
    for word in ("HALF APPLIED", "NOT LANDED", "BLOCKED", "NEXT     1."):
        assert word in text


def test_a_forecast_that_no_step_repeats_is_never_left_out() -> None:
    assert "COMES" in drawn(replace(half_applied(), next=("Look.",)), 80, 5)


def test_with_more_room_there_is_more_evidence() -> None:
    assert "column customers.delivery_note is there" not in drawn(half_applied(), 80, 19)
    assert "column customers.delivery_note is there" in drawn(half_applied(), 80, 40)


def test_long_runs_of_landed_statements_are_one_line_when_there_is_no_room() -> None:
    text = drawn(many_statements())
    assert "1-36  LANDED      36 statements" in text
    assert "37  NOT LANDED" in text
    assert "38  NOT LANDED" in text


def test_healthy_is_one_calm_screen() -> None:
    text = drawn(healthy())
    assert text.startswith(" HEALTHY  4 migrations applied, 1 pending")
    assert "BLOCKED  nobody; 14 sessions" in text
    assert "NEXT" not in text
    assert "SEEN     everything" in text


def test_several_incidents_are_one_line_each_worst_first() -> None:
    lines = [line for line in incident.page(several(), 80, 19) if line.key.startswith("m/") and "#" not in line.key]
    states = [line.text.split()[0] for line in lines]
    assert states == ["HALF", "CHECKSUM", "FILE"]


def test_a_recorded_failure_says_so() -> None:
    assert drawn(failed()).startswith(" FAILED")
    assert f"Next run: {builders.REFUSES}" in " ".join(drawn(failed()).split())


def test_what_was_not_seen_is_said_with_its_grant() -> None:
    assert "NOT SEEN sessions" in drawn(low_rights())
    assert "GRANT pg_read_all_stats TO halfway" in drawn(low_rights())
    assert "NOT SEEN flyway files: no project was found" in drawn(no_project())
    assert "SEEN     everything" not in drawn(no_project())


def test_what_is_pending_is_not_known_without_files() -> None:
    assert "PENDING  not known: its files were not read" in drawn(no_project())
    assert "PENDING  none" not in drawn(no_project())


def test_a_grant_that_is_a_next_step_is_not_repeated() -> None:
    assert drawn(low_rights(), 120, 60).count("GRANT pg_read_all_stats") == 1


def test_one_reason_that_hides_everything_is_said_once() -> None:
    gone = tuple(replace(item, complete=False, reason="connection refused") for item in healthy().coverage)
    text = drawn(replace(healthy(), coverage=gone))
    assert "NOT SEEN server, schema, sessions, locks, progress, ledger" in text
    assert text.count("refused") == 1
