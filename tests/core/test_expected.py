"""What is expected: a base and what has run, or begun, since; and what an assessment says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from console.core.assessment import Assessment
from console.core.expected import expected
from console.core.expected_base import Baseline, Ignore
from console.core.judge import assess
from console.core.migration import Tracked
from console.core.schema import Column, Index
from tests.builders import NOON, SERVER, failed, observation, pending, recorded, tracking
from tests.schemas import read_of, with_things

ORDERS = "CREATE TABLE orders (id bigint PRIMARY KEY, total int);"
HISTORY = "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text, checksum int);"
ADDED = "ALTER TABLE orders ADD carrier text; ALTER TABLE orders ADD shipped date;"


def base(sql: str = ORDERS, ran: Mapping[str, frozenset[str]] | None = None) -> Baseline:
    given = {"flyway": frozenset({"1"})} if ran is None else ran
    schema = read_of(HISTORY + sql)
    return Baseline(schema, "snapshot x", "postgresql", "16.4", "shop", NOON, given, identity=SERVER.identity)


def seen(sql: str, *tracked: Tracked, start: Baseline | None = None, ignore: tuple[Ignore, ...] = ()) -> Assessment:
    found = observation(read_of(HISTORY + sql), tracking(recorded("1", ORDERS), *tracked))
    return assess(replace(found, baseline=start or base(), ignore=ignore))


def told(found: Assessment) -> list[str]:
    return [f"{d.change} {d.kind} {d.object} {d.migration or '-'}:{d.statement or '-'}" for d in found.drift]


def test_without_a_base_the_migrations_say_what_should_be_there() -> None:
    found = assess(observation(read_of(ORDERS), tracking(recorded("1", ORDERS))))
    assert (found.drift, found.baseline, found.exit_code) == ((), "replay of 1 migration", 0)


def test_what_the_base_had_recorded_is_not_applied_again() -> None:
    found = seen(ORDERS)
    assert (found.drift, found.baseline, found.overall.value) == ((), "snapshot x", "healthy")


def test_what_was_recorded_since_is_expected_and_its_absence_marked() -> None:
    assert told(seen(ORDERS + ADDED, recorded("2", ADDED, rank=2))) == []
    hollow = seen(ORDERS + "ALTER TABLE orders ADD carrier text;", recorded("2", ADDED, rank=2))
    assert told(hollow) == ["missing column orders.shipped 2:2"]


@pytest.mark.parametrize("begun", [pending("2", ADDED), failed("2", ADDED, rank=2)], ids=["half applied", "failed"])
def test_the_statements_of_a_migration_that_has_begun_are_expected(begun: Tracked) -> None:
    found = seen(ORDERS + "ALTER TABLE orders ADD carrier varchar(9);", begun)
    assert told(found) == ["changed column orders.carrier 2:1", "missing column orders.shipped 2:2"]
    assert found.baseline == "snapshot x and 2 statements since"


def test_one_that_is_pending_and_untouched_is_not_expected_yet() -> None:
    found = seen(ORDERS, pending("2", ADDED))
    assert (told(found), found.overall.value) == ([], "healthy")


def test_where_a_ledger_of_the_base_is_not_known_only_what_has_begun_is_added() -> None:
    unknown = base(ran={})
    assert told(seen(ORDERS + ADDED, recorded("2", ADDED, rank=2), start=unknown)) == [
        "unexpected column orders.carrier -:-",
        "unexpected column orders.shipped -:-",
    ]
    schema = read_of("CREATE TABLE x (id int);")
    before_all = replace(unknown, schema=schema)
    assert told(seen(ORDERS, start=before_all)) == ["missing table x -:-"]


def test_drift_needs_attention_and_is_named_in_the_summary() -> None:
    found = seen(ORDERS + "CREATE INDEX by_hand ON orders (total);")
    assert (found.overall.value, found.exit_code, told(found)) == ("attention", 1, ["unexpected index by_hand -:-"])
    assert "unexpected index by_hand" in found.summary
    assert found.next


def test_what_is_ignored_is_kept_apart_and_needs_none() -> None:
    found = seen(ORDERS + "CREATE INDEX by_hand ON orders (total);", ignore=(Ignore("by_*", "Ada tries it"),))
    assert (found.overall.value, [d.ignored for d in found.drift_ignored]) == ("healthy", ["Ada tries it"])


def test_what_code_may_have_changed_is_in_doubt() -> None:
    code = "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'orders ADD made text'; END $$;" + ADDED
    found = seen(ORDERS + "ALTER TABLE orders ADD carrier text; ALTER TABLE orders ADD made text;", pending("2", code))
    assert found.drift == ()
    (gap,) = (item for item in found.coverage if item.what == "drift" and item.matters)
    assert "statement 1 of 2 may have changed it, and what it does cannot be read" in gap.reason


def test_what_could_not_be_read_is_never_healthy() -> None:
    schema = read_of(HISTORY + ORDERS + "CREATE INDEX lowered ON orders (lower(id::text));")
    index = next(t for t in schema.of_kind(Index) if t.ref.name == "lowered")
    locked = with_things(schema, {index.ref: replace(index, columns=("?",), unread=frozenset({"columns"}))})
    start = replace(base(), schema=schema)
    found = assess(replace(observation(locked, tracking(recorded("1", ORDERS))), baseline=start))
    assert (found.drift, found.overall.value) == ((), "attention")
    assert found.summary.startswith(
        "cannot tell: drift: index lowered could not be compared: columns could not be read"
    )


def test_servers_of_another_kind_are_not_compared() -> None:
    found = seen(ORDERS, start=replace(base(), dialect="sqlite"))
    assert found.summary == (
        "cannot tell: drift: snapshot x is of sqlite and this is postgresql: they cannot be compared"
    )


def test_renames_and_drops_since_are_followed() -> None:
    since = "ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases DROP total; CREATE INDEX ON purchases (id);"
    assert told(seen(ORDERS + since, recorded("2", since, rank=2))) == []
    half = seen(ORDERS + "ALTER TABLE orders RENAME TO purchases;", pending("2", since))
    assert told(half) == ["unexpected column purchases.total 2:2", "missing index purchases_id_idx 2:3"]


def test_a_new_column_stands_behind_the_others() -> None:
    judged = seen(ORDERS, failed("2", ADDED, rank=2)).frameworks
    schema = expected(base(), judged).schema
    places = {t.ref.name: t.position for t in schema.of_kind(Column) if t.ref.table == "orders"}
    assert places["shipped"] > places["carrier"] > places["total"]


def test_what_ran_without_a_file_that_can_be_read_leaves_a_gap() -> None:
    found = seen(ORDERS + ADDED, recorded("2", None, rank=2))
    assert told(found) == ["unexpected column orders.carrier -:-", "unexpected column orders.shipped -:-"]
    (gap,) = (item for item in found.coverage if item.what == "drift")
    assert gap.reason == "what 2 should have left is not known: its file cannot be read"


def test_a_repeatable_that_ran_again_is_expected_as_its_file_has_it_now() -> None:
    old = "CREATE OR REPLACE VIEW big AS SELECT id FROM orders;"
    new = old.replace("id", "total")
    file = recorded("R__big", new, rank=2)
    assert file.migration is not None
    again = replace(file, migration=replace(file.migration, repeatable=True))
    start = base(ORDERS + old, {"flyway": frozenset({"1", "R__big"})})
    assert told(seen(ORDERS + new, again, start=start)) == []
    assert told(seen(ORDERS + old, again, start=start)) == ["changed view big R__big:1"]
