"""Plays `php artisan migrate`: the statements of the files as Laravel sends them, one by one, and its own table.

The statements are those Halfway reads from the files; tests hold them against what the real framework sends. A loop
over rows is no statement: it is played by the function that does in Python what the file does in PHP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from console import frameworks
from console.core.faults import Fault
from console.core.migration import Migration
from console.core.statements import Nature
from console.drill.kinds.kind import Kind
from console.drill.laravel.connections import LaravelConnection, connection_for
from console.drill.session import Session

Loop = Callable[[Session, LaravelConnection], None]
"""What a loop over rows does."""

_THERE = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'migrations'"


def migrate(kind: Kind, folder: Path, url: URL, target: str, loops: Mapping[str, Loop] | None = None) -> None:
    """Apply what is pending up to the migration `target`. Refused when a statement fails; then it has no row."""
    laravel = frameworks.load("laravel")
    project = laravel.detect(folder, {})
    if project is None:
        raise Fault("The drill could not be set up", f"{folder} is no Laravel project")
    connection = connection_for(url)
    with kind.open(url) as session:
        for statement in connection.hello:
            session.run(statement)
        player = _Player(session, connection, loops or {}, undone=kind.history.transactional)
        done, batch = player.ledger()
        for migration in laravel.read(project, None, kind.dialect, kind.home).migrations:
            if migration.id not in done and migration.id <= target:
                player.apply(migration, batch)


@dataclass(frozen=True, slots=True)
class _Player:
    session: Session
    connection: LaravelConnection
    loops: Mapping[str, Loop]
    undone: bool
    """Whether this server undoes changes of tables."""

    def ledger(self) -> tuple[set[str], int]:
        """What ran already, and the number of this run."""
        if not self.session.number(_THERE):
            self.session.run(self.connection.ledger)
        rows = self.session.run(self.connection.quoted('select "migration", "batch" from "migrations"'))
        return {name for name, _ in rows}, max((batch for _, batch in rows), default=0) + 1

    def apply(self, migration: Migration, batch: int) -> None:
        """Run one file and write its row."""
        with self.session.transaction() if self.undone and migration.transactional else nullcontext():
            self._send(migration)
        insert = self.connection.quoted('insert into "migrations" ("migration", "batch") values (%s, %s)')
        self.session.run(insert, (migration.id, batch))

    def _send(self, migration: Migration) -> None:
        for statement in migration.statements:
            if statement.readable:
                self.session.run(statement.sql)
            elif statement.nature is Nature.DATA:
                self.loops[migration.id](self.session, self.connection)
            else:
                raise Fault("The drill could not be set up", f"{migration.id} cannot be read: {statement.sql}")


def fill_display_names(session: Session, connection: LaravelConnection) -> None:
    """The loop of the backfill: 500 customers at a time, each with an UPDATE of its own."""
    chunk = connection.quoted(
        'select "id", "name" from "customers" where "display_name" is null and "id" > %s order by "id" asc limit 500'
    )
    update = connection.quoted('update "customers" set "display_name" = %s where "id" = %s')
    last = 0
    while rows := session.run(chunk, (last,)):
        for customer, name in rows:
            session.run(update, (name.strip(), customer))
            last = customer
