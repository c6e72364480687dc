"""What goes wrong in the Laravel shop. Nothing is staged: each migration meets something real and fails."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from console.core.faults import Fault
from console.drill.laravel import app
from console.drill.laravel.player import Loop, fill_display_names, migrate
from console.drill.stage import Stage


def columns(stage: Stage) -> None:
    """Laravel adds three columns, and the second is there already: somebody added it by hand."""
    _open(stage)
    _deploy(stage, app.SHIPPING, app.SHIPPING_PHP, app.BY_HAND, "42701")


def backfill(stage: Stage) -> None:
    """A loop over customers meets a name that does not fit: two chunks are done, the rest is not."""
    _open(stage)
    _deploy(stage, app.NAMES, app.NAMES_PHP, app.LONG_NAME, "22001", {app.NAMES: fill_display_names})


def unique(stage: Stage) -> None:
    """A unique key meets customers who signed up twice, between a new column and its index."""
    _open(stage)
    _deploy(stage, app.PHONES, app.PHONES_PHP, "ANALYZE customers", "23505")


def _open(stage: Stage) -> None:
    """The shop as it was before: its first migrations applied, with rows in its tables."""
    app.write_project(stage.project, stage.url)
    migrate(stage.project, stage.url, app.INVOICES)
    with stage.session() as session:
        for statement in app.ROWS:
            session.execute(statement)


def _deploy(
    stage: Stage, name: str, php: str, before: str, refusal: str, loops: Mapping[str, Loop] | None = None
) -> None:
    """The deployment that fails: the server has to refuse it with SQLSTATE `refusal`."""
    app.add_migration(stage.project, name, php)
    for pending, text in app.PENDING.items():
        app.add_migration(stage.project, pending, text)
    with stage.session() as session:
        session.execute(before)
    stage.crowd("idle", 3)
    try:
        migrate(stage.project, stage.url, name, loops)
    except psycopg.Error as error:
        if error.sqlstate != refusal:
            raise
        return
    raise Fault("The drill could not be set up", "the migration that should fail did not")
