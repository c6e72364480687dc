"""Migrations judged beside one another: what a later one dropped, and what an earlier one has still to make."""

from __future__ import annotations

import pytest

from console.core.assessment import Assessment, Overall
from console.core.judge import assess
from console.core.migration import State, Tracked
from tests.builders import observation, pending, recorded, schema_after, tracking

MAKES = "create table t (a int, b int); create index t_a_index on t (a)"


def judged(actual: str, *tracked: Tracked) -> Assessment:
    return assess(observation(schema_after(actual), tracking(*tracked)))


def states(found: Assessment) -> list[State]:
    return [migration.state for migration in found.frameworks[0].migrations]


@pytest.mark.parametrize(
    "drops",
    [
        "alter table t drop column a",
        "drop index t_a_index",
        "drop table t",
        "alter table t drop column a; drop table t",
    ],
)
def test_on_an_empty_database_a_migration_that_only_drops_is_pending_and_not_unrecorded(drops: str) -> None:
    found = judged("", pending("1", MAKES), pending("2", drops))
    assert states(found) == [State.PENDING, State.PENDING]
    assert found.overall is Overall.HEALTHY
    evidence = found.frameworks[0].migrations[1].statements[0].evidence
    assert evidence.endswith(", but 1 before it has still to make it")


def test_what_was_made_and_is_gone_was_dropped() -> None:
    found = judged("create table t (b int)", recorded("1", MAKES), pending("2", "alter table t drop column a"))
    assert states(found) == [State.APPLIED, State.UNRECORDED]


def test_a_migration_alone_may_drop_what_another_tool_made() -> None:
    assert states(judged("create table t (b int)", pending("2", "alter table t drop column a"))) == [State.UNRECORDED]


@pytest.mark.parametrize(
    ("made", "later"),
    [
        (
            "create table t (a int, constraint t_a_check check (a > 0))",
            (
                "alter table t drop constraint t_a_check; alter table t add constraint t_a_check check (a > 0);"
                "alter table t add column c int"
            ),
        ),
        (
            "create table t (a int default 1)",
            "alter table t alter a drop default; alter table t alter a set default 1; alter table t add column c int",
        ),
    ],
    ids=["constraint", "default"],
)
def test_what_a_half_applied_migration_is_about_to_put_back_makes_no_older_one_hollow(made: str, later: str) -> None:
    dropped = later.split(";", maxsplit=1)[0]
    found = judged(f"{made}; {dropped}", recorded("1", made), pending("2", later))
    assert states(found) == [State.APPLIED, State.HALF_APPLIED]


def test_a_pending_migration_that_would_be_refused_is_not_called_healthy() -> None:
    """Laravel 8 adds all columns in one ALTER: one of them by hand, and none of them lands."""
    adds = "alter table t add column c int, add column d int, add column e int"
    found = judged("create table t (a int, d text)", recorded("1", "create table t (a int)"), pending("2", adds))
    assert states(found) == [State.APPLIED, State.PENDING]
    assert found.overall is Overall.ATTENTION
    assert found.summary == "V2__test is pending and would be refused at statement 1."
    assert found.next == (
        (
            "Statement 1 cannot run as written: column t.d is there, but text instead of integer."
            " Decide about what is there first."
        ),
    )
