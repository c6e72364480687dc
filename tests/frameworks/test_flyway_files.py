"""Migration files as Flyway reads them: transactions, placeholders, `.conf` files, order, undo, given paths."""

import io
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.core.operations import Opaque
from console.core.statements import Nature
from console.frameworks.flyway.names import checksum
from console.frameworks.flyway.transactions import Way, way_of
from console.readers.sources import archives
from tests.frameworks.making import FLYWAY, one, project, read, write


@pytest.fixture(autouse=True)
def _forget_stdin() -> Iterator[None]:
    archives._stdin.cache_clear()
    yield
    archives._stdin.cache_clear()


@pytest.mark.parametrize(
    "sql",
    [
        "create index concurrently i on a (b)",
        "CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)",
        "drop index concurrently i",
        "/* why */ create -- now\n index concurrently i on a (b)",
        "vacuum a",
        "vacuum (analyze) a",
        "alter system set work_mem = '1MB'",
        "create database x",
        "drop database x",
        "create tablespace t location '/x'",
        "drop subscription s",
        "reindex database x",
        "reindex verbose schema s",
        "discard all",
    ],
)
def test_flyway_transactions_are_not_begun_for_these(tmp_path: Path, sql: str) -> None:
    migration = one(tmp_path, "V1__x.sql", sql)
    assert not migration.transactional
    assert migration.note == ""


@pytest.mark.parametrize(
    "sql",
    [
        "create table a (b int)",
        "create index i on a (b)",
        "create table concurrently (b int)",
        "insert into a values ('create index concurrently')",
        "-- create index concurrently i on a (b)\nselect 1",
        "alter type mood add value 'x'",
        "reindex index i",
        "create table vacuum (a int)",
        "do $$ begin vacuum; end $$",
        "",
    ],
)
def test_everything_else_runs_in_one_transaction(tmp_path: Path, sql: str) -> None:
    migration = one(tmp_path, "V1__x.sql", sql)
    assert migration.transactional
    assert len({statement.group for statement in migration.statements}) <= 1


MIXED = "create table a (b int);\ncreate index concurrently i on a (b);"


def test_a_mixed_file_is_refused_by_flyway_and_judged_all_the_same(tmp_path: Path) -> None:
    migration = one(tmp_path, "V1__x.sql", MIXED)
    assert not migration.transactional
    assert "unless mixed=true" in migration.note
    assert len({statement.group for statement in migration.statements}) == 2


def test_mixed_true_runs_the_whole_file_outside_a_transaction(tmp_path: Path) -> None:
    migration = one(tmp_path, "V1__x.sql", MIXED, mixed="true")
    assert (migration.transactional, migration.note) == (False, "")


def test_a_setting_before_a_concurrent_index_makes_a_file_mixed(tmp_path: Path) -> None:
    migration = one(tmp_path, "V1__x.sql", "set lock_timeout = '5s'; create index concurrently i on a (b)")
    assert "unless mixed=true" in migration.note
    assert len(migration.statements) == 1


def test_a_project_can_switch_transactions_off(tmp_path: Path) -> None:
    assert not one(tmp_path, "V1__x.sql", "create table a (b int)", executeInTransaction="false").transactional


@pytest.mark.parametrize(("word", "expected"), [("true", True), ("false", False)])
def test_the_conf_beside_a_file_has_the_last_word_on_its_transaction(tmp_path: Path, word: str, expected: bool) -> None:
    write(tmp_path / "sql", {"V1__x.sql.conf": f"executeInTransaction={word}\n"})
    migration = one(tmp_path, "V1__x.sql", MIXED)
    assert (migration.transactional, migration.note) == (expected, "")


def test_a_conf_may_name_an_encoding_and_switch_placeholders_off(tmp_path: Path) -> None:
    write(tmp_path / "sql", {"V1__x.sql.conf": "encoding=ISO-8859-1\nplaceholderReplacement=false\n"})
    (tmp_path / "sql" / "V1__x.sql").write_bytes("comment on table a is 'ü ${x}'".encode("latin-1"))
    (migration,) = read(tmp_path).migrations
    assert migration.text == "comment on table a is 'ü ${x}'"
    assert migration.note == ""
    assert migration.checksum == str(checksum(migration.text))


