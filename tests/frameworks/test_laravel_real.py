"""What the real Laravel does: the recorded truth is still true, and its ledger is what the adapter takes it for."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.laravel.corpus import VARIANTS, Variant, run_all, truth
from tests.laravel.fixtures import NewProject
from tests.laravel.project import LaravelProject
from tests.servers import Connect
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

pytestmark = pytest.mark.first_of("what Laravel sends")

TWO = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
return new class extends Migration {
    public function up() {
        Schema::create('%s', fn (Blueprint $table) => $table->id());
        DB::statement('%s');
    }
    public function down() { Schema::drop('%s'); }
};
"""


def _variants(driver: str) -> pytest.MarkDecorator:
    chosen = [variant for variant in VARIANTS if variant.driver == driver and variant.stands]
    return pytest.mark.parametrize("variant", chosen, ids=lambda variant: variant.name)


def _is_still_true(project: LaravelProject, variant: Variant) -> None:
    parts = run_all(project, variant)
    version, known = truth(variant.name)
    assert version == project.php.laravel
    assert [(p.migration, p.method) for p in parts] == [(one.migration, one.method) for one in known]
    for part, one in zip(parts, known, strict=True):
        assert part.sent == one.sent, f"{part.migration} {part.method}"
    assert all(part.ended for part in parts)


@_variants("pgsql")
def test_laravel_statements_up_are_what_postgres_was_sent(variant: Variant, laravel: NewProject, database: URL) -> None:
    _is_still_true(laravel(database, variant.wanted, **variant.env), variant)


@_variants("mysql")
def test_mariadb_is_sent_what_was_recorded(variant: Variant, laravel: NewProject, mariadb_server: URL) -> None:
    project = laravel(mariadb_server, variant.wanted, **variant.env)
    assert project.artisan("db:wipe", "--force").code == 0
    _is_still_true(project, variant)


@_variants("sqlite")
def test_sqlite_is_sent_what_was_recorded(variant: Variant, laravel: NewProject, tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite").touch()
    url = URL.create("sqlite", database=str(tmp_path / "shop.sqlite"))
    _is_still_true(laravel(url, variant.wanted, **variant.env), variant)


def test_laravel_order_is_that_of_the_names_and_runs_are_batches(
    laravel: NewProject, database: URL, connect: Connect
) -> None:
    project = laravel(database)
    for name in ("2024_01_01_000000_a", "2024_01_02_000000_b"):
        project.add(name, TWO % (name[-1], "SELECT 1", name[-1]))
        assert project.migrate().code == 0
    rows = connect().execute("SELECT id, migration, batch FROM migrations ORDER BY id").fetchall()
    assert rows == [(1, "2024_01_01_000000_a", 1), (2, "2024_01_02_000000_b", 2)]


@pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
def test_laravel_transactions_take_back_a_whole_file_on_postgres(
    laravel: NewProject, database: URL, connect: Connect, wanted: Wanted
) -> None:
    project = laravel(database, wanted)
    project.add("2024_01_01_000000_a", TWO % ("a", "SELECT 1/0", "a"))
    assert project.migrate().code == 1
    part = project.recording.part("2024_01_01_000000_a")
    assert (part.in_transaction, part.ended, len(part.sent)) == (True, False, 1)
    assert connect().execute("SELECT to_regclass('a'), count(*) FROM migrations").fetchall() == [(None, 0)]


def test_without_the_transaction_the_first_statement_stays_and_no_row_says_so(
    laravel: NewProject, database: URL, connect: Connect
) -> None:
    project = laravel(database)
    loose = TWO.replace("Migration {", "Migration { public $withinTransaction = false;")
    project.add("2024_01_01_000000_a", loose % ("a", "SELECT 1/0", "a"))
    assert project.migrate().code == 1
    assert not project.recording.part("2024_01_01_000000_a").in_transaction
    assert connect().execute("SELECT to_regclass('a')::text, count(*) FROM migrations").fetchall() == [("a", 0)]
    again = project.migrate()
    assert again.code == 1
    assert "already exists" in again.said


def test_pretend_makes_the_ledger_and_knows_no_loop(laravel: NewProject, database: URL, connect: Connect) -> None:
    connect().execute("CREATE TABLE t (id int, a text)")
    connect().execute("INSERT INTO t (id) VALUES (1), (2)")
    project = laravel(database)
    loop = "DB::table('t')->chunkById(9, fn ($rows) => $rows->each(fn ($r) => DB::table('t')->update(['a' => 'x'])));"
    project.add("2024_01_01_000000_a", TWO.replace("DB::statement('%s');", loop) % ("b", "b"))
    said = project.artisan("migrate", "--force", "--pretend").said
    assert 'create table "b"' in said
    assert "update" not in said
    assert connect().execute("SELECT to_regclass('migrations')::text").fetchall() == [("migrations",)]
