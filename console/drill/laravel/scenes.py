"""What goes wrong in the Laravel shop. Nothing is staged: each migration meets something real and fails."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.faults import Fault
from console.drill.laravel import app, released
from console.drill.laravel.connections import LaravelConnection, connection_for
from console.drill.laravel.player import Loop, fill_display_names, migrate
from console.drill.session import Refused
from console.drill.stage import Stage


def columns(stage: Stage) -> None:
    """Laravel adds three columns, and the second is there already: somebody added it by hand."""
    _open(stage)
    _do(stage, app.BY_HAND)
    _deploy(stage, app.SHIPPING, app.SHIPPING_PHP, _connection(stage).refusals.column_is_there)


def backfill(stage: Stage) -> None:
    """A loop over customers meets a name that does not fit: two chunks are done, the rest is not."""
    _open(stage)
    _do(stage, app.LONG_NAME)
    loops = {app.NAMES: fill_display_names}
    _deploy(stage, app.NAMES, app.NAMES_PHP, _connection(stage).refusals.too_long, loops)


def unique(stage: Stage) -> None:
    """A unique key meets customers who signed up twice, between a new column and its index."""
    _open(stage)
    _deploy(stage, app.PHONES, app.PHONES_PHP, _connection(stage).refusals.duplicate)


def foreign(stage: Stage) -> None:
    """A foreign key meets reviews of orders that are gone, between a new column and an index."""
    _open(stage, {app.REVIEWS: app.REVIEWS_PHP})
    _do(stage, _connection(stage).orphans)
    _deploy(stage, app.TITLES, app.TITLES_PHP, _connection(stage).refusals.orphan)


def nulls(stage: Stage) -> None:
    """A column is to hold a value in every row, and nobody filled it before."""
    _open(stage)
    _deploy(stage, app.SOURCES, app.SOURCES_PHP, _connection(stage).refusals.null)


def reverted(stage: Stage) -> None:
    """Everything landed and is recorded, in a batch of its own; the release that came with it has to go back."""
    _release(stage, app.SHIPPING, app.SHIPPING_PHP)


def renamed(stage: Stage) -> None:
    """A column is called otherwise from one moment to the next, and the running release asks for the old one."""
    _release(stage, released.BUYERS, released.BUYERS_PHP)


def dropped(stage: Stage) -> None:
    """A column that the running release reads is dropped with all of its values, and down() brings none of them."""
    _release(stage, released.DATES, released.DATES_PHP)


def _release(stage: Stage, name: str, php: str) -> None:
    """A deployment that ends well, as far as the tool can tell."""
    _open(stage)
    app.add_migration(stage.project, name, php)
    _migrate(stage, name)
    stage.crowd("idle", 3)


def _connection(stage: Stage) -> LaravelConnection:
    return connection_for(stage.url)


def _open(stage: Stage, more: Mapping[str, str] | None = None) -> None:
    """The shop as it was before: its first migrations applied, `more` among them, with rows in its tables."""
    app.write_project(stage.project, stage.url)
    for name, php in (more or {}).items():
        app.add_migration(stage.project, name, php)
    _migrate(stage, max((app.INVOICES, *(more or {}))))
    _do(stage, *_connection(stage).rows)


def _do(stage: Stage, *statements: str) -> None:
    with stage.session() as session:
        for statement in statements:
            session.run(statement)


def _deploy(stage: Stage, name: str, php: str, refusal: str, loops: Mapping[str, Loop] | None = None) -> None:
    """The deployment that fails: the server has to refuse it with the code `refusal`."""
    app.add_migration(stage.project, name, php)
    for pending, text in app.PENDING.items():
        app.add_migration(stage.project, pending, text)
    stage.crowd("idle", 3)
    try:
        _migrate(stage, name, loops)
    except Refused as error:
        if error.code != refusal:
            raise
        return
    raise Fault("The drill could not be set up", "the migration that should fail did not")


def _migrate(stage: Stage, target: str, loops: Mapping[str, Loop] | None = None) -> None:
    migrate(stage.kind, stage.project, stage.url, target, loops)
