"""`php artisan migrate --pretend`: how it is called, what its output means, and how it can fail."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.core.migration import Migration
from console.core.ports import Project
from console.frameworks.laravel import pretend
from console.frameworks.laravel.pretend import command, run, statements
from console.readers.own_command import WIDE
from tests.waiting import eventually

NAME = "2024_01_31_093000_add_phone_to_users"
FILE = Migration(NAME, "", f"database/migrations/{NAME}.php", ())
ADD = 'alter table "users" add column "phone" varchar(20) null'
INDEX = 'create index "users_phone_index" on "users" ("phone")'

LARAVEL_8_CLASS = f"AddPhoneToUsers: {ADD}\nAddPhoneToUsers: {INDEX}\n"
LARAVEL_8_ANONYMOUS = f"{NAME}: {ADD}\n{NAME}: select * from x\n{NAME}: {INDEX}\n"
LARAVEL_10 = f"""
   INFO  Running migrations.

  {NAME} ............................................
  ⇂ {ADD}
  ⇂ select exists (select 1 from pg_class)
  ⇂ {INDEX}

"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project beside a `php` that prints what the test wants."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return Project("laravel", str(tmp_path))


def php(project: Project, script: str) -> None:
    path = Path(project.folder) / "php"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    "output",
    [LARAVEL_8_CLASS, LARAVEL_8_ANONYMOUS, LARAVEL_10],
    ids=["8-class", "8-anonymous", "10"],
)
def test_the_statements_are_taken_from_the_output_of_every_version(output: str) -> None:
    assert list(statements(output, NAME)) == [ADD, INDEX]


def test_a_statement_of_several_lines_is_one() -> None:
    view = "create view v as\n  select 1\n  union select 2"
    assert list(statements(f"AddPhoneToUsers: {view}\nAddPhoneToUsers: {ADD}\n", NAME)) == [view, ADD]


def test_the_command_changes_nothing_and_asks_nothing(project: Project) -> None:
    assert command(project, FILE) == (
        "php",
        "artisan",
        "migrate",
        "--pretend",
        "--force",
        "--no-ansi",
        "--no-interaction",
        f"--path=database/migrations/{NAME}.php",
    )


def test_it_runs_in_the_projects_folder_with_a_wide_terminal_and_no_stdin(project: Project) -> None:
    php(project, f'cat; echo "AddPhoneToUsers: create $PWD/$COLUMNS/$5"; echo "{NAME}: drop"')
    found = run(project, FILE)
    assert found.sql == (f"create {project.folder}/{WIDE}/--no-ansi", "drop")
    assert found.problem == ""
    assert found.command.startswith("php artisan migrate --pretend")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo 'Class App not found' >&2; exit 255", "it ended with 255: Class App not found"),
        ("exit 1", "it ended with 1: it said nothing"),
        ("echo 'Nothing to migrate.'", "Laravel finds nothing to migrate there"),
        ("echo 'AddPhoneToUsers: failed to dump queries. This'", "the file changes columns"),
    ],
)
def test_what_goes_wrong_is_a_sentence(project: Project, script: str, problem: str) -> None:
    php(project, script)
    found = run(project, FILE)
    assert problem in found.problem
    assert found.sql == ()


def test_without_php_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no php on this machine" in run(Project("laravel", str(tmp_path)), FILE).problem


def test_one_that_hangs_is_ended_with_everything_it_started(project: Project) -> None:
    php(project, f"sleep 60 & echo $! >{project.folder}/child; wait")
    began = time.monotonic()
    found = run(project, FILE, seconds=0.5)
    assert found.problem == "it did not end within 0.5 s and was ended."
    assert time.monotonic() - began < 20
    child = int((Path(project.folder) / "child").read_text())
    eventually(lambda: not _is_running(child))


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize(
    "body",
    [
        "Schema::connection('archive')->drop('events');",
        "DB::connection('archive')->statement('drop table events');",
        "protected $connection = 'archive';",
        "DB::getPdo()->exec('drop table events');",
        "Artisan::call('db:seed');",
        "exec('rm -rf storage');",
    ],
)
def test_a_file_that_reaches_further_than_its_connection_is_not_run(project: Project, body: str) -> None:
    php(project, f"touch {project.folder}/ran")
    found = run(project, replace(FILE, text=f"<?php return new class {{ function up() {{ {body} }} }};"))
    assert found.problem == pretend.NOT_HELD_BACK
    assert not (Path(project.folder) / "ran").exists()
