"""SQLite's statements, character for character as Laravel's own grammars write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.readers.php.blueprint import compile_blueprint, compile_schema_call
from console.readers.php.draft import Blueprint, Call, Connection, Line
from console.readers.php.values import Raw, Value
from tests.readers.php.golden import line_of
from tests.readers.php.measured import differing, measured, read, refused

GIVEN = measured("golden_sqlite", "sqlite")
REAL = ("8.83.26", "10.48.29", "13.31.0")
VERSIONS = sorted({one.laravel for one in GIVEN})
SQLITE = Connection("sqlite", (12, 60, 0))
L8, L10, L11, EARLY_11 = (8, 83, 0), (10, 48, 0), (11, 51, 0), (11, 14, 0)


def _sent(*chains: str, connection: Connection = SQLITE, creates: bool = False) -> tuple[str, ...]:
    blueprint = Blueprint("t", creates, tuple(map(line_of, chains)), "Schema::x(...)")
    return tuple(one.sql or f"?? {one.unreadable}" for one in compile_blueprint(blueprint, connection))


def _schema(name: str, *args: Value, connection: Connection = SQLITE) -> tuple[str, ...]:
    found = compile_schema_call(Line((Call(f"Schema::{name}", args),), "Schema::x()"), connection)
    return tuple(one.sql for one in found)


def test_the_files_are_of_every_version() -> None:
    assert [version.partition(".")[0] for version in VERSIONS] == ["10", "11", "11", "12", "13", "8", "9"]
    assert [len([one for one in GIVEN if one.laravel == version]) > 200 for version in REAL] == [True] * 3


@pytest.mark.parametrize("laravel", VERSIONS)
def test_everything_of_the_golden_files_is_the_same(laravel: str) -> None:
    given = [one for one in GIVEN if one.laravel == laravel]
    assert [one for one in given if not one.refusal]
    assert differing(given) == []


@pytest.mark.parametrize("laravel", VERSIONS)
def test_what_the_framework_refuses_is_not_readable(laravel: str) -> None:
    given = refused([one for one in GIVEN if one.laravel == laravel])
    assert given
    assert [one.case for one in given if "??" not in read(one)] == []


def test_nothing_is_sent_of_a_blueprint_that_is_refused_as_a_whole() -> None:
    connection = replace(SQLITE, laravel=L8)
    found = _sent('string("a")', 'dropForeign(["b"])', connection=connection)
    assert found == ("?? Laravel 8 refuses a blueprint that drops a foreign key on SQLite",)
    found = _sent('dropColumn("a")', 'dropColumn("b")', connection=connection)
    assert found == ("?? Laravel 8 refuses to drop or rename columns twice in a blueprint on SQLite",)


def test_a_key_for_a_table_that_is_there_was_left_out_before_11_15_and_rebuilds_it_since() -> None:
    chains = ('foreign("a")->references("id")->on("o")', 'primary("a")')
    assert _sent(*chains, connection=replace(SQLITE, laravel=L10)) == ()
    assert _sent(*chains, connection=replace(SQLITE, laravel=EARLY_11)) == ()
    assert (
        _sent(*chains, connection=replace(SQLITE, laravel=L11))
        == ("?? the table is rebuilt from its live definition, so the SQL depends on it",) * 2
    )


def test_a_foreign_key_cannot_be_dropped_by_its_name() -> None:
    assert _sent('dropForeign("fk")') == ("?? Laravel refuses to drop a foreign key by its name on SQLite",)


@pytest.mark.parametrize(
    ("laravel", "server", "is_native", "drops"),
    [
        (L8, (), False, False),
        (L10, (), False, False),
        (L10, (), True, True),
        (EARLY_11, (3, 30, 0), False, True),
        (L11, (3, 34, 1), False, False),
        (L11, (3, 35, 0), False, True),
        (L11, (), False, True),
    ],
)
def test_columns_are_dropped_natively_or_by_a_new_table(
    laravel: tuple[int, int, int], server: tuple[int, ...], is_native: bool, drops: bool
) -> None:
    connection = replace(SQLITE, laravel=laravel, server=server, native_changes=is_native)
    found = _sent('dropColumn("a","b")', connection=connection)
    assert (found == ('alter table "t" drop column "a"', 'alter table "t" drop column "b"')) is drops
    assert drops or "live definition" in found[0]


def test_what_an_index_is_made_of_is_not_known_when_it_is_renamed() -> None:
    assert _sent('renameIndex("a","b")') == ("?? what index a is made of stands only in the database",)


def test_calls_on_schema() -> None:
    assert _schema("dropIfExists", "users") == ('drop table if exists "users"',)
    assert _schema("rename", "a", "b") == ('alter table "a" rename to "b"',)
    assert _schema("createDatabase", "x.sqlite") == ()
    old = replace(SQLITE, laravel=L11)
    assert _schema("disableForeignKeyConstraints", connection=old) == ("PRAGMA foreign_keys = OFF;",)
    assert _schema("enableForeignKeyConstraints", connection=old) == ("PRAGMA foreign_keys = ON;",)
    assert _schema("disableForeignKeyConstraints") == ("pragma foreign_keys = 0",)
    assert _schema("enableForeignKeyConstraints") == ("pragma foreign_keys = 1",)


def test_an_expression_is_not_quoted() -> None:
    line = Line((Call("integer", ("a",)), Call("default", (Raw("(1 + 1)"),))), "$table->...")
    (found,) = compile_blueprint(Blueprint("t", False, (line,), "Schema::x"), SQLITE)
    assert found.sql == 'alter table "t" add column "a" integer not null default (1 + 1)'


def test_what_sqlite_has_not_is_not_readable() -> None:
    assert _sent('set("a",["x"])') == ("?? Laravel has no type set on SQLite",)
    assert _sent('fullText("a")') == ("?? Laravel has nothing for fulltext on SQLite",)
    assert _sent('string("a")->change()', connection=replace(SQLITE, laravel=L8))[0].startswith("?? Doctrine DBAL")
