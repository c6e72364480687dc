"""What happens in each drill. Every scene is real: real locks, a process really killed, statements that really fail."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from types import MappingProxyType

from console.core.faults import Fault, UsageFault
from console.drill import player, shop
from console.drill.laravel import scenes as laravel
from console.drill.session import Refused
from console.drill.stage import Stage

READERS_BEHIND = 20


def ghost(stage: Stage) -> None:
    """Killed while its third statement waits behind a session that idles in its transaction; 20 more queue up."""
    _open_shop(stage)
    _try_by_hand(stage)
    _bring(stage, stage.kind.shop.ghost)
    stage.crowd("hold", 1)
    flyway = _flyway(stage)
    with stage.session() as watch:
        stage.until(lambda: stage.waiting(watch, shop.OWNER) == 1, flyway)
        flyway.kill()
        flyway.wait()
        stage.crowd("behind", READERS_BEHIND)
        stage.until(lambda: stage.waiting(watch, shop.READER) == READERS_BEHIND)
        stage.until(lambda: stage.connected(watch, shop.OWNER) == 1)


def stampede(stage: Stage) -> None:
    """The migration waits for an export that is being read slowly, and 20 readers have to wait for the migration."""
    _open_shop(stage)
    _bring(stage, stage.kind.shop.shipping)
    stage.crowd("report", 1)
    flyway = _flyway(stage)
    with stage.session() as watch:
        stage.until(lambda: stage.waiting(watch, shop.OWNER) == 1, flyway)
        stage.crowd("read", READERS_BEHIND)
        stage.until(lambda: stage.waiting(watch, shop.READER) == READERS_BEHIND, flyway)


def failed(stage: Stage) -> None:
    """A unique index meets duplicates in the middle of the file; Flyway records the failure."""
    _open_shop(stage)
    _bring(stage, stage.kind.shop.failing)
    _flyway(stage).wait(timeout=60)
    with stage.session() as watch:
        if watch.number(f"SELECT count(*) FROM {stage.kind.history.table} WHERE NOT success") != 1:
            raise Fault("The drill could not be set up", "the migration that should fail did not")


def unrecorded(stage: Stage) -> None:
    """Everything landed, and the process was killed before it could write its row."""
    _open_shop(stage)
    _bring(stage, stage.kind.shop.shipping)
    _flyway(stage, "killed").wait(timeout=60)
    with stage.session() as watch:
        stage.until(lambda: stage.connected(watch, shop.OWNER) == 0)


def invalid(stage: Stage) -> None:
    """Nobody's migration failed; a try by hand left an invalid index."""
    _open_shop(stage)
    _try_by_hand(stage)
    stage.crowd("idle", 3)


def healthy(stage: Stage) -> None:
    """A quiet day: everything applied, nothing pending, nobody blocked."""
    _open_shop(stage)
    _bring(stage, stage.kind.shop.shipping)
    _migrate(stage, "5")


SCENES = MappingProxyType[str, Callable[[Stage], None]](
    {
        "laravel-columns": laravel.columns,
        "laravel-backfill": laravel.backfill,
        "laravel-unique": laravel.unique,
        "laravel-foreign": laravel.foreign,
        "laravel-nulls": laravel.nulls,
        "laravel-reverted": laravel.reverted,
        "laravel-renamed": laravel.renamed,
        "laravel-dropped": laravel.dropped,
        "ghost": ghost,
        "stampede": stampede,
        "failed": failed,
        "unrecorded": unrecorded,
        "invalid-index": invalid,
        "healthy": healthy,
    }
)
ONLY = MappingProxyType(
    {"invalid-index": ("postgresql", "CREATE INDEX CONCURRENTLY, which leaves one, is PostgreSQL's")}
)
"""Drills that only one kind of server can have, with the reason."""


def scene(name: str, server: str) -> Callable[[Stage], None]:
    """The scene called `name`. UsageFault when there is none, or none on that kind of server."""
    if name not in SCENES:
        raise UsageFault(f"no drill is called {name!r}", todo=f"There are {', '.join(SCENES)}")
    only, why = ONLY.get(name, (server, ""))
    if only != server:
        raise UsageFault(
            f"the drill {name!r} needs a {only} server", why, f"Give --server {only}, or take another drill"
        )
    return SCENES[name]


def _open_shop(stage: Stage) -> None:
    """The shop as it was before: its first migrations applied, with rows in its tables."""
    shop.write_project(stage.project, stage.url, stage.kind.shop)
    _migrate(stage, "3")
    with stage.session() as session:
        for statement in stage.kind.shop.rows:
            session.run(statement)


def _try_by_hand(stage: Stage) -> None:
    if stage.kind.shop.earlier_try:
        with stage.session() as session, suppress(Refused):
            session.run(stage.kind.shop.earlier_try)


def _bring(stage: Stage, text: str) -> None:
    """The deployment of today: the migration `text`, the one that comes after it, and the pool of the application."""
    shop.add_migration(stage.project, shop.SHIPPING, text, loose=stage.kind.shop.loose)
    for name, pending in stage.kind.shop.pending.items():
        shop.add_migration(stage.project, name, pending)
    stage.crowd("idle", 3)


def _flyway(stage: Stage, *words: str) -> subprocess.Popen[str]:
    return stage.program("player", str(stage.project / "sql"), "4", *words)


def _migrate(stage: Stage, target: str) -> None:
    player.migrate(stage.kind, stage.url, stage.project / "sql", target)
