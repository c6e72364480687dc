"""The real Knex stops at the first, a middle and the last statement, and finds nothing to do after each way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.intent import Intent, Verb
from console.core.plan import Word
from tests.frameworks.making import write
from tests.incidents.test_sqlfiles import carried_out, responding
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, ask, open_connection
from tests.mysql_servers import run as run_there
from tests.servers import ServerUnderTest, conninfo
from tests.servers import run as run_here
from tests.tools.knex import knex, started
from tests.waiting import eventually

BASE, MORE = "001_base.js", "002_more.js"
NICK = "await knex.schema.alterTable('customers', (t) => t.string('nick', 40).defaultTo('x'));"
NOTES = "await knex.schema.createTable('notes', (t) => { t.increments(); t.text('body').notNullable(); });"
REFUSED = "await knex.schema.alterTable('customers', (t) => { t.unique(['email']); });"
ORDERS = {"first": (REFUSED, NICK, NOTES), "middle": (NICK, REFUSED, NOTES), "last": (NICK, NOTES, REFUSED)}
LETTERS = {"first": "NNN", "middle": "LNN", "last": "LLN"}
BACK = {
    NICK: "await knex.schema.alterTable('customers', (t) => t.dropColumn('nick'));",
    NOTES: "await knex.schema.dropTable('notes');",
    REFUSED: "await knex.schema.alterTable('customers', (t) => { t.dropUnique(['email']); });",
}
ROWS = "INSERT INTO customers VALUES (1, 'a@x'), (2, 'a@x')"
MENDED = "UPDATE customers SET email = 'b@x' WHERE id = 2"
LEDGER = "SELECT name, batch FROM knex_migrations ORDER BY id"
ALONE = "exports.config = { transaction: false };\n"


@dataclass(frozen=True)
class Site:
    """A server, and the project on it."""

    kind: str
    folder: Path
    url: str
    ask: Callable[[str], list[tuple[object, ...]]]
    run: Callable[[str], None]

    def project(self, client: str, order: str, config: str = "", more: str = "") -> None:
        """Two migrations, the second of which is refused somewhere."""
        up, down = ORDERS[order], [BACK[one] for one in reversed(ORDERS[order])]
        connection = "{ filename: './shop.db' }" if client == "better-sqlite3" else "process.env.DATABASE_URL"
        write(self.folder, {
            "knexfile.js": f"module.exports = {{ client: '{client}', connection: {connection}{more} }};\n",
            f"migrations/{BASE}": "exports.up = (knex) => knex.schema.createTable('customers', (t) => {\n"
            "  t.integer('id').primary(); t.string('email', 80).notNullable(); });\n"
            "exports.down = (knex) => knex.schema.dropTable('customers');\n",
            f"migrations/{MORE}": "exports.up = async (knex) => {\n" + "\n".join(up) + "\n};\n"
            "exports.down = async (knex) => {\n" + "\n".join(down) + "\n};\n" + config,
        })  # fmt: skip

    @property
    def environ(self) -> dict[str, str]:
        """What the project's own variables say."""
        return {"DATABASE_URL": self.url}

    def latest(self) -> str:
        """What the real one says."""
        return knex(self.folder, self.url, "migrate:latest").said

    def stopped(self) -> None:
        """The first migration ran, the second was refused."""
        (self.folder / "migrations" / MORE).rename(self.folder / MORE)
        assert "Batch 1 run: 1 migrations" in self.latest()
        (self.folder / MORE).rename(self.folder / "migrations" / MORE)
        self.run(ROWS)
        self.refused()

    def refused(self) -> None:
        """It is, once more."""
        said = self.latest().lower()
        assert 'migration file "002_more.js" failed' in said
        assert "uniq" in said or "duplicate entry" in said

    def told(self) -> tuple[str, dict[str, str]]:
        """The letters of the second, and both states."""
        found = assessed(self.folder, self.environ)
        return letters(judged_of(found, MORE)), states(found)

    def done(self, verb: Verb, back_to: str = "") -> list[tuple[object, ...]]:
        """One way out, and the rows behind it."""
        with responding(self.folder, self.environ, "knex", self.kind) as ann:
            one = "" if back_to else MORE
            carried_out(ann, Intent(verb, migration=one, framework="knex", reason="a test", back_to=back_to))
        return self.ask(LEDGER)


