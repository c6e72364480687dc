"""`halfway assess --dry-run` with the real Alembic: its command is shown first, what it prints is compared, and nothing
of it reaches the database."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.plain import one_line
from tests.alembic.project import AlembicProject, NewAlembic, alembic
from tests.headless import Answer, halfway
from tests.incidents.alembic_told import BASE, BROKEN, FIRST, NICK, NOTES
from tests.servers import Connect
from tests.tools.alembic import command, environment

__all__ = ["alembic"]

HIDDEN = 'op.execute("".join(reversed(["orders", "DROP TABLE "])))\n'
pytestmark = pytest.mark.parametrize("postgres_server", [16], indirect=True)


def dry_run(project: AlembicProject, up: str, name: str = BROKEN) -> Answer:
    """Assess with a dry run; `alembic` is that of the project's own environment."""
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    project.add(BROKEN, up, after=FIRST)
    path = project.folder / ".venv" / "bin" / "alembic"
    path.parent.mkdir(parents=True)
    ours = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment(project.release).items())
    path.write_text(f'#!/bin/sh\nexec env -i DATABASE_URL="$DATABASE_URL" {ours} {shlex.join(command())} "$@"\n')
    path.chmod(0o755)
    return halfway("assess", "--json", "--dry-run", name, "--project", str(project.folder), env=project.environ)


def notes(answer: Answer) -> str:
    return " ".join(answer.migration(BROKEN)["notes"])


def test_the_command_is_shown_and_the_two_agree(alembic: NewAlembic, database: URL, connect: Connect) -> None:
    project = alembic(database)
    answer = dry_run(project, NICK + NOTES + "op.execute(\"UPDATE customers SET nick = 'it''s' WHERE nick IS NULL\")")
    shown = f"cd {project.folder} && .venv/bin/alembic -c alembic.ini upgrade {FIRST}:{BROKEN} --sql"
    assert shown in one_line(answer.err)
    assert "imports the project's env.py" in one_line(answer.err)
    assert "The dry run shows the same 3 statements." in notes(answer)
    assert answer.states == {FIRST: "applied", BROKEN: "pending"}
    assert connect().execute("SELECT version_num FROM alembic_version").fetchall() == [(FIRST,)]


def test_what_could_not_be_read_is_taken_from_the_dry_run(alembic: NewAlembic, database: URL) -> None:
    answer = dry_run(alembic(database), NICK + HIDDEN + NOTES)
    told = answer.migration(BROKEN)
    assert (told["source"], [s["sql"] for s in told["statements"]][1]) == ("dry-run", "DROP TABLE orders")
    assert "Statement 2 could not be read from the file and is as the dry run shows." in notes(answer)


def test_what_only_a_connection_can_do_is_a_sentence(alembic: NewAlembic, database: URL) -> None:
    asked = "rows = op.get_bind().execute(sa.text('SELECT id FROM customers')).fetchall()\n"
    answer = dry_run(alembic(database), NICK + asked + NOTES)
    assert "The dry run failed: it ended with 1: " in notes(answer)
    assert [s["verdict"] for s in answer.migration(BROKEN)["statements"]][:1] == ["not_landed"]


def test_a_revision_that_speaks_to_another_program_is_not_run(
    alembic: NewAlembic, database: URL, tmp_path: Path
) -> None:
    answer = dry_run(alembic(database), f"import os\nos.mkdir({str(tmp_path / 'made')!r})\n" + NICK)
    assert "The dry run failed: it was not run: the file uses os" in notes(answer)
    assert not (tmp_path / "made").exists()
