"""What Flyway's settings make of its next run: target, picks, groups, what validation overlooks, what it does not."""

from pathlib import Path

import pytest

from console.core.migration import Belief, Ledger
from tests.frameworks.making import FLYWAY, ONE, SERVER, THREE, TWO, by_id, project, row, track, write

INDEX = "create index concurrently i on a (b)"


def gone(folder: Path, name: str) -> Path:
    """The project without that file."""
    (folder / "sql" / name).unlink()
    return folder


@pytest.mark.parametrize(
    ("target", "runs"),
    [
        ("2", "version 2"),
        ("2?", "version 2"),
        ("latest", "version 2"),
        ("next", "version 2"),
        ("1", ""),
        ("current", ""),
        ("CURRENT", ""),
        ("1?", ""),
    ],
)
def test_the_target_decides_what_is_run(three: Path, target: str, runs: str) -> None:
    tracking = track(three, row(1, "1", ONE), target=target)
    assert (runs in tracking.next_run) if runs else tracking.next_run == ""


@pytest.mark.parametrize("target", ["current", "1", "1?"])
def test_what_is_above_the_target_says_so(three: Path, target: str) -> None:
    assert by_id(track(three, row(1, "1", ONE), target=target))["3"].note == f"above the target {target}"


def test_on_an_empty_history_the_current_version_is_below_every_file(three: Path) -> None:
    assert track(three, target="current").next_run == ""


def test_a_target_that_nothing_has_stops_flyway(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), target="2.5")
    assert "`No migration with a target version 2.5 could be found`" in tracking.next_run
    assert "version 2 (V2__x.sql)" in track(three, row(1, "1", ONE), target="2.5?").next_run


@pytest.mark.parametrize("pick", ["3", "3.0", "3_0", "x", "7,3"])
def test_only_what_is_picked_is_run(three: Path, pick: str) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "2", TWO), cherryPick=pick)
    assert "version 3" in tracking.next_run


def test_what_is_not_picked_is_passed_over_and_says_so(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), cherryPick="3")
    assert by_id(tracking)["2"].note == "not named by flyway.cherryPick, so Flyway passes over it"
    assert "version 3" in tracking.next_run


def test_picks_run_in_the_order_they_are_named_in(three: Path) -> None:
    assert "version 3" in track(three, row(1, "1", ONE), cherryPick="3,2").next_run
    assert "version 2" in track(three, row(1, "1", ONE), cherryPick="2,3").next_run


def test_a_run_that_only_records_is_told_with_its_doubt(three: Path) -> None:
    assert track(three, row(1, "1", ONE), skipExecutingMigrations="true").next_run == (
        "Flyway is told to record version 2 (V2__x.sql) and 1 more without running anything (skipExecutingMigrations): "
        "a Flyway that has the setting writes a success, an older open source one runs them all the same."
    )


def test_a_group_is_one_transaction(three: Path) -> None:
    assert track(three, row(1, "1", ONE), group="true").next_run == (
        "Flyway runs all 2 pending migrations in one transaction (group): one failure undoes every one."
    )
    assert "version 3" in track(three, row(1, "1", ONE), row(2, "2", TWO), group="true").next_run
    assert "version 2" in track(three, row(1, "1", ONE), group="true", target="next").next_run


def test_a_group_of_both_kinds_is_refused_unless_they_may_be_mixed(three: Path) -> None:
    write(three, {"sql/V4__x.sql": INDEX})
    tracking = track(three, row(1, "1", ONE), group="true")
    assert "`Detected both transactional and non-transactional migrations within the same" in tracking.next_run
    assert track(three, row(1, "1", ONE), group="true", mixed="true").next_run == (
        "Flyway runs all 3 pending migrations (group), each statement on its own, outside a transaction."
    )


def test_a_group_that_begins_with_a_mixed_file_is_refused_for_that(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": f"{ONE}; {INDEX}", "sql/V2__x.sql": TWO})
    assert "statements within the same migration" in track(tmp_path, group="true").next_run


def test_a_mixed_file_runs_outside_a_transaction_where_that_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": f"{ONE}; {INDEX}"})
    assert track(tmp_path, **{"mixed": "true", "postgresql.transactional.lock": "false"}).next_run == (
        "Flyway runs all 2 statements of version 1 (V1__x.sql) from the first, each on its own, outside a transaction."
    )


def test_an_index_that_is_built_beside_the_lock_of_flyway_may_wait_for_it(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": INDEX})
    hangs = (
        " From 9.1.2 on it may wait for the transaction of its own lock, unless postgresql.transactional.lock=false."
    )
    assert track(tmp_path).next_run.endswith(hangs)
    assert not track(tmp_path, **{"postgresql.transactional.lock": "false"}).next_run.endswith(hangs)


@pytest.mark.parametrize(
    ("patterns", "passes"),
    [
        ("*:missing", True),
        ("versioned:missing", True),
        ("*:*", True),
        ("versioned:*", True),
        ("repeatable:missing", False),
        ("*:future", False),
        ("*:pending", False),
        ("*:ignored", False),
    ],
)
def test_patterns_overlook_a_missing_version(three: Path, patterns: str, passes: bool) -> None:
    gone(three, "V2__x.sql")
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE))
    refused = "`Detected applied migration not resolved locally: 2`"
    assert (refused not in track(three, *rows, ignoreMigrationPatterns=patterns).next_run) is passes


