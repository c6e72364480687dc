"""A migration left at each of its statements, and its recovery run by the real tool from there, again and again.

The database is put back to where the first migration left it before each stop: from a template on PostgreSQL, from
what the server says of its tables on MySQL, from a copy of the file on SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from console.core.assessment import Assessment, Overall
from console.core.forward import Recovery, recovery
from console.core.schema import Ref, Schema, attributes
from console.core.state import Attrs
from tests import mysql_servers, servers
from tests.incidents.told import assessed, states

WHEN = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A project on a database, brought where its first migration is applied."""

    folder: Path
    url: URL
    failed: str
    marked: Callable[[str], Sequence[str]]
    """SQL that records a migration as the tool does, by its id."""
    unmarked: Callable[[str], Sequence[str]]
    go: Callable[[Recovery], None]
    """Runs the tool, and nothing but the recovery."""
    go_all: Callable[[], None]
    """Runs the tool on a database with nothing in it: every migration there is."""
    environ: Mapping[str, str]

    @property
    def kind(self) -> str:
        """How it is put back hangs on it."""
        return self.url.get_backend_name()

    def run(self, *statements: str) -> None:
        """By a second client."""
        {"postgresql": servers.run, "sqlite": run_on_file}.get(self.kind, mysql_servers.run)(self.url, *statements)

    def ask(self, question: str) -> str:
        """What a question of the file is answered."""
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.url.database or "")) as file:
                return str(file.execute(question).fetchone()[0])
        if self.kind == "postgresql":
            with psycopg.connect(servers.conninfo(self.url)) as connection:
                return str(connection.execute(question.encode()).fetchall()[0][0])
        with mysql_servers.open_connection(self.url) as connection:
            return str(mysql_servers.ask(connection, question)[0][0])

    def assess(self) -> Assessment:
        """What Halfway says."""
        return assessed(self.folder, self.environ)

    def recovery(self, found: Assessment) -> Recovery:
        """The file for what is left."""
        framework, migration = next((f, m) for f in found.frameworks for m in f.migrations if m.id == self.failed)
        return recovery(found, framework, migration, WHEN, "0")

    def put(self, made: Recovery) -> Path:
        """Where it belongs."""
        path = self.folder / made.written.file
        path.write_text(made.text, newline="")
        return path


def run_on_file(url: URL, *statements: str) -> None:
    """Each by itself, by whoever has the file."""
    with closing(sqlite3.connect(url.database or "", isolation_level=None)) as file:
        for statement in statements:
            file.execute(statement)


def every_stop(place: Place) -> None:
    """From each stop, a second time, and in an empty database: it ends as the tool alone would have ended."""
    with _put_back(place) as (back, empty):
        place.run(*place.marked(place.failed))
        start = place.assess()
        assert states(start)[place.failed] == "hollow"
        whole = place.recovery(start)
        judged = next(m for f in start.frameworks for m in f.migrations if m.id == place.failed)
        sql = [judgement.statement.sql for judgement in judged.statements]
        back()
        place.run(*sql, *place.marked(place.failed))
        wanted = _pictures(place.assess())
        for stop in range(len(sql) + 1):
            back()
            place.run(*sql[:stop])
            _from_here(place, stop, whole, wanted, again=stop == 0 < len(sql) - 1)
        empty()
        place.put(whole)
        place.go_all()
        _is_well(place, -1, wanted)


def _from_here(place: Place, stop: int, whole: Recovery, wanted: Mapping[Ref, Attrs], *, again: bool) -> None:
    made = _left(place, whole) if stop else whole
    place.run(*place.marked(place.failed))
    path = place.put(made)
    place.go(made)
    _is_well(place, stop, wanted)
    assert {place.ask(step.question) for step in whole.asked if step.question} == {"done"}, stop
    if again:
        path.unlink()
        path = place.put(whole)
        place.run(*place.unmarked(_id_of(place)))
        place.go(whole)
        _is_well(place, stop, wanted)
    path.unlink()


def _is_well(place: Place, stop: int, wanted: Mapping[Ref, Attrs]) -> None:
    found = place.assess()
    assert found.overall is Overall.HEALTHY, (stop, found.summary, found.next)
    assert _pictures(found) == wanted, stop


def _left(place: Place, whole: Recovery) -> Recovery:
    """What is left there is less than all of it; nothing is left where only its row is missing."""
    found = place.assess()
    left = states(found)[place.failed]
    if left == "unrecorded":
        return whole
    made = place.recovery(found)
    assert (left, len(made.text) <= len(whole.text)) == ("half_applied", True)
    return made


def _id_of(place: Place) -> str:
    """The recovery's own."""
    found = place.assess()
    known = [m.id for f in found.frameworks for m in f.migrations]
    return next(name for name in known if known.index(name) > known.index(place.failed))


def _pictures(found: Assessment) -> Mapping[Ref, Attrs]:
    schema = found.observation.schema.value
    assert isinstance(schema, Schema)
    return {thing.ref: attributes(thing) for thing in schema.things}


Ways = tuple[Callable[[], object], Callable[[], object]]
"""Back to where the first migration is applied; to where nothing is."""


@contextmanager
def _put_back(place: Place) -> Iterator[Ways]:
    if place.kind == "postgresql":
        yield from _by_template(place.url)
    elif place.kind == "sqlite":
        path = Path(place.url.database or "")
        kept = path.read_bytes()
        yield lambda: path.write_bytes(kept), lambda: path.write_bytes(b"")
    else:
        base = f"{place.url.database}_base"
        mysql_servers.run(place.url, f"CREATE DATABASE {base}")
        yield _by_statements(place.url, base)
        mysql_servers.run(place.url, f"DROP DATABASE {base}")


def _by_template(url: URL) -> Iterator[Ways]:
    name, admin = str(url.database), url.set(database="postgres")
    servers.run(admin, f"CREATE DATABASE {name}_base TEMPLATE {name}")

    def made_of(template: str) -> None:
        servers.run(admin, f"DROP DATABASE {name} (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")

    yield partial(made_of, f"{name}_base"), partial(made_of, "template0")
    servers.run(admin, f"DROP DATABASE {name}_base")


def _by_statements(url: URL, base: str) -> Ways:
    with mysql_servers.open_connection(url) as connection:
        tables = [str(row[0]) for row in mysql_servers.ask(connection, "SHOW TABLES")]
        made = [str(mysql_servers.ask(connection, f"SHOW CREATE TABLE `{name}`")[0][1]) for name in tables]
        for name in tables:
            mysql_servers.ask(connection, f"CREATE TABLE {base}.`{name}` LIKE `{name}`")
            mysql_servers.ask(connection, f"INSERT INTO {base}.`{name}` SELECT * FROM `{name}`")

    def empty() -> None:
        with mysql_servers.open_connection(url) as connection:
            mysql_servers.ask(connection, "SET foreign_key_checks = 0")
            for name in [str(row[0]) for row in mysql_servers.ask(connection, "SHOW TABLES")]:
                mysql_servers.ask(connection, f"DROP TABLE `{name}`")

    def back() -> None:
        empty()
        fill = [f"INSERT INTO `{name}` SELECT * FROM {base}.`{name}`" for name in tables]
        mysql_servers.run(url, "SET foreign_key_checks = 0", *made, *fill)

    return back, empty
