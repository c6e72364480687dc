"""What `flyway repair` would do, row by row, as its source has it; told, and never advised."""

from pathlib import Path

import pytest

from console.core.migration import LedgerRow
from console.frameworks.flyway.names import checksum
from console.frameworks.flyway.options import options_of
from console.frameworks.flyway.repair import Deed, repairs
from tests.frameworks.making import ONE, THREE, TWO, Row, by_id, project, row, track, write


def deeds(folder: Path, *rows: Row, **settings: str) -> dict[int | None, Deed]:
    """By the rank of each row."""
    tracking = track(folder, *rows, **settings)
    options = options_of(project(folder, **settings).settings)
    found = repairs(tracking.tracked, tracking.ledger, options, files_known=tracking.files.complete)
    assert [repair.row for repair in found] == list(tracking.ledger.rows)
    return {repair.row.rank: repair.deed for repair in found}


def test_rows_that_say_what_the_files_say_stay(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO))
    assert set(deeds(three, row(1, "1", ONE), row(2, "2", TWO)).values()) == {Deed.LEAVES}
    assert "repair" not in tracking.next_run + "".join(t.note for t in tracking.tracked)


def test_a_failed_row_goes_and_nothing_is_taken_back(three: Path) -> None:
    rows = (row(1, "1", ONE), row(2, "2", TWO, "f"))
    assert deeds(three, *rows) == {1: Deed.LEAVES, 2: Deed.DELETES}
    assert by_id(track(three, *rows))["2"].note == (
        "`flyway repair` would only delete the failed row: what landed stays, and the next migrate runs it all from "
        "its first statement"
    )


def test_every_failed_row_goes(three: Path) -> None:
    rows = (row(1, "1", ONE, "f"), row(2, "1", ONE, "f"), row(3, None, "select 1", "f", description="v"))
    assert set(deeds(three, *rows).values()) == {Deed.DELETES}


def test_with_cherry_picks_only_the_failed_rows_they_name_go(three: Path) -> None:
    rows = (row(1, "1", ONE, "f"), row(2, "2", TWO, "f"), row(3, None, "select 1", "f", description="my view"))
    assert deeds(three, *rows, cherryPick="2,my_view") == {1: Deed.LEAVES, 2: Deed.DELETES, 3: Deed.DELETES}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (row(1, "1", "other"), "checksum"),
        (row(1, "1", ONE, description="add a"), "description"),
        (row(1, "1", "other", description="add a"), "checksum and description"),
    ],
    ids=["checksum", "description", "both"],
)
def test_a_row_that_differs_from_its_file_is_written_over(three: Path, changed: Row, said: str) -> None:
    tracking = track(three, changed)
    assert deeds(three, changed) == {1: Deed.ALIGNS}
    assert by_id(tracking)["1"].note.endswith(
        f"`flyway repair` would write the file's {said} into its row and run nothing of what changed"
    )
    assert "repair" not in tracking.next_run


def test_several_rows_are_told_together(three: Path) -> None:
    rows = (
        row(1, "1", "other"),
        row(2, "2", TWO, "f"),
        row(3, "3", "other"),
        row(4, None, "select 1", description="v"),
    )
    assert track(three, *rows).next_run.endswith(
        "`flyway repair` would delete the failed row of 2; mark as deleted R__v; write what the file says into the row "
        "of 1, 3: rows only, it runs nothing and takes nothing back."
    )


def test_below_the_baseline_rows_are_written_over_too(three: Path) -> None:
    baseline = row(2, "2", None, kind="BASELINE")
    assert deeds(three, row(1, "1", "other"), baseline) == {1: Deed.ALIGNS, 2: Deed.LEAVES}


def test_a_row_of_another_type_depends_on_the_version_of_flyway(three: Path) -> None:
    assert deeds(three, row(1, "1", None, kind="JDBC")) == {1: Deed.DEPENDS}
    assert "`flyway repair` leaves it, changes it" in by_id(track(three, row(1, "1", None, kind="JDBC")))["1"].note


def test_a_java_row_depends_on_the_classpath(three: Path) -> None:
    assert deeds(three, row(1, "0.5", None, kind="JDBC")) == {1: Deed.DEPENDS}