@pytest.mark.parametrize(
    ("patterns", "passes"), [("*:missing", True), ("repeatable:missing", True), ("versioned:missing", False)]
)
def test_patterns_overlook_a_missing_repeatable(three: Path, patterns: str, passes: bool) -> None:
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE), row(4, None, "select 1", description="v x"))
    tracking = track(three, *rows, ignoreMigrationPatterns=patterns)
    assert ("`Detected applied migration not resolved locally: v x`" in tracking.next_run) is not passes
    assert by_id(tracking)["R__v x"].file_expected is not passes


def test_a_missing_repeatable_stops_flyway_by_default(three: Path) -> None:
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "3", THREE), row(4, None, "select 1", description="v x"))
    assert "not resolved locally: v x" in track(three, *rows).next_run


@pytest.mark.parametrize(
    ("patterns", "passes"),
    [("*:ignored", True), ("versioned:ignored", True), ("repeatable:ignored", False), ("*:pending", False)],
)
def test_patterns_overlook_a_lower_version_that_is_not_recorded(three: Path, patterns: str, passes: bool) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "3", THREE), ignoreMigrationPatterns=patterns)
    assert ("not applied to database: 2" not in tracking.next_run) is passes


def test_a_failed_version_of_a_newer_release_only_warns(three: Path) -> None:
    rows = (row(1, "1", ONE), row(2, "2", TWO), row(3, "9", "new", "f"))
    assert "`Detected resolved migration not applied to database: 3`" in track(three, *rows).next_run
    tracking = track(three, *rows, outOfOrder="true")
    assert by_id(tracking)["9"].belief is Belief.FAILED
    assert tracking.next_run == (
        "Flyway only warns of the failed version 9, which is newer than every file here. Flyway runs its statement of "
        "version 3 (V3__x.sql), in one transaction."
    )
    strict = track(three, *rows, ignoreMigrationPatterns="*:pending")
    assert "`Detected failed migration to version 9 (x)`" in strict.next_run


def test_two_failed_versions_of_a_newer_release_stop_flyway(three: Path) -> None:
    tracking = track(three, row(1, "1", ONE), row(2, "8", "new", "f"), row(3, "9", "new", "f"))
    assert "while the failed row is there" in tracking.next_run


def test_a_failed_version_whose_file_is_missing_stops_flyway(three: Path) -> None:
    gone(three, "V2__x.sql")
    assert "failed migration to version 2" in track(three, row(1, "1", ONE), row(2, "2", TWO, "f")).next_run


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (row(1, "1", ONE, description="add a"), "Migration description mismatch for migration version 1"),
        (row(1, "1", None, kind="JDBC"), "Migration type mismatch for migration version 1"),
        (row(1, "1", "other", description="add a"), "Migration checksum mismatch for migration version 1"),
    ],
    ids=["description", "type", "checksum comes first"],
)
def test_a_row_that_says_something_else_than_its_file_stops_flyway(
    three: Path, changed: tuple[str | None, ...], said: str
) -> None:
    assert f"it says `{said}`" in track(three, changed).next_run
    assert "version 2" in track(three, changed, validateOnMigrate="false").next_run


def test_at_or_below_the_baseline_nothing_is_compared(three: Path) -> None:
    rows = (row(1, "1", "other", description="add a"), row(2, "2", None, kind="BASELINE"))
    assert "version 3" in track(three, *rows).next_run


def test_a_schema_that_holds_something_is_taken_for_the_baseline_where_that_is_set(three: Path) -> None:
    told = track_without_table(three, baselineOnMigrate="true", baselineVersion="2")
    assert told.startswith(
        "If the schema holds anything, Flyway takes it for version 2 (baselineOnMigrate) and runs only what is above; "
        "else Flyway runs its statement of version 1"
    )


def track_without_table(folder: Path, **settings: str) -> str:
    made = project(folder, **settings)
    files = FLYWAY.read(made, None, "postgres", "public")
    return FLYWAY.track(made, files, Ledger("public.flyway_schema_history", False), SERVER).next_run


def test_a_group_with_one_outside_a_transaction_is_outside_altogether(three: Path) -> None:
    write(three, {"sql/V4__x.sql": INDEX})
    items = by_id(track(three, row(1, "1", ONE), row(2, "2", TWO, "f"), group="true", mixed="true"))
    assert [m.transactional for item in items.values() if (m := item.migration)] == [True, False, False, False]


def test_a_file_that_is_not_to_be_run_is_passed_over(three: Path) -> None:
    write(three, {"sql/V2__x.sql.conf": "shouldExecute=false\n"})
    assert "version 3" in track(three, row(1, "1", ONE)).next_run
    assert track(three, row(1, "1", ONE), row(2, "3", THREE)).next_run == ""
    write(three, {"sql/V2__x.sql.conf": "shouldExecute=${here}==prod\n"})
    assert track(three, row(1, "1", ONE)).next_run == (
        "Flyway runs its statement of version 2 (V2__x.sql), in one transaction, if what its .conf says of "
        "shouldExecute holds."
    )
