"""`halfway assess --dry-run` with the real artisan: its command is shown first, and what it prints is compared."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.headless import Answer, halfway
from tests.laravel.fixtures import NewProject
from tests.laravel.project import LaravelProject
from tests.servers import MAJORS, Connect
from tests.tools.debian import Wanted
from tests.tools.laravel import LARAVEL_8, LARAVEL_10

NAME = "2024_05_01_090000_add_phone_to_users"
HEAD = """<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
return new class extends Migration {
    public $withinTransaction = false;
    public function up() {
"""
PLAIN = """
        Schema::table('users', function (Blueprint $table) {
            $table->string('phone', 20)->nullable()->index();
        });
        DB::table('users')->whereNull('phone')->update(['phone' => 'it\\'s unknown']);
"""
HIDDEN = """
        Schema::create('notes', function (Blueprint $table) { $table->id(); });
        DB::statement(getenv('CLEANING'));
        Schema::create('tags', function (Blueprint $table) { $table->id(); });
"""
LOOP = """
        Schema::create('notes', function (Blueprint $table) { $table->id(); });
        foreach (DB::table('users')->get() as $user) {
            DB::table('users')->where('id', $user->id)->update(['name' => strrev($user->name)]);
        }
"""
VERSIONS = pytest.mark.parametrize("wanted", [LARAVEL_8, LARAVEL_10], ids=["8", "10"])
_newest = pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True, ids=lambda major: f"pg{major}")


def dry_run(project: LaravelProject, folder: Path, body: str) -> Answer:
    """Assess with a dry run; `php` on PATH is the project's own."""
    project.add(NAME, f"{HEAD}{body}    }}\n}};\n")
    php = folder / "bin" / "php"
    php.parent.mkdir()
    php.write_text(f'#!/bin/sh\nexec {shlex.join(project.php.command())} "$@"\n')
    php.chmod(0o755)
    env = {"PATH": f"{php.parent}:/usr/bin:/bin", "RECORD_TO": str(folder / "recorded"), "CLEANING": "drop table users"}
    return halfway("assess", "--json", "--dry-run", NAME, "--project", str(project.folder), env=env)


@pytest.fixture(autouse=True)
def users(connect: Connect) -> None:
    connect().execute("CREATE TABLE users (id bigserial PRIMARY KEY, name text)")


@_newest
@VERSIONS
def test_a_file_that_was_read_right_is_confirmed(
    wanted: Wanted, laravel: NewProject, database: URL, tmp_path: Path
) -> None:
    answer = dry_run(laravel(database, wanted), tmp_path, PLAIN)
    found = answer.migration(NAME)
    shown = f"php artisan migrate --pretend --force --no-ansi --no-interaction --path=database/migrations/{NAME}.php"
    assert shown in answer.err
    assert found["notes"][0].startswith("The dry run shows the same 3 statements. A dry run leaves out")
    assert found["source"] == "static"


@_newest
@VERSIONS
def test_what_could_not_be_read_is_told_by_the_dry_run(
    wanted: Wanted, laravel: NewProject, database: URL, tmp_path: Path
) -> None:
    found = dry_run(laravel(database, wanted), tmp_path, HIDDEN).migration(NAME)
    assert [s["sql"] for s in found["statements"]][1] == "drop table users"
    assert [s["verdict"] for s in found["statements"]] == ["not_landed"] * 3
    assert found["source"] == "dry-run"
    assert found["notes"][0].startswith("Statement 2 could not be read from the file and is as the dry run shows.")


@_newest
@VERSIONS
def test_a_loop_that_it_leaves_out_is_said_to_be_left_out(
    wanted: Wanted, laravel: NewProject, database: URL, tmp_path: Path, connect: Connect
) -> None:
    connect().execute("INSERT INTO users (name) VALUES ('a'), ('b')")
    found = dry_run(laravel(database, wanted), tmp_path, LOOP).migration(NAME)
    assert found["notes"][0].startswith("The dry run does not show statement 2.")
    assert len(found["statements"]) == 2


@_newest
def test_a_migration_that_is_not_there_has_no_dry_run(laravel: NewProject, database: URL, tmp_path: Path) -> None:
    project = laravel(database)
    answer = halfway("assess", "--dry-run", "2030_no_such", "--project", str(project.folder))
    assert answer.code == 2
    assert "no dry run of 2030_no_such" in answer.err
