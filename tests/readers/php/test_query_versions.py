"""Queries as other versions and other servers send them."""

from __future__ import annotations

import pytest

from console.readers.php.draft import Connection
from console.readers.php.query import compile_query
from tests.readers.php.chains import line
from tests.readers.php.querying import sent, sql


@pytest.mark.parametrize(
    ("laravel", "between"), [((8, 83, 0), "and"), ((11, 27, 2), "and"), ((11, 28, 0), "or"), ((12, 60, 2), "or")]
)
def test_a_list_of_lists_behind_or_where_is_joined_as_the_version_does(
    laravel: tuple[int, int, int], between: str
) -> None:
    found = sql("DB::table('t')->where('x', 1)->orWhere([['a', 1], ['b', '<', 2]])->delete()", laravel=laravel)
    assert found == f'delete from "t" where "x" = 1 or ("a" = 1 {between} "b" < 2)'


@pytest.mark.parametrize(
    ("laravel", "table"),
    [((10, 0, 0), '"p_p_audit"."users"'), ((11, 0, 0), '"audit"."p_users"'), ((12, 0, 0), '"audit"."p_users"')],
)
def test_the_prefix_stands_behind_the_schema_from_eleven_on(laravel: tuple[int, int, int], table: str) -> None:
    assert sql("DB::table('audit.users')->delete()", laravel=laravel, prefix="p_") == f"delete from {table}"


def test_an_alias_has_the_prefix_too() -> None:
    found = sql("DB::table('users as u')->where('u.id', 1)->delete()", prefix="p_")
    assert found == 'delete from "p_users" as "p_u" where "p_u"."id" = 1'


@pytest.mark.parametrize(
    ("driver", "arguments", "condition"),
    [
        ("pgsql", "'a%'", """"name"::text ilike 'a%'"""),
        ("pgsql", "'a%', true", """"name"::text like 'a%'"""),
        ("mysql", "'a%'", "`name` like 'a%'"),
        ("mysql", "'a%', caseSensitive: true", "`name` like binary 'a%'"),
        ("mariadb", "'a%', true", "`name` like binary 'a%'"),
        ("sqlite", "'a%'", """"name" like 'a%'"""),
        ("sqlite", "'a*_%', true", """"name" glob 'a[*]?*'"""),
    ],
)
def test_where_like_heeds_case_as_each_server_does(driver: str, arguments: str, condition: str) -> None:
    assert sql(f"DB::table('t')->whereLike('name', {arguments})->delete()", driver).endswith(f" where {condition}")


@pytest.mark.parametrize(
    ("driver", "condition"),
    [
        ("pgsql", """"name"::text not ilike 'a' or "x"::text ilike 'b'"""),
        ("mysql", "`name` not like 'a' or `x` like 'b'"),
        ("sqlite", """"name" not like 'a' or "x" like 'b'"""),
    ],
)
def test_where_like_is_negated_and_joined(driver: str, condition: str) -> None:
    found = sql("DB::table('t')->whereNotLike('name', 'a')->orWhereLike('x', 'b')->delete()", driver)
    assert found.endswith(f" where {condition}")


@pytest.mark.parametrize(
    ("driver", "laravel", "condition"),
    [
        ("mariadb", (11, 0, 0), """json_value(`data`, '$."a"') = 'x'"""),
        ("mariadb", (10, 0, 0), """json_unquote(json_extract(`data`, '$."a"')) = 'x'"""),
        ("mysql", (12, 0, 0), """json_unquote(json_extract(`data`, '$."a"')) = 'x'"""),
    ],
)
def test_mariadb_has_a_grammar_of_its_own_from_eleven_on(
    driver: str, laravel: tuple[int, int, int], condition: str
) -> None:
    assert sql("DB::table('t')->where('data->a', 'x')->delete()", driver, laravel) == (
        f"delete from `t` where {condition}"
    )


