"""Flyway's files and rows joined: what is recorded, pending, changed, missing, and what its next run does."""

from pathlib import Path

import pytest

from console.core.migration import Belief, Ledger
from console.core.observation import Health
from console.core.ports import Files
from tests.frameworks.making import FLYWAY, ONE, SERVER, THREE, TWO, beliefs, by_id, ledger, project, row, track, write


def test_the_tracking_carries_the_lock_and_the_releases(three: Path) -> None:
    tracking = track(three)
    assert ("77433833903597",) in tracking.locks
    assert (tracking.framework, tracking.project) == ("flyway", str(three))
    assert (tracking.files.value, tracking.files.health) == (3, Health.OK)


def test_good_rows_are_recorded_and_the_rest_is_pending(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO))
    assert beliefs(tracking) == {"1": Belief.RECORDED, "2": Belief.RECORDED, "3": Belief.PENDING}
    assert not any(t.note or t.checksum_differs for t in tracking.tracked)
    assert tracking.next_run == "Flyway runs its statement of version 3 (V3__x.sql), in one transaction."


def test_nothing_to_do_is_nothing_to_say(three: Path) -> None:
    assert track(three, row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE)).next_run == ""


def test_flyway_failure_stops_flyway_in_its_own_words(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO, "f", description="add c"))
    assert by_id(tracking)["2"].belief is Belief.FAILED
    assert tracking.next_run == (
        "Flyway refuses to migrate while the failed row is there: it says "
        "`Detected failed migration to version 2 (add c)`."
    )


def test_a_file_that_changed_after_the_failure_is_said(three: Path) -> None:
    failed = by_id(track(three, row(1, "1", ONE), row(2, "2", "older text", "f")))["2"]
    assert failed.checksum_differs
    assert "the file changed after the failure" in failed.note


def test_the_last_row_of_a_version_counts(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE, "f"), row(2, "1", ONE))
    assert by_id(tracking)["1"].belief is Belief.RECORDED
    tracking = track(three, row(1, "1", ONE), row(2, "1", ONE, "f"))
    assert by_id(tracking)["1"].belief is Belief.FAILED


def test_a_failed_row_beside_a_good_one_stops_flyway(three: Path) -> None:
    rows = (row(1, "1", ONE, "f"), row(2, "1", ONE))
    assert by_id(track(three, *rows))["1"].note == (
        "a failed row of it is left beside the good one: Flyway stops at it, and `flyway repair` would delete that one"
    )
    assert "`Detected failed migration to version 1 (x)`" in track(three, *rows).next_run
    ended = track(three, *rows[:1], row(2, "1", ONE, kind="DELETE"), row(3, "1", ONE))
    assert "failed" not in ended.next_run + by_id(ended)["1"].note


def test_a_version_recorded_twice_is_said(three: Path) -> None:
    assert by_id(track(three, row(1, "1", ONE), row(2, "1", ONE)))["1"].note == "recorded twice"


def test_a_changed_file_is_a_mismatch_and_flyway_refuses(three: Path) -> None:
    tracking = track(three, row(1, "1", "other"), row(2, "2", TWO), row(3, "3", THREE))
    assert by_id(tracking)["1"].checksum_differs
    assert tracking.next_run.startswith(
        "Flyway refuses to migrate: it says `Migration checksum mismatch for migration version 1`."
    )


def test_without_validation_flyway_runs_on(three: Path) -> None:
    tracking = track(three, row(1, "1", "other"), row(2, "2", TWO), validateOnMigrate="false")
    assert tracking.next_run.startswith("Flyway runs its statement of version 3")


def test_a_row_without_a_checksum_is_no_mismatch(three: Path) -> None:
    assert not by_id(track(three, row(1, "1", None)))["1"].checksum_differs


@pytest.mark.parametrize("version", ["1", "01", "1.0", "1_0"])
def test_spellings_of_one_version_meet(three: Path, version: str) -> None:
    assert by_id(track(three, row(1, version, ONE)))["1"].belief is Belief.RECORDED


