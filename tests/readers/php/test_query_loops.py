"""Reads, raw SQL, and the filters of loops."""

from __future__ import annotations

import pytest

from console.readers.php.draft import Call, Connection, Line
from console.readers.php.query import compile_query, filter_of
from console.readers.php.values import Listing, Value
from tests.readers.php.chains import line
from tests.readers.php.querying import NAME, PGSQL, chain, model, sent, where


@pytest.mark.parametrize(
    "php",
    [
        "DB::table('t')->get()",
        "DB::table('t')->where('a', foo())->first()",
        "DB::table('t')->anything()->count()",
        "DB::table('t')->where('a', 1)->pluck('b')->toArray()",
        "DB::table('t')->where('a', 1)->get()->map(foo())->filter()->values()",
        "DB::table('t')->where('a', 1)",
        "DB::raw('now()')",
        "DB::getDriverName()",
        "DB::enableQueryLog()",
        "DB::select('select * from t where a = ?', [1])",
        "DB::select('select * from t where a = ?', [foo()])",
        "DB::selectOne(\"select count(*) from (select 1) as x where b in (1) and upper(c) = 'x' for update\")",
        "DB::select('show create table t')",
        "DB::select('SHOW INDEX FROM t')",
        "DB::select('with a as (select 1) select * from a')",
        "DB::scalar(\"select exists (select 1 from pg_indexes where indexname = 'x')\")",
        "DB::select(\"select replace(a, 'x', 'y') from t;\")",
        "DB::table('t')->insert([])",
    ],
)
def test_what_only_reads_sends_nothing_that_counts(php: str) -> None:
    assert compile_query(line(php), PGSQL) is None


@pytest.mark.parametrize(
    "php",
    [
        "DB::select(\"select setval('t_id_seq', 5)\")",
        "DB::select(\"select create_hypertable('t', 'at')\")",
        "DB::select('insert into t values (1) returning id')",
        "DB::select('with a as (delete from t returning id) select * from a')",
        "DB::select('select * into u from t')",
        "DB::select('explain analyze delete from t')",
        "DB::select('select 1; drop table t')",
        "DB::select('call do_it()')",
        "DB::select('')",
        "DB::selectOne('select my_schema.migrate(1)')",
    ],
)
def test_a_select_that_may_do_more_is_a_statement(php: str) -> None:
    assert sent(php).unreadable == ""


@pytest.mark.parametrize(
    "php",
    [
        "DB::table('t')->chunkById(100, foo())",
        "DB::table('t')->get()->each(foo())",
        "DB::table('t')->first()->delete()",
        "DB::table('t')->when(true, fn ($q) => $q->where('a', 1)->update(['b' => 2]))",
        "DB::table('t')->where(fn ($q) => $q->when(1, fn ($r) => $r->delete()))->get()",
    ],
)
def test_what_is_done_with_rows_is_data_nobody_knows(php: str) -> None:
    found = sent(php)
    assert (found.sql, found.effect, found.data) == ("", "", True)
    assert found.unreadable


@pytest.mark.parametrize("php", ["DB::table('t')->doMagic()", "DB::magic('x')", "DB::table('t')->where('a', 1)->foo()"])
def test_a_call_that_is_not_known_may_do_anything(php: str) -> None:
    found = sent(php)
    assert found.unreadable
    assert not found.data


@pytest.mark.parametrize(
    ("php", "found"),
    [
        ("DB::table('t')->whereNull('a')->orderBy('id')->chunkById(5, foo())", ('"t"', '"a" is null')),
        ("DB::table('t')->get()", ('"t"', "")),
        ("DB::table('t')->select('id', 'a')->where('a', 1)->lazyById()", ('"t"', '"a" = 1')),
        ("DB::table('t')->limit(5)->get()", None),
        ("DB::table('t')->join('u', 'u.id', 't.id')->get()", None),
        ("DB::table('t')->where('a', foo())->get()", None),
        ("DB::table('t')->foo()->get()", None),
        ("DB::table('t')->whereNull('a')->update(['a' => 1])", None),
    ],
)
def test_the_filter_of_a_loop_is_what_its_query_asks_for(php: str, found: tuple[str, str] | None) -> None:
    assert filter_of(line(php), PGSQL) == found


