"""What Halfway does for a Rails that stopped: finished, rolled back, marked; Rails itself agrees each time."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.assessment import Overall
from console.core.intent import Intent, Verb
from console.core.migration import State
from console.core.observation import Machine
from console.core.plan import Plan, Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests import mysql_servers
from tests.acting.responder import Responder, responder
from tests.incidents.rails_cases import BASE, BROKEN, FIRST, NICK, NOTES, ROWS, UNIQUE
from tests.rails.making import change
from tests.rails.project import RailsProject, make_project
from tests.servers import conninfo

pytestmark = pytest.mark.first_of("what Rails makes of acts")

MENDED = "UPDATE customers SET email = 'b@x' WHERE name IS NULL"
Ask = Callable[[str], list[tuple[Any, ...]]]


class Quiet:
    """A machine without processes: whoever else runs a migration tool here is not of this incident."""

    def look(self) -> Machine:
        return Machine()


@dataclass(frozen=True)
class Shop:
    """A project on a database, and a second client."""

    project: RailsProject
    ask: Ask
    kind: str

    def versions(self) -> list[str]:
        """The rows of Rails' table."""
        return sorted(row[0] for row in self.ask("SELECT version FROM schema_migrations"))

    def migrated(self, code: int = 0, **environment: str) -> None:
        """A run of Rails and its end."""
        ended = self.project.run("migrate", **environment)
        assert ended.code == code, ended.said

    def opened(self, *lines: str) -> None:
        """The shop with rows in it, and the next migration, not run yet."""
        self.project.add(f"{FIRST}_make_shop", BASE)
        self.migrated()
        for row in ROWS:
            self.ask(row)
        text = change("\n".join(lines), name="ChangeShop", head="disable_ddl_transaction!")
        self.project.add(f"{BROKEN}_change_shop", text)


def _on_postgres(url: URL) -> Ask:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(conninfo(url), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    return ask


def _on_mysql(url: URL) -> Ask:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        with mysql_servers.open_connection(url) as connection:
            return mysql_servers.ask(connection, sql)

    return ask


@pytest.fixture
def on_postgres(tmp_path: Path, database: URL) -> Shop:
    return Shop(make_project(tmp_path / "app", database), _on_postgres(database), "postgresql")


@pytest.fixture
def on_mysql(tmp_path: Path, my_database: URL) -> Shop:
    return Shop(make_project(tmp_path / "app", my_database), _on_mysql(my_database), my_database.get_backend_name())


@contextmanager
def hired(shop: Shop) -> Iterator[Responder]:
    """A responder in the project's folder."""
    found = find(Options(project=str(shop.project.folder)), {"RAILS_ENV": "production"})
    incident = Incident(replace(source(found), machine=Quiet()))
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    name = found.database.get_backend_name()
    with responder(
        incident, dialects.renderer(shop.kind), lambda: dialects.open_hand(name, found.database), markers
    ) as ann:
        yield ann


def done(ann: Responder, verb: Verb, state: State) -> Plan:
    """Carried out to its end, each step once; what is seen afterwards is healthy."""
    plan = ann.propose(Intent(verb, migration=BROKEN, framework="rails"))
    assert (plan.refused, plan.open_questions) == ((), ())
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * len(plan.steps), (result.refused, result.outcomes)
    found = ann.incident.fresh()
    assert next(m for f in found.frameworks for m in f.migrations if m.id == BROKEN).state is state
    assert found.overall is Overall.HEALTHY, found.summary
    return plan


def finish(shop: Shop) -> None:
    shop.opened(NICK, UNIQUE, NOTES)
    shop.migrated(1)
    shop.ask(MENDED)
    with hired(shop) as ann:
        assert len(done(ann, Verb.FINISH, State.APPLIED).steps) == 3
    assert shop.versions() == [FIRST, BROKEN]
    assert (shop.project.status(), shop.project.is_done()) == ({FIRST: "up", BROKEN: "up"}, True)


def take_back(shop: Shop) -> None:
    shop.opened(NICK, NOTES, UNIQUE)
    shop.migrated(1)
    with hired(shop) as ann:
        done(ann, Verb.ROLL_BACK, State.PENDING)
    assert (shop.versions(), shop.project.status()) == ([FIRST], {FIRST: "up", BROKEN: "down"})
    shop.ask(MENDED)
    shop.migrated()
    assert shop.project.is_done()


def take_back_what_is_recorded(shop: Shop) -> None:
    shop.opened(NICK, NOTES)
    shop.migrated()
    with hired(shop) as ann:
        done(ann, Verb.ROLL_BACK, State.PENDING)
    assert (shop.versions(), shop.project.status()) == ([FIRST], {FIRST: "up", BROKEN: "down"})
    shop.migrated()
    assert shop.project.is_done()


def mark_ran(shop: Shop) -> None:
    shop.opened(NICK, NOTES)
    shop.migrated(-signal.SIGKILL, DIE_AFTER="CREATE TABLE")
    with hired(shop) as ann:
        assert done(ann, Verb.MARK_RAN, State.APPLIED).phrases == (f"mark ran {BROKEN}",)
    assert shop.versions() == [FIRST, BROKEN]
    assert (shop.project.status(), shop.project.is_done()) == ({FIRST: "up", BROKEN: "up"}, True)
    back = shop.project.run("rollback")
    assert (back.code, shop.versions()) == (0, [FIRST]), back.said


def mark_not_ran(shop: Shop) -> None:
    shop.opened(NICK, NOTES)
    shop.migrated()
    shop.ask("DROP TABLE notes")
    shop.ask("ALTER TABLE customers DROP COLUMN nick")
    with hired(shop) as ann:
        done(ann, Verb.MARK_NOT_RAN, State.PENDING)
    assert shop.versions() == [FIRST]
    shop.migrated()
    assert shop.project.status() == {FIRST: "up", BROKEN: "up"}


WAYS = {
    "finish": finish,
    "roll_back": take_back,
    "roll_back_what_is_recorded": take_back_what_is_recorded,
    "mark_ran": mark_ran,
    "mark_not_ran": mark_not_ran,
}


@pytest.mark.parametrize("way", WAYS)
def test_rails_agrees_on_postgres(way: str, on_postgres: Shop) -> None:
    WAYS[way](on_postgres)


@pytest.mark.parametrize("way", WAYS)
def test_rails_agrees_on_mysql(way: str, on_mysql: Shop) -> None:
    WAYS[way](on_mysql)