def test_a_row_without_its_file_keeps_its_place(three: Path) -> None:
    (three / "sql" / "V2__x.sql").unlink()
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE))
    assert [t.id for t in tracking.tracked] == ["1", "2", "3"]
    gone = by_id(tracking)["2"]
    assert (gone.belief, gone.migration, gone.file_expected) == (Belief.RECORDED, None, True)
    assert "`Detected applied migration not resolved locally: 2`" in tracking.next_run


def test_a_missing_file_that_was_configured_to_be_ignored_is_not_missed(three: Path) -> None:
    (three / "sql" / "V2__x.sql").unlink()
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE))
    for pattern in ("*:missing", "versioned:missing", "*:*"):
        tracking = track(three, *rows, ignoreMigrationPatterns=pattern)
        assert not by_id(tracking)["2"].file_expected
        assert tracking.next_run == ""


def test_a_version_newer_than_every_file_is_said_and_does_not_stop_flyway(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE), row(4, "4", "new"))
    assert by_id(tracking)["4"].note == "newer than every file here"
    assert by_id(tracking)["4"].file_expected
    assert tracking.next_run == ""
    strict = track(
        three, row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE), row(4, "4"), ignoreMigrationPatterns="*:pending"
    )
    assert "not resolved locally: 4" in strict.next_run


@pytest.mark.parametrize("kind", ["JDBC", "SPRING_JDBC", "SCRIPT", "CUSTOM"])
def test_rows_that_are_not_sql_miss_no_file(three: Path, kind: str) -> None:
    item = by_id(track(three, row(1, "0.5", None, kind=kind)))["0.5"]
    assert (item.belief, item.file_expected) == (Belief.RECORDED, False)
    assert kind in item.note


def test_a_failed_java_migration_is_failed(three: Path) -> None:
    tracking = track(three, row(1, "0.5", None, "f", kind="JDBC"))
    assert by_id(tracking)["0.5"].belief is Belief.FAILED
    assert "failed migration to version 0.5" in tracking.next_run


def test_below_a_baseline_nothing_is_run(three: Path) -> None:
    tracking = track(three, row(1, "2", None, kind="BASELINE", description="<< Flyway Baseline >>"))
    assert beliefs(tracking) == {"1": Belief.IGNORED, "2": Belief.IGNORED, "3": Belief.PENDING}
    assert by_id(tracking)["1"].note == "not run: at or below the baseline 2"
    assert by_id(tracking)["2"].row is not None


def test_a_baseline_without_a_file_of_its_version_stands_alone(three: Path) -> None:
    item = by_id(track(three, row(1, "1.5", None, kind="BASELINE")))["1.5"]
    assert (item.belief, item.migration, item.file_expected) == (Belief.RECORDED, None, False)


def test_files_below_the_baseline_may_be_gone_or_changed(three: Path) -> None:
    tracking = track(three, row(1, "1", "other"), row(2, "1.5", "gone"), row(3, "2", None, kind="BASELINE"))
    assert not by_id(tracking)["1"].checksum_differs
    assert not by_id(tracking)["1.5"].file_expected


def test_the_schema_marker_is_no_migration(three: Path) -> None:
    marker = row(0, None, None, kind="SCHEMA", description="<< Flyway Schema Creation >>")
    tracking = track(three, marker, row(1, "1", ONE))
    item = by_id(tracking)["<< Flyway Schema Creation >>"]
    assert (item.belief, item.file_expected, item.migration) == (Belief.RECORDED, False, None)
    assert tracking.tracked[0] is item


def test_an_undone_version_is_pending_again(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO), row(3, "2", TWO, kind="UNDO_SQL"))
    assert by_id(tracking)["2"].belief is Belief.PENDING
    assert by_id(tracking)["2"].note == "undone, so it is pending again"
    assert "version 2" in tracking.next_run


