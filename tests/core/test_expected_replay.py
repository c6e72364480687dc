"""When the project's own files say what should be there: a dump first, then all migrations, else why they do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment
from console.core.expected_base import Dumped
from console.core.judge import assess
from console.core.migration import Tracked
from console.core.observation import Health, Reading
from console.core.statements import read_script
from tests.builders import migration, observation, pending, recorded, schema_after, tracking

ONE = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);"
TWO = "ALTER TABLE orders ADD COLUMN carrier text;\nALTER TABLE orders ADD COLUMN shipped date;"
UNREADABLE = replace(recorded("2", TWO), migration=migration("2", "", unreadable="it is damaged"))
EDITED = replace(recorded("2", TWO), checksum_differs=True)


def seen(sql: str, *tracked: Tracked, dump: Dumped | None = None, **more: object) -> Assessment:
    return assess(observation(schema_after(sql), replace(tracking(*tracked, **more), dump=dump)))


def dump(sql: str, *stands_for: str) -> Dumped:
    return Dumped("db/schema.rb", read_script(sql), frozenset(stands_for))


def test_all_migrations_that_ran_are_replayed_and_no_other() -> None:
    found = seen(ONE + TWO, recorded("1", ONE), recorded("2", TWO, rank=2), pending("3", "DROP TABLE orders;"))
    assert (found.baseline, found.drift) == ("replay of 2 migrations", ())


def test_what_nobody_made_by_a_migration_is_unexpected() -> None:
    found = seen(ONE + "CREATE INDEX by_hand ON orders (note);", recorded("1", ONE))
    assert [(item.change, item.object) for item in found.unexplained] == [("unexpected", "by_hand")]
    assert found.exit_code == 1


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (recorded("2", None), "2 is recorded and has no file"),
        (UNREADABLE, "2 is recorded and its file cannot be read"),
        (EDITED, "V2__test is CHECKSUM MISMATCH"),
    ],
    ids=["no_file", "unreadable", "edited"],
)
def test_where_the_files_are_not_the_whole_story_nothing_is_expected(second: Tracked, why: str) -> None:
    found = seen(ONE + TWO, recorded("1", ONE), second)
    assert (found.baseline, found.why_no_baseline, found.drift) == (None, why, ())


def test_of_a_database_in_which_nothing_is_recorded_the_files_say_nothing() -> None:
    found = seen("CREATE TABLE legacy (id bigint PRIMARY KEY);", pending("1", ONE))
    assert (found.baseline, found.drift, found.overall.value) == (None, (), "healthy")
    assert found.why_no_baseline == "no migration is recorded here, so what is here was made by something else"


def test_without_the_files_nothing_is_expected() -> None:
    found = seen(ONE, recorded("1", ONE), files=Reading(None, Health.NOT_READ, "no project was found"))
    assert found.baseline is None
    assert found.why_no_baseline == "the migration files of public.flyway_schema_history are not known"


def test_a_dump_comes_before_a_replay_and_what_ran_since_is_added() -> None:
    found = seen(ONE + TWO, recorded("1", None), recorded("2", TWO, rank=2), dump=dump(ONE, "1"))
    assert found.baseline == "db/schema.rb and 2 statements since"
    assert found.drift == ()


def test_a_dump_that_is_ahead_of_the_database_is_not_taken() -> None:
    found = seen(ONE, recorded("1", ONE), pending("2", TWO), dump=dump(ONE + TWO, "1", "2"))
    assert (found.baseline, found.drift) == ("replay of 1 migration", ())


def test_of_a_dump_that_holds_the_stopped_migration_its_statements_are_marked() -> None:
    half = ONE + "ALTER TABLE orders ADD COLUMN carrier text;"
    found = seen(half, recorded("1", ONE), pending("2", TWO), dump=dump(ONE + TWO, "1", "2"))
    assert found.baseline == "db/schema.rb"
    assert [(item.object, item.migration, item.statement) for item in found.drift] == [("orders.shipped", "2", 2)]
    assert found.unexplained == ()


def test_the_schema_that_every_database_begins_with_is_not_unexpected() -> None:
    made = "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY);"
    there = schema_after("CREATE SCHEMA public;" + made, home="shop")
    one = tracking(recorded("1", "CREATE TABLE shop.orders (id bigint PRIMARY KEY);"))
    assert assess(observation(there, one)).drift == ()


WHOLE = """create table p (d date not null, n int, primary key (d, n), constraint few check (n < 9))
partition by range (d);
create index by_n on p (n);"""
PART = "create table p1 partition of p for values from ('2024-01-01') to ('2025-01-01')"
AS_READ = """create table p1 (d date not null, n int not null, constraint p1_pkey primary key (d, n),
constraint few check (n < 9)); create index p1_n_idx on p1 (n);
alter table p attach partition p1 for values from ('2024-01-01') to ('2025-01-01');
alter index by_n attach partition p1_n_idx; alter index p_pkey attach partition p1_pkey;"""
APART = "alter table p detach partition p1; alter table p add column later int"


@pytest.mark.parametrize("then", ["", APART])
def test_what_a_partition_has_of_its_parent_is_expected_of_it_also_when_it_is_detached(then: str) -> None:
    found = assess(observation(schema_after(WHOLE + AS_READ + then), tracking(recorded("1", f"{WHOLE}{PART};{then}"))))
    assert [(item.change, item.object) for item in found.drift] == []
    more = f"{WHOLE}{AS_READ}{then}; alter table p1 add column own int"
    found = assess(observation(schema_after(more), tracking(recorded("1", f"{WHOLE}{PART};{then}"))))
    assert [(item.change, item.object) for item in found.drift] == [("unexpected", "p1.own")]


@pytest.mark.parametrize("then", ["", APART])
def test_a_partition_that_was_made_whole_and_attached_is_expected_to_have_nothing_twice(then: str) -> None:
    found = assess(observation(schema_after(WHOLE + AS_READ + then), tracking(recorded("1", WHOLE + AS_READ + then))))
    assert [(item.change, item.object) for item in found.drift] == []
