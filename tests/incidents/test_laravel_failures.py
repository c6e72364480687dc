"""The real Laravel stops half way on a real PostgreSQL; Halfway, without any PHP, says what Laravel really did."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.headless import halfway
from tests.incidents.laravel_cases import BASE, CASES, NICK, NOTES, ROWS, UNIQUE, Case, php
from tests.incidents.laravel_told import BROKEN, FIRST, NO_PHP, agrees, assess, broken, letters, migration
from tests.laravel.fixtures import NewProject
from tests.servers import Connect, run
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10
from tests.waiting import eventually

pytestmark = pytest.mark.first_of("what Laravel left")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_laravel_left_is_told_statement_by_statement(case: Case, laravel: NewProject, database: URL) -> None:
    project = laravel(database)
    part = broken(project, database, case, run)
    found = assess(project)
    assert tuple(item.kind for item in found.debris) == case.debris
    agrees(found, case, part, every_text=case.exact and case.loose)


def test_the_command_needs_no_php(laravel: NewProject, database: URL) -> None:
    project = laravel(database)
    part = broken(project, database, next(case for case in CASES if case.name == "duplicates_last"), run)
    answer = halfway("assess", "--json", "--project", str(project.folder), cwd=Path("/"), env=NO_PHP)
    assert (answer.code, answer.verdict["state"], answer.gaps) == (1, "incident", {})
    assert answer.states == {FIRST: "applied", BROKEN: "half_applied"}
    told = answer.migration(BROKEN)
    assert (told["source"], told["recorded"]) == ("static", False)
    assert [s["sql"] for s in told["statements"] if s["verdict"] == "landed"] == list(part.sent)
    assert answer.migration(FIRST)["batch"] == 1


def test_a_project_that_is_up_to_date_is_healthy(laravel: NewProject, database: URL) -> None:
    project = laravel(database)
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    answer = halfway("assess", "--json", "--require-applied", "--project", str(project.folder), env=NO_PHP)
    assert (answer.code, answer.verdict["state"], answer.gaps) == (0, "healthy", {})


@pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
def test_a_prefix_belongs_to_every_name(laravel: NewProject, database: URL, wanted: Wanted) -> None:
    project = laravel(database, wanted, DB_PREFIX="shop_")
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    run(database, *(row.replace("INTO ", "INTO shop_") for row in ROWS))
    project.add(BROKEN, php(NICK + NOTES + UNIQUE))
    assert project.migrate().code == 1
    judged = migration(assess(project))
    assert (letters(judged), judged.state.value) == ("LLN", "half_applied")
    assert [j.statement.sql for j in judged.statements][:2] == list(project.recording.part(BROKEN).sent)


def test_of_two_files_in_one_run_the_first_is_recorded_and_the_second_half_done(
    laravel: NewProject, database: URL
) -> None:
    project = laravel(database)
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    run(database, *ROWS)
    project.add("2024_05_04_000000_notes", php(NOTES))
    project.add(BROKEN, php(NICK + UNIQUE))
    project.add("2024_05_06_000000_later", php("Schema::create('later', fn (Blueprint $table) => $table->id());"))
    assert project.migrate().code == 1
    found = assess(project)
    states = {m.tracked.id: m.state.value for f in found.frameworks for m in f.migrations}
    assert list(states.values()) == ["applied", "applied", "half_applied", "pending"]


def test_a_rollback_that_stops_half_way_leaves_a_hollow_migration(laravel: NewProject, database: URL) -> None:
    project = laravel(database)
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    down = "Schema::drop('notes'); Schema::table('customers', fn ($table) => $table->dropColumn('nikc'));"
    project.add(BROKEN, php(NICK + NOTES, down=down))
    assert project.migrate().code == 0
    assert migration(assess(project)).state.value == "applied"
    assert project.artisan("migrate:rollback", "--force").code == 1
    assert project.recording.part(BROKEN, "down").sent == ('drop table "notes"',)
    judged = migration(assess(project))
    assert (letters(judged), judged.state.value) == ("LN", "hollow")


def test_a_statement_that_waits_for_a_lock_lands_after_its_client_was_killed(
    laravel: NewProject, database: URL, connect: Connect
) -> None:
    project = laravel(database)
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    holder, watcher = connect(), connect()
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM orders")
    project.add(BROKEN, php(NICK + "Schema::table('orders', fn ($table) => $table->string('carrier')->nullable());"))
    process = project.started("migrate", "--force")
    waits = b"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass"
    eventually(lambda: watcher.execute(waits).fetchone() == (1,))
    process.kill()
    process.wait()
    waiting = assess(project)
    assert (letters(migration(waiting)), migration(waiting).state.value) == ("LN", "half_applied")
    assert waiting.blocked.migration, "the orphan is still there and will land"
    holder.execute("ROLLBACK")
    eventually(lambda: watcher.execute(waits).fetchone() == (0,))
    eventually(lambda: letters(migration(assess(project))) == "LL")
    assert migration(assess(project)).state.value == "unrecorded"


def test_a_configuration_that_laravel_cached_stands_for_the_files(laravel: NewProject, database: URL) -> None:
    project = laravel(database, DB_PREFIX="shop_")
    project.add(FIRST, php(BASE))
    assert project.migrate().code == 0
    assert project.artisan("config:cache").code == 0
    (project.folder / ".env").write_text("DB_CONNECTION=pgsql\nDB_HOST=elsewhere.invalid\nDB_PREFIX=other_\n")
    assert migration(assess(project), FIRST).state.value == "applied"


def test_statements_for_another_connection_are_judged_in_its_database(
    laravel: NewProject, database: URL, connect: Connect
) -> None:
    other = f"{database.database}_audit"
    connect().execute(f'CREATE DATABASE "{other}"'.encode())
    try:
        project = laravel(database, AUDIT_DATABASE=other)
        project.add(FIRST, php(BASE))
        assert project.migrate().code == 0
        run(database, *ROWS)
        log = "Schema::connection('audit')->create('log', fn (Blueprint $table) => $table->id());"
        late = "Schema::connection('audit')->table('log', fn ($table) => $table->text('said')->nullable());"
        project.add(BROKEN, php(log + UNIQUE + late))
        assert project.migrate().code == 1
        assert project.recording.part(BROKEN).connections == ("audit",)
        judged = migration(assess(project))
        assert (letters(judged), judged.state.value) == ("LNN", "half_applied")
    finally:
        run(database.set(database="postgres"), f'DROP DATABASE "{other}" WITH (FORCE)')
