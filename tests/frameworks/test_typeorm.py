"""TypeORM's projects, settings and rows, and what its classes do that is not one query after the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Ledger, Migration
from console.core.plan import CannotWriteError
from console.core.ports import TableRows
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import MYSQL, PENDING, RECORDED, beliefs, by_id, not_ran, project, ran, typeorm_file
from tests.frameworks.sqlfiles import ledger as made
from tests.frameworks.sqlfiles import tracked as joined

NAME, TABLE, COLUMNS = "typeorm", "public.migrations", ("id", "timestamp", "name")
ONE, TWO, THREE = "One1700000000001", "Two1700000000002", "Three1700000000003"
UP = 'CREATE TABLE "a" ("b" int);\nCREATE INDEX "x" ON "a" ("b")'
SOURCE = """
import "reflect-metadata";
import { DataSource } from "typeorm";
import { User } from "./entity/User";
export const AppDataSource = new DataSource({
  type: "postgres", host: process.env.DB_HOST, port: Number(process.env.DB_PORT), username: "shop", password: "s p",
  database: "app", synchronize: false, entities: [User], migrations: ["src/moves/*.ts"],
  migrationsTableName: "ran", migrationsTransactionMode: "each",
} as any);
"""


def rows(*names: str) -> Ledger:
    return made(NAME, TABLE, COLUMNS, *((str(n), name[-13:], name) for n, name in enumerate(names, 1)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = {name: typeorm_file(name, f"CREATE TABLE {name} (a int)") for name in (ONE, TWO, THREE)}
    files = {f"src/migrations/{name[-13:]}-x.ts": text for name, text in made.items()}
    return write(tmp_path, {**files, "src/migrations/types.d.ts": "", "src/migrations/help.ts": "export const a = 1;"})


def read(folder: Path, body: str, dialect: str = "postgres", more: str = "", source: str = "") -> Migration:
    head = "import { MigrationInterface, QueryRunner, Table, TableColumn } from 'typeorm';\n"
    up = f"public async up(queryRunner: QueryRunner): Promise<void> {{ {body} }} public async down(q: any) {{}}"
    write(folder, {"migrations/1-x.ts": f"{head}export class {ONE} implements MigrationInterface {{ {more} {up} }}"})
    if source:
        write(folder, {"ormconfig.json": source})
    return frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public").migrations[0]


def test_typeorm_detection_and_settings_by_a_data_source_that_is_not_run(tmp_path: Path) -> None:
    moves = {"src/moves/1-x.ts": typeorm_file(ONE, "SELECT 1"), "src/migrations/1.ts": typeorm_file(TWO, "SELECT 1")}
    write(tmp_path, {**moves, "src/data-source.ts": SOURCE, ".env": "DB_PORT=5433\n"})
    found = project(NAME, tmp_path, DB_HOST="db")
    assert found.url is not None
    assert found.url.render_as_string(hide_password=False) == "postgresql://shop:s p@db:5433/app"
    assert (found.url_from, found.settings["place"]) == ("src/data-source.ts", "src/moves")
    assert frameworks.load(NAME).ledger_tables(found) == ((None, "ran"), (None, "migrations"))
    unset = project(NAME, tmp_path)
    assert (unset.url, unset.missing[0]) == (None, "host: DB_HOST is not set.")
    assert "s p" not in repr(found)


def test_typeorm_detection_and_settings_by_json(folder: Path) -> None:
    write(folder, {"ormconfig.json": json.dumps({"type": "mysql", "url": "mysql://u@db/app", "schema": "x"})})
    found = project(NAME, folder)
    assert (str(found.url), found.url_from) == ("mysql://u@db/app", "ormconfig.json")


def test_typeorm_order_is_that_of_the_times_and_not_of_the_files(folder: Path) -> None:
    write(folder, {"src/migrations/0-late.ts": typeorm_file("Late1700000000009", "SELECT 1")})
    found = joined(NAME, folder, rows(TWO, "Gone1600000000000"))
    assert beliefs(found) == {"Gone1600000000000": RECORDED, ONE: PENDING, TWO: RECORDED, THREE: PENDING,
                              "Late1700000000009": PENDING}  # fmt: skip
    assert list(beliefs(found)) == ["Gone1600000000000", ONE, TWO, THREE, "Late1700000000009"]
    assert found.next_run.startswith("`typeorm migration:run` runs all 3 in one transaction")
    assert found.rollback.why.startswith("It has recorded nothing")
    assert joined(NAME, folder, rows(THREE, TWO)).rollback.takes == (TWO,)


def test_typeorm_mark_ran_and_not_ran_is_its_own_row(folder: Path) -> None:
    found = joined(NAME, folder, rows(ONE))
    assert ran(found, TWO).sql == (
        f"""INSERT INTO "public"."migrations" ("timestamp", "name") VALUES (1700000000002, '{TWO}')""",
    )
    assert not_ran(found, ONE, MYSQL).sql == (
        f"DELETE FROM `public`.`migrations` WHERE `timestamp` = 1700000000001 AND `name` = '{ONE}'",
    )


def test_its_table_and_laravels_are_told_apart() -> None:
    laravel, typeorm = frameworks.load("laravel"), frameworks.load(NAME)
    theirs, ours = TableRows(("id", "migration", "batch"), (), ()), TableRows(COLUMNS, (), ())
    assert (laravel.parse_ledger(TABLE, ours), typeorm.parse_ledger(TABLE, theirs)) == (None, None)
    assert typeorm.parse_ledger(TABLE, ours) is not None
    broken = typeorm.parse_ledger(TABLE, TableRows(COLUMNS, (("1", "x", "a"),), (None,)))
    assert broken is not None
    assert broken.unread == "one of its times is no number"


def test_a_class_without_a_time_is_refused(folder: Path) -> None:
    write(folder, {"src/migrations/0-x.ts": typeorm_file("Nameless", "SELECT 1")})
    found = joined(NAME, folder, rows())
    assert found.next_run == ("`typeorm migration:run` runs nothing: the name of Nameless does not end in a time.")
    with pytest.raises(CannotWriteError, match="ends in a time"):
        ran(found, "Nameless")


def test_two_classes_of_one_name_are_refused(folder: Path) -> None:
    write(folder, {"src/migrations/0-x.ts": typeorm_file(ONE, "SELECT 1")})
    assert f"two classes are called {ONE}" in joined(NAME, folder, rows()).next_run


def test_typeorm_transactions_are_as_its_mode_and_its_class_say(tmp_path: Path) -> None:
    def mode(name: str, more: str = "", dialect: str = "postgres") -> bool:
        source = json.dumps({"type": "postgres", "migrationsTransactionMode": name})
        return read(tmp_path, "await queryRunner.query('SELECT 1');", dialect, more, source).transactional

    assert [mode("all"), mode("each"), mode("none")] == [True, True, False]
    assert [mode("each", "transaction = false;"), mode("none", "transaction = true;")] == [False, True]
    assert not mode("all", dialect="mysql")
    refused = joined(NAME, tmp_path, rows()).next_run
    assert "SELECT" not in refused
    read(tmp_path, "", more="transaction = false;", source='{"type": "postgres"}')
    assert "says itself whether it wants a transaction, which is refused" in joined(NAME, tmp_path, rows()).next_run
    own = read(tmp_path, "await queryRunner.commitTransaction(); await queryRunner.query('SELECT 1');"
                         " await queryRunner.startTransaction();")  # fmt: skip
    assert (own.transactional, len(own.statements)) == (False, 1)


def test_its_name_may_be_given_in_the_class(tmp_path: Path) -> None:
    assert read(tmp_path, "", more="name = 'Other1700000000005';").id == "Other1700000000005"
    assert read(tmp_path, "", more="name = makeName();").unreadable == "its name is not known without running the file"


def test_typeorm_statements_down_are_its_own_queries(tmp_path: Path) -> None:
    write(tmp_path, {"migrations/1-x.ts": typeorm_file(ONE, UP, 'DROP INDEX "x";\nDROP TABLE "a"')})
    found = frameworks.load(NAME).read(project(NAME, tmp_path), None, "postgres", "public").migrations[0]
    assert [one.sql for one in found.statements] == UP.split(";\n")
    assert [(one.sql, one.line) for one in found.down] == [('DROP INDEX "x"', 9), ('DROP TABLE "a"', 10)]


def test_compiled_files_are_read_too(tmp_path: Path) -> None:
    text = f"""'use strict';