def test_a_condition_in_a_conf_is_said(tmp_path: Path) -> None:
    write(tmp_path / "sql", {"V1__x.sql.conf": "shouldExecute=${env}==prod\n"})
    assert "runs only if ${env}==prod" in one(tmp_path, "V1__x.sql", "select 1").note


@pytest.mark.parametrize(
    ("text", "settings", "sql"),
    [
        ("create table ${t} (a int)", {"placeholders.t": "x"}, "create table x (a int)"),
        ("create table ${T} (a int)", {"placeholders.t": "x"}, "create table x (a int)"),
        (
            "create table #t# (a int)",
            {"placeholders.t": "x", "placeholderPrefix": "#", "placeholderSuffix": "#"},
            "create table x (a int)",
        ),
        ("create table a${t} (a int)", {"placeholders.t": ""}, "create table a (a int)"),
        ("create table ${flyway:defaultSchema}.a (a int)", {"defaultSchema": "shop"}, "create table shop.a (a int)"),
        ("create table ${flyway:defaultSchema}.a (a int)", {}, "create table public.a (a int)"),
        ("create table ${flyway:table}_2 (a int)", {"table": "h"}, "create table h_2 (a int)"),
        ("comment on table a is '${flyway:filename}'", {}, "comment on table a is 'V1__x.sql'"),
        (
            "comment on table a is '${flyway-table}'",
            {"placeholderSeparator": "-"},
            "comment on table a is 'flyway_schema_history'",
        ),
        ("comment on table a is '${t}'", {"placeholderReplacement": "false"}, "comment on table a is '${t}'"),
    ],
)
def test_flyway_statements_up_have_their_placeholders_replaced(
    tmp_path: Path, text: str, settings: dict[str, str], sql: str
) -> None:
    migration = one(tmp_path, "V1__x.sql", text, **settings)
    assert [statement.sql for statement in migration.statements] == [sql]
    assert migration.checksum == str(checksum(text))
    assert migration.text == text
    assert migration.note == ""


def test_an_unknown_placeholder_makes_its_statement_unknowable_and_no_other(tmp_path: Path) -> None:
    text = "create table a (b int);\nalter table ${x}.a add c int;\nalter table a add d int;"
    migration = one(tmp_path, "V1__x.sql", text)
    first, second, third = migration.statements
    assert (first.nature, third.nature) == (Nature.SCHEMA, Nature.SCHEMA)
    assert second.nature is Nature.OPAQUE
    assert second.sql == "alter table ${x}.a add c int"
    (opaque,) = second.operations
    assert isinstance(opaque, Opaque)
    assert opaque.why == "no value is known for the placeholder ${x}"
    assert migration.note == "no value is known for the placeholder ${x}"


def test_a_secret_placeholder_is_never_put_into_text(tmp_path: Path) -> None:
    text = "create role app password '${app_password}'"
    migration = one(tmp_path, "V1__x.sql", text, **{"placeholders.app_password": "geheim"})
    assert "geheim" not in repr(migration)
    (statement,) = migration.statements
    assert statement.sql == text
    assert isinstance(statement.operations[0], Opaque)
    assert "holds a secret" in statement.operations[0].why


def test_the_default_schema_is_what_unqualified_names_mean(tmp_path: Path) -> None:
    (statement,) = one(tmp_path, "V1__x.sql", "alter table a add b int", defaultSchema="shop").statements
    assert statement.tables == (("shop", "a"),)


def test_flyway_order_is_that_of_the_versions(tmp_path: Path) -> None:
    names = ["V10__a", "V9__a", "V1.10__a", "V1_9__a", "V2__a", "R__zoo", "R__animals", "B3__base", "V3__a"]
    write(tmp_path / "sql", {f"{name}.sql": "select 1" for name in names})
    ids = [migration.id for migration in read(tmp_path).migrations]
    assert ids == ["1.9", "1.10", "2", "B3", "3", "9", "10", "R__animals", "R__zoo"]


def test_callbacks_and_other_files_are_no_migrations(tmp_path: Path) -> None:
    write(tmp_path / "sql", dict.fromkeys(["V1__a.sql", "afterMigrate.sql", "V1__a.sql.bak", "x.sql"], "select 1"))
    assert [migration.id for migration in read(tmp_path).migrations] == ["1"]


