"""States, the verdict sentence and the next step, from observations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Cause, Overall
from console.core.judge import Memo, assess
from console.core.migration import Belief, Ledger, State, Tracked
from console.core.observation import Answered, Health, Reading
from tests.builders import (
    SERVER,
    failed,
    migration,
    observation,
    pending,
    recorded,
    schema_after,
    tracking,
)

V1 = "create table orders (id bigint primary key, note text);"
V2 = "alter table orders add column carrier varchar(40);\nalter table orders add column shipped_at timestamptz;"
HALF = V1 + "alter table orders add column carrier varchar(40);"


def states(*args: object, **more: object) -> list[State]:
    """The state of each migration."""
    found = assess(observation(*args, **more))  # type: ignore[arg-type]
    return [m.state for f in found.frameworks for m in f.migrations]


@pytest.mark.parametrize(
    ("tracked", "actual", "expected"),
    [
        (pending("2", V2), V1, State.PENDING),
        (pending("2", V2), HALF, State.HALF_APPLIED),
        (pending("2", V2), V1 + V2, State.UNRECORDED),
        (failed("2", V2), V1, State.FAILED),
        (failed("2", V2), HALF, State.HALF_APPLIED),
        (failed("2", V2), V1 + V2, State.FAILED),
        (recorded("2", V2, rank=2), V1 + V2, State.APPLIED),
        (recorded("2", V2, rank=2), HALF, State.HOLLOW),
        (recorded("2", None, rank=2), V1 + V2, State.FILE_MISSING),
        (recorded("2", V2, rank=2, checksum_differs=True), V1 + V2, State.CHECKSUM_MISMATCH),
        (pending("2", "update orders set note = '' where note is null"), V1, State.UNREADABLE),
        (pending("2", ""), V1, State.PENDING),
        (Tracked("2", Belief.PENDING, replace(migration("2", ""), unreadable="not UTF-8"), None), V1, State.UNREADABLE),
    ],
)
def test_each_state_has_its_case(tracked: Tracked, actual: str, expected: State) -> None:
    assert states(schema_after(actual), tracking(recorded("1", V1), tracked))[1] is expected


def test_a_migration_recorded_without_a_file_is_not_missing_when_its_type_has_none() -> None:
    java = recorded("1", None, file_expected=False)
    assert states(schema_after(V1), tracking(java)) == [State.APPLIED]


def test_what_a_later_recorded_migration_changed_is_not_hollow() -> None:
    later = recorded("2", "alter table orders drop column note; alter table orders add column text text", rank=2)
    actual = V1 + "alter table orders drop column note; alter table orders add column text text"
    assert states(schema_after(actual), tracking(recorded("1", V1), later)) == [State.APPLIED, State.APPLIED]


def test_what_an_unrecorded_migration_dropped_is_not_held_against_the_recorded_one() -> None:
    actual = V1 + "alter table orders drop column note"
    half = pending("2", "alter table orders drop column note; create table t (a int)")
    assert states(schema_after(actual), tracking(recorded("1", V1), half)) == [State.APPLIED, State.HALF_APPLIED]


def test_code_that_names_the_object_explains_its_absence() -> None:
    code = recorded("2", "do $$ begin alter table orders drop column note; end $$", rank=2)
    actual = "create table orders (id bigint primary key)"
    assert states(schema_after(actual), tracking(recorded("1", V1), code)) == [State.APPLIED, State.APPLIED]


def test_healthy_needs_everything_to_have_been_read() -> None:
    good = observation(schema_after(V1), tracking(recorded("1", V1)))
    assert assess(good).overall is Overall.HEALTHY
    assert assess(good).exit_code == 0
    for worse in (
        replace(good, schema=Reading(health=Health.TIMED_OUT, reason="it took too long")),
        replace(good, sessions=Reading(health=Health.NOT_PERMITTED)),
        replace(good, locks=Reading(health=Health.TIMED_OUT)),
        replace(good, tracking=()),
        replace(good, server=Reading(replace(SERVER, replica=True), Health.OK)),
        replace(good, schema=Reading(replace(schema_after(V1), unread=("orders is locked",)), Health.OK)),
        observation(schema_after(V1), tracking(recorded("1", V1), files=Reading(None, Health.NOT_READ, "no project"))),
        observation(
            schema_after(V1), tracking(recorded("1", V1), ledger=Ledger("h", exists=True, unread="it is locked"))
        ),
    ):
        found = assess(worse)
        assert found.overall is Overall.ATTENTION
        assert found.exit_code == 1
        assert found.summary.startswith("cannot tell: ")


def test_pending_alone_is_healthy() -> None:
    found = assess(observation(schema_after(V1), tracking(recorded("1", V1), pending("2", V2))))
    assert found.overall is Overall.HEALTHY
    assert "1 pending" in found.summary


def test_an_incident_is_said_even_when_something_could_not_be_read() -> None:
    seen = observation(schema_after(HALF), tracking(recorded("1", V1), failed("2", V2)))
    found = assess(replace(seen, locks=Reading(health=Health.TIMED_OUT)))
    assert found.overall is Overall.INCIDENT
    assert "half applied" in found.summary
    assert "1 of 2 statements landed" in found.summary


def test_the_memo_changes_nothing_but_the_work() -> None:
    memo = Memo()
    first = observation(schema_after(V1), tracking(recorded("1", V1), pending("2", V2)))
    assert assess(first, memo) == assess(first, memo) == assess(first)
    second = replace(first, schema=Reading(schema_after(HALF), Health.OK))
    assert assess(second, memo).frameworks[0].migrations[1].state is State.HALF_APPLIED


def test_a_file_that_changed_after_the_failure_weakens_the_evidence() -> None:
    changed = failed("2", V2, checksum_differs=True)
    uncommitted = Tracked("3", Belief.PENDING, replace(migration("3", V2), uncommitted=True), None)
    found = assess(observation(schema_after(HALF), tracking(recorded("1", V1), changed, uncommitted)))
    notes = [note for m in found.frameworks[0].migrations for note in m.notes]
    assert any("changed after the failure" in note for note in notes)
    assert any("git" in note for note in notes)


def test_an_invalid_index_left_behind_is_debris_and_needs_attention() -> None:
    schema = schema_after(V1 + "create index orders_note_idx on orders (note)")
    for thing in schema.things:
        if thing.ref.name == "orders_note_idx":
            object.__setattr__(thing, "valid", False)
    found = assess(observation(schema, tracking(recorded("1", V1))))
    assert found.overall is Overall.ATTENTION
    assert [(d.kind, d.object) for d in found.debris] == [("invalid_index", "orders_note_idx")]


def test_a_not_valid_constraint_that_a_migration_asked_for_is_no_debris() -> None:
    wish = "alter table orders add constraint ck check (id > 0) not valid"
    asked = assess(observation(schema_after(V1 + wish), tracking(recorded("1", V1), recorded("2", wish, rank=2))))
    assert not asked.debris
    stranger = assess(observation(schema_after(V1 + wish), tracking(recorded("1", V1))))
    assert [d.kind for d in stranger.debris] == ["not_valid_constraint"]


def test_an_answer_is_told_with_the_migration_and_comes_first_in_what_to_do() -> None:
    seen = observation(schema_after(HALF), tracking(recorded("1", V1), failed("2", V2)))
    answered = replace(seen, answers=(Answered("2", 2, "duplicate values of orders (note)", 3, ("a", "b"), "SELECT"),))
    found = assess(answered)
    assert found.frameworks[0].migrations[1].causes == (
        Cause(2, "duplicate values of orders (note)", 3, ("a", "b"), "SELECT"),
    )
    assert "3 duplicate values of orders (note)" in found.next[0]


def test_what_the_schema_tells_is_neither_called_data_nor_counted() -> None:
    seen = observation(schema_after(HALF), tracking(recorded("1", V1), failed("2", V2)))
    answered = replace(seen, answers=(Answered("2", 2, "columns that are missing", 1, ("t.x",)),))
    assert assess(answered).next[0] == "Decide about what statement 2 is refused for: columns that are missing: t.x."


def test_a_failed_migration_whose_file_is_not_there_is_never_said_to_have_left_nothing() -> None:
    row = replace(failed("2", V2), migration=None)
    found = assess(observation(schema_after(HALF), tracking(recorded("1", V1), row)))
    assert found.frameworks[0].migrations[1].state is State.FAILED
    assert "cannot be told" in found.next[0]
    assert not any("Nothing of" in step for step in found.next)


def test_a_repeatable_that_ran_well_and_changed_since_is_pending_and_nothing_else() -> None:
    view = "create or replace view v as select id from orders; create or replace function f() returns int as 'x'"
    ran = recorded("R__v", view, rank=2)
    file = migration("R__v", view.replace("'x'", "'y'"), repeatable=True)
    changed = Tracked("R__v", Belief.PENDING, file, ran.row, note="changed since it ran")
    found = assess(observation(schema_after(V1 + ";" + view), tracking(recorded("1", V1), changed)))
    judged = found.frameworks[0].migrations[1]
    assert (judged.state, judged.notes) == (State.PENDING, ("changed since it ran",))
    assert found.overall is Overall.HEALTHY


def test_a_repeatable_that_never_ran_is_judged_as_any_other() -> None:
    file = migration("R__v", "create view v as select 1; create table t (a int)", repeatable=True)
    new = Tracked("R__v", Belief.PENDING, file, None)
    found = assess(observation(schema_after(V1 + "create view v as select 1"), tracking(recorded("1", V1), new)))
    assert found.frameworks[0].migrations[1].state is State.HALF_APPLIED


def test_nothing_follows_from_a_later_statement_that_did_not_land_after_all() -> None:
    made = pending("1", "create table t (id int, name text not null);")
    gone = pending("2", "alter table t alter column name drop not null; alter table t drop column name;")
    found = assess(observation(schema_after(""), tracking(made, gone)))
    assert [m.state for m in found.frameworks[0].migrations] == [State.PENDING, State.PENDING]
    assert found.overall is Overall.HEALTHY


CODE = "do $$ begin execute 'create table old (a int)'; end $$"


def test_what_code_that_has_still_to_run_may_make_was_not_dropped() -> None:
    """An empty database: nothing was ever there."""
    waiting = (pending("1", CODE), pending("2", "drop table old"))
    assert states(schema_after(""), tracking(*waiting)) == [State.UNREADABLE, State.UNREADABLE]
    unread = replace(pending("1", ""), migration=replace(migration("1", ""), unreadable="it is no SQL"))
    assert states(schema_after(""), tracking(unread, waiting[1]))[1] is State.UNREADABLE


def test_where_that_code_has_run_what_is_gone_was_dropped() -> None:
    drop = pending("2", "drop table old")
    assert states(schema_after(""), tracking(recorded("1", CODE), drop)) == [State.APPLIED, State.UNRECORDED]
