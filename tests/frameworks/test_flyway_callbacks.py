"""SQL callbacks among the migrations: found, named with what they send, and judged nowhere."""

from pathlib import Path

import pytest

from console.frameworks.flyway.callbacks import FlywayFiles, event_of
from console.frameworks.flyway.options import options_of
from tests.frameworks.making import FLYWAY, ONE, TWO, by_id, project, read, row, track, write

GRANT = "grant select on a to app; grant select on c to app"


def callbacks(folder: Path, **settings: str) -> list[str]:
    files = read(folder, **settings)
    assert isinstance(files, FlywayFiles)
    return [callback.sends for callback in files.callbacks]


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("beforeMigrate.sql", "beforeMigrate"),
        ("afterEachMigrate__grants.sql", "afterEachMigrate"),
        ("afterEachMigrate__grants.SQL", "afterEachMigrate"),
        ("createSchema.sql", "createSchema"),
        ("beforemigrate.sql", ""),
        ("beforeMigrate.txt", ""),
        ("beforeMigrateX.sql", ""),
        ("V1__beforeMigrate.sql", ""),
    ],
)
def test_the_name_says_when_it_runs(name: str, event: str) -> None:
    assert event_of(name, options_of({})) == event


def test_they_are_no_migrations_and_run_in_flyways_order(tmp_path: Path) -> None:
    names = ("afterMigrate.sql", "beforeMigrate__b.sql", "beforeMigrate.sql", "beforeMigrate__a.sql", "V1__x.sql")
    write(tmp_path, {f"sql/{name}": ONE for name in names})
    assert callbacks(tmp_path) == [
        f"{name} ({ONE})"
        for name in ("beforeMigrate.sql", "beforeMigrate__a.sql", "beforeMigrate__b.sql", "afterMigrate.sql")
    ]
    assert [m.id for m in read(tmp_path).migrations] == ["1"]


def test_suffix_and_separator_are_the_configured_ones(tmp_path: Path) -> None:
    write(tmp_path, {"sql/beforeMigrate--a.ddl": ONE, "sql/beforeMigrate.sql": ONE, "sql/V1--x.ddl": ONE})
    settings = {"sqlMigrationSuffixes": ".ddl", "sqlMigrationSeparator": "--"}
    assert callbacks(tmp_path, **settings) == [f"beforeMigrate--a.ddl ({ONE})"]


def test_what_is_sent_is_shown_short_and_with_its_placeholders(tmp_path: Path) -> None:
    text = "insert into log values ('${who}', 'a very long text that nobody wants to read twice')"
    write(tmp_path, {"sql/V1__x.sql": ONE, "sql/afterMigrate.sql": text, "sql/beforeMigrate.sql": "-- nothing"})
    made = track(tmp_path, **{"placeholders.who": "ann"})
    assert made.next_run.endswith(
        " Callbacks run around it, not judged: beforeMigrate.sql (no statements), "
        "afterMigrate.sql (insert into log values ('ann', 'a very long text that nob...)."
    )


def test_what_runs_with_each_migration_is_named_beside_the_one_that_comes_next(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": ONE, "sql/V2__x.sql": TWO, "sql/afterEachMigrate.sql": GRANT})
    items = by_id(track(tmp_path))
    assert items["1"].note == (
        "callbacks run with it, neither judged nor sent from here: "
        "afterEachMigrate.sql (grant select on a to app; and 1 more)"
    )
    assert items["2"].note == ""


def test_what_runs_with_each_migration_may_be_what_failed(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": ONE, "sql/V2__x.sql": TWO, "sql/afterEachMigrate.sql": GRANT})
    items = by_id(track(tmp_path, row(1, "1", ONE, "f")))
    assert "afterEachMigrate.sql" in items["1"].note
    assert "afterEachMigrate.sql" in items["2"].note


def test_where_nothing_is_left_to_do_they_are_nothing_to_say(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": ONE, "sql/afterEachMigrate.sql": GRANT, "sql/beforeMigrate.sql": GRANT})
    tracking = track(tmp_path, row(1, "1", ONE))
    assert (tracking.next_run, by_id(tracking)["1"].note) == ("", "")


@pytest.mark.parametrize("name", ["afterRepair.sql", "beforeUndo.sql", "afterClean.sql", "beforeInfo.sql"])
def test_those_of_other_commands_do_not_run_with_a_migrate(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"sql/V1__x.sql": ONE, f"sql/{name}": GRANT})
    assert "Callbacks" not in track(tmp_path).next_run


def test_a_given_folder_does_not_take_them_for_unnamed_migrations(tmp_path: Path) -> None:
    write(tmp_path, {"sql/V1__x.sql": ONE, "sql/beforeMigrate.sql": GRANT})
    files = FLYWAY.read(project(tmp_path), str(tmp_path / "sql"), "postgres", "public")
    assert [m.id for m in files.migrations] == ["1"]
