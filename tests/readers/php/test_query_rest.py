"""Queries whose SQL is not all known, other versions and servers, models, reads, raw SQL, and filters of loops."""

from __future__ import annotations

import pytest

from console.core.statements import DataProbe, Guard, Nature, Sent, read_sent
from console.readers.php.draft import Call, Connection, Line
from console.readers.php.query import compile_query, filter_of
from console.readers.php.things import Case, Collected
from console.readers.php.values import Body, Listing, Unknown, Value
from tests.readers.php.chains import line

PGSQL = Connection("pgsql", laravel=(12, 20, 0))
NAME = Unknown("the value of $name is not known")
MADE = Unknown("a text is put together", never_null=True)


def sent(php: str, connection: Connection = PGSQL) -> Sent:
    """The one statement a chain sends."""
    found = compile_query(line(php), connection)
    assert found is not None
    assert len(found) == 1
    return found[0]


def sql(php: str, driver: str = "pgsql", laravel: tuple[int, int, int] = (12, 20, 0), prefix: str = "") -> str:
    """Its SQL."""
    return sent(php, Connection(driver, laravel=laravel, prefix=prefix)).sql


def chain(*calls: Call, table: str = "users") -> Line:
    return Line((Call("DB::table", (table,)), *calls), "the source", 7, (Guard("if ($x)"),))


def one(*calls: Call, connection: Connection = PGSQL) -> Sent:
    found = compile_query(chain(*calls), connection)
    assert found is not None
    assert len(found) == 1
    return found[0]


def where(*args: Value) -> Call:
    return Call("where", args)


def update(**values: Value) -> Call:
    return Call("update", (Listing(tuple(values.items())),))


def probe(found: Sent) -> DataProbe | None:
    """The question to the data that the statement allows."""
    (statement,) = read_sent([found])
    assert statement.nature is Nature.DATA
    return statement.probe


# Versions


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


# What is not known


def test_a_statement_keeps_its_place_and_its_conditions() -> None:
    found = one(update(a=1))
    assert (found.source, found.line, found.guards) == ("the source", 7, (Guard("if ($x)"),))
    assert one(update(a=NAME)).guards == found.guards


def test_a_line_that_was_not_read_is_one_statement_that_is_not_known() -> None:
    found = compile_query(Line((), "foo()", 3, unreadable="why not"), PGSQL)
    assert found == (Sent("", "foo()", 3, unreadable="why not"),)


def test_a_value_that_is_not_known_makes_the_sql_unknown_and_nothing_is_claimed() -> None:
    found = one(Call("whereNull", ("name",)), update(name=NAME))
    assert (found.sql, found.effect, found.data) == ("", "", True)
    assert found.unreadable == "the value of $name is not known"
    assert probe(found) is None


def test_a_value_that_is_surely_not_null_allows_to_count_the_rows_still_to_do() -> None:
    found = one(Call("whereNull", ("name",)), where("active", True), update(name=MADE))
    assert found.sql == ""
    assert found.effect == """update "users" set "name" = concat('', '') where "name" is null and "active" = true"""
    asked = probe(found)
    assert asked is not None
    assert asked.sql.startswith('SELECT count(*) FROM "users" WHERE ("name" is null and "active" = true)')


@pytest.mark.parametrize(
    "condition",
    [where("name", "x"), where("name", "<>", "x"), where("name", ""), Call("whereIn", ("name", Listing(((0, "x"),))))],
    ids=["equal", "unequal", "empty", "in"],
)
def test_no_other_condition_is_taken_for_falsified_by_a_value_that_is_not_known(condition: Call) -> None:
    found = one(condition, update(name=MADE))
    assert found.effect
    assert probe(found) is None


@pytest.mark.parametrize(
    "calls",
    [
        (where("name", NAME), update(name="x")),
        (Call("whereNull", ("name",)), where("at", "<", MADE), update(name=MADE)),
        (Call("whereNull", ("name",)), update(name=MADE, other=NAME)),
        (Call("whereNull", ("data->name",)), Call("update", (Listing((("data->name", MADE),)),))),
        (Call("insert", (Listing((("name", MADE),)),)),),
        (Call("upsert", (Listing((("name", MADE),)), "name")),),
        (Call("whereNull", ("name",)), Call("update", (NAME,))),
        (Call("updateOrInsert", (Listing((("a", 1),)), Listing((("b", 2),)))),),
        (Call("when", (NAME, Body(()))), Call("delete")),
        (Call("where", (Body((Line((where("a", 1),), "", guards=(Guard("$x"),)),)),)), Call("delete")),
        (Call("where", (Body((Line((), "", unreadable="?"),)),)), Call("delete")),
        (Call("whereIn", ("id", NAME)), Call("delete")),
        (Call("delete", (NAME,)),),
        (Call("increment", ("n", NAME)),),
        (Call("limit", (NAME,)), Call("delete")),
        (Call("where", (NAME,)), Call("delete")),
        (Call("touch"),),
        (Call("firstOrCreate", (Listing((("a", 1),)),)),),
        (Call("create", (Listing((("a", 1),)),)),),
    ],
    ids=str,
)
def test_where_too_much_is_not_known_nothing_is_claimed(calls: tuple[Call, ...]) -> None:
    found = one(*calls)
    assert found.unreadable
    assert (found.sql, found.effect, found.data) == ("", "", True)


