"""Migrations judged beside one another: what a later one dropped, and what an earlier one has still to make."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment, Overall
from console.core.judge import assess
from console.core.landed import Judgement, Verdict
from console.core.migration import State, Tracked
from console.core.operations import Drop
from console.core.pending import Outstanding
from console.core.refs import table_ref
from console.core.statements import Nature, Statement
from tests.builders import observation, pending, recorded, schema_after, statements, tracking

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
    assert found.summary == (
        "V2__test is pending and would be refused at statement 1. "
        "The schema is not as expected, 1 difference: unexpected column t.d: text, null."
    )
    assert found.next == (
        (
            "Statement 1 cannot run as written: column t.d is there, but text instead of integer."
            " Decide about what is there first."
        ),
    )


@pytest.mark.parametrize(
    ("actual", "second", "third"),
    [
        (MAKES, "alter table t rename to old", "create table t (a int, b int)"),
        (MAKES, "drop table t", "create table t (a int, b int)"),
        (MAKES, "alter table t drop column b", "alter table t add column b int"),
        (MAKES, "alter table t alter b type bigint", "alter table t alter b type int"),
    ],
    ids=["rename", "drop", "column", "type"],
)
def test_what_one_pending_migration_has_still_to_take_away_another_has_not_brought_back(
    actual: str, second: str, third: str
) -> None:
    found = judged(actual, recorded("1", MAKES), pending("2", second), pending("3", third))
    assert State.UNRECORDED not in states(found)
    assert found.frameworks[0].migrations[2].state in (State.PENDING, State.UNREADABLE)
    assert not any("record it" in step for step in found.next)


def test_what_is_to_be_made_here_says_nothing_of_another_database() -> None:
    there = Statement(1, "drop table t", Nature.SCHEMA, (Drop(table_ref("public", "t")),), database="other")
    outstanding = Outstanding()
    makes = statements("create table t (a int)")[0]
    outstanding.note("1", Judgement(makes, Verdict.NOT_LANDED, "table t is not there"))
    landed = Judgement(there, Verdict.LANDED, "table t is gone")
    assert outstanding.corrected(landed) is landed
    assert outstanding.unmade("other") == {}


def test_nothing_is_to_be_undone_where_nothing_landed() -> None:
    found = judged("create table t (id int)", pending("1", "create table t (a text); create table u (b int)"))
    assert not any("undo" in step for step in found.next)


def test_rows_that_match_again_after_later_statements_landed_are_no_proof() -> None:
    made = "create table t (a int, b int);"
    file = "update t set a = 1 where a is null; alter table t add column c int"
    seen = observation(schema_after(made + "alter table t add column c int"), tracking(pending("2", file)))
    found = assess(replace(seen, counts=(("2", 1, 5),)))
    first = found.frameworks[0].migrations[0].statements[0]
    assert (first.verdict, first.remaining_rows) == (Verdict.UNKNOWABLE, 5)


def test_a_ledger_that_was_lost_is_named_before_anything_else() -> None:
    files = ("create table a (id int)", "alter table a alter id type bigint", "alter table a add n text")
    found = judged("create table a (id bigint, n text)", *(pending(str(n), sql) for n, sql in enumerate(files, 1)))
    assert found.next[0].startswith("public.flyway_schema_history records nothing, yet 3 migrations are in the catalog")
    assert not any("undo what landed" in step for step in found.next)


def test_a_part_of_a_table_that_was_never_there_was_not_dropped() -> None:
    found = judged("", pending("1", "alter table ghost drop column c"))
    assert states(found) == [State.PENDING]
    judgement = found.frameworks[0].migrations[0].statements[0]
    assert judgement.evidence == "column ghost.c is gone, and so is table ghost: the server refuses it"
    dropped = judged("", pending("1", "alter table ghost drop column c; drop table ghost"))
    assert states(dropped) == [State.UNRECORDED]


@pytest.mark.parametrize(
    "typo",
    ["alter table t drop column never_was", "drop index t_emial_index", "alter table t drop constraint t_b_unique"],
)
def test_what_no_migration_ever_made_is_not_called_dropped(typo: str) -> None:
    """A mistyped name is the statement that failed, and must not be hidden."""
    file = f"alter table t add column phone text; {typo}; alter table t add column fax text"
    found = judged(f"{MAKES}; alter table t add column phone text", recorded("1", MAKES), pending("2", file))
    words = [j.word for j in found.frameworks[0].migrations[1].statements]
    assert words == ["LANDED", "CANNOT TELL", "NOT LANDED"]
    alone = judged(f"{MAKES}; alter table t add column phone text", recorded("1", MAKES), pending("2", file[:-36]))
    assert State.UNRECORDED not in states(alone)


KEY = "alter table t drop constraint k; alter table t add constraint k check (a > 1)"
KEYED = "create table t (a int, constraint k check (a > 0))"
"""Made again under its name, otherwise: the recorded migrations say how it was."""


def test_what_was_made_anew_is_told_from_what_recorded_migrations_left() -> None:
    assert states(judged(f"{KEYED}; {KEY}", recorded("1", KEYED), pending("2", KEY))) == [
        State.APPLIED,
        State.UNRECORDED,
    ]
    assert states(judged(KEYED, recorded("1", KEYED), pending("2", KEY))) == [State.APPLIED, State.PENDING]


@pytest.mark.parametrize("other", ["alter table t drop constraint k; alter table t add constraint k check (a > 1)",
                                   "drop table t; create table t (a int, constraint k check (a > 1))"])  # fmt: skip
def test_what_another_unrecorded_migration_may_have_changed_tells_nothing_of_this_one(other: str) -> None:
    found = judged(f"{KEYED}; {KEY}", recorded("1", KEYED), pending("2", other), pending("3", KEY))
    assert Verdict.LANDED not in {j.verdict for j in found.frameworks[0].migrations[2].statements}


LABELS = """create type level as enum ('low', 'high'); create table t (a int);
alter table t add level level default 'low' not null; alter table t add word text default 'low';
alter table t add constraint c check (level <> 'low');"""
RENAMED = "alter type level rename value 'low' to 'base'"
THERE = LABELS.replace("'low'", "'base'").replace("text default 'base'", "text default 'low'")


def test_a_renamed_label_is_renamed_in_defaults_too_and_raises_no_alarm() -> None:
    found = judged(THERE, recorded("1", LABELS), recorded("2", RENAMED, rank=2))
    assert (states(found), found.overall) == ([State.APPLIED] * 2, Overall.HEALTHY)
    assert states(judged(THERE, pending("1", LABELS + RENAMED))) == [State.UNRECORDED]
    assert states(judged(LABELS, pending("1", LABELS + RENAMED))) == [State.HALF_APPLIED]


def test_a_default_that_a_label_does_not_explain_is_still_missed() -> None:
    changed = THERE.replace("text default 'low'", "text default 'base'")
    assert states(judged(changed, recorded("1", LABELS), recorded("2", RENAMED, rank=2)))[0] is State.HOLLOW


def test_what_stands_behind_the_stop_and_was_so_already_has_not_landed() -> None:
    base = "create table t (a int, b int); create index i on t (a)"
    change = "alter table t add c int; drop index i; create index i on t (a); alter table t drop b"
    found = judged(f"{base}; alter table t add c int", recorded("1", base), pending("2", change))
    words = [j.verdict for j in found.frameworks[0].migrations[1].statements]
    assert words == [Verdict.LANDED, Verdict.UNKNOWABLE, Verdict.UNKNOWABLE, Verdict.NOT_LANDED]
    later = change.replace("drop index i;", "alter table t drop b; drop index i;", 1).removesuffix(
        "; alter table t drop b"
    )
    found = judged(f"{base}; alter table t add c int", recorded("1", base), pending("2", later))
    words = [j.verdict for j in found.frameworks[0].migrations[1].statements]
    assert words == [Verdict.LANDED, *[Verdict.NOT_LANDED] * 3]


def test_what_was_so_already_shows_nothing_and_brings_no_data_statement_along() -> None:
    base = "create table t (a int, b varchar(9))"
    change = "alter table t add c int; update t set c = a; alter table t alter b drop not null"
    found = judged(f"{base}; alter table t add c int", recorded("1", base), pending("2", change))
    words = [j.verdict for j in found.frameworks[0].migrations[1].statements]
    assert words == [Verdict.LANDED, Verdict.UNKNOWABLE, Verdict.UNKNOWABLE]
    assert states(found)[1] is State.HALF_APPLIED


@pytest.mark.parametrize(
    ("checked", "now"),
    [
        ("total >= 0 and note <> 'total'", "amount >= 0 and note <> 'total'"),
        ('"total" between 0 and 9', '"amount" between 0 and 9'),
        ("total(id) > 0 and total > 0", "total(id) > 0 and amount > 0"),
    ],
)
def test_a_check_of_a_renamed_column_speaks_of_its_new_name_and_raises_no_alarm(checked: str, now: str) -> None:
    made = "create table t (id bigint, {0} numeric(8,2), note text, constraint ck check ({1}))"
    then, there = made.format("total", checked), made.format("amount", now)
    found = judged(there, recorded("1", then), recorded("2", "alter table t rename total to amount", rank=2))
    assert (found.overall, found.drift) == (Overall.HEALTHY, ())
    other = made.format("amount", now.replace("0", "5"))
    assert judged(other, recorded("1", then), recorded("2", "alter table t rename total to amount", rank=2)).drift


def test_where_no_run_explains_the_catalog_what_was_so_before_is_no_proof() -> None:
    base = "create table t (a int, total int); create index i on t (total)"
    change = """alter table t add n int; update t set n = total; drop index i; alter table t drop total;
    alter table t rename n to total; create index i on t (total)"""
    there = schema_after(f"{base}; alter table t add n int")
    file = pending("2", change, transactional=True)
    found = assess(observation(there, tracking(recorded("1", base), file)))
    words = [j.verdict for j in found.frameworks[0].migrations[1].statements]
    assert Verdict.LANDED not in words[1:]


def test_the_former_one_of_what_a_file_makes_anew_is_no_part_of_it() -> None:
    base = "create table t (a int, b int); create index i on t (a)"
    change = "alter table t add c int; drop index i; create index i on t (a, c)"
    found = judged(f"{base}; alter table t add c int", recorded("1", base), pending("2", change, transactional=True))
    words = [j.verdict for j in found.frameworks[0].migrations[1].statements]
    assert words == [Verdict.LANDED, Verdict.NOT_LANDED, Verdict.NOT_LANDED]
