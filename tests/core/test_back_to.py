"""To which batch, version or date a project can be taken back, and what each would take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from console.core.assessment import JudgedFramework
from console.core.judge import assess
from console.core.migration import Tracked
from console.core.recover.back_to import day_in_name, in_the_way_of, mark_called, marks, newest_first
from console.core.schema import Schema
from tests.builders import NOON, observation, pending, recorded, schema_after, tracking

SQL = {
    "2024_01_05_100000_orders": "CREATE TABLE orders (id bigint);",
    "2024_02_01_100000_carrier": "ALTER TABLE orders ADD COLUMN carrier text;",
    "2024_02_01_110000_note": "ALTER TABLE orders ADD COLUMN note text;",
    "2024_03_01_100000_eta": "ALTER TABLE orders ADD COLUMN eta date;",
}
SCHEMA = schema_after("".join(SQL.values()))


def ran(
    framework: str, schema: Schema = SCHEMA, more: tuple[Tracked, ...] = (), **rows: list[object]
) -> JudgedFramework:
    """The four migrations; each name of a column in `rows` has a value for each of them."""
    files = [recorded(name, sql) for name, sql in SQL.items()]
    for at, file in enumerate(files):
        assert file.row is not None
        given = {"rank": None, "applied_at": None, **{name: values[at] for name, values in rows.items()}}
        files[at] = replace(file, row=replace(file.row, **given))  # type: ignore[arg-type]
    found = assess(observation(schema, tracking(*files, *more, framework=framework)))
    return found.frameworks[0]


def offered(framework: JudgedFramework) -> dict[str, list[str]]:
    return {mark.name: [m.id[11:] for m in mark.takes] for mark in marks(framework)}


def test_laravel_goes_back_to_a_batch_or_to_a_date_in_the_names() -> None:
    found = ran("laravel", batch=[1, 2, 2, 3])
    assert offered(found) == {
        "batch 2": ["100000_eta"],
        "date 2024-02-01": ["100000_eta"],
        "batch 1": ["100000_eta", "110000_note", "100000_carrier"],
        "date 2024-01-05": ["100000_eta", "110000_note", "100000_carrier"],
    }
    told = {mark.rests_on for mark in marks(found)}
    assert told == {"", "the date in its name, which is when it was written, not when it ran"}


def test_dates_that_do_not_follow_the_batches_are_not_offered() -> None:
    assert list(offered(ran("laravel", batch=[2, 1, 1, 1]))) == ["batch 1"]


def test_a_batch_that_somebody_emptied_tells_no_order() -> None:
    assert [name.split()[0] for name in offered(ran("laravel", batch=[1, None, 2, 3]))] == ["date", "date"]


def test_a_version_and_the_ledgers_own_times() -> None:
    times: list[object] = [NOON + timedelta(days=days) for days in (0, 0, 1, 3)]
    found = ran("flyway", rank=[1, 2, 3, 4], applied_at=times)
    assert {name: len(taken) for name, taken in offered(found).items()} == {
        "version 2024_02_01_110000_note": 1,
        "date 2026-02-01": 1,
        "version 2024_02_01_100000_carrier": 2,
        "date 2026-01-31": 2,
        "version 2024_01_05_100000_orders": 3,
    }


def test_what_ran_out_of_order_goes_in_the_order_in_which_it_ran() -> None:
    found = ran("flyway", rank=[1, 4, 2, 3])
    assert [m.id[11:] for m in newest_first(found)] == ["100000_carrier", "100000_eta", "110000_note", "100000_orders"]


def test_a_branched_history_has_no_versions_to_go_back_to() -> None:
    found = ran("alembic")
    root, *others = found.migrations
    first = tuple(replace(m, tracked=replace(m.tracked, after=(root.id,))) for m in others)
    assert offered(replace(found, migrations=(root, *first))) == offered(ran("laravel"))
    line = [replace(m, tracked=replace(m.tracked, after=(before.id,)))
            for before, m in zip(found.migrations, others, strict=False)]  # fmt: skip
    assert len([n for n in offered(replace(found, migrations=(root, *line))) if n.startswith("version")]) == 3


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2024_06_15_120000_add_x", date(2024, 6, 15)),
        ("20240615120000", date(2024, 6, 15)),
        ("2024_13_15_120000_add_x", None),
        ("20240615120000123", None),
        ("0007_add_x", None),
        ("shop.0001_initial", None),
    ],
)
def test_a_day_stands_in_a_name_or_does_not(name: str, day: date | None) -> None:
    found = ran("laravel").migrations[0]
    assert day_in_name(replace(found, tracked=replace(found.tracked, id=name))) == day


def why_not(framework: JudgedFramework, schema: Schema = SCHEMA) -> str:
    mark = mark_called(framework, "batch 1")
    assert mark is not None
    return in_the_way_of(mark, framework, schema, "postgres")


BATCHES: list[object] = [1, 2, 2, 3]


def test_each_can_be_taken_back_from_what_the_one_before_leaves() -> None:
    assert why_not(ran("laravel", batch=BATCHES)) == ""


def test_the_one_that_cannot_be_taken_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SQL, "2024_02_01_110000_note", "CREATE TABLE IF NOT EXISTS notes (id bigint);")
    schema = schema_after("".join(SQL.values()))
    told = why_not(ran("laravel", schema, batch=BATCHES), schema)
    assert told.startswith("V2024_02_01_110000_note__test cannot be taken back exactly: Statement 1 cannot be taken")


def test_one_that_did_not_end_well_is_settled_first() -> None:
    half = pending("2024_04_01_100000_half", "ALTER TABLE orders ADD COLUMN eta date; CREATE TABLE x (id bigint);")
    assert why_not(ran("laravel", more=(half,), batch=BATCHES)) != ""
    gone = schema_after("".join(list(SQL.values())[:3]))
    told = why_not(ran("laravel", gone, batch=BATCHES), gone)
    assert told == "V2024_03_01_100000_eta__test is HOLLOW: settle that one by itself first."
