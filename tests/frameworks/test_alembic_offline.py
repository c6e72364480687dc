"""`alembic upgrade --sql`: how it is called, what its output means, and what is not run at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.core.migration import Migration
from console.core.ports import Project
from console.frameworks.alembic.offline import CONNECTS, command, run, statements
from tests.alembic.making import ENV, app, project, read, revision

OFFLINE = ENV.replace("run_migrations_online()\n", "context.is_offline_mode() or run_migrations_online()\n")
ADD = 'op.add_column("people", sa.Column("x", sa.Integer()))'
PRINTED = """BEGIN;

-- Running upgrade a -> b

ALTER TABLE people ADD COLUMN x INTEGER;

COMMIT;

BEGIN;

CREATE VIEW v AS
  SELECT 1;

UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a';

-- Running upgrade b -> c

DROP TABLE people;

INSERT INTO alembic_version (version_num) VALUES ('c');

COMMIT;

"""


def file(folder: Path, name: str = "b") -> Migration:
    return next(m for m in read(folder).migrations if m.id == name)


def made(folder: Path, env: str = OFFLINE, **files: str) -> Project:
    named = {f"migrations/versions/{name}.py": text for name, text in files.items()}
    app(folder, ["a"], {"migrations/env.py": env, "migrations/versions/b.py": revision("b", "a", ADD), **named})
    return project(folder)


def program(folder: Path, script: str) -> None:
    """An `alembic` of the project's own environment."""
    path = folder / ".venv" / "bin" / "alembic"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_only_what_is_printed_for_the_revision_counts_without_alembics_own() -> None:
    assert list(statements(PRINTED, "b", "alembic_version")) == [
        "ALTER TABLE people ADD COLUMN x INTEGER", "CREATE VIEW v AS\n  SELECT 1"]  # fmt: skip
    assert list(statements(PRINTED, "c", "alembic_version")) == ["DROP TABLE people"]
    own = '-- Running upgrade  -> a\n\nCREATE TABLE shop."heads" (x INT);\n\nCREATE TABLE t (x INT);\n\n'
    assert list(statements(own, "a", "heads")) == ["CREATE TABLE t (x INT)"]


def test_one_revision_is_run_from_the_one_below_it(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert command(found, file(tmp_path)) == ("alembic", "-c", "alembic.ini", "upgrade", "a:b", "--sql")
    assert command(found, file(tmp_path, "a")) == ("alembic", "-c", "alembic.ini", "upgrade", "a", "--sql")
    program(tmp_path, "exit 1")
    assert command(found, file(tmp_path))[0] == ".venv/bin/alembic"


@pytest.mark.parametrize(
    ("name", "text"),
    [("m", revision("m", ("a", "b"))), ("d", revision("d", "b", depends="a"))],
    ids=["merge", "depends"],
)
def test_what_cannot_be_run_alone_has_no_command(tmp_path: Path, name: str, text: str) -> None:
    found = made(tmp_path, **{name: text})
    assert command(found, file(tmp_path, name)) == ()


def test_where_the_application_runs_alembic_there_is_no_command(tmp_path: Path) -> None:
    assert command(made(tmp_path, OFFLINE + "from flask import current_app\n"), file(tmp_path)) == ()


def test_it_is_run_in_the_projects_folder(tmp_path: Path) -> None:
    found = made(tmp_path)
    program(tmp_path, f'echo "-- Running upgrade a -> b"; echo; echo "$PWD $*;"; echo; cat {tmp_path}/none || exit 0')
    assert run(found, file(tmp_path)).sql == (f"{tmp_path} -c alembic.ini upgrade a:b --sql",)
    assert run(found, file(tmp_path)).command == ".venv/bin/alembic -c alembic.ini upgrade a:b --sql"


@pytest.mark.parametrize(
    ("up", "names"),
    [
        ("import requests; requests.post('x')", "requests"),
        ("from app.db import engine; engine.execute('x')", "app.db"),
        ("from . import helpers", "."),
        ("sa.create_engine('x').execute('y')", "create_engine"),
        ("sa.orm.Session(bind=op.get_bind())", "Session"),
        ("open('x', 'w')", "open"),
        ("import os; os.remove('x')", "os"),
        ("from sqlalchemy import create_engine as made; made('x')", "sqlalchemy.create_engine"),
        ("from alembic import command; command.upgrade(None, 'head')", "alembic.command"),
        ("import alembic; alembic.command.stamp(None, 'head')", "alembic.command"),
        ("import logging; logging.os.remove('x')", "os"),
    ],
    ids=["import", "from", "relative", "engine", "session", "open", "os", "renamed", "command", "driven", "through"],
)
def test_a_revision_that_reaches_past_alembic_is_not_run(tmp_path: Path, up: str, names: str) -> None:
    found = made(tmp_path)
    program(tmp_path, f"touch {tmp_path}/ran")
    refused = run(found, replace(file(tmp_path), text=revision("b", "a", up)))
    assert (
        refused.problem
        == f"it was not run: the file uses {names}, and --sql holds back only what is sent through Alembic."
    )
    assert not (tmp_path / "ran").exists()


def test_an_env_that_would_connect_is_not_run(tmp_path: Path) -> None:
    found = made(tmp_path, ENV)
    program(tmp_path, f"touch {tmp_path}/ran")
    assert run(found, file(tmp_path)).problem == CONNECTS
    assert not (tmp_path / "ran").exists()
