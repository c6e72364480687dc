"""`manage.py sqlmigrate`: how it is called, what its output means, and what is not run at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.core.migration import Migration
from console.core.ports import OtherDatabase, Project
from console.frameworks.django import Django
from console.frameworks.django.sqlmigrate import command, run, statements
from tests.django.making import SETTINGS, table, text
from tests.django.making import project as make

PRINTED = """settings are read
BEGIN;
--
-- Create model One
--
CREATE TABLE "shop_one" ("id" bigint NOT NULL PRIMARY KEY);
--
-- Raw Python operation
--
-- THIS OPERATION CANNOT BE WRITTEN AS SQL
--
-- Raw SQL operation
--
CREATE VIEW v AS
-- all of it
  SELECT 1;
COMMIT;
"""
SEPARATE = "migrations.SeparateDatabaseAndState(database_operations=[{inner}], state_operations=[])"


def project(folder: Path, operations: str, script: str = "exit 1") -> tuple[Project, Migration]:
    """A project with one migration and a `python` that does what the test wants."""
    make(folder, {"0001_one": text(operations=operations)}, SETTINGS)
    program = folder / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    found = Django().detect(folder, {})
    assert found is not None
    return found, Django().read(found, None, "postgres", "public").migrations[0]


def test_comments_and_what_the_settings_print_are_no_statements() -> None:
    assert list(statements(PRINTED)) == [
        'CREATE TABLE "shop_one" ("id" bigint NOT NULL PRIMARY KEY);',
        "CREATE VIEW v AS\n-- all of it\n  SELECT 1;",
    ]


def test_it_is_run_by_the_projects_own_python_in_its_folder(tmp_path: Path) -> None:
    found, migration = project(tmp_path, table("One"), 'echo BEGIN\\;; echo "run $*;"; pwd; echo COMMIT\\;')
    assert run(found, migration).sql[0] == "run manage.py sqlmigrate shop 0001_one --no-color;"
    several = replace(found, others=(OtherDatabase("archive"),))
    assert command(several, migration)[-1] == "--database=default"


def test_what_goes_wrong_is_a_sentence(tmp_path: Path) -> None:
    found, migration = project(tmp_path, table("One"), "echo 'django.db.utils.OperationalError: gone' >&2; exit 1")
    assert run(found, migration).problem == "it ended with 1: django.db.utils.OperationalError: gone"


@pytest.mark.parametrize(
    ("operations", "named"),
    [
        ("own.Thing(1)", "own.Thing"),
        (SEPARATE.format(inner="migrations.RunPython(fill)"), "RunPython inside SeparateDatabaseAndState"),
        (SEPARATE.format(inner="own.Thing(1)"), "own.Thing"),
    ],
    ids=["own", "python", "inside"],
)
def test_what_would_really_be_done_is_not_run(tmp_path: Path, operations: str, named: str) -> None:
    found, migration = project(tmp_path, operations, f"touch {tmp_path}/ran")
    assert run(found, migration).problem.startswith(f"it was not run: {named} is not written down")
    assert not (tmp_path / "ran").exists()
