"""`halfway assess --dry-run` with the real sqlmigrate: its command is shown first, and what it prints is compared."""

from __future__ import annotations

import shlex
import sys

import pytest
from sqlalchemy.engine import URL

from console.core.plain import one_line
from tests.django.fixtures import NewDjango
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.headless import Answer, halfway
from tests.incidents.django_told import BASE, BROKEN, CHECK, INDEX, KEY, NICK, NOTES

HIDDEN = 'migrations.RunSQL("".join(reversed(["shop_order", "TRUNCATE TABLE "]))),'
CODE = "migrations.RunPython(fill, migrations.RunPython.noop),"
pytestmark = pytest.mark.parametrize("postgres_server", [16], indirect=True)


def dry_run(project: DjangoProject, operations: str) -> Answer:
    """Assess with a dry run; `python` is that of the project's own environment."""
    project.add("0002_change", file(operations, "0001_initial"))
    program = project.folder / ".venv" / "bin" / "python"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -S "$@"\n')
    program.chmod(0o755)
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(project.site), "PYTHONDONTWRITEBYTECODE": "1"}
    return halfway("assess", "--json", "--dry-run", BROKEN, "--project", str(project.folder), env=env)


@pytest.fixture
def project(django: NewDjango, database: URL) -> DjangoProject:
    made = django(database, "5.2", {"0001_initial": file(BASE)})
    assert made.migrate().code == 0
    return made


def test_the_command_is_shown_and_the_two_agree(project: DjangoProject) -> None:
    answer = dry_run(project, NICK + NOTES + KEY + CHECK + INDEX)
    shown = f"cd {project.folder} && .venv/bin/python manage.py sqlmigrate shop 0002_change --no-color"
    assert shown in one_line(answer.err)
    assert "This boots the project" in one_line(answer.err)
    found = answer.migration(BROKEN)
    assert found["notes"][0].startswith("The dry run shows the same 6 statements."), found["notes"]
    assert (found["source"], answer.states[BROKEN]) == ("static", "pending")


def test_what_could_not_be_read_is_taken_from_it_and_code_is_left_out(project: DjangoProject) -> None:
    found = dry_run(project, NICK + HIDDEN + NOTES + CODE).migration(BROKEN)
    assert [s["sql"] for s in found["statements"]][1] == "TRUNCATE TABLE shop_order"
    assert found["notes"][0].startswith("Statement 2 could not be read from the file and is as the dry run shows.")
    assert "The dry run does not show statement 4." in found["notes"][0]