def test_a_version_run_again_after_its_undo_is_recorded_once(three: Path) -> None:
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "2", TWO, kind="UNDO_SQL"), row(4, "2", TWO))
    item = by_id(track(three, *rows))["2"]
    assert (item.belief, item.note) == (Belief.RECORDED, "")


def test_an_undone_version_without_a_file_is_nothing_to_judge(three: Path) -> None:
    item = by_id(track(three, row(1, "0.5"), row(2, "0.5", kind="UNDO_SQL")))["0.5"]
    assert (item.belief, item.file_expected) == (Belief.IGNORED, False)


def test_a_failed_undo_is_failed(three: Path) -> None:
    item = by_id(track(three, row(1, "1", ONE), row(2, "1", ONE, "f", kind="UNDO_SQL")))["1"]
    assert item.belief is Belief.FAILED
    assert item.note.startswith("its undo failed; `flyway repair` would only delete the failed row")


def test_a_deleted_row_does_not_miss_its_file(three: Path) -> None:
    tracking = track(three, row(1, "0.5", "gone"), row(2, "1", ONE), row(3, "0.5", "gone", kind="DELETE"))
    assert (by_id(tracking)["0.5"].belief, by_id(tracking)["0.5"].file_expected) == (Belief.IGNORED, False)
    assert "not resolved locally" not in tracking.next_run


def test_a_deleted_version_whose_file_came_back_is_pending(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "1", ONE, kind="DELETE"))
    assert by_id(tracking)["1"].belief is Belief.PENDING
    assert by_id(tracking)["1"].note == "its row was deleted by repair"


def test_a_lower_version_without_a_row_is_out_of_order(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "3", THREE))
    assert by_id(tracking)["2"].belief is Belief.PENDING
    assert "unless outOfOrder=true" in by_id(tracking)["2"].note
    assert "`Detected resolved migration not applied to database: 2`" in tracking.next_run
    allowed = track(three, row(1, "1", ONE), row(2, "3", THREE), outOfOrder="true")
    assert "version 2" in allowed.next_run
    ignored = track(three, row(1, "1", ONE), row(2, "3", THREE), ignoreMigrationPatterns="*:ignored")
    assert ignored.next_run == ""


def test_a_version_run_after_a_higher_one_is_said(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "3", THREE), row(3, "2", TWO))
    assert by_id(tracking)["2"].note == "run out of order: a higher version was recorded before it"
    assert by_id(tracking)["3"].note == ""


def test_a_version_above_the_target_is_said_and_not_run(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), target="2")
    assert by_id(tracking)["3"].note == "above the target 2"
    done = track(three, row(1, "1", ONE), row(2, "2", TWO), target="2")
    assert done.next_run == ""


def test_a_description_that_differs_is_said(three: Path) -> None:
    assert "recorded as 'add a'" in by_id(track(three, row(1, "1", ONE, description="add a")))["1"].note


def test_a_baseline_script_runs_on_an_empty_history_and_never_later(three: Path) -> None:
    write(three, {"sql/B2__base.sql": "create table z (y int)"})
    empty = track(three)
    assert by_id(empty)["B2"].belief is Belief.PENDING
    assert "B2__base.sql" in empty.next_run
    later = track(three, row(1, "1", ONE))
    assert by_id(later)["B2"].belief is Belief.IGNORED
    applied = track(three, row(1, "2", "create table z (y int)", kind="SQL_BASELINE", description="base"))
    assert beliefs(applied) == {"1": Belief.IGNORED, "B2": Belief.RECORDED, "2": Belief.IGNORED, "3": Belief.PENDING}


def test_versions_at_or_below_a_pending_baseline_script_are_not_run(three: Path) -> None:
    write(three, {"sql/B2__base.sql": "create table z (y int)"})
    assert beliefs(track(three)) == {
        "1": Belief.IGNORED,
        "B2": Belief.PENDING,
        "2": Belief.IGNORED,
        "3": Belief.PENDING,
    }