def test_the_case_of_an_enum_and_a_collection_are_their_values() -> None:
    case = Case(of="Status", name="Active", value="active")
    found = one(Call("whereIn", ("s", Collected(items=Listing(((0, case), (1, "x")))))), update(s=case))
    assert found.sql == """update "users" set "s" = 'active' where "s" in ('active', 'x')"""


def test_a_set_that_makes_its_own_where_false_can_be_counted() -> None:
    assert probe(sent("DB::table('t')->where('a', 'x')->update(['a' => 'y'])")) is not None
    assert probe(sent("DB::table('t')->where('a', 'x')->update(['b' => 'y'])")) is None
    assert probe(sent("DB::table('t')->where('a', 'x')->limit(5)->update(['a' => 'y'])")) is None


# Models


def model(*, softly: Value = False, **named: Value) -> Call:
    return Call("model", ("App\\Models\\User", softly), named)


def test_the_change_of_a_model_writes_a_time_nobody_knows() -> None:
    found = one(model(), Call("whereNull", ("name",)), update(name="x"))
    assert found.sql == ""
    assert "time of the change" in found.unreadable
    assert found.effect == """update "users" set "name" = 'x' where "name" is null"""
    assert probe(found) is not None


def test_a_model_without_times_is_a_table() -> None:
    assert one(model(updated_at=None), where("a", 1), update(b=2)).sql == 'update "users" set "b" = 2 where "a" = 1'


@pytest.mark.parametrize("call", [Call("insert", (Listing((("a", 1),)),)), Call("truncate"), Call("forceDelete")])
def test_what_a_model_adds_nothing_to_is_known(call: Call) -> None:
    assert one(model(softly=True), call).sql
    assert one(model(softly=NAME), call).sql


def test_rows_a_model_marks_as_deleted_are_left_alone() -> None:
    calls = (where("a", 1), Call("orWhere", ("b", 2)), update(c=3))
    assert one(model(softly=True), *calls).effect == (
        'update "users" set "c" = 3 where ("a" = 1 or "b" = 2) and "users"."deleted_at" is null'
    )
    assert one(model(softly=True), Call("withTrashed"), update(c=3)).effect == 'update "users" set "c" = 3'
    assert one(model(softly=True), Call("onlyTrashed"), update(c=3)).effect.endswith('"deleted_at" is not null')


def test_the_rows_of_a_model_inside_another_query_are_those_it_shows() -> None:
    posts = (Call("DB::table", ("posts",)), Call("model", ("Post", True)), Call("select", ("user_id",)))
    inside = Body((Line(posts, "", guards=(Guard("if ($x)"),)),))
    assert one(Call("whereIn", ("id", inside)), Call("delete")).sql == (
        'delete from "users" where "id" in (select "user_id" from "posts" where "posts"."deleted_at" is null)'
    )


def test_a_model_that_marks_rows_as_deleted_does_not_delete_them() -> None:
    found = one(model(softly=True), where("a", 1), Call("delete"))
    assert found.sql == ""
    assert found.effect == (
        """update "users" set "deleted_at" = concat('', '') where "a" = 1 and "users"."deleted_at" is null"""
    )
    assert probe(found) is not None
    assert one(model(), where("a", 1), Call("delete")).sql == 'delete from "users" where "a" = 1'


def test_whether_a_model_marks_rows_as_deleted_may_not_be_known() -> None:
    for call in (Call("delete"), update(a=1)):
        found = one(Call("model", ("User",)), call)
        assert (found.sql, found.effect, found.data) == ("", "", True)


def test_restoring_is_known_where_the_column_is() -> None:
    found = one(model(softly=True, updated_at=None), Call("onlyTrashed"), Call("restore"))
    assert found.sql == 'update "users" set "deleted_at" = null'
    assert one(Call("restore")).unreadable


# Reads and loops


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