@pytest.mark.parametrize(("laravel", "kind"), [((8, 83, 0), "json"), ((9, 0, 0), "jsonb")])
def test_the_length_of_json_is_that_of_jsonb_from_nine_on(laravel: tuple[int, int, int], kind: str) -> None:
    found = sql("DB::table('t')->whereJsonLength('a', '>', 1)->delete()", laravel=laravel)
    assert found == f'delete from "t" where {kind}_array_length(("a")::{kind}) > 1'


def test_overlaps_are_asked_of_mysql_alone() -> None:
    php = "DB::table('t')->whereJsonOverlaps('a->b', ['x'])->whereJsonDoesntOverlap('c', [1])->delete()"
    assert sql(php, "mysql") == (
        """delete from `t` where json_overlaps(`a`, '[\\"x\\"]', '$."b"') and not json_overlaps(`c`, '[1]')"""
    )
    assert "overlaps" in sent(php).unreadable


def test_sqlite_counts_anew_in_the_schema_of_the_table_from_twelve_on() -> None:
    found = compile_query(line("DB::table('other.t')->truncate()"), Connection("sqlite", laravel=(12, 0, 0)))
    assert [each.sql for each in found or ()] == [
        """delete from "other".sqlite_sequence where name = 't'""",
        'delete from "other"."t"',
    ]


@pytest.mark.parametrize(
    ("php", "laravel", "why"),
    [
        ("DB::table('t')->whereLike('a', 'b')->delete()", (10, 48, 0), "Laravel 10 has no whereLike()"),
        ("DB::table('t')->whereNot('a', 'b')->delete()", (8, 83, 0), "Laravel 8 has no whereNot()"),
        ("DB::table('t')->incrementEach(['a' => 1])", (8, 83, 0), "Laravel 8 has no incrementEach()"),
        ("DB::table('t')->whereDate('data->a', '2024-01-01')->delete()", (12, 0, 0), "differs between versions"),
        ("DB::statement(DB::raw('vacuum'))", (10, 0, 0), "Laravel 10 and later refuse DB::raw()"),
        ("DB::table('t')->where('a', '>', null)->delete()", (12, 0, 0), "refuses to compare with null"),
        ("DB::table('t')->whereIn('a', [[1], [2]])->delete()", (12, 0, 0), "a list of lists"),
        ("DB::table('t')->orderBy('a', 'up')->limit(1)->delete()", (12, 0, 0), "up is no direction"),
        ("DB::table('t')->insert(['b' => 1, 'a' => [1, 2]])", (12, 0, 0), "a list is inserted as one value"),
        ("DB::table('t')->whereRaw('a = ?', [1, 2])->delete()", (12, 0, 0), "1 places for values, and 2 are given"),
        ("DB::table('t')->ofKind('x')->delete()", (12, 0, 0), "what ofKind() does is not known"),
        ("DB::table('t')->whereKey(5)->delete()", (12, 0, 0), "the model's key is not known"),
        ("DB::table('t')->where()->delete()", (12, 0, 0), "where() is given too little"),
        ("DB::table('t')->insert()", (12, 0, 0), "insert() is given too little"),
        ("DB::table('t')->join('u')->delete()", (12, 0, 0), "a join has no condition"),
    ],
)
def test_what_the_framework_would_refuse_or_we_do_not_know_is_said(
    php: str, laravel: tuple[int, int, int], why: str
) -> None:
    found = sent(php, Connection("pgsql", laravel=laravel))
    assert why in found.unreadable
    assert found.sql == found.effect == ""


def test_a_server_without_a_grammar_is_not_guessed() -> None:
    assert "sqlsrv" in sent("DB::table('t')->delete()", Connection("sqlsrv")).unreadable


def test_a_query_is_a_new_value_from_twelve_on() -> None:
    php = "DB::table('t')->update(['a' => DB::table('u')->selectRaw('max(b)')->whereColumn('u.t', 't.id')])"
    assert sql(php) == 'update "t" set "a" = (select max(b) from "u" where "u"."t" = "t"."id")'
    assert "takes a query" in sent(php, Connection("pgsql", laravel=(10, 48, 0))).unreadable