def test_an_undo_script_is_the_way_down_of_its_version(tmp_path: Path) -> None:
    write(tmp_path / "sql", {"V1_0__a.sql": "create table a (b int)", "U1__a.sql": "drop table a"})
    files = read(tmp_path)
    assert [statement.sql for statement in files.migrations[0].down] == ["drop table a"]
    assert [migration.id for migration in files.down] == ["U1"]
    assert [migration.id for migration in files.migrations] == ["1.0"]


def test_two_files_of_one_version_stay_and_say_that_flyway_refuses(tmp_path: Path) -> None:
    write(tmp_path / "sql", {"V1__a.sql": "select 1", "V1.0__b.sql": "select 2", "V2__c.sql": "select 3"})
    first, second, third = read(tmp_path).migrations
    assert len({first.id, second.id, third.id}) == 3
    assert "Flyway refuses to run" in first.note
    assert "Flyway refuses to run" in second.note
    assert third.note == ""


def test_bytes_that_are_no_text_are_noted_with_the_migration(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__x.sql").write_bytes(b"comment on table a is '\xff'")
    (migration,) = read(tmp_path).migrations
    assert "not valid utf-8" in migration.note
    assert len(migration.statements) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_statement(tmp_path: Path) -> None:
    migration = one(tmp_path, "V1__x.sql", "\ufeffcreate table a (b int)")
    assert [statement.nature for statement in migration.statements] == [Nature.SCHEMA]
    assert migration.checksum == str(checksum("create table a (b int)"))


def test_an_empty_folder_is_a_complete_reading_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    files = read(tmp_path, locations="filesystem:sql")
    assert (files.migrations, files.unread) == ((), "")


def test_a_given_folder_replaces_the_projects_own(tmp_path: Path) -> None:
    write(tmp_path / "sql", {"V1__own.sql": "select 1"})
    write(tmp_path / "other", {"V7__given.sql": "select 1"})
    files = FLYWAY.read(project(tmp_path), str(tmp_path / "other"), "postgres", "public")
    assert [migration.id for migration in files.migrations] == ["7"]


def tar_of(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


IMAGE = {
    "app/BOOT-INF/classes/db/migration/V1__x.sql": "create table a (b int)",
    "app/BOOT-INF/classes/db/migration/V1__x.sql.conf": "executeInTransaction=false",
    "usr/share/other/V9__not_ours.sql": "select 1",
}


def test_of_a_whole_image_only_the_migration_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "image.tar.gz").write_bytes(tar_of(IMAGE))
    files = FLYWAY.read(project(), str(tmp_path / "image.tar.gz"), "postgres", "public")
    assert [(migration.id, migration.transactional) for migration in files.migrations] == [("1", False)]


def test_a_configured_location_finds_its_files_in_an_image(tmp_path: Path) -> None:
    (tmp_path / "image.tar.gz").write_bytes(tar_of(IMAGE))
    made = project(locations="filesystem:/usr/share/other")
    files = FLYWAY.read(made, str(tmp_path / "image.tar.gz"), "postgres", "public")
    assert [migration.id for migration in files.migrations] == ["9"]


@pytest.mark.parametrize(
    "data", [tar_of({"V1__x.sql": "create table a (b int)"}), b"create table a (b int)"], ids=["tar", "sql"]
)
def test_stdin_may_be_a_tar_or_sql_and_is_there_on_every_sweep(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    for _ in range(2):
        (migration,) = FLYWAY.read(project(), "-", "postgres", "public").migrations
        assert [statement.sql for statement in migration.statements] == ["create table a (b int)"]


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_mysql_has_no_transactional_ddl(dialect: str) -> None:
    assert way_of("create table a (b int)", dialect, mixed=True, in_transaction=True, own=True) == Way(False)


def test_skipped_default_resolvers_mean_that_flyway_reads_no_sql(tmp_path: Path) -> None:
    write(tmp_path / "sql", {"V1__x.sql": "select 1"})
    files = read(tmp_path, skipDefaultResolvers="true")
    assert files.migrations == ()
    assert "skipDefaultResolvers" in files.unread
