"""A blueprint that Laravel refuses: it writes all SQL of it before it sends the first, so none of it is sent."""

from __future__ import annotations

import pytest

from console.core.statements import Sent
from console.readers.php.blueprint import compile_blueprint, compile_or_refuse
from console.readers.php.draft import Blueprint, Connection, Line, RefusedError
from console.readers.php.migration import read_migration
from tests.readers.php.golden import line_of
from tests.readers.php.walking import HEAD, TRIED
from tests.readers.php.walking import line_of as told

L8, L12 = (8, 83, 26), (12, 60, 0)
POSTGRES_8, SQLITE_8 = Connection("pgsql", L8), Connection("sqlite", L8, home="main")
POSTGRES, MYSQL, SQLITE = Connection("pgsql", L12), Connection("mysql", L12, home="app"), Connection("sqlite", L12)


def _up(body: str, connection: Connection) -> tuple[Sent, ...]:
    text = f"{HEAD}return new class extends Migration {{ public function up() {{ {body} }} }};"
    return read_migration(text, connection).up


def _told(body: str, connection: Connection) -> list[str]:
    return [told(one) for one in _up(body, connection)]


REFUSED = [
    (POSTGRES, 'set("a",["x"])', "Laravel has no type set on PostgreSQL"),
    (POSTGRES_8, 'computed("a","b + 1")', "Laravel has no type computed on PostgreSQL"),
    (POSTGRES, 'integer("a")->storedAs("b + 1")->change()', "PostgreSQL cannot change a generated column"),
    (MYSQL, 'computed("a","b + 1")', "Laravel has no type computed on MySQL"),
    (SQLITE, 'fullText("a")', "Laravel has nothing for fulltext on SQLite"),
    (SQLITE, 'spatialIndex("a")', "Laravel has nothing for spatialIndex on SQLite"),
    (SQLITE, 'dropFullText(["a"])', "Laravel has nothing for dropFullText on SQLite"),
    (SQLITE, 'dropForeign("the_key")', "Laravel refuses to drop a foreign key by its name on SQLite"),
    (SQLITE_8, 'dropForeign(["a"])', "Laravel 8 refuses a blueprint that drops a foreign key on SQLite"),
]


@pytest.mark.parametrize("n", range(len(REFUSED)), ids=[f"{c.driver}-{c.laravel[0]}-{k[:8]}" for c, k, _ in REFUSED])
def test_nothing_of_a_refused_blueprint_is_sent(n: int) -> None:
    connection, chain, why = REFUSED[n]
    blueprint = Blueprint("t", False, (line_of('string("n")'), line_of(chain), line_of('index("n")')), "Schema::table")
    assert [(one.sql, one.unreadable) for one in compile_blueprint(blueprint, connection)] == [("", why)]
    with pytest.raises(RefusedError, match=why):
        compile_or_refuse(blueprint, connection)


def test_nothing_after_a_refused_blueprint_is_sent_either() -> None:
    body = "Schema::drop('a'); Schema::table('t', function ($t) { $t->integer('n'); $t->set('s', ['x']); });"
    assert _told(f"{body} Schema::drop('z');", POSTGRES) == [
        'drop table "a"',
        "UNREAD Laravel has no type set on PostgreSQL: nothing of this table is sent, nor anything after it",
    ]


def test_what_is_caught_does_not_end_the_file() -> None:
    body = "try { Schema::table('t', fn ($t) => $t->fullText('b')); } catch (\\Throwable $e) {} Schema::drop('z');"
    assert _told(body, SQLITE) == [
        f"{TRIED} UNREAD Laravel has nothing for fulltext on SQLite: nothing of this table is sent",
        'drop table "z"',
    ]


def test_a_refusal_under_a_condition_keeps_what_stands_beside_it_under_the_opposite() -> None:
    inner = "if (Schema::hasColumn('t', 'a')) { $t->dropForeign('k'); }"
    body = f"Schema::table('t', function ($t) {{ $t->integer('n'); {inner} }});"
    assert _told(body, SQLITE) == [
        "<! Schema::hasColumn('t', 'a')> alter table \"t\" add column \"n\" integer not null",
        "<Schema::hasColumn('t', 'a')> UNREAD Laravel refuses to drop a foreign key by its name on SQLite",
    ]


@pytest.mark.parametrize("chain", ['shiny("a")', 'addColumn("citext","a")'], ids=["method", "type"])
def test_what_may_be_a_macro_of_the_project_is_no_refusal(chain: str) -> None:
    lines: tuple[Line, ...] = (line_of('string("n")'), line_of(chain), line_of('index("n")'))
    found = compile_or_refuse(Blueprint("t", False, lines, "Schema::table"), POSTGRES)
    assert [bool(one.sql) for one in found] == [True, False, True]
