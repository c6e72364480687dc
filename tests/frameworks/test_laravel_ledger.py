"""Laravel's table of migrations and the joining of its rows with files, rule by rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.migration import Belief, Ledger
from console.core.observation import Health, Tracking
from console.core.ports import Files, Project, TableRows
from console.frameworks.laravel.tracking import BELOW, OF_TENANTS, OF_THE_CENTRE
from tests.frameworks.laravel_making import (
    ADD,
    ADD_INDEX,
    COLUMNS,
    CREATE,
    INDEX,
    LARAVEL,
    PHONE,
    SERVER,
    USERS,
    app,
    by_id,
    ledger,
    migrations,
    package,
    php,
    project,
    row,
    track,
)
from tests.frameworks.making import write

GONE = "2020_01_01_000000_create_gone_table"
STOPS = "until one is refused."
TWICE = php("Schema::drop('a'); Schema::drop('b');")


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return app(tmp_path, migrations({PHONE: ADD, INDEX: ADD_INDEX}))


def beliefs(tracking: Tracking) -> dict[str, Belief]:
    return {name: item.belief for name, item in by_id(tracking).items()}


def file_of(tracking: Tracking, name: str) -> str:
    migration = by_id(tracking)[name].migration
    return migration.file if migration is not None else ""


@pytest.mark.parametrize(
    "columns",
    [("id", "timestamp", "name"), ("version",), ("id", "name", "batch", "migration_time"), ("migration",), ()],
    ids=["typeorm", "rails", "knex", "half", "none"],
)
def test_a_strangers_table_is_refused(columns: tuple[str, ...]) -> None:
    assert LARAVEL.parse_ledger("x", TableRows(columns, (), ())) is None


def test_rows_are_in_the_order_they_ran_whatever_their_numbers_say() -> None:
    rows = ledger(row(12, "b", 1), row(3, "d", 2), row(2, "a", 1), row(9, "c", 2)).rows
    assert [(r.id, r.batch, r.rank) for r in rows] == [("a", 1, 1), ("b", 1, 2), ("d", 2, 3), ("c", 2, 4)]
    assert all(r.success and r.applied_at is None for r in rows)
    assert rows[0].raw == (("id", "2"), ("migration", "a"), ("batch", "1"))


def test_columns_are_known_in_any_case_and_an_old_table_has_no_id() -> None:
    parsed = LARAVEL.parse_ledger("x", TableRows(("Batch", "MIGRATION"), (("2", "b"), ("1", "a")), (8, 7)))
    assert parsed is not None
    assert [(r.id, r.batch, r.stamp) for r in parsed.rows] == [("a", 1, 7), ("b", 2, 8)]


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        ({}, ((None, "migrations"),)),
        ({"migrations": "ran", "prefix": "p_"}, ((None, "p_ran"), (None, "migrations"))),
        ({"search_path": "app,public"}, (("app", "migrations"), (None, "migrations"))),
        ({"search_path": "public"}, ((None, "migrations"),)),
        ({"migrations": "audit.ran", "prefix": "p_"}, (("audit", "p_ran"), (None, "p_ran"), (None, "migrations"))),
    ],
    ids=["usual", "named", "schema", "public", "with schema"],
)
def test_the_ledger_is_looked_for_where_it_is_configured_first(
    settings: dict[str, str], places: tuple[tuple[str | None, str], ...]
) -> None:
    assert LARAVEL.ledger_tables(Project("laravel", "/x", settings=settings)) == places


def test_without_a_project_the_ledger_is_the_usual_one() -> None:
    assert LARAVEL.ledger_tables(None) == ((None, "migrations"),)


def test_a_row_means_that_it_ran_and_no_row_that_it_did_not(three: Path) -> None:
    tracking = track(three, row(1, USERS), row(2, INDEX))
    assert beliefs(tracking) == {USERS: Belief.RECORDED, PHONE: Belief.PENDING, INDEX: Belief.RECORDED}
    assert (tracking.framework, tracking.project) == ("laravel", str(three))
    assert (tracking.files.value, tracking.files.health, tracking.locks) == (3, Health.OK, ())
    assert not any(item.note for item in tracking.tracked)


def test_a_name_that_is_recorded_twice_is_said_and_stands_once(three: Path) -> None:
    item = by_id(track(three, row(1, USERS), row(5, USERS, 3)))[USERS]
    assert item.note == "recorded twice (batches 1, 3)"
    assert item.row is not None
    assert item.row.batch == 1


def test_a_row_without_a_file_is_missed(three: Path) -> None:
    item = by_id(track(three, row(1, USERS), row(2, GONE)))[GONE]
    assert (item.belief, item.migration, item.file_expected, item.note) == (Belief.RECORDED, None, True, "")


def test_without_the_packages_a_row_may_be_one_of_theirs(tmp_path: Path) -> None:
    app(tmp_path, {"vendor/autoload.php": ""})
    item = by_id(track(tmp_path, row(1, GONE)))[GONE]
    assert (item.file_expected, item.note) == (False, "there is no vendor folder here: it may come from a package")


def test_what_migrations_named_is_not_all_there_is(three: Path) -> None:
    tracking = track(three, row(1, GONE), given=str(three / "database" / "migrations"))
    item = by_id(tracking)[GONE]
    assert (item.file_expected, item.note) == (
        False,
        "only what --migrations named was read: it may come from a package",
    )


def test_a_package_that_registers_nothing_counts_where_the_ledger_has_it(tmp_path: Path) -> None:
    files = {f"database/migrations/{name}.php": CREATE for name in (GONE, PHONE)}
    app(tmp_path, package("acme/kit", "", files))
    assert beliefs(track(tmp_path, row(1, GONE))) == {GONE: Belief.RECORDED, USERS: Belief.PENDING}
    assert file_of(track(tmp_path, row(1, GONE)), GONE).startswith("vendor/acme/kit/")


def test_what_is_registered_under_a_condition_may_not_run(tmp_path: Path) -> None:
    provider = "public function boot() { if (Kit::$on) $this->loadMigrationsFrom(__DIR__.'/../migrations'); }"
    app(tmp_path, package("acme/kit", provider, {f"migrations/{name}.php": CREATE for name in (GONE, PHONE)}))
    found = by_id(track(tmp_path, row(1, GONE)))
    assert (found[GONE].note, found[PHONE].note) == (
        "",
        "it is registered under a condition, so Laravel may not run it",
    )


@pytest.fixture
def tenants(tmp_path: Path) -> Path:
    files = {f"database/migrations/tenant/{name}.php": ADD for name in (USERS, PHONE)}
    return app(tmp_path, migrations({INDEX: ADD_INDEX}) | files)


def test_files_for_tenants_are_not_pending_in_the_central_database(tenants: Path) -> None:
    tracking = track(tenants, row(1, USERS))
    assert beliefs(tracking) == {USERS: Belief.RECORDED, PHONE: Belief.IGNORED, INDEX: Belief.PENDING}
    assert by_id(tracking)[PHONE].note == OF_TENANTS
    assert (tracking.files.health, tracking.files.reason) == (Health.OK, f"1 file is not judged: {OF_TENANTS}")
    assert file_of(tracking, USERS) == f"database/migrations/{USERS}.php"


def test_files_for_the_centre_are_not_pending_in_a_tenants_database(tenants: Path) -> None:
    tracking = track(tenants, row(1, PHONE))
    assert beliefs(tracking) == {USERS: Belief.PENDING, PHONE: Belief.RECORDED, INDEX: Belief.IGNORED}
    assert by_id(tracking)[INDEX].note == OF_THE_CENTRE
    assert file_of(tracking, USERS) == f"database/migrations/tenant/{USERS}.php"


def test_one_database_may_hold_both(tenants: Path) -> None:
    tracking = track(tenants, row(1, PHONE), row(2, INDEX))
    assert beliefs(tracking) == {USERS: Belief.PENDING, PHONE: Belief.RECORDED, INDEX: Belief.RECORDED}


def test_a_file_in_a_folder_inside_counts_when_it_was_run_by_name(tmp_path: Path) -> None:
    app(tmp_path, {f"database/migrations/2023/{name}.php": ADD for name in (PHONE, INDEX)})
    found = by_id(track(tmp_path, row(1, PHONE)))
    assert (found[PHONE].belief, found[INDEX].belief, found[INDEX].note) == (Belief.RECORDED, Belief.IGNORED, BELOW)


def test_a_version_that_is_only_assumed_is_said_of_what_is_pending(tmp_path: Path) -> None:
    app(tmp_path, {"composer.lock": ""})
    found = by_id(track(tmp_path))
    assert found[USERS].note == "read as Laravel 10 would run it: the version is not known"


def lone(folder: Path, text: str, *rows: tuple[str | None, ...]) -> Tracking:
    """A file without its name, joined with these rows."""
    write(folder, {"stdin.php": text})
    bare = Project("laravel", str(folder), bare=True)
    files = LARAVEL.read(bare, str(folder / "stdin.php"), "postgres", "public")
    return LARAVEL.track(bare, files, ledger(*rows), SERVER)


def test_a_file_without_its_name_is_known_by_its_class(tmp_path: Path) -> None:
    tracking = lone(tmp_path, php("Schema::drop('a');", name="AddPhoneToUsers"), row(1, USERS), row(2, PHONE))
    item = by_id(tracking)[PHONE]
    assert item.migration is not None
    assert item.note.startswith(f"taken for the file of {PHONE}: it came without its name")


def test_a_file_without_any_name_is_pending(tmp_path: Path) -> None:
    assert beliefs(lone(tmp_path, php("Schema::drop('a');"))) == {"stdin": Belief.PENDING}


def test_files_that_were_not_read_leave_the_rows(three: Path) -> None:
    made = project(three)
    tracking = LARAVEL.track(made, Files(unread="no project was found here"), ledger(row(1, USERS)), SERVER)
    assert beliefs(tracking) == {USERS: Belief.RECORDED}
    assert (tracking.files.health, tracking.files.reason) == (Health.NOT_READ, "no project was found here")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ADD, f"runs the statement of {PHONE}, in a transaction."),
        (TWICE, f"runs {PHONE} from the first of its 2 statements, all in one transaction."),
        (
            TWICE.replace("{\n    \n", "{ public $withinTransaction = false;\n", 1),
            f"runs {PHONE} from the first of its 2 statements, each on its own, {STOPS}",
        ),
        ("<?php", f"runs {PHONE}."),
    ],
    ids=["one", "several", "outside", "unreadable"],
)
def test_the_next_run_begins_with_the_first_statement_of_the_first_without_a_row(
    tmp_path: Path, text: str, said: str
) -> None:
    app(tmp_path, migrations({PHONE: text, INDEX: ADD_INDEX}))
    assert track(tmp_path, row(1, USERS)).next_run == f"`php artisan migrate` {said}"


def test_nothing_to_do_is_nothing_to_say(three: Path) -> None:
    assert track(three, row(1, USERS), row(2, PHONE), row(3, INDEX)).next_run == ""


def test_without_a_ledger_laravel_makes_it_first(three: Path) -> None:
    made = project(three)
    missing = Ledger("migrations", exists=False)
    tracking = LARAVEL.track(made, LARAVEL.read(made, None, "postgres", "public"), missing, SERVER)
    assert set(beliefs(tracking).values()) == {Belief.PENDING}
    assert tracking.next_run.startswith("`php artisan migrate` makes its table of migrations, then runs the statement")


def test_a_ledger_that_cannot_be_read_says_nothing_of_the_next_run(three: Path) -> None:
    made = project(three)
    unread = Ledger("migrations", exists=True, unread="locked")
    assert LARAVEL.track(made, LARAVEL.read(made, None, "postgres", "public"), unread, SERVER).next_run == ""


def test_its_dry_run_is_its_own_command(three: Path) -> None:
    made = project(three)
    first = LARAVEL.read(made, None, "postgres", "public").migrations[0]
    assert LARAVEL.dry_run_command(made, first)[:3] == ("php", "artisan", "migrate")
    assert COLUMNS == ("id", "migration", "batch")
