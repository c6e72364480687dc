"""Knex's projects, files and rows: what is read of them without a run, and what Knex itself refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console import frameworks
from console.core.lock_rows import lock_tables
from console.core.migration import Ledger
from console.core.plan import CannotWriteError
from console.core.ports import Files, TableRows
from tests.builders import schema_after
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import PENDING, RECORDED, beliefs, by_id, not_ran, project, ran
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined
from tests.tools.knex import linked, program

NAME, TABLE, COLUMNS = "knex", "public.knex_migrations", ("id", "name", "batch", "migration_time")
EMPTY = "exports.up = async (knex) => {};\nexports.down = async (knex) => {};\n"
PLAIN = "module.exports = { client: 'pg', connection: 'postgresql://ann@db/shop' };\n"


def rows(*names: str) -> Ledger:
    return made(NAME, TABLE, COLUMNS, *((str(n), name, "1", None) for n, name in enumerate(names, 1)))


def read(folder: Path, dialect: str = "postgres", **environ: str) -> Files:
    return frameworks.load(NAME).read(project(NAME, folder, **environ), None, dialect, "public")


NESTED = """require('dotenv').config();
module.exports = { development: { client: 'mysql2', connection: { host: 'db', port: 3307, user: process.env.DB_USER,
  database: 'shop' }, migrations: { directory: './db/ran', tableName: 'ran' } }, production: {} };
"""
TYPED = """import type { Knex } from 'knex';
const base = { client: 'pg', migrations: { directory: 'src/moves' } };
const config: { [key: string]: Knex.Config } = { development: { ...base, connection: {
  connectionString: process.env.URL } } };
export default config;
"""
CALLED = "export default () => ({ client: 'better-sqlite3', connection: { filename: './shop.db' } });"
GIVEN = "exports.client = 'mysql'; exports.connection = 'mysql://ann@db/shop';"


@pytest.mark.parametrize(
    ("name", "text", "url", "place"),
    [
        ("knexfile.js", PLAIN, "postgresql://ann@db/shop", "migrations"),
        ("knexfile.js", NESTED, "mysql://ann@db:3307/shop", "db/ran"),
        ("knexfile.ts", TYPED, "postgresql://ann@db/shop", "src/moves"),
        ("knexfile.mjs", CALLED, "sqlite:///{}/shop.db", "migrations"),
        ("knexfile.cjs", GIVEN, "mysql://ann@db/shop", "migrations"),
    ],
    ids=("url", "environment", "typescript", "function", "exports"),
)
def test_knex_detection_reads_each_form_of_a_knexfile(
    tmp_path: Path, name: str, text: str, url: str, place: str
) -> None:
    write(tmp_path, {name: text, ".env": "URL=postgresql://ann@db/shop\nDB_USER=ann\n"})
    found = project(NAME, tmp_path)
    assert (str(found.url), found.missing) == (url.format(tmp_path), ())
    assert found.settings["place"] == place


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("connection: { host: process.env.HOST || 'localhost' }", "connection: the value of process.env.HOST || 'lo"),
        ("connection: process.env.NOWHERE", "connection: the value of process.env.NOWHERE is not known"),
        ("connection: require('./db')", "connection: the value of require('./db') is not known"),
        ("migrations: { migrationSource: new Mine() }", "migrations.migrationSource says which migrations there are"),
        ("migrations: { directory: dir() }", "migrations.directory: the value of dir() is not known"),
    ],
    ids=("fallback", "variable", "file", "source", "folder"),
)  # fmt: skip
def test_knex_detection_names_what_only_a_run_could_tell(tmp_path: Path, text: str, why: str) -> None:
    write(tmp_path, {"knexfile.js": f"module.exports = {{ client: 'pg', {text} }};"})
    assert f"knexfile.js: {why}" in " ".join(project(NAME, tmp_path).missing)


OBJECTION = """const path = require('path');
const { knexSnakeCaseMappers } = require('objection');
module.exports = { client: 'pg', connection: `postgres://ann@${process.env.PGHOST}/shop`, searchPath: ['app', 'public'],
  migrations: { directory: path.join(__dirname, 'src', 'moves') }, ...knexSnakeCaseMappers() };
