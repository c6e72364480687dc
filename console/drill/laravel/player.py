"""Plays `php artisan migrate`: the statements of the files as Laravel sends them, one by one, and its own table.

The statements are those Halfway reads from the files; tests hold them against what the real framework sends. A loop
over rows is no statement: it is played by the function that does in Python what the file does in PHP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from console import frameworks
from console.core.faults import Fault
from console.core.migration import Migration
from console.core.statements import Nature

Loop = Callable[[psycopg.Connection], None]
"""What a loop over rows does."""

_CREATE = (
    'create table "migrations" ("id" serial not null primary key, "migration" varchar(255) not null,'
    ' "batch" integer not null)'
)
_INSERT = 'insert into "migrations" ("migration", "batch") values (%s, %s)'


def migrate(folder: Path, url: URL, target: str, loops: Mapping[str, Loop] | None = None) -> None:
    """Apply what is pending up to the migration `target`. psycopg.Error when a statement fails; then it has no row."""
    laravel = frameworks.load("laravel")
    project = laravel.detect(folder, {})
    if project is None:
        raise Fault("The drill could not be set up", f"{folder} is no Laravel project")
    host, port = str(url.host), url.port or 0
    with psycopg.connect(host=host, port=port, user=url.username, dbname=url.database, autocommit=True) as session:
        done = _ledger(session)
        row = session.execute('select coalesce(max("batch"), 0) + 1 from "migrations"').fetchone()
        for migration in laravel.read(project, None, "postgres", "public").migrations:
            if migration.id not in done and migration.id <= target:
                _run(session, migration, loops or {})
                session.execute(_INSERT, (migration.id, row[0] if row else 1))


def _ledger(session: psycopg.Connection) -> set[str]:
    if session.execute("select to_regclass('migrations')").fetchone() == (None,):
        session.execute(_CREATE)
    return {row[0] for row in session.execute('select "migration" from "migrations"')}


def _run(session: psycopg.Connection, migration: Migration, loops: Mapping[str, Loop]) -> None:
    if migration.transactional:
        with session.transaction():
            _send(session, migration, loops)
    else:
        _send(session, migration, loops)


def _send(session: psycopg.Connection, migration: Migration, loops: Mapping[str, Loop]) -> None:
    for statement in migration.statements:
        if statement.readable:
            session.execute(statement.sql.encode())
        elif statement.nature is Nature.DATA:
            loops[migration.id](session)
        else:
            raise Fault("The drill could not be set up", f"{migration.id} cannot be read: {statement.sql}")


def fill_display_names(session: psycopg.Connection) -> None:
    """The loop of the backfill: 500 customers at a time, each with an UPDATE of its own."""
    last = 0
    while rows := session.execute(
        'select "id", "name" from "customers" where "display_name" is null and "id" > %s order by "id" limit 500',
        (last,),
    ).fetchall():
        for customer, name in rows:
            session.execute('update "customers" set "display_name" = %s where "id" = %s', (name.strip(), customer))
            last = customer
