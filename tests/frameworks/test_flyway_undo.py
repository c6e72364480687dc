"""Undo scripts and baseline scripts: what their rows mean, and what comes after them."""

from pathlib import Path

from console.core.migration import Belief
from console.frameworks.flyway.marks import Marks
from tests.frameworks.making import ONE, SERVER, THREE, TWO, beliefs, by_id, row, track, write

BASE = "create table z (y int)"
UNDONE = (row(1, "1", ONE), row(2, "2", TWO), row(3, "2", "drop table c", kind="UNDO_SQL"))


def test_the_undo_script_of_the_current_version_is_named(three: Path) -> None:
    write(three, {"sql/U1__x.sql": "drop table a", "sql/U2__x.sql": "drop table c"})
    items = by_id(track(three, row(1, "1", ONE), row(2, "2", TWO)))
    assert items["2"].note == "U2__x.sql takes it back with `flyway undo`, in the editions that have that"
    assert items["1"].note == ""


def test_after_an_undo_the_version_before_it_is_the_current_one(three: Path) -> None:
    write(three, {"sql/U1__x.sql": "drop table a", "sql/U2__x.sql": "drop table c"})
    items = by_id(track(three, *UNDONE))
    assert items["1"].note.startswith("U1__x.sql takes it back")
    assert (items["2"].belief, items["2"].note) == (Belief.PENDING, "undone, so it is pending again")


def test_flyway_statements_down_are_those_of_the_undo_script(three: Path) -> None:
    write(three, {"sql/U2__x.sql": "drop table c; drop table d"})
    migration = by_id(track(three, row(1, "1", ONE), row(2, "2", TWO)))["2"].migration
    assert migration is not None
    assert [statement.sql for statement in migration.down] == ["drop table c", "drop table d"]


def test_an_undone_version_leaves_no_gap_for_what_is_above_it(three: Path) -> None:
    tracking = track(three, *UNDONE, row(4, "3", THREE))
    assert "`Detected resolved migration not applied to database: 2`" in tracking.next_run


def test_an_undo_and_its_version_may_come_and_go(three: Path) -> None:
    again = (row(4, "2", TWO), row(5, "2", "drop table c", kind="UNDO_SQL"))
    assert by_id(track(three, *UNDONE, *again))["2"].belief is Belief.PENDING


def test_a_baseline_script_that_failed_is_failed_and_not_the_version_of_its_number(three: Path) -> None:
    write(three, {"sql/B2__base.sql": BASE})
    tracking = track(three, row(1, "2", BASE, "f", kind="SQL_BASELINE", description="base"))
    assert beliefs(tracking) == {"1": Belief.IGNORED, "B2": Belief.FAILED, "2": Belief.IGNORED, "3": Belief.PENDING}
    assert "while the failed row is there" in tracking.next_run


def test_a_baseline_script_that_ran_and_is_gone_is_missed(three: Path) -> None:
    done = row(1, "2", BASE, kind="SQL_BASELINE", description="base")
    tracking = track(three, done)
    assert by_id(tracking)["B2"].file_expected
    assert "`Detected applied migration not resolved locally: 2`" in tracking.next_run
    overlooked = track(three, done, ignoreMigrationPatterns="*:missing")
    assert not by_id(overlooked)["B2"].file_expected
    assert "version 3" in overlooked.next_run


def test_a_changed_baseline_script_does_not_stop_flyway(three: Path) -> None:
    write(three, {"sql/B2__base.sql": BASE})
    tracking = track(three, row(1, "2", "other", kind="SQL_BASELINE", description="base"))
    assert by_id(tracking)["B2"].checksum_differs
    assert "version 3" in tracking.next_run


def test_above_the_baseline_everything_is_pending(three: Path) -> None:
    assert beliefs(track(three, row(1, "1.5", None, kind="BASELINE"))) == {
        "1": Belief.IGNORED,
        "1.5": Belief.RECORDED,
        "2": Belief.PENDING,
        "3": Belief.PENDING,
    }


def test_where_undo_is_used_a_row_that_only_goes_is_told_apart_from_it(three: Path) -> None:
    again = track(three, *UNDONE, row(4, "2", TWO))
    edit = Marks(None).mark_not_ran(again, "2", SERVER)
    assert edit.follow_up == (
        "The next flyway migrate runs it again. `flyway undo` would keep the row and add one of its own; here the row "
        "goes, as if it had never run."
    )
    plain = track(three, row(1, "1", ONE), row(2, "2", TWO))
    assert "undo" not in Marks(None).mark_not_ran(plain, "2", SERVER).follow_up


def test_a_failed_row_that_goes_is_told_with_what_repair_would_do_besides(three: Path) -> None:
    tracking = track(three, row(1, "1", "other"), row(2, "2", TWO, "f"))
    assert Marks(None).mark_not_ran(tracking, "2", SERVER).follow_up == (
        "The next flyway migrate runs it again. `flyway repair` would do the same, and besides write what the file "
        "says into the row of 1."
    )


def test_flyways_own_undo_is_told_where_it_would_take_the_newest_and_closed_where_not(three: Path) -> None:
    ran = (row(1, "1", ONE), row(2, "2", TWO))
    write(three, {"flyway.conf": "flyway.url=jdbc:postgresql://db/x"})
    without = track(three, *ran).rollback
    assert (without.argv, without.why[-24:]) == ((), "and there is none for 2.")
    write(three, {"sql/U2__x.sql": "drop table c"})
    found = track(three, *ran).rollback
    assert (found.argv, found.takes, found.folder) == (("flyway", "undo"), ("2",), str(three))
    assert "Only the paid editions" in found.careful[0]
    late = track(three, row(1, "2", TWO), row(2, "1", ONE)).rollback
    assert (late.argv, late.why.partition(" and ")[0]) == ((), "1 was recorded last")
    (three / "flyway.conf").unlink()
    assert "inside the application" in track(three, *ran).rollback.why
    assert track(three, row(1, "1", ONE, "f")).rollback.argv == ()
