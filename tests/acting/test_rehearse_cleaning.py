"""Plans to clean up, tried on a scratch server where what the failure left is made again: nothing is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.cli.rehearsal import rehearse
from console.core.debris import cleanable, wish
from console.core.rehearsal import LEFT_OUT, REFUSED, TRIED, Rehearsed, outcome
from console.core.shadow import made
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from console.wiring import Options, find
from tests import mysql_servers
from tests.acting.at_shop import ann, site
from tests.acting.cleaning import at_work, plan_for
from tests.acting.responder import Responder
from tests.acting.test_clean_mysql import DIED, GH_OST, ORDERS, WRITES, osc
from tests.acting.test_clean_postgres import CASES, not_valid
from tests.mysql_servers import MyServer
from tests.schemas.reading import read
from tests.scratch import my_scratch, pg_scratch
from tests.servers import MAJORS
from tests.sites import Site
from tests.waiting import eventually

__all__ = ["ann", "my_scratch", "pg_scratch", "site"]
RICHER = (
    "CREATE TYPE mood AS ENUM ('good', 'bad')",
    "CREATE FUNCTION sane(m mood) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT m IS NOT NULL'",
    "CREATE TABLE lines (id bigserial PRIMARY KEY, felt mood DEFAULT 'good', order_id bigint)",
    "INSERT INTO lines (order_id) VALUES (99)",
    "ALTER TABLE lines ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID",
    "ALTER TABLE lines ADD CONSTRAINT lines_sane CHECK (sane(felt)) NOT VALID",
)


def trying(person: Responder, url: URL, folder: Path) -> None:
    """With a scratch server."""
    found = find(Options(project=str(folder)), {})
    named = url.render_as_string(hide_password=False)
    person.acting.tools = replace(person.acting.tools, rehearse=partial(rehearse, named, found))


def rehearsed(person: Responder, but: tuple[str, ...] = ()) -> dict[str, tuple[Rehearsed, ...]]:
    """All that can be cleaned up, each by its own plan."""
    now = person.incident.fresh()
    wishes = {item.object: wish(item) for item in cleanable(now) if item.object not in but}
    plans = {name: person.acting.propose(intent, now) for name, intent in wishes.items() if intent is not None}
    assert [plan.refused for plan in plans.values()] == [()] * len(plans)
    return {name: person.acting.rehearse(plan) for name, plan in plans.items()}


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True, scope="session")
def test_on_postgresql(site: Site, ann: Responder, pg_scratch: URL) -> None:
    for case in CASES:
        case.make(site)
    site.run(*RICHER)
    trying(ann, pg_scratch.set(drivername="postgresql"), site.folder)
    found = rehearsed(ann)
    assert set(found) == {*(case.name for case in CASES), "lines.lines_order", "lines.lines_sane"}
    assert [(e.word, e.detail) for each in found.values() for e in each] == [(TRIED, "")] * len(found)
    assert list(made(read(postgres(), pg_scratch)[0])) == []
    assert len(list(cleanable(ann.incident.fresh()))) == len(found)


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True, scope="session")
def test_what_cannot_be_there_says_so(site: Site, ann: Responder, pg_scratch: URL) -> None:
    not_valid(site)
    site.run("ALTER TABLE orders DISABLE TRIGGER ALL", "CREATE TABLE lines (order_id bigint REFERENCES orders (id))",
             "ALTER TABLE lines DISABLE TRIGGER ALL")  # fmt: skip
    trying(ann, pg_scratch.set(drivername="postgresql"), site.folder)
    numbered = [item for item in cleanable(ann.incident.fresh()) if item.kind == "disabled_trigger"]
    intent = wish(numbered[0])
    assert intent is not None
    found = ann.acting.rehearse(ann.propose(intent))
    assert [each.word for each in found] == [LEFT_OUT]
    assert outcome(found) == (
        "nothing of it was tried there: the server calls this trigger by a number, which would be another one there"
    )
    plan = plan_for(ann, "orders.orders_sane")
    gone = replace(plan.steps[0], sql=("ALTER TABLE orders VALIDATE CONSTRAINT nowhere",))
    (refused,) = ann.acting.rehearse(replace(plan, steps=(gone,)))
    assert refused.word == REFUSED
    assert 'constraint "nowhere" of relation "orders" does not exist' in refused.detail
    assert list(made(read(postgres(), pg_scratch)[0])) == []


@pytest.fixture
def my_ann(my_server: MyServer, my_database: URL, tmp_path: Path) -> Iterator[Responder]:
    mysql_servers.run(my_database, *ORDERS)
    with at_work(my_server.kind, my_database, tmp_path) as person:
        yield person


def test_on_mysql(my_server: MyServer, my_database: URL, my_ann: Responder, my_scratch: URL, tmp_path: Path) -> None:
    osc(my_database)
    left = "#mysql50##sql-alter-4d2c-7fffffff"
    mysql_servers.run(my_database, *GH_OST, DIED, "CREATE TABLE src LIKE orders", f"RENAME TABLE src TO `{left}`")
    mysql_servers.run(my_scratch, f"CREATE DATABASE {my_database.database} CHARACTER SET utf8mb4")
    there = my_scratch.set(drivername=my_server.kind, database=my_database.database)
    trying(my_ann, there, tmp_path)
    eventually(lambda: len(list(cleanable(my_ann.incident.fresh()))) == 7)
    try:
        found = rehearsed(my_ann, ("_orders_ghc", *(f"pt_osc_{my_database.database}_orders_{on}" for on in WRITES)))
        assert sorted(len(each) for each in found.values()) == [1, 1, 4]
        assert {(e.word, e.detail) for each in found.values() for e in each} == {(TRIED, "")}
        assert list(made(read(mariadb() if my_server.is_mariadb else mysql(), there)[0])) == []
    finally:
        mysql_servers.run(my_scratch, f"DROP DATABASE {my_database.database}")
    assert len(list(cleanable(my_ann.incident.fresh()))) == 7
