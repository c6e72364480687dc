"""What every framework owes the rest, whatever it is: nothing found is nothing said, and nothing raises."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Ledger, Migration
from console.core.observation import Health, Server
from console.core.ports import Files, Framework, Project, TableRows

SERVER = Server("postgresql", "16.4", 160004, "app", "db", "deploy")
STRANGERS = (("installed",), ("id", "timestamp", "name"), ())


NAMES = (
    "flyway",
    "laravel",
    "rails",
    "alembic",
    "django",
    "dbmate",
    "goose",
    "prisma",
    "drizzle",
    "atlas",
    "liquibase",
    "sqitch",
    "golang-migrate",
)


@pytest.fixture(params=NAMES)
def framework(request: pytest.FixtureRequest) -> Framework:
    return frameworks.load(request.param)


def test_every_framework_is_held_to_this() -> None:
    assert frameworks.names() == NAMES


def test_it_is_called_what_it_was_loaded_as(framework: Framework) -> None:
    assert frameworks.load(framework.name).name == framework.name


def test_an_empty_folder_is_no_project(framework: Framework, tmp_path: Path) -> None:
    assert framework.detect(tmp_path, {}) is None
    assert framework.detect(tmp_path / "nothing", {}) is None


def test_an_empty_folder_that_was_named_holds_nothing(framework: Framework, tmp_path: Path) -> None:
    bare = Project(framework.name, str(tmp_path), bare=True)
    files = framework.read(bare, str(tmp_path), "postgres", "public")
    assert (files.migrations, files.unread) == ((), "")


def test_a_ledger_is_looked_for_anywhere_at_last(framework: Framework) -> None:
    places = framework.ledger_tables(None)
    assert places
    assert all(schema is None and table for schema, table in places)


@pytest.mark.parametrize("columns", STRANGERS, ids=["alike", "typeorm", "none"])
def test_a_strangers_table_is_refused(framework: Framework, columns: tuple[str, ...]) -> None:
    assert framework.parse_ledger("x", TableRows(columns, (), ())) is None


def test_nothing_is_joined_to_nothing(framework: Framework) -> None:
    tracking = framework.track(None, Files(), Ledger("x", exists=False), SERVER)
    assert (tracking.framework, tracking.tracked, tracking.next_run) == (framework.name, (), "")
    assert tracking.files.health is Health.NONE


def test_files_that_were_not_read_are_not_none(framework: Framework) -> None:
    tracking = framework.track(None, Files(unread="locked"), Ledger("x", exists=False), SERVER)
    assert (tracking.files.health, tracking.files.reason) == (Health.NOT_READ, "locked")


def test_a_dry_run_that_cannot_be_done_is_a_problem_and_no_error(framework: Framework, tmp_path: Path) -> None:
    nowhere = Project(framework.name, str(tmp_path / "gone"))
    assert framework.dry_run(nowhere, Migration("1", "", "x.php", ())).problem
