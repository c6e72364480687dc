"""Sequelize's projects, settings and rows, and what its migrations do that is not one call after the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console import frameworks
from console.core.landed import judge
from console.core.migration import Ledger, Migration
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from console.core.verdict import Ground, Verdict
from tests.builders import schema_after
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import MYSQL, PENDING, RECORDED, beliefs, by_id, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE = "sequelize", "public.SequelizeMeta"
FILE = "module.exports = {{ up: async (queryInterface, Sequelize) => {{ {} }}, async down(queryInterface) {{ {} }} }};"
ADD = "await queryInterface.addColumn('users', '{}', Sequelize.STRING{});"


def rows(*names: str) -> Ledger:
    return made(NAME, TABLE, ("name",), *((name,) for name in names))


def read(folder: Path, up: str, down: str = "", dialect: str = "postgres") -> Migration:
    write(folder, {"migrations/1-x.js": FILE.format(up, down)})
    return frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public").migrations[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {f"migrations/{n}-{name}.js": FILE.format(ADD.format(name, ""), "") for n, name in enumerate("abc", 1)}
    return write(tmp_path, {**files, "migrations/x.d.ts": "", "migrations/inner/9-z.js": FILE.format("", "")})


def test_sequelize_detection_and_settings_by_json(folder: Path) -> None:
    config = {"production": {"dialect": "mysql", "username": "u@x", "password": "p/w", "host": "db", "port": 3307,
                             "database": "app", "migrationStorageTableName": "ran"}}  # fmt: skip
    write(folder, {"config/config.json": json.dumps(config)})
    found = project(NAME, folder, NODE_ENV="production")
    assert found.url is not None
    assert found.url.render_as_string(hide_password=False) == "mysql://u%40x:p%2Fw@db:3307/app"
    assert (found.url_from, found.settings["dialect"]) == ("config/config.json (production)", "mysql")
    assert frameworks.load(NAME).ledger_tables(found) == ((None, "ran"), (None, "SequelizeMeta"))
    assert "p/w" not in repr(found)


def test_sequelize_detection_and_settings_by_a_module_that_is_not_run(tmp_path: Path) -> None:
    rc = "const path = require('path'); module.exports = { 'config': path.resolve('cfg', 'db.js'), 'migrations-path': path.resolve('db', 'moves') };"  # noqa: E501 - as a person writes it
    config = """module.exports = { development: { use_env_variable: 'SHOP_URL' },
      production: { dialect: 'postgres', username: process.env.DB_USER, password: process.env.DB_PASSWORD || 'x',
                    host: 'db', port: Number(process.env.DB_PORT), database: 'app' } };"""
    move = FILE.format(ADD.format("a", ""), "")
    write(tmp_path, {".sequelizerc": rc, "cfg/db.js": config, "db/moves/1-a.js": move, ".env": "DB_USER=bob\n"})
    found = project(NAME, tmp_path, SHOP_URL="postgres://h/app")
    assert (str(found.url), found.url_from, found.settings["place"]) == ("postgresql://h/app", "SHOP_URL", "db/moves")
    written = config.replace("use_env_variable: 'SHOP_URL'", "url: 'mysql://h/app'")
    other = project(NAME, write(tmp_path, {"cfg/db.js": written}))
    assert other.url_from == "cfg/db.js (development, as NODE_ENV is not set)"
    other = project(NAME, tmp_path, NODE_ENV="production", DB_PORT="5433")
    assert other.url is None
    assert other.missing[0].startswith("password: the value of process.env.DB_PASSWORD || 'x' is not known")


def test_sequelize_order_is_that_of_the_names(folder: Path) -> None:
    found = joined(NAME, folder, rows("2-b.js", "0-gone.js"))
    assert beliefs(found) == {"0-gone.js": RECORDED, "1-a.js": PENDING, "2-b.js": RECORDED, "3-c.js": PENDING}
    assert found.next_run == "`sequelize-cli db:migrate` runs the statement of 1-a."
    assert found.rollback.takes == ("2-b.js",)
    assert joined(NAME, folder, rows("9-gone.js")).rollback.why.startswith("It has recorded nothing")


def test_sequelize_mark_ran_and_not_ran_is_its_own_row(folder: Path) -> None:
    found = joined(NAME, folder, rows("1-a.js"))
    assert ran(found, "2-b.js").sql == ("""INSERT INTO "public"."SequelizeMeta" ("name") VALUES ('2-b.js')""",)
    assert not_ran(found, "1-a.js", MYSQL).sql == ("DELETE FROM `public`.`SequelizeMeta` WHERE `name` = '1-a.js'",)
    timed = made(NAME, TABLE, ("name", "createdAt", "updatedAt"), ("1-a.js", "2026-01-01 00:00:00", "2026-01-01"))
    found = joined(NAME, folder, timed)
    (sql,) = ran(found, "2-b.js", MYSQL).sql
    assert sql.endswith("(`name`, `createdAt`, `updatedAt`) VALUES ('2-b.js', UTC_TIMESTAMP(), UTC_TIMESTAMP())")
    assert "CURRENT_TIMESTAMP(3), CURRENT_TIMESTAMP(3)" in ran(found, "2-b.js").sql[0]
    write(folder, {"config/config.json": '{"dialect": "mysql", "timezone": "+02:00"}'})
    zoned = frameworks.marker(NAME, project(NAME, folder))
    with pytest.raises(CannotWriteError, match="hold times"):
        zoned.mark_ran(found, "2-b.js", MYSQL)


def test_a_table_with_more_columns_is_not_sequelizes() -> None:
    for columns in (("id", "name"), ("name", "batch"), ("version",)):
        assert frameworks.load(NAME).parse_ledger(TABLE, TableRows(columns, (), ())) is None


def test_sequelize_transactions_hold_where_every_call_is_given_it(tmp_path: Path) -> None:
    both = ADD.format("a", ", { transaction: t }"), ADD.format("b", ", { transaction: t }")
    callback = f"await queryInterface.sequelize.transaction(async (t) => {{ {''.join(both)} }});"
    by_hand = (f"const t = await queryInterface.sequelize.transaction(); try {{ {''.join(both)} await t.commit(); }}"
               " catch (e) { await t.rollback(); throw e; }")  # fmt: skip
    for up in (callback, by_hand):
        found = read(tmp_path, up)
        assert (found.transactional, len(found.statements), found.note) == (True, 2, "")
        assert not read(tmp_path, up, dialect="mysql").transactional
    mixed = read(tmp_path, by_hand + ADD.format("c", ""))
    assert (mixed.transactional, len(mixed.statements)) == (False, 3)
    assert mixed.note == "only some of its calls are given the transaction that it opens"
    assert not read(tmp_path, ADD.format("a", "")).transactional


def test_what_depends_on_the_database_is_a_condition(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "const t = await queryInterface.describeTable('users'); if (!t.nick) {" + ADD.format("nick", "") + "}",
    )
    (guard,) = found.statements[0].guards
    assert guard.ref is not None
    assert (guard.ref.label(), guard.present) == ("users.nick", False)


def test_what_is_not_written_down_is_said_and_never_guessed(tmp_path: Path) -> None:
    found = read(tmp_path, "for (const n of names()) { " + ADD.format("x", "") + " } await helper(queryInterface);")
    assert [statement.readable for statement in found.statements] == [False, False]
    assert '"logging": true' in found.note
    data = read(tmp_path, "await queryInterface.bulkInsert('users', [{ at: new Date() }]);")
    assert (data.statements[0].readable, data.statements[0].nature.value) == (False, "data")
    write(tmp_path, {"migrations/1-x.js": "module.exports = { queryInterface: 1, down() {} }; // up"})
    broken = frameworks.load(NAME).read(project(NAME, tmp_path), None, "postgres", "public").migrations[0]
    assert broken.unreadable == "it gives nobody a function that is called up"


def test_a_query_that_only_reads_is_no_statement(tmp_path: Path) -> None:
    query = "const [r] = await queryInterface.sequelize.query('SELECT id, count(*) FROM a GROUP BY id');"
    assert read(tmp_path, query).statements == ()
    kept = read(tmp_path, "await queryInterface.sequelize.query(`SELECT setval('a', 1) FROM b`);")
    assert len(kept.statements) == 1


def test_several_at_one_time_are_said_to_be(tmp_path: Path) -> None:
    calls = ", ".join(ADD.format(name, "").removeprefix("await ").rstrip(";") for name in "ab")
    found = read(tmp_path, f"return Promise.all([{calls}]);")
    assert len(found.statements) == 2
    assert found.note == "some of it is sent at one time, so its order is not certain"


def test_the_keys_that_mysql_named_itself_are_not_guessed(tmp_path: Path) -> None:
    key = "{ type: Sequelize.INTEGER, references: { model: 'teams', key: 'id' } }"
    up = f"await queryInterface.addColumn('users', 'team', {key});"
    back = "await queryInterface.removeColumn('users', 'team');"
    found = read(tmp_path, up, back, "mysql")
    assert [one.sql for one in found.down] == [
        "ALTER TABLE `users` DROP FOREIGN KEY `users_team_foreign_idx`",
        "ALTER TABLE `users` DROP `team`",
    ]
    alone = read(tmp_path, back, "", "mysql")
    assert (alone.statements[0].readable, len(alone.statements[0].operations)) == (False, 1)
    assert by_id(joined(NAME, tmp_path, rows(), MYSQL))["1-x.js"].belief is PENDING


def test_what_nobody_waits_for_and_what_fails_quietly_is_said(tmp_path: Path) -> None:
    lone = ADD.format("a", "").removeprefix("await ")
    assert read(tmp_path, lone).note == "line 1 is not waited for: it may fail although the migration is recorded"
    quiet = read(tmp_path, "try { " + ADD.format("a", "") + " } catch (e) { console.log(e) }")
    assert [one.apart for one in quiet.statements] == [True]
    both = read(tmp_path, "try { " + ADD.format("a", "") + " } catch (e) { console.log(e) }" + ADD.format("b", ""))
    assert [one.apart for one in both.statements] == [True, False]
    assert quiet.note == "what fails before line 1 is caught there, and the migration may be recorded all the same"


def test_what_a_connection_or_a_model_sends_is_not_lost(tmp_path: Path) -> None:
    own = "const c = await queryInterface.sequelize.connectionManager.getConnection(); await c.query('DROP TABLE a');"
    row = "const { User } = require('../models'); const u = await User.findOne(); await u.update({ a: 1 });"
    for up in (own, row):
        assert [statement.readable for statement in read(tmp_path, up).statements] == [False, False]
    asks = "const t = await queryInterface.showAllTables(); t.map((n) => n.name).includes('a');"
    assert read(tmp_path, asks).statements == ()


def test_that_a_later_one_landed_says_nothing_of_what_is_sent_with_it(tmp_path: Path) -> None:
    rows, column = "queryInterface.bulkUpdate('users', { b: 1 }, { b: 2 })", ADD.format("a", "").removeprefix("await ")
    ground = Ground(schema_after("CREATE TABLE users (b int, a varchar(255))"))
    for up, verdict in ((f"await {rows}; await {column}", Verdict.LANDED),
                        (f"await Promise.all([{rows}, {column.rstrip(';')}]);", Verdict.UNKNOWABLE),
                        (f"await {rows}.catch(() => {{}}); await {column}", Verdict.UNKNOWABLE)):  # fmt: skip
        found = judge(read(tmp_path, up).statements, ground)
        assert [one.verdict for one in found] == [verdict, Verdict.LANDED], up