def test_the_filter_of_a_model_leaves_deleted_rows_alone() -> None:
    assert filter_of(chain(model(softly=True), where("a", 1), Call("get")), PGSQL) == (
        '"users"',
        '"a" = 1 and "users"."deleted_at" is null',
    )
    assert filter_of(chain(Call("model", ("User",)), Call("get")), PGSQL) is None
    assert filter_of(Line((), "", unreadable="x"), PGSQL) is None


# Raw SQL


@pytest.mark.parametrize(
    ("driver", "text", "bindings", "filled"),
    [
        ("pgsql", "a = ? and b = '?' and c = \"?\" -- ?", [1], "a = 1 and b = '?' and c = \"?\" -- ?"),
        ("pgsql", "/* ? */ $x$ ? $x$ $$ ? $$ ?", ["a'b"], "/* ? */ $x$ ? $x$ $$ ? $$ 'a''b'"),
        ("pgsql", r"E'it\'s ?' || ?", [True], r"E'it\'s ?' || true"),
        ("pgsql", "data ?? 'k' and data ??| array[?]", [None], "data ? 'k' and data ?| array[null]"),
        ("pgsql", "data ?? 'k'", [], "data ? 'k'"),
        ("pgsql", "a::int = '12:30' and b = 5", [], "a::int = '12:30' and b = 5"),
        ("mysql", r"a = 'it\'s ?' and b = ? # ?", ['say "x"\\'], r"""a = 'it\'s ?' and b = 'say \"x\"\\' # ?"""),
        ("mysql", "`a?` = ?", [False], "`a?` = 0"),
        ("sqlite", "a = 'x\\' and b = ?", [1.50], "a = 'x\\' and b = 1.5"),
        ("pgsql", "a = ?", ["don't \\ ?"], "a = 'don''t \\ ?'"),
    ],
)
def test_bindings_stand_where_the_driver_puts_them(driver: str, text: str, bindings: list[Value], filled: str) -> None:
    values = Listing(tuple(enumerate(bindings)))
    found = compile_query(Line((Call("DB::statement", (text, values)),), "s"), Connection(driver))
    assert [each.sql for each in found or ()] == [filled]


def test_bindings_have_names() -> None:
    bindings = Listing((("a", "x"), (":b", 2)))
    call = Call("DB::update", ("update t set a = :a, c = :ab, d = now()::date where b = :b", bindings))
    found = compile_query(Line((call,), "s"), PGSQL)
    assert [each.sql for each in found or ()] == ["update t set a = 'x', c = :ab, d = now()::date where b = 2"]


def test_unprepared_is_sent_as_it_is() -> None:
    text = "create table a (b int); select '{}'::jsonb ?? 'x'; insert into a values (1)"
    found = compile_query(Line((Call("DB::unprepared", (text,)),), "s"), PGSQL)
    assert [each.sql for each in found or ()] == [text]


@pytest.mark.parametrize(
    ("call", "data"),
    [
        (Call("DB::statement", (NAME,)), False),
        (Call("DB::statement", ("update t set a = ?", Listing(((0, NAME),)))), True),
        (Call("DB::statement", ("alter table t add a int default ?", Listing(((0, NAME),)))), False),
        (Call("DB::statement", ("select data ? 'x'",)), False),
        (Call("DB::insert", ("insert into t values (?)", Listing(((0, Listing()),)))), True),
        (Call("DB::select", (NAME,)), False),
        (Call("DB::statement", ()), False),
        (Call("DB::statement", ("x",), {"options": 1}), False),
    ],
    ids=str,
)
def test_raw_sql_that_is_not_known_is_data_only_when_its_first_word_says_so(call: Call, data: bool) -> None:
    found = compile_query(Line((call,), "s"), PGSQL)
    assert found is not None
    assert found[0].unreadable
    assert found[0].data is data


def test_hostile_texts_are_read_in_time() -> None:
    for text in (
        "/*" * 100_000,
        "'" * 100_001,
        "$a" * 100_000,
        "?" * 1001,
        "`" * 100_001,
        "$$" * 50_001,
        "e'" * 50_001,
    ):
        for driver in ("pgsql", "mysql", "sqlite"):
            found = compile_query(Line((Call("DB::statement", (text,)),), "s"), Connection(driver))
            assert found is not None