Object.defineProperty(exports, "__esModule", {{ value: true }});
exports.{ONE} = void 0;
class {ONE} {{
    constructor() {{ this.name = '{ONE}'; }}
    async up(queryRunner) {{ await queryRunner.query(`CREATE TABLE "a" ("b" int)`); }}
    async down(queryRunner) {{ await queryRunner.query(`DROP TABLE "a"`); }}
}}
exports.{ONE} = {ONE};
"""
    write(tmp_path, {"dist/migrations/1-x.js": text})
    found = frameworks.load(NAME).read(project(NAME, tmp_path), None, "postgres", "public").migrations[0]
    assert (found.id, [one.sql for one in found.statements]) == (ONE, ['CREATE TABLE "a" ("b" int)'])
    assert [one.sql for one in found.down] == ['DROP TABLE "a"']


def test_what_depends_on_the_database_is_a_condition_or_judged_by_what_it_leaves(tmp_path: Path) -> None:
    found = read(tmp_path, "if (!(await queryRunner.hasColumn('users', 'nick'))) { await queryRunner.addColumn('users',"
                           " new TableColumn({ name: 'nick', type: 'int', isNullable: true })); }")  # fmt: skip
    (guard,) = found.statements[0].guards
    assert guard.ref is not None
    assert (guard.ref.label(), guard.present) == ("users.nick", False)
    dropped = read(tmp_path, "await queryRunner.dropColumn('users', 'nick'); await queryRunner.dropTable('notes');")
    assert [(one.readable, one.nature.value, len(one.operations)) for one in dropped.statements] == [
        (False, "schema", 1), (False, "schema", 1)]  # fmt: skip


def test_what_is_not_written_down_is_said_and_never_guessed(tmp_path: Path) -> None:
    body = ("await queryRunner.query('UPDATE a SET b = $1', [5]); await queryRunner.manager.save(User, {});"
            " await queryRunner.changeColumn('a', 'b', new TableColumn({ name: 'b', type: 'int' }));")  # fmt: skip
    found = read(tmp_path, body)
    assert [(one.readable, one.nature.value) for one in found.statements] == [
        (False, "data"), (False, "data"), (False, "opaque")]  # fmt: skip
    assert 'logging: ["query"]' in found.note
    lite = read(tmp_path, "await queryRunner.addColumn('a', new TableColumn({ name: 'b', type: 'int' }));", "sqlite")
    assert not lite.statements[0].readable


def test_helpers_of_the_class_are_followed(tmp_path: Path) -> None:
    more = "private async add(q: QueryRunner, name: string) { await q.query(`ALTER TABLE a ADD ${name} int`); }"
    found = read(tmp_path, "await this.add(queryRunner, 'b'); await this.add(queryRunner, 'c');", more=more)
    assert [one.sql for one in found.statements] == ["ALTER TABLE a ADD b int", "ALTER TABLE a ADD c int"]
    assert by_id(joined(NAME, tmp_path, rows()))[ONE].belief is PENDING