def led_out(site: Site, order: str) -> None:
    """Every way out of a stop, and the real one agrees with each."""
    one, both = [(BASE, 1)], [(BASE, 1), (MORE, 2)]
    half = "pending" if order == "first" else "half_applied"
    assert site.told() == (LETTERS[order], {BASE: "applied", MORE: half})
    if order == "first":
        site.run(MENDED)
        assert "Batch 2 run: 1 migrations" in site.latest()
        assert site.told() == ("LLL", {BASE: "applied", MORE: "applied"})
        return
    assert site.done(Verb.ROLL_BACK) == one
    assert site.told() == ("NNN", {BASE: "applied", MORE: "pending"})
    site.refused()
    site.run(MENDED)
    assert site.done(Verb.FINISH) == both
    assert site.told() == ("LLL", {BASE: "applied", MORE: "applied"})
    assert "Already up to date" in site.latest()
    if order == "last":
        assert site.done(Verb.MARK_NOT_RAN) == one
        assert "already exists" in site.latest() or "Duplicate column" in site.latest()
        assert site.done(Verb.MARK_RAN) == both
        assert "Batch 2 rolled back: 1 migrations" in knex(site.folder, site.url, "migrate:rollback").said
        assert site.ask(LEDGER) == one
        assert "Batch 2 run: 1 migrations" in site.latest()
        assert site.ask(LEDGER) == both
        assert site.done(Verb.ROLL_BACK_TO, "batch 1") == one
        assert site.told() == ("NNN", {BASE: "applied", MORE: "pending"})
        assert "Batch 2 run: 1 migrations" in site.latest()


