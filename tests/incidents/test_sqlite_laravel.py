"""The real Laravel stops half way on a real SQLite, where every statement stands for itself; told without any PHP."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.headless import halfway
from tests.incidents.laravel_cases import BASE, NICK, NOTES, ROWS, UNIQUE, Case, php
from tests.incidents.laravel_told import BROKEN, FIRST, NO_PHP, agrees, assess, broken, letters, migration
from tests.laravel.fixtures import NewProject
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

VERSIONS = pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])

CASES = (
    Case("duplicates_first", UNIQUE + NICK + NOTES, "NNN", "pending"),
    Case("duplicates_middle", NICK + UNIQUE + NOTES, "LNN", "half_applied"),
    Case("duplicates_last", NICK + NOTES + UNIQUE, "LLN", "half_applied", says=("finish statement 3",)),
    Case("there_is_no_transaction", NICK + NOTES + UNIQUE, "LLN", "half_applied", loose=False),
    Case(
        "not_null_without_a_default",
        NICK + "Schema::table('orders', fn (Blueprint $table) => $table->string('carrier'));" + NOTES,
        "LNN",
        "half_applied",
    ),
    Case(
        "column_by_hand",
        """
        Schema::table('orders', fn (Blueprint $table) => $table->integer('a')->nullable());
        Schema::table('orders', fn (Blueprint $table) => $table->string('carrier', 40)->default('post'));
        Schema::table('orders', fn (Blueprint $table) => $table->integer('c')->nullable());
        """,
        "LPN",
        "half_applied",
        by_hand=("ALTER TABLE orders ADD COLUMN carrier varchar(255)",),
        says=("varchar(255)",),
        exact=False,
    ),
    Case(
        "table_by_hand",
        NICK + NOTES + UNIQUE,
        "LPN",
        "half_applied",
        by_hand=("CREATE TABLE Notes (id integer PRIMARY KEY, text text)",),
        exact=False,
    ),
    Case(
        "columns_of_one_table_are_statements_of_their_own",
        """
        Schema::table('orders', function (Blueprint $table) {
            $table->string('carrier')->nullable();
            $table->boolean('paid')->default(false);
            $table->string('code')->nullable();
        });
        """,
        "LLP",
        "half_applied",
        exact=False,
    ),
    Case(
        "an_expression_it_does_not_know",
        NICK + "DB::statement('ALTER TABLE customers ALTER COLUMN name SET NOT NULL');" + NOTES,
        "LNN",
        "half_applied",
    ),
    Case(
        "backfill_then_duplicates",
        """
        Schema::table('customers', fn (Blueprint $table) => $table->string('login')->nullable());
        DB::table('customers')->whereNull('login')->update(['login' => 'nobody']);
        Schema::table('customers', fn (Blueprint $table) => $table->unique('login'));
        """,
        "LUN",
        "half_applied",
    ),
    Case("killed_after_the_first", NICK + NOTES + UNIQUE, "LNN", "half_applied", dies_after="nick"),
    Case("killed_before_its_row", NICK + NOTES, "LL", "unrecorded", dies_after="notes"),
    Case(
        "a_rebuild_by_hand_that_was_killed",
        """
        DB::statement('CREATE TABLE __temp__customers (id integer primary key, email varchar not null)');
        DB::statement('INSERT INTO __temp__customers SELECT id, email FROM customers');
        DB::statement('DROP TABLE customers');
        DB::statement('ALTER TABLE __temp__customers RENAME TO customers');
        """,
        "LLLN",
        "half_applied",
        dies_after="DROP TABLE customers",
    ),
    Case(
        "behind_a_condition",
        """
        if (! Schema::hasColumn('orders', 'code')) {
            Schema::table('orders', fn (Blueprint $table) => $table->string('code', 40)->nullable());
        }
        if (! Schema::hasColumn('customers', 'nick')) {
        """
        + NICK
        + "}"
        + UNIQUE,
        "-LN",
        "half_applied",
    ),
)


BY_VERSION = (
    pytest.param(
        LARAVEL_8,
        Case(
            "rebuilt_by_dbal",
            NICK
            + "Schema::table('customers', fn (Blueprint $table) => $table->string('name', 100)->nullable()->change());"
            + "Schema::table('orders', fn (Blueprint $table) => $table->dropColumn('total'));"
            + UNIQUE,
            "ULUN",
            "half_applied",
            exact=False,
        ),
        id="8-rebuilt",
    ),
    pytest.param(
        LARAVEL_10,
        Case(
            "renamed_and_dropped",
            """
            Schema::table('orders', fn (Blueprint $table) => $table->renameColumn('code', 'number'));
            Schema::table('orders', fn (Blueprint $table) => $table->index('number'));
            Schema::table('orders', fn (Blueprint $table) => $table->dropColumn('total'));
            Schema::table('orders', fn (Blueprint $table) => $table->dropColumn('number'));
            """,
            "LLLN",
            "half_applied",
        ),
        id="10-dropped-with-an-index",
    ),
)


@pytest.fixture
def url(tmp_path: Path) -> URL:
    """An empty file, as `touch database.sqlite` leaves it."""
    (tmp_path / "shop.sqlite").touch()
    return URL.create("sqlite", database=str(tmp_path / "shop.sqlite"))


def run(url: URL, *statements: str) -> None:
    """What the application, or a person, does."""
    with closing(sqlite3.connect(url.database or "", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@VERSIONS
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_laravel_left_is_told_statement_by_statement(
    case: Case, wanted: Wanted, laravel: NewProject, url: URL
) -> None:
    project = laravel(url, wanted)
    part = broken(project, url, case, run)
    agrees(assess(project), case, part, every_text=case.exact)


@pytest.mark.parametrize(("wanted", "case"), BY_VERSION)
def test_what_each_version_does_in_its_own_way(case: Case, wanted: Wanted, laravel: NewProject, url: URL) -> None:
    project = laravel(url, wanted)
    part = broken(project, url, case, run)
    agrees(assess(project), case, part, every_text=False)


def test_a_table_that_dbal_made_anew_raises_no_alarm(laravel: NewProject, url: URL) -> None:
    project = laravel(url, LARAVEL_8)
    project.add(FIRST, php(BASE + "Schema::table('customers', fn ($table) => $table->index('name'));"))
    assert project.migrate().code == 0
    run(url, *ROWS)
    changed = "Schema::table('customers', fn ($table) => $table->string('email', 100)->nullable()->change());"
    project.add(BROKEN, php(NICK + changed))
    assert project.migrate().code == 0
    found = assess(project)
    assert [m.state.value for f in found.frameworks for m in f.migrations] == ["applied", "applied"]
    assert found.exit_code == 0


@VERSIONS
def test_the_command_needs_no_php_and_no_url(laravel: NewProject, url: URL, wanted: Wanted) -> None:
    project = laravel(url, wanted)
    broken(project, url, next(case for case in CASES if case.name == "duplicates_last"), run)
    answer = halfway("assess", "--json", "--project", str(project.folder), cwd=Path("/"), env=NO_PHP)
    assert (answer.code, answer.verdict["state"], answer.gaps) == (1, "incident", {})
    assert answer.states == {FIRST: "applied", BROKEN: "half_applied"}
    assert answer.document["database"]["dialect"] == "sqlite"
    assert (answer.document["sessions"]["total"], answer.document["sessions"]["blocked"]) == (None, None)


@VERSIONS
def test_a_project_that_is_up_to_date_is_healthy(laravel: NewProject, url: URL, wanted: Wanted) -> None:
    project = laravel(url, wanted)
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    answer = halfway("assess", "--json", "--require-applied", "--project", str(project.folder), env=NO_PHP)
    assert (answer.code, answer.verdict["state"], answer.gaps) == (0, "healthy", {})


def test_a_prefix_belongs_to_every_name(laravel: NewProject, url: URL) -> None:
    project = laravel(url, LARAVEL_10, DB_PREFIX="Shop_")
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    run(url, *(row.replace("INTO ", "INTO shop_") for row in ROWS))
    project.add(BROKEN, php(NICK + NOTES + UNIQUE))
    assert project.migrate().code == 1
    judged = migration(assess(project))
    assert (letters(judged), judged.state.value) == ("LLN", "half_applied")
    assert [j.statement.sql for j in judged.statements][:2] == list(project.recording.part(BROKEN).sent)