def test_two_files_of_one_version_stop_flyway(three: Path) -> None:
    write(three, {"sql/V2__y.sql": "select 2"})
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO))
    assert tracking.next_run.startswith(
        "Flyway refuses to run at all: it says `Found more than one migration with version 2`"
    )
    assert [t.row is not None for t in tracking.tracked if t.id.startswith("2")] == [True, False]


def test_the_file_whose_checksum_the_row_has_is_the_one_that_ran(three: Path) -> None:
    write(three, {"sql/V2__a_decoy.sql": "select 2"})
    recorded = [t for t in track(three, row(1, "2", TWO)).tracked if t.belief is Belief.RECORDED]
    assert [t.migration.file for t in recorded if t.migration] == ["sql/V2__x.sql"]


def test_a_mixed_file_is_next_and_flyway_refuses_it(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": "create table a (b int); create index concurrently i on a (b)"})
    assert "Detected both transactional and non-transactional statements" in track(tmp_path).next_run


def test_a_file_outside_a_transaction_is_run_again_from_its_first_statement(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"sql/V1__x.sql": "drop index concurrently i; create index concurrently i on a (b)", "sql/V0__x.sql": ONE},
    )
    assert track(tmp_path, row(1, "0", ONE)).next_run.startswith(
        "Flyway runs all 2 statements of version 1 (V1__x.sql) from the first, each on its own, outside a transaction."
    )


def test_without_a_history_table_flyway_wants_an_empty_schema(three: Path) -> None:
    made = project(three)
    files = FLYWAY.read(made, None, "postgres", "public")
    missing = Ledger("public.flyway_schema_history", False)
    tracking = FLYWAY.track(made, files, missing, SERVER)
    assert tracking.next_run.startswith(
        "If the schema holds anything, Flyway refuses until it has a baseline; else Flyway"
    )
    assert beliefs(tracking) == dict.fromkeys(("1", "2", "3"), Belief.PENDING)


def test_a_ledger_that_could_not_be_read_predicts_nothing(three: Path) -> None:
    made = project(three)
    files = FLYWAY.read(made, None, "postgres", "public")
    unread = Ledger("public.flyway_schema_history", True, unread="it is locked")
    assert FLYWAY.track(made, files, unread, SERVER).next_run == ""


def test_rows_alone_are_tracked_when_there_is_no_project() -> None:
    tracking = FLYWAY.track(None, Files(unread="no project"), ledger(row(1, "1", ONE), row(2, "2", TWO, "f")), SERVER)
    assert beliefs(tracking) == {"1": Belief.RECORDED, "2": Belief.FAILED}
    assert (tracking.project, tracking.files.complete, tracking.files.reason) == (None, False, "no project")
    assert tracking.next_run.startswith("Flyway refuses to migrate while the failed row is there")
    assert FLYWAY.track(None, Files(unread="no project"), ledger(row(1, "1", ONE)), SERVER).next_run == ""


def test_sql_without_a_name_is_taken_for_the_failed_rows_file(tmp_path: Path) -> None:
    path = tmp_path / "fix.txt"
    path.write_text(TWO)
    made = project(tmp_path)
    files = FLYWAY.read(made, str(path), "postgres", "public")
    tracking = FLYWAY.track(made, files, ledger(row(1, "1", ONE), row(2, "2", TWO, "f")), SERVER)
    item = by_id(tracking)["2"]
    assert (item.belief, item.migration is not None) == (Belief.FAILED, True)
    assert "taken for the file of version 2" in item.note


@pytest.mark.parametrize("version", ["", "x", "9" * 5000, "1; drop table a"])
def test_odd_versions_in_rows_break_nothing(three: Path, version: str) -> None:
    tracking = track(three, row(1, version, None), row(2, "1", ONE))
    assert by_id(tracking)["1"].belief is Belief.RECORDED