def test_a_missing_one_is_marked_as_deleted(three: Path) -> None:
    (three / "sql" / "V2__x.sql").unlink()
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE))
    assert deeds(three, *rows)[2] is Deed.ENDS
    assert by_id(track(three, *rows))["2"].note == (
        "`flyway repair` would mark it as deleted: what it made stays, its file runs again once it is back"
    )
    assert deeds(three, *rows, ignoreMigrationPatterns="*:missing")[2] is Deed.LEAVES
    assert deeds(three, *rows, ignoreMigrationPatterns="repeatable:missing")[2] is Deed.ENDS


def test_a_newer_one_is_marked_as_deleted_only_where_such_ones_are_not_overlooked(three: Path) -> None:
    rows = (row(1, "1", ONE), row(2, "9", "new"))
    assert deeds(three, *rows)[2] is Deed.LEAVES
    assert deeds(three, *rows, ignoreMigrationPatterns="*:missing")[2] is Deed.ENDS
    assert deeds(three, *rows, ignoreMigrationPatterns="")[2] is Deed.ENDS


def test_markers_and_what_is_ended_already_stay(three: Path) -> None:
    rows = (
        row(0, None, None, kind="SCHEMA", description="<< Flyway Schema Creation >>"),
        row(1, "0.5", "gone"),
        row(2, "0.5", "gone", kind="DELETE"),
        row(3, "1", ONE),
        row(4, "1", ONE, kind="UNDO_SQL"),
    )
    assert set(deeds(three, *rows).values()) == {Deed.LEAVES}


def test_of_a_repeatable_only_its_last_run_counts(three: Path) -> None:
    rows = tuple(row(n, None, f"select {n}", description="v") for n in (1, 2, 3))
    assert deeds(three, *rows) == {1: Deed.LEAVES, 2: Deed.LEAVES, 3: Deed.ENDS}
    write(three, {"sql/R__v.sql": "select 9"})
    assert set(deeds(three, *rows).values()) == {Deed.LEAVES}


def test_once_its_failed_run_is_gone_the_run_before_it_is_the_last(three: Path) -> None:
    rows = (row(1, None, "select 1", description="v"), row(2, None, "select 2", "f", description="v"))
    assert deeds(three, *rows) == {1: Deed.ENDS, 2: Deed.DELETES}


def test_a_repeatable_recorded_with_its_raw_text_gets_the_other_checksum(tmp_path: Path) -> None:
    text = "select '${x}'"
    write(tmp_path, {"sql/R__v.sql": text})
    raw = row(1, None, description="v", total=str(checksum(text)))
    assert deeds(tmp_path, raw, **{"placeholders.x": "y"}) == {1: Deed.ALIGNS}
    assert deeds(tmp_path, raw) == {1: Deed.LEAVES}


def test_where_two_files_are_one_migration_it_is_refused_too(three: Path) -> None:
    write(three, {"sql/V2__y.sql": "select 2"})
    tracking = track(three, row(1, "1", "other"))
    assert "repair" not in tracking.next_run + "".join(t.note for t in tracking.tracked)


def test_without_the_files_only_failed_rows_are_known(tmp_path: Path) -> None:
    rows = (LedgerRow("1", True, type="SQL", rank=1), LedgerRow("2", False, type="SQL", rank=2))
    ledger = track(tmp_path).ledger
    found = repairs((), type(ledger)(ledger.name, True, rows), options_of({}), files_known=False)
    assert [repair.deed for repair in found] == [Deed.DEPENDS, Deed.DELETES]


def test_every_row_says_why(three: Path) -> None:
    rows = (row(1, "1", ONE), row(2, "2", TWO, "f"), row(3, "9", "new"))
    tracking = track(three, *rows)
    found = repairs(tracking.tracked, tracking.ledger, options_of({}), files_known=True)
    assert [repair.why for repair in found] == [
        "it says what the file says",
        "it failed: what landed of it stays as it is",
        "its file is not there, and future ones are overlooked (ignoreMigrationPatterns)",
    ]
