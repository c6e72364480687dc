"""What happens in each drill. Every scene is real: real locks, a process really killed, statements that really fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import MappingProxyType

import psycopg

from console.core.faults import Fault
from console.drill import player, shop
from console.drill.laravel import scenes as laravel
from console.drill.stage import Stage

READERS_BEHIND = 20
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    " AND application_name = %s"
)
_JDBC_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"


def ghost(stage: Stage) -> None:
    """Killed while its third statement waits behind an idle reader; 20 more readers queue behind that."""
    _open_shop(stage)
    _try_by_hand(stage)
    shop.add_migration(stage.project, shop.SHIPPING, shop.SHIPPING_SQL, transactional=False)
    _add_pending(stage)
    stage.crowd("idle", 3)
    stage.crowd("hold", 1)
    flyway = stage.program("player", str(stage.project / "sql"), "4")
    with stage.session() as watch:
        stage.until(lambda: _count(watch, _WAITING, player.APPLICATION) == 1, flyway)
        flyway.kill()
        flyway.wait()
        stage.crowd("queue", READERS_BEHIND)
        stage.until(lambda: _count(watch, _WAITING, shop.READER_APPLICATION) == READERS_BEHIND)
        stage.until(lambda: _count(watch, _JDBC_SESSIONS, player.APPLICATION) == 1)


def failed(stage: Stage) -> None:
    """A unique index meets duplicates in the middle of the file; Flyway records the failure."""
    _open_shop(stage)
    shop.add_migration(stage.project, shop.SHIPPING, shop.FAILING_SQL, transactional=False)
    _add_pending(stage)
    stage.crowd("idle", 3)
    flyway = stage.program("player", str(stage.project / "sql"), "4")
    flyway.wait(timeout=60)
    with stage.session() as watch:
        if watch.execute(f"SELECT FROM {player.TABLE} WHERE NOT success").rowcount != 1:
            raise Fault("The drill could not be set up", "the migration that should fail did not")


def unrecorded(stage: Stage) -> None:
    """Everything landed, and the process was killed before it could write its row."""
    _open_shop(stage)
    shop.add_migration(stage.project, shop.SHIPPING, shop.SHIPPING_SQL, transactional=False)
    _add_pending(stage)
    stage.crowd("idle", 3)
    flyway = stage.program("player", str(stage.project / "sql"), "4", "killed")
    flyway.wait(timeout=60)
    with stage.session() as watch:
        stage.until(lambda: _count(watch, _JDBC_SESSIONS, player.APPLICATION) == 0)


def invalid(stage: Stage) -> None:
    """Nobody's migration failed; a try by hand left an invalid index."""
    _open_shop(stage)
    _try_by_hand(stage)
    stage.crowd("idle", 3)


def healthy(stage: Stage) -> None:
    """A quiet day: everything applied, nothing pending, nobody blocked."""
    _open_shop(stage)
    shop.add_migration(stage.project, shop.SHIPPING, shop.SHIPPING_SQL, transactional=False)
    _add_pending(stage)
    _migrate(stage, "5")
    stage.crowd("idle", 3)


SCENES = MappingProxyType[str, Callable[[Stage], None]](
    {
        "laravel-columns": laravel.columns,
        "laravel-backfill": laravel.backfill,
        "laravel-unique": laravel.unique,
        "ghost": ghost,
        "failed": failed,
        "unrecorded": unrecorded,
        "invalid-index": invalid,
        "healthy": healthy,
    }
)


def _open_shop(stage: Stage) -> None:
    """The shop as it was before: its first migrations applied, with rows in its tables."""
    shop.write_project(stage.project, stage.url)
    _migrate(stage, "3")
    with stage.session() as session:
        for statement in shop.ROWS:
            session.execute(statement)


def _try_by_hand(stage: Stage) -> None:
    with stage.session() as session, suppress(psycopg.errors.UniqueViolation):
        session.execute(shop.EARLIER_TRY)


def _add_pending(stage: Stage) -> None:
    for name, text in shop.PENDING.items():
        shop.add_migration(stage.project, name, text)


def _migrate(stage: Stage, target: str) -> None:
    player.migrate(str(stage.url.host), stage.url.port or 0, stage.project / "sql", target)


def _count(watch: psycopg.Connection, question: str, application: str) -> int:
    row = watch.execute(question, (application,)).fetchone()
    return int(row[0]) if row else 0
