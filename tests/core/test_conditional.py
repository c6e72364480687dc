"""Statements behind a condition: what was not sent is neither landed nor missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.judge import assess
from console.core.landed import Judgement, Verdict
from console.core.migration import Belief, Migration, State, Tracked
from console.core.refs import Kind, Ref, column_ref, table_ref
from console.core.statements import Guard, Sent, read_sent
from tests.builders import observation, recorded, schema_after, tracking

USERS = "create table users (id bigint primary key, name text);"
PHONE = column_ref("public", "users", "phone")
NAME = column_ref("public", "users", "name")
LEGACY = table_ref("public", "legacy")
INDEX = Ref(Kind.INDEX, "public", "", "users_name_index")


def absent(ref: Ref) -> Guard:
    return Guard(f"! has {ref.name}", ref, present=False)


def there(ref: Ref) -> Guard:
    return Guard(f"has {ref.name}", ref)


UNREAD = Guard("$this->isTenant()")
ADD_PHONE = Sent("alter table users add column phone text", guards=(absent(PHONE),))
FILL = Sent("update users set phone = '' where phone is null")
DROP_LEGACY = Sent("alter table legacy drop column old", guards=(there(LEGACY),))
RENAME = Sent("alter table users rename column name to title", guards=(there(NAME),))
OR_ADD = Sent("alter table users add column title text", guards=(absent(NAME),))
ADD_AGE = Sent("alter table users add column age int")
PLAIN_INDEX = Sent("create index concurrently users_name_index on users (name)", guards=(absent(INDEX),))


def judged(*sent: Sent, actual: str, belief: Belief = Belief.PENDING) -> tuple[State, tuple[Judgement, ...], list[str]]:
    """State, judgements and notes of one migration in a database."""
    file = Migration("2", "test", "2.php", read_sent(sent), transactional=False)
    row = recorded("2", "", rank=2).row if belief is Belief.RECORDED else None
    tracked = Tracked("2", belief, file, row)
    found = assess(observation(schema_after(actual), tracking(recorded("1", USERS), tracked)))
    migration = found.frameworks[0].migrations[1]
    return migration.state, migration.statements, list(migration.notes)


def words(*sent: Sent, actual: str) -> tuple[State, list[str]]:
    """State and the words on the screen."""
    state, statements, _ = judged(*sent, actual=actual)
    return state, [judgement.word for judgement in statements]


@pytest.mark.parametrize(
    ("sent", "actual", "state", "expected"),
    [
        ((ADD_PHONE, ADD_AGE), USERS, State.PENDING, ["NOT LANDED", "NOT LANDED"]),
        (
            (ADD_PHONE, ADD_AGE),
            USERS + "alter table users add phone text",
            State.HALF_APPLIED,
            ["LANDED", "NOT LANDED"],
        ),
        ((ADD_PHONE,), USERS + "alter table users add phone int", State.PENDING, ["NOT SENT"]),
        (
            (ADD_PHONE, ADD_AGE),
            USERS + "alter table users add phone int; alter table users add age int",
            State.UNRECORDED,
            ["NOT SENT", "LANDED"],
        ),
        ((DROP_LEGACY, ADD_AGE), USERS, State.PENDING, ["NOT SENT", "NOT LANDED"]),
        ((DROP_LEGACY, ADD_AGE), USERS + "alter table users add age int", State.UNRECORDED, ["NOT SENT", "LANDED"]),
        (
            (DROP_LEGACY, ADD_AGE),
            USERS + "create table legacy (old int)",
            State.PENDING,
            ["NOT LANDED", "NOT LANDED"],
        ),
        ((RENAME, OR_ADD), USERS, State.PENDING, ["NOT LANDED", "NOT SENT"]),
        (
            (RENAME, OR_ADD, ADD_AGE),
            "create table users (id bigint primary key, title varchar(9))",
            State.HALF_APPLIED,
            ["LANDED", "NOT SENT", "NOT LANDED"],
        ),
    ],
)
def test_a_condition_is_answered_by_the_catalog(
    sent: tuple[Sent, ...], actual: str, state: State, expected: list[str]
) -> None:
    assert words(*sent, actual=actual) == (state, expected)


def test_a_condition_that_the_file_itself_made_false_excuses_nothing() -> None:
    """`if (Schema::hasTable('legacy')) return;` before the table is made and then gets its column."""
    guard = (absent(LEGACY),)
    create = Sent("create table legacy (id int)", guards=guard)
    more = Sent("alter table legacy add column note text", guards=guard)
    state, found, notes = judged(create, more, actual=USERS + "create table legacy (id int)")
    assert state is State.HALF_APPLIED
    assert [j.word for j in found] == ["LANDED", "NOT LANDED"]
    assert notes == ["A next run leaves out statement 2, which has not landed: it is sent only if ! has legacy."]


def test_an_invalid_index_is_not_excused_by_a_condition_that_only_asks_for_its_name() -> None:
    schema = schema_after(USERS + "create index users_name_index on users (name)")
    things = tuple(replace(t, valid=False) if t.ref == INDEX else t for t in schema.things)  # type: ignore[call-arg]
    file = Migration("2", "test", "2.php", read_sent([PLAIN_INDEX]), transactional=False)
    tracked = Tracked("2", Belief.PENDING, file, None)
    found = assess(observation(replace(schema, things=things), tracking(recorded("1", USERS), tracked)))
    migration = found.frameworks[0].migrations[1]
    assert migration.state is State.HALF_APPLIED
    assert [j.verdict for j in migration.statements] == [Verdict.PARTIAL]
    assert any("leaves out statement 1" in note for note in migration.notes)


@pytest.mark.parametrize(
    ("actual", "state", "expected"),
    [
        (USERS, State.PENDING, ["CANNOT TELL", "NOT LANDED"]),
        (USERS + "alter table users add phone text", State.HALF_APPLIED, ["LANDED", "NOT LANDED"]),
        (USERS + "alter table users add age int", State.HALF_APPLIED, ["CANNOT TELL", "LANDED"]),
    ],
)
def test_a_condition_that_only_running_decides_leaves_it_open(actual: str, state: State, expected: list[str]) -> None:
    sent = replace(ADD_PHONE, guards=(UNREAD,))
    assert words(sent, ADD_AGE, actual=actual) == (state, expected)


def test_data_behind_a_condition_that_no_longer_holds_was_not_sent() -> None:
    fill = replace(FILL, guards=(there(LEGACY),))
    assert words(ADD_AGE, fill, actual=USERS + "alter table users add age int") == (
        State.UNRECORDED,
        ["LANDED", "NOT SENT"],
    )


def test_data_behind_a_condition_that_the_file_ends_itself_is_inferred() -> None:
    copy = Sent("update users set phone = name", guards=(there(NAME),))
    drop = Sent("alter table users drop column name")
    phone = "create table users (id bigint primary key, phone text);"
    assert words(copy, drop, actual=phone) == (State.UNRECORDED, ["LANDED", "LANDED"])


def test_a_recorded_migration_is_not_hollow_for_what_it_perhaps_never_sent() -> None:
    perhaps = replace(ADD_PHONE, guards=(there(LEGACY),))
    state, found, _ = judged(DROP_LEGACY, perhaps, actual=USERS, belief=Belief.RECORDED)
    assert state is State.APPLIED
    assert [j.verdict for j in found] == [Verdict.LANDED, Verdict.UNKNOWABLE]
    assert "it is sent only if has legacy, so perhaps it never was" in found[1].evidence


def test_what_is_there_whether_it_was_sent_or_not_is_missed_when_it_is_gone() -> None:
    """`if (! Schema::hasTable('users')) create users`, recorded, and there is no such table."""
    create = Sent("create table legacy (id int)", guards=(absent(LEGACY),))
    assert judged(create, actual=USERS, belief=Belief.RECORDED)[0] is State.HOLLOW
    drop = Sent("drop table users", guards=(there(table_ref("public", "users")),))
    assert judged(drop, actual=USERS, belief=Belief.RECORDED)[0] is State.HOLLOW


def test_of_two_branches_one_has_run_though_both_leave_the_same() -> None:
    titled = "create table users (id bigint primary key, title text)"
    assert words(RENAME, OR_ADD, actual=titled) == (State.UNRECORDED, ["LANDED", "NOT SENT"])


def test_a_branch_that_its_own_condition_forbids_has_not_run() -> None:
    both = USERS + "alter table users add title text"
    state, found, _ = judged(RENAME, OR_ADD, actual=both)
    assert state is not State.UNRECORDED
    assert found[0].word == "NOT LANDED"


def test_nobody_is_told_to_finish_what_was_perhaps_never_meant() -> None:
    drop = Sent("drop table legacy", guards=(UNREAD,))
    file = Migration("2", "test", "2.php", read_sent([drop, ADD_AGE]), transactional=False)
    schema = schema_after(USERS + "create table legacy (id int); alter table users add age int")
    found = assess(observation(schema, tracking(recorded("1", USERS), Tracked("2", Belief.PENDING, file, None))))
    assert found.next == (
        "Find out whether statement 1 was meant at all, before anything is done about it: if $this->isTenant().",
    )


def test_the_headline_counts_what_was_not_sent_apart() -> None:
    file = Migration("2", "test", "2.php", read_sent([DROP_LEGACY, ADD_PHONE, ADD_AGE]), transactional=False)
    tracked = Tracked("2", Belief.PENDING, file, None)
    schema = schema_after(USERS + "alter table users add phone text")
    found = assess(observation(schema, tracking(recorded("1", USERS), tracked)))
    assert found.frameworks[0].migrations[1].headline == "1 of 3 statements landed, 1 not sent."
