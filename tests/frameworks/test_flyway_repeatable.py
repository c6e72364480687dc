"""Flyway's repeatable migrations: known by their description, run again when they change."""

from pathlib import Path

import pytest

from console.core.migration import Belief
from tests.frameworks.making import beliefs, by_id, row, track, write

VIEW = "create or replace view v as select 1"


@pytest.fixture
def view(tmp_path: Path) -> Path:
    return write(tmp_path, {"sql/R__v_x.sql": VIEW})


def test_a_repeatable_is_known_by_its_description(view: Path) -> None:
    tracking = track(view, row(1, None, VIEW, description="v x"))
    assert beliefs(tracking) == {"R__v x": Belief.RECORDED}
    assert tracking.next_run == ""


def test_a_changed_repeatable_is_pending_and_no_mismatch(view: Path) -> None:
    tracking = track(view, row(1, None, "older", description="v x"))
    item = by_id(tracking)["R__v x"]
    assert (item.belief, item.checksum_differs) == (Belief.PENDING, False)
    assert item.note == "changed since its last run: it runs again"
    assert item.row is not None
    assert "R__v_x.sql" in tracking.next_run
    assert "again" in tracking.next_run


def test_only_the_last_run_of_a_repeatable_counts(view: Path) -> None:
    rows = (row(1, None, VIEW, description="v x"), row(2, None, "newer", description="v x"))
    assert by_id(track(view, *rows))["R__v x"].belief is Belief.PENDING
    assert by_id(track(view, *reversed(rows)))["R__v x"].belief is Belief.PENDING


def test_a_failed_repeatable_stops_flyway_in_its_own_words(view: Path) -> None:
    tracking = track(view, row(1, None, VIEW, "f", description="v x"))
    assert by_id(tracking)["R__v x"].belief is Belief.FAILED
    assert "`Detected failed repeatable migration: v x`" in tracking.next_run


def test_a_repeatable_without_its_file_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    item = by_id(track(tmp_path, row(1, None, VIEW, description="v x"), locations="filesystem:sql"))["R__v x"]
    assert (item.belief, item.migration) == (Belief.RECORDED, None)


@pytest.mark.parametrize("recorded", ["create view v as select 'shop'", "create view v as select '${tenant}'"])
def test_a_repeatables_checksum_may_be_of_the_text_before_or_after_replacement(tmp_path: Path, recorded: str) -> None:
    write(tmp_path, {"sql/R__v.sql": "create view v as select '${tenant}'"})
    tracking = track(tmp_path, row(1, None, recorded, description="v"), **{"placeholders.tenant": "shop"})
    assert by_id(tracking)["R__v"].belief is Belief.RECORDED


def test_a_secret_placeholder_counts_for_the_checksum(tmp_path: Path) -> None:
    write(tmp_path, {"sql/R__v.sql": "select '${api_token}'"})
    tracking = track(tmp_path, row(1, None, "select 'geheim'", description="v"), **{"placeholders.api_token": "geheim"})
    assert by_id(tracking)["R__v"].belief is Belief.RECORDED
    assert "geheim" not in repr(tracking)


def test_the_servers_user_and_database_fill_flyways_own_placeholders(tmp_path: Path) -> None:
    write(tmp_path, {"sql/R__v.sql": "grant select on a to ${flyway:user} -- ${flyway:database}"})
    tracking = track(tmp_path, row(1, None, "grant select on a to deploy -- app", description="v"))
    assert by_id(tracking)["R__v"].belief is Belief.RECORDED


def test_a_repeatable_with_an_unknown_placeholder_is_not_called_changed(tmp_path: Path) -> None:
    write(tmp_path, {"sql/R__v.sql": "create view v as select '${x}'"})
    item = by_id(track(tmp_path, row(1, None, "create view v as select 'y'", description="v")))["R__v"]
    assert item.belief is Belief.RECORDED
    assert "cannot be told" in item.note


def test_a_repeatable_with_a_timestamp_runs_every_time(tmp_path: Path) -> None:
    write(tmp_path, {"sql/R__v.sql": "-- ${flyway:timestamp}\ncreate or replace view v as select 1"})
    item = by_id(track(tmp_path, row(1, None, "-- 2026\ncreate or replace view v as select 1", description="v")))[
        "R__v"
    ]
    assert item.belief is Belief.PENDING
