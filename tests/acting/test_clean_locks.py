"""Locks that tools keep as rows, made as Liquibase and Knex make them, after their holder was killed."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from console.core.plan import Word
from tests.acting.cleaning import at_work, plan_for
from tests.mysql_servers import MyConnect, MyServer, ask, open_connection
from tests.mysql_servers import run as run_there
from tests.servers import Connect, conninfo
from tests.servers import run as run_here

GONE = "deploy-7 (10.9.8.7)"
HERE = "this-one (127.0.0.1)"
LIQUIBASE = {
    "postgresql": "CREATE TABLE databasechangeloglock (id int NOT NULL PRIMARY KEY, locked boolean NOT NULL,"
    " lockgranted timestamp, lockedby varchar(255))",
    "mysql": "CREATE TABLE DATABASECHANGELOGLOCK (ID int NOT NULL PRIMARY KEY, `LOCKED` bit(1) NOT NULL,"
    " LOCKGRANTED datetime NULL, LOCKEDBY varchar(255) NULL)",
}
KNEX = {
    "postgresql": 'CREATE TABLE knex_migrations_lock ("index" serial PRIMARY KEY, is_locked int)',
    "mysql": "CREATE TABLE knex_migrations_lock (`index` int unsigned AUTO_INCREMENT PRIMARY KEY, is_locked int)",
}
TAKEN = "VALUES (1, {}, '2026-01-31 12:00:00', '{}')"


@pytest.fixture
def on_postgres(database: URL, tmp_path: Path) -> URL:
    run_here(database, "CREATE TABLE orders (id int PRIMARY KEY)")
    return database


@pytest.fixture
def on_mysql(my_server: MyServer, my_database: URL) -> URL:
    run_there(my_database, "CREATE TABLE orders (id int PRIMARY KEY)")
    return my_database.set(drivername=my_server.kind)


def test_on_postgresql(on_postgres: URL, tmp_path: Path, connect: Connect) -> None:
    run_here(on_postgres, LIQUIBASE["postgresql"],
             f"INSERT INTO databasechangeloglock {TAKEN.format('true', GONE)}")  # fmt: skip
    with at_work("postgresql", on_postgres, tmp_path) as ann:
        (item,) = ann.incident.fresh().debris
        assert item.kind == "tool_lock_row"
        assert GONE in item.detail
        plan = plan_for(ann, "databasechangeloglock")
        assert plan.refused == ()
        assert plan.phrases == ("remove lock row databasechangeloglock",)
        assert plan.sql == (
            'UPDATE "public"."databasechangeloglock" SET "locked" = FALSE, "lockgranted" = NULL, "lockedby" = NULL'
            " WHERE \"id\" = '1' AND \"lockgranted\" = '2026-01-31 12:00:00' AND \"lockedby\" = 'deploy-7 (10.9.8.7)'"
        )
        run_here(on_postgres, f"UPDATE databasechangeloglock SET lockedby = '{GONE.replace('7 ', '8 ')}'")
        late = ann.acting.carry_out(plan, plan.phrases)
        assert [(o.word, o.sent) for o in late.outcomes] == [(Word.REFUSED, False)], late
        run_here(on_postgres, f"UPDATE databasechangeloglock SET lockedby = '{HERE}'")
        connect()
        assert ann.incident.fresh().debris == ()
        assert ann.propose(plan.intent).refused
        run_here(on_postgres, f"UPDATE databasechangeloglock SET lockedby = '{GONE}'")
        assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
        with psycopg.connect(conninfo(on_postgres)) as watch:
            assert watch.execute("SELECT * FROM databasechangeloglock").fetchall() == [(1, False, None, None)]
        assert ann.incident.fresh().debris == ()


def test_on_mysql(on_mysql: URL, tmp_path: Path, my_connect: MyConnect) -> None:
    run_there(on_mysql, LIQUIBASE["mysql"], f"INSERT INTO DATABASECHANGELOGLOCK {TAKEN.format(1, GONE)}")
    run_there(on_mysql, KNEX["mysql"], "INSERT INTO knex_migrations_lock VALUES (1, 0)")
    with at_work(on_mysql.get_backend_name(), on_mysql, tmp_path) as ann:
        (item,) = ann.incident.fresh().debris
        plan = plan_for(ann, item.object)
        assert plan.phrases == (f"remove lock row {item.object}",)
        assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
        with open_connection(on_mysql.set(drivername="mysql")) as watch:
            found = ask(watch, "SELECT ID, LOCKED + 0, LOCKGRANTED, LOCKEDBY FROM DATABASECHANGELOGLOCK")
        assert found == [(1, 0, None, None)]
        assert ann.incident.fresh().debris == ()


def test_a_row_that_does_not_say_whose_it_is_asks_for_a_reason(
    on_postgres: URL, tmp_path: Path, connect: Connect
) -> None:
    run_here(on_postgres, KNEX["postgresql"], "INSERT INTO knex_migrations_lock VALUES (DEFAULT, 1)")
    connect()
    with at_work("postgresql", on_postgres, tmp_path) as ann:
        plan = ann.propose(Intent(Verb.REMOVE, object="lock row knex_migrations_lock", reason="killed by me"))
        assert plan.refused == ()
        assert "may be Knex's" in plan.unproven
        assert plan.phrases == tuple(f"remove lock row knex_migrations_lock{more}" for more in ("", " unproven"))
        assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
        with psycopg.connect(conninfo(on_postgres)) as watch:
            assert watch.execute("SELECT is_locked FROM knex_migrations_lock").fetchall() == [(0,)]