"""


def test_knex_detection_knows_paths_schemas_and_what_renames_its_names(tmp_path: Path) -> None:
    named = "exports.up = (knex) => knex.schema.dropTable('{}');\nexports.down = async () => {{}};\n"
    write(tmp_path, {"knexfile.js": OBJECTION, "src/moves/1_a.js": named.format("a_b"),
                     "src/moves/2_b.js": named.format("aB")})  # fmt: skip
    found = project(NAME, tmp_path, PGHOST="db")
    assert (found.settings["place"], found.settings["heeds"], found.missing) == ("src/moves", "PGHOST", ())
    assert found.url is not None
    assert (found.url.host, dict(found.url.query)) == ("db", {"options": "-csearch_path=app,public"})
    plain, renamed = (one.statements[0] for one in read(tmp_path, PGHOST="db").migrations)
    assert (plain.sql, plain.readable, renamed.readable) == ('drop table "a_b"', True, False)


def test_knex_detection_without_a_knexfile_is_by_its_package_and_files(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": json.dumps({"dependencies": {"knex": "^3"}})})
    assert frameworks.load(NAME).detect(tmp_path, {}) is None
    write(tmp_path, {"db/migrations/1_a.ts": "import { Knex } from 'knex';\nexport async function up(knex: Knex) {}"})
    found = project(NAME, tmp_path)
    assert (found.settings["place"], found.missing[0][:20]) == ("db/migrations", "There is no knexfile")
    assert frameworks.load(NAME).parse_ledger(TABLE, TableRows(("id", "migration", "batch"), (), ())) is None


def test_knex_order_is_that_of_whole_names_and_a_missing_file_stops_it(tmp_path: Path) -> None:
    names = ("10_c.js", "9_b.ts", "2_a.js", "notes.md", "1_x.sql")
    write(tmp_path, {"knexfile.js": PLAIN, **{f"migrations/{name}": EMPTY for name in names}})
    found = joined(NAME, tmp_path, rows("10_c.js", "2_a.js"))
    assert beliefs(found) == {"10_c.js": RECORDED, "2_a.js": RECORDED, "9_b.ts": PENDING}
    assert found.next_run == "`knex migrate:latest` runs 9_b."
    lost = joined(NAME, tmp_path, rows("2_a.ts"))
    assert lost.next_run == (
        "`knex migrate:latest` runs nothing: the migration directory is corrupt to it, for 2_a.ts is not here."
    )
    assert beliefs(lost)["2_a.ts"] == RECORDED
    assert lost.rollback.why.startswith("Knex would not: the migration directory is corrupt")
    assert found.rollback.argv == ("npx", "knex", "migrate:down")
    assert found.rollback.takes == ("2_a.js",)
    real = program(_LIST, [str(linked(tmp_path) / "migrations")])
    assert real == [one.id for one in read(tmp_path).migrations]


_LIST = """
const { FsMigrations } = require('knex/lib/migrations/migrate/sources/fs-migrations');
const [folder] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
new FsMigrations(folder, false).getMigrations().then((found) => console.log(JSON.stringify(found.map((f) => f.file))));
"""


def test_knex_order_of_several_folders(tmp_path: Path) -> None:
    for apart, order in (("false", ["1_a.js", "2_b.js", "3_c.js"]), ("true", ["2_b.js", "3_c.js", "1_a.js"])):
        write(tmp_path, {
            "knexfile.js": "module.exports = { client: 'pg', migrations: { directory: ['one', 'two'], "
            f"sortDirsSeparately: {apart} }} }};",
            "one/2_b.js": EMPTY, "one/3_c.js": EMPTY, "two/1_a.js": EMPTY,
        })  # fmt: skip
        assert [one.id for one in read(tmp_path).migrations] == order


def test_knex_statements_up_and_down_keep_conditions_and_say_what_is_not_known(tmp_path: Path) -> None:
    write(tmp_path, {"knexfile.js": PLAIN, "migrations/1_a.js": _MANY})
    (found,) = read(tmp_path).migrations
    assert [(s.line, s.readable and s.sql, [g.text for g in s.guards]) for s in found.statements] == [
        (4, 'create table "people" ("id" serial primary key, "name" varchar(255) not null)', ["!has"]),
        (5, 'create unique index "u" on "people" (lower(name))', []),
        (6, False, []),
        (8, "UPDATE \"people\" SET name = 'it''s ?'", []),
        (9, 'alter table "people" add column "age" integer', ["!(await knex.schema.hasColumn('people', 'age'))"]),
        (10, False, []),
        (12, False, []),
        (13, "SELECT 1", []),
        (13, "SELECT 2", []),
    ]
    assert found.statements[0].guards[0].present is False
    assert found.note.startswith("line 7 is built and never awaited: Knex sends nothing of it; `debug: true`")
    assert [s.sql for s in found.down] == ['drop table "people"']
    assert (
        "what stands on line 13 is sent at one time, in no certain order" in read(tmp_path, "mysql").migrations[0].note
    )


_MANY = """exports.up = async function (knex) {
  const T = 'people', has = await knex.schema.hasTable(T);
  if (!has) {
    await knex.schema.createTable(T, (t) => { t.increments(); t.string('name').notNullable(); }); }
  await knex.schema.raw('create unique index "u" on "people" (lower(name))');
  for (const one of await knex(T).select()) { await knex(T).where({ id: one.id }).update({ name: 'x' }); }
  knex.schema.dropTable(T);
  await knex.raw('UPDATE ?? SET name = ?', [T, "it's ?"]);
  if (!(await knex.schema.hasColumn('people', 'age'))) { await knex.schema.table(T, (t) => { t.integer('age'); }); }
  await require('./seed')(knex);
  const all = await knex('people');
  all.forEach(async (one) => knex('people').insert(one));
  await Promise.all([knex.raw('SELECT 1'), knex.raw('SELECT 2')]);
};
exports.down = (knex) => knex.schema.dropTable('people');
"""


@pytest.mark.parametrize(
    ("config", "own", "dialect", "whole"),
    [
        ("", "", "postgres", True),
        ("", "", "mysql", False),
        ("", "exports.config = { transaction: false };", "postgres", False),
        ("migrations: { disableTransactions: true }", "", "postgres", False),
        ("migrations: { disableTransactions: true }", "exports.config = { transaction: true };", "postgres", True),
    ],
    ids=("usual", "mysql", "file", "project", "both"),
)
def test_knex_transactions_are_the_files_or_the_projects(
    tmp_path: Path, config: str, own: str, dialect: str, whole: bool
) -> None:
    write(
        tmp_path, {"knexfile.js": f"module.exports = {{ client: 'pg', {config} }};", "migrations/1_a.js": EMPTY + own}
    )
    assert read(tmp_path, dialect).migrations[0].transactional is whole


def test_knex_next_run_takes_all_files_into_one_transaction(tmp_path: Path) -> None:
    write(tmp_path, {"knexfile.js": PLAIN, "migrations/1_a.js": EMPTY, "migrations/2_b.js": EMPTY})
    all_in_one = "`knex migrate:latest` runs all 2 in one transaction: if one fails, none of them stays."
    assert joined(NAME, tmp_path, rows()).next_run == all_in_one
    write(tmp_path, {"migrations/3_c.js": "exports.up = async () => {};\n"})
    assert "3_c must have both an up and a down function" in joined(NAME, tmp_path, rows()).next_run


def test_knex_mark_ran_is_a_row_of_a_new_batch_and_not_ran_takes_it_away(tmp_path: Path) -> None:
    write(tmp_path, {"knexfile.js": PLAIN, "migrations/1_a.js": EMPTY, "migrations/2_b.js": EMPTY})
    found = joined(NAME, tmp_path, rows("1_a.js"))
    (sql,) = ran(found, "2_b.js").sql
    assert sql == (
        'INSERT INTO "public"."knex_migrations" ("name", "batch", "migration_time")'
        " VALUES ('2_b.js', 2, CURRENT_TIMESTAMP)"
    )
    assert not_ran(found, "1_a.js").sql == ('DELETE FROM "public"."knex_migrations" WHERE "name" = \'1_a.js\'',)
    with pytest.raises(CannotWriteError, match="recorded it already"):
        ran(found, "1_a.js")
    assert by_id(found)["1_a.js"].row is not None


def test_knex_lock_of_more_than_one_row_stops_it_too(tmp_path: Path) -> None:
    write(tmp_path, {"knexfile.js": PLAIN, "migrations/1_a.js": EMPTY})
    knex = frameworks.load(NAME)
    two = TableRows(("index", "is_locked"), (("1", "0"), ("2", "0")), (None, None))
    ledger = knex.with_beside(rows(), two)  # type: ignore[attr-defined]
    assert "its lock table has 2 rows, and it asks for one" in joined(NAME, tmp_path, ledger).next_run


def test_knex_lock_is_found_whatever_the_ledger_is_called() -> None:
    tables = ("ran_lock (index int, is_locked int)", "door_lock (index int, is_locked int, door text)",
              "knex_migrations_lock (index int, is_locked int)")  # fmt: skip
    schema = schema_after(";".join(f"CREATE TABLE {each}" for each in tables))
    assert sorted(table.ref.name for table in lock_tables(schema)) == ["knex_migrations_lock", "ran_lock"]