@pytest.fixture
def here(tmp_path: Path, database: URL) -> Site:
    def asked(sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(conninfo(database), autocommit=True) as connection:
            return connection.execute(sql).fetchall()

    url = database.set(drivername="postgresql", query={}).render_as_string(hide_password=False)
    return Site("postgresql", tmp_path, url, asked, lambda sql: run_here(database, sql))


@pytest.fixture
def there(tmp_path: Path, my_server: MyServer, my_database: URL) -> Site:
    def asked(sql: str) -> list[tuple[object, ...]]:
        with open_connection(my_database) as connection:
            return ask(connection, sql)

    url = my_database.set(drivername="mysql", query={}).render_as_string(hide_password=False)
    return Site(my_server.kind, tmp_path, url, asked, lambda sql: run_there(my_database, sql))


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
@pytest.mark.parametrize("order", ORDERS, ids=["first", "finish_of_a_middle", "mark_ran_and_back_of_the_last"])
def test_knex_roll_back_and_finish_on_postgres(postgres_server: ServerUnderTest, here: Site, order: str) -> None:
    here.project("pg", order, ALONE)
    here.stopped()
    led_out(here, order)


@pytest.mark.parametrize(
    ("my_server", "order"),
    [("mysql", "last"), ("mariadb", "first"), ("mariadb", "middle")],
    indirect=["my_server"],
    ids=["mark_not_ran_of_the_last_on_mysql", "first_on_mariadb", "finish_of_a_middle_on_mariadb"],
)
def test_knex_roll_back_and_finish_on_mysql(my_server: MyServer, there: Site, order: str) -> None:
    there.project("mysql2", order)
    there.stopped()
    led_out(there, order)


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_knex_transactions_take_the_whole_run_on_postgres(postgres_server: ServerUnderTest, here: Site) -> None:
    here.project("pg", "last")
    here.stopped()
    assert here.told() == ("NNN", {BASE: "applied", MORE: "pending"})
    assert here.ask(LEDGER) == [(BASE, 1)]
    assert here.ask("SELECT is_locked FROM knex_migrations_lock") == [(0,)]


def test_knex_transactions_take_the_whole_run_on_sqlite(tmp_path: Path) -> None:
    place = tmp_path / "shop.db"

    def asked(sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(place)) as connection, connection:
            return connection.execute(sql).fetchall()

    def run(sql: str) -> None:
        asked(sql)

    site = Site("sqlite", tmp_path, "", asked, run)
    for config, found in (("", "NNN"), (ALONE, "LLN")):
        site.project("better-sqlite3", "last", config)
        if not config:
            site.stopped()
        else:
            assert "UNIQUE constraint failed" in site.latest()
        assert site.told()[0] == found
    assert site.told()[1] == {BASE: "applied", MORE: "half_applied"}
    site.run(MENDED)
    site.run("DROP TABLE notes")
    site.run("ALTER TABLE customers DROP COLUMN nick")
    assert "Batch 2 run: 1 migrations" in site.latest()
    assert site.told() == ("LLL", {BASE: "applied", MORE: "applied"})


def killed(site: Site, pause: str, sleeping: str) -> None:
    """A run that is killed while the server works for it; its session is ended as a server ends it."""
    renamed = ", migrations: { tableName: 'ran' }" if site.kind == "postgresql" else ""
    site.project("pg" if site.kind == "postgresql" else "mysql2", "last", ALONE, renamed)
    (site.folder / "migrations" / MORE).unlink()
    write(site.folder, {f"migrations/{MORE}": f"exports.up = async (knex) => {{ {NICK} await knex.raw('{pause}') }};\n"
                        f"exports.down = async () => {{}};\n{ALONE}"})  # fmt: skip
    process = started(site.folder, site.url, "migrate:latest")
    try:
        (number,) = eventually(lambda: site.ask(sleeping))[0]
        found = assessed(site.folder, site.environ)
        assert [one.migration for one in found.blocked.migration if one.statement] == [MORE]
    finally:
        process.kill()
        process.wait()
    site.run(f"SELECT pg_terminate_backend({number})" if site.kind == "postgresql" else f"KILL {number}")
    eventually(lambda: not site.ask(sleeping))


def freed(site: Site) -> None:
    """The lock that it left: what is told, what is refused, and the row behind the way out is Knex's own."""
    table = "ran_lock" if site.kind == "postgresql" else "knex_migrations_lock"
    locked = f"SELECT is_locked FROM {table}"
    assert "Migration table is already locked" in site.latest()
    found = assessed(site.folder, site.environ)
    (own,) = (one for one in found.frameworks if one.framework == "knex")
    assert own.about.startswith("Knex's lock row says that a migration runs; it does not say whose")
    assert "its lock row is taken, and it stops at once" in own.next_run
    assert letters(judged_of(found, MORE))[0] == "L"
    with responding(site.folder, site.environ, "knex", site.kind) as ann:
        refused = ann.propose(Intent(Verb.MARK_RAN, migration=MORE, framework="knex")).refused
        assert "Knex's lock row is taken" in " ".join(refused)
        wish = Intent(Verb.REMOVE, object=f"lock row {table}", reason="it was killed")
        plan = ann.propose(wish)
        assert plan.refused == ()
        assert [one.word for one in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
    rows = site.ask(locked)
    assert "unlocked the migrations lock table" in knex(site.folder, site.url, "migrate:unlock").said
    assert rows == site.ask(locked) == [(0,)]
    assert 'migration file "002_more.js" failed' in site.latest()


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_knex_lock_outlives_a_killed_run_on_postgres(postgres_server: ServerUnderTest, here: Site) -> None:
    killed(here, "select pg_sleep(60)", "SELECT pid FROM pg_stat_activity WHERE query = 'select pg_sleep(60)'")
    freed(here)


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
def test_knex_lock_outlives_a_killed_run_on_mariadb(my_server: MyServer, there: Site) -> None:
    killed(there, "select sleep(60)", "SELECT id FROM information_schema.processlist WHERE info = 'select sleep(60)'")
    freed(there)
