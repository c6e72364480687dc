"""MySQL's statements, character for character as Laravel's own grammars write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.readers.php.blueprint import compile_blueprint, compile_schema_call
from console.readers.php.draft import Blueprint, Call, Connection, Line
from console.readers.php.grammar import grammar_of
from console.readers.php.values import Listing, Raw, Unknown, Value
from tests.readers.php.golden import cases, compiled, line_of
from tests.readers.php.measured import differing, measured, read, refused

GIVEN = cases("mysql")
MEASURED = measured("golden_mysql", "mysql")
L8, L9, L10, L11, L12 = (8, 83, 0), (9, 52, 0), (10, 48, 0), (11, 51, 0), (12, 60, 0)
MYSQL = Connection("mysql", charset="utf8mb4", collation="utf8mb4_unicode_ci")
NOT_KNOWN = Unknown("the value of $x is not known")


def _sent(*lines: Line | str, connection: Connection = MYSQL, creates: bool = False) -> tuple[str, ...]:
    read_lines = tuple(line_of(line) if isinstance(line, str) else line for line in lines)
    found = compile_blueprint(Blueprint("t", creates, read_lines, "Schema::x(...)"), connection)
    return tuple(one.sql or f"?? {one.unreadable}" for one in found)


def _chain(*calls: tuple[str, tuple[Value, ...]]) -> Line:
    return Line(tuple(Call(name, args) for name, args in calls), "$table->...")


def _schema(name: str, *args: Value, connection: Connection = MYSQL) -> tuple[str, ...]:
    found = compile_schema_call(Line((Call(f"Schema::{name}", args),), "Schema::x()"), connection)
    return tuple(one.sql or f"?? {one.unreadable}" for one in found)


@pytest.mark.parametrize("version", sorted({case.version for case in GIVEN}))
def test_every_statement_of_the_golden_files_is_the_same(version: str) -> None:
    sent = [case for case in GIVEN if case.version == version and not case.refusal]
    assert len(sent) > 80
    assert [(case.text, case.statements, sql) for case in sent if (sql := compiled(case)[0]) != case.statements] == []


@pytest.mark.parametrize("version", sorted({case.version for case in GIVEN}))
def test_what_the_framework_refuses_is_not_readable_and_says_why(version: str) -> None:
    given = [case for case in GIVEN if case.version == version and case.refusal]
    assert given
    assert [case.text for case in given if not compiled(case)[1]] == []


@pytest.mark.parametrize("laravel", ["8.83.26", "10.48.29", "13.31.0"])
def test_everything_measured_with_a_real_laravel_is_the_same(laravel: str) -> None:
    given = [one for one in MEASURED if one.laravel == laravel]
    assert len([one for one in given if not one.refusal]) > 190
    assert differing(given) == []


@pytest.mark.parametrize("laravel", ["8.83.26", "10.48.29", "13.31.0"])
def test_what_a_real_laravel_refuses_is_not_readable(laravel: str) -> None:
    given = refused([one for one in MEASURED if one.laravel == laravel])
    assert given
    assert [one.case for one in given if "??" not in read(one)] == []


@pytest.mark.parametrize(
    ("chain", "laravel", "sql"),
    [
        ('date("a")->useCurrent()', (12, 12, 0), "`a` date not null"),
        ('date("a")->useCurrent()', (12, 13, 0), "`a` date not null default (CURDATE())"),
        ('string("a")->default("it\'s")', (12, 19, 3), "`a` varchar(255) not null default 'it's'"),
        ('string("a")->default("it\'s")', (12, 20, 0), "`a` varchar(255) not null default 'it''s'"),
        ('string("a")->instant()', (12, 40, 0), "`a` varchar(255) not null"),
        ('string("a")->instant()', (12, 40, 1), "`a` varchar(255) not null, algorithm=instant"),
        ('string("a")->lock("none")', (12, 45, 2), "`a` varchar(255) not null"),
        ('string("a")->lock("none")', (12, 46, 0), "`a` varchar(255) not null, lock=none"),
    ],
)
def test_releases_differ(chain: str, laravel: tuple[int, int, int], sql: str) -> None:
    assert _sent(chain, connection=replace(MYSQL, laravel=laravel)) == (f"alter table `t` add {sql}",)


@pytest.mark.parametrize(
    ("server", "is_mariadb", "renames"),
    [
        ((), False, True),
        ((8, 0, 2), False, False),
        ((8, 0, 3), False, True),
        ((10, 5, 1), True, False),
        ((10, 5, 2), True, True),
    ],
)
def test_an_old_server_renames_by_the_live_column(server: tuple[int, ...], is_mariadb: bool, renames: bool) -> None:
    connection = replace(MYSQL, server=server, is_mariadb=is_mariadb)
    (found,) = _sent('renameColumn("a","b")', connection=connection)
    assert (found == "alter table `t` rename column `a` to `b`") is renames
    assert renames or "live definition" in found


def test_a_mariadb_behind_the_mysql_driver_keeps_mysqls_types_but_for_places() -> None:
    connection = replace(MYSQL, is_mariadb=True, server=(10, 11, 18))
    assert _sent('uuid("a")', 'geometry("g","point",4326)', connection=connection) == (
        "alter table `t` add `a` char(36) not null",
        "alter table `t` add `g` point ref_system_id=4326 not null",
    )


def test_a_table_says_its_storage_before_the_connection_does() -> None:
    connection = replace(MYSQL, engine="InnoDB", charset="latin1")
    (create,) = _sent('string("a")', 'charset = "utf8mb4"', connection=connection, creates=True)
    assert create.endswith(") default character set utf8mb4 collate 'utf8mb4_unicode_ci' engine = InnoDB")
    assert _sent('string("a")', connection=Connection("mysql"), creates=True) == (
        "create table `t` (`a` varchar(255) not null)",
    )


def test_an_expression_is_not_quoted() -> None:
    line = _chain(("integer", ("a",)), ("default", (Raw("(1 + 1)"),)))
    assert _sent(line) == ("alter table `t` add `a` int not null default (1 + 1)",)


def test_an_unknown_column_leaves_its_own_statement_unknown() -> None:
    lines = (_chain(("string", ("a", NOT_KNOWN))), 'string("b")')
    assert _sent(*lines) == (f"?? {NOT_KNOWN.why}", "alter table `t` add `b` varchar(255) not null")
    (create,) = compile_blueprint(Blueprint("t", True, (line_of("id()"), lines[0]), "Schema::x"), MYSQL)
    assert (create.sql, create.unreadable) == ("", NOT_KNOWN.why)
    assert create.effect.startswith(
        "create table `t` (`id` bigint unsigned not null auto_increment primary key) default"
    )


def test_a_change_by_dbal_says_nothing_of_what_it_leaves_and_a_rename_only_the_name() -> None:
    changes = Blueprint("t", False, tuple(map(line_of, ('string("a")->change()', 'renameColumn("b","c")'))), "x")
    found = compile_blueprint(changes, replace(MYSQL, laravel=L8))
    renamed = "alter table `t` rename column `b` to `c`; alter table `t` modify `c`"
    assert [(one.sql, one.effect) for one in found] == [("", ""), ("", renamed)]
    assert all("Doctrine DBAL" in one.unreadable for one in found)


def test_calls_on_schema() -> None:
    assert _schema("dropIfExists", "users") == ("drop table if exists `users`",)
    assert _schema("rename", "a", "b") == ("rename table `a` to `b`",)
    assert _schema("dropColumns", "t", Listing(((0, "a"), (1, "b")))) == ("alter table `t` drop `a`, drop `b`",)
    assert _schema("disableForeignKeyConstraints") == ("SET FOREIGN_KEY_CHECKS=0;",)
    assert _schema("enableForeignKeyConstraints") == ("SET FOREIGN_KEY_CHECKS=1;",)
    assert _schema("dropDatabaseIfExists", "x") == ("drop database if exists `x`",)


@pytest.mark.parametrize(
    ("laravel", "collation", "sql"),
    [
        (L8, "c", "create database `x` default character set `utf8mb4` default collate `c`"),
        (L11, "", "create database `x`"),
        (L12, "", "create database `x` default character set `utf8mb4`"),
    ],
    ids=["8", "11", "12"],
)
def test_a_new_database_has_the_connections_encoding(laravel: tuple[int, int, int], collation: str, sql: str) -> None:
    connection = replace(MYSQL, laravel=laravel, collation=collation)
    assert _schema("createDatabase", "x", connection=connection) == (sql,)


def test_starting_values_follow_at_once_up_to_9_and_come_last_after() -> None:
    assert [grammar_of(replace(MYSQL, laravel=one)).fluent(replace(MYSQL, laravel=one)) for one in (L9, L10)] == [
        (),
        ("autoIncrementStartingValues",),
    ]


def test_what_mysql_has_not_is_not_readable() -> None:
    assert _sent('vectorIndex("a")') == ("?? Laravel has nothing for vectorIndex on MySQL",)
    assert _sent('tsvector("a")') == ("?? Laravel has no type tsvector on MySQL",)
    assert _sent('addColumn("point","a")') == ("?? Laravel 12 has no type point on MySQL",)
    found = _sent('addColumn("vector","a")', connection=replace(MYSQL, laravel=L10))
    assert found == ("?? Laravel 10 has no type vector on MySQL",)
