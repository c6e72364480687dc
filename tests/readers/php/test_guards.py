"""Conditions of a file: decided, or turned into what the catalog can be asked again."""

from __future__ import annotations

from typing import Any

import pytest

from console.core.refs import Kind, Ref, column_ref, table_ref
from console.core.statements import Guard
from console.readers.php.guards import opposite
from tests.readers.php.walking import TRIED, read, sent

T, C = table_ref("public", "t"), column_ref("public", "t", "c")
I = Ref(Kind.INDEX, "public", "", "t_c_index")  # noqa: E741 - an index


def guards(condition: str, **asked: Any) -> tuple[tuple[Guard, ...], tuple[Guard, ...]]:
    """What guards the two ways of an `if`."""
    found = read(f"if ({condition}) {{ DB::statement('yes'); }} else {{ DB::statement('no'); }}", **asked).up
    assert [one.sql for one in found] == ["yes", "no"]
    return found[0].guards, found[1].guards


@pytest.mark.parametrize(
    ("condition", "ref"),
    [
        ("Schema::hasTable('t')", T),
        ("Schema::hasColumn('t', 'c')", C),
        ("Schema::hasColumns('t', ['c'])", C),
        ("Schema::hasIndex('t', 't_c_index')", I),
        ("Schema::connection(null)->hasTable('t')", T),
        ("DB::connection()->getSchemaBuilder()->hasColumn('t', 'c')", C),
        ("in_array('c', Schema::getColumnListing('t'))", C),
        ("array_key_exists('t_c_index', DB::getDoctrineSchemaManager()->listTableIndexes('t'))", I),
        ("isset(Schema::getConnection()->getDoctrineSchemaManager()->listTableIndexes('t')['t_c_index'])", I),
        ("Schema::getConnection()->getDoctrineSchemaManager()->listTableDetails('t')->hasIndex('t_c_index')", I),
        ("Schema::hasTable('t') === true", T),
        ("true && Schema::hasTable('t')", T),
        ("(Schema::hasTable('t'))", T),
        ("Schema::hasTable(table: 't')", T),
    ],
)
def test_a_question_to_the_catalog_has_an_address(condition: str, ref: Ref) -> None:
    yes, no = guards(condition)
    assert [(guard.ref, guard.present) for guard in yes] == [(ref, True)]
    assert [(guard.ref, guard.present) for guard in no] == [(ref, False)]


@pytest.mark.parametrize(
    "condition",
    ["! Schema::hasTable('t')", "!Schema::hasTable('t')", "Schema::hasTable('t') === false",
     "Schema::hasTable('t') != true", "! (Schema::hasTable('t'))", "empty(Schema::hasTable('t'))"],
)  # fmt: skip
def test_its_opposite_has_it_too(condition: str) -> None:
    yes, no = guards(condition)
    assert [(guard.ref, guard.present) for guard in yes] == [(T, False)]
    assert [(guard.ref, guard.present) for guard in no] == [(T, True)]


def test_both_of_two_stand_by_themselves() -> None:
    yes, no = guards("Schema::hasTable('t') && ! Schema::hasColumn('t', 'c')")
    assert [(guard.ref, guard.present) for guard in yes] == [(T, True), (C, False)]
    assert no == (Guard("! (Schema::hasTable('t') && ! Schema::hasColumn('t', 'c'))"),)


def test_of_one_or_the_other_only_the_opposite_is_known() -> None:
    yes, no = guards("Schema::hasTable('t') || Schema::hasColumn('t', 'c')")
    assert yes == (Guard("Schema::hasTable('t') || Schema::hasColumn('t', 'c')"),)
    assert [(guard.ref, guard.present) for guard in no] == [(T, False), (C, False)]


@pytest.mark.parametrize(
    ("condition", "words", "others"),
    [
        ("DB::table('t')->exists()", "DB::table('t')->exists()", "! DB::table('t')->exists()"),
        ("DB::table('t')->count() > 0", "DB::table('t')->count() > 0", "! (DB::table('t')->count() > 0)"),
        ("! DB::table('t')->exists()", "! DB::table('t')->exists()", "DB::table('t')->exists()"),
        ("$x", "$x", "! $x"),
        ("Schema::hasTable($x)", "Schema::hasTable($x)", "! Schema::hasTable($x)"),
        ("Schema::hasIndex('t', ['a'])", "Schema::hasIndex('t', ['a'])", "! Schema::hasIndex('t', ['a'])"),
        ("Schema::connection('o')->hasTable('t')", "Schema::connection('o')->hasTable('t')",
         "! Schema::connection('o')->hasTable('t')"),
        ("Schema::hasTable('a') xor $x", "Schema::hasTable('a') xor $x", "! (Schema::hasTable('a') xor $x)"),
        ("$x instanceof Foo", "$x instanceof Foo", "! ($x instanceof Foo)"),
        ("$n = DB::table('t')->first()", "$n = DB::table('t')->first()", "! ($n = DB::table('t')->first())"),
    ],
)  # fmt: skip
def test_what_only_a_run_decides_keeps_its_words(condition: str, words: str, others: str) -> None:
    assert guards(condition) == ((Guard(words),), (Guard(others),))


@pytest.mark.parametrize(
    ("asked", "condition", "ref"),
    [
        ({"prefix": "p_"}, "Schema::hasTable('t')", table_ref("public", "p_t")),
        ({"home": "app"}, "Schema::hasColumn('t', 'c')", column_ref("app", "t", "c")),
        ({}, "Schema::hasTable('audit.t')", table_ref("audit", "t")),
        ({"driver": "mysql", "home": "app"}, "Schema::hasIndex('t', 'i')", Ref(Kind.INDEX, "app", "t", "i")),
        ({"prefix": "p_"}, "Schema::getConnection()->getDoctrineSchemaManager()->listTableIndexes('p_t')['i'] ?? false",
         Ref(Kind.INDEX, "public", "", "i")),
    ],
)  # fmt: skip
def test_the_address_is_the_servers(asked: dict[str, Any], condition: str, ref: Ref) -> None:
    assert [guard.ref for guard in guards(condition, **asked)[0]] == [ref]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if (Schema::hasTable('t')) return; DB::statement('a');", ["<! Schema::hasTable('t')> a"]),
        ("if (Schema::hasTable('t')) { $x = 1; } DB::statement('a');", ["a"]),
        ("$has = Schema::hasColumn('t', 'c'); DB::statement('a'); if (! $has) { DB::statement('b'); }",
         ["a", "<! Schema::hasColumn('t', 'c')> b"]),
        ("Schema::hasTable('t') && DB::statement('a');", ["<Schema::hasTable('t')> a"]),
        ("Schema::hasTable('t') or DB::statement('a');", ["<! Schema::hasTable('t')> a"]),
        ("Schema::hasTable('t') ? DB::statement('a') : DB::statement('b');",
         ["<Schema::hasTable('t')> a", "<! Schema::hasTable('t')> b"]),
        ("if ($this->has('c')) { DB::statement('a'); }", ["<Schema::hasColumn('t', $c)> a"]),
        ("if ($this->lacks('c')) { DB::statement('a'); }", ["<! Schema::hasColumn('t', $c)> a"]),
        ("foreach (['c', 'd'] as $c) { if ($this->has($c)) { continue; } DB::statement($c); }",
         ["<! Schema::hasColumn('t', $c)> c", "<! Schema::hasColumn('t', $c)> d"]),
        ("foreach (['c', 'd'] as $c) { if ($this->has($c)) { break; } DB::statement($c); }",
         ["<! Schema::hasColumn('t', $c)> c", "<! Schema::hasColumn('t', $c)> <! Schema::hasColumn('t', $c)> d"]),
        ("try { DB::statement('a'); } catch (\\Throwable $e) { DB::statement('b'); } DB::statement('c');",
         [f"{TRIED} a", "<catch (\\Throwable)> b", "c"]),
        ("try { DB::statement('a'); } catch (\\Throwable $e) { return; } DB::statement('c');",
         [f"{TRIED} a", "<! (catch (\\Throwable))> c"]),
        ("switch (DB::table('t')->value('x')) { case 1: DB::statement('a'); break; default: DB::statement('b'); }",
         ["<DB::table('t')->value('x') == 1> a", "<! (DB::table('t')->value('x') == 1)> b"]),
        ("match (true) { Schema::hasTable('t') => DB::statement('a'), default => DB::statement('b') };",
         ["<Schema::hasTable('t')> a", "<! Schema::hasTable('t')> b"]),
        ("if (Schema::hasTable('t')): DB::statement('a'); elseif ($x): DB::statement('b'); else: dump(); endif;",
         ["<Schema::hasTable('t')> a", "<! Schema::hasTable('t')> <$x> b"]),
        ("Schema::whenTableHasColumn('t', 'c', function ($table) { $table->dropColumn('c'); });",
         ["<whenTableHasColumn('t', 'c')> alter t: dropColumn('c')"]),
        ("Schema::whenTableDoesntHaveIndex('t', 'i', function ($table) { $table->index('c'); });",
         ["<whenTableDoesntHaveIndex('t', 'i')> alter t: index('c')"]),
        ("if (Schema::hasTable('t')) { DB::transaction(function () { DB::statement('a'); }); }",
         ["<Schema::hasTable('t')> begin", "<Schema::hasTable('t')> a", "<Schema::hasTable('t')> commit"]),
    ],
)  # fmt: skip
def test_conditions_reach_as_far_as_they_do_in_php(body: str, expected: list[str]) -> None:
    more = """private function has($c) { return Schema::hasColumn('t', $c); }
        private function lacks($c): bool { if (Schema::hasColumn('t', $c)) { return false; } return true; }"""
    assert sent(body, more=more) == expected


def test_whether_a_table_doesnt_have_a_column_is_asked_of_the_catalog() -> None:
    found = read("Schema::whenTableDoesntHaveColumn('t', 'c', fn ($table) => $table->string('c'));").up
    assert found[0].guards == (Guard("whenTableDoesntHaveColumn('t', 'c')", C, present=False),)


def test_conditions_inside_a_table_stand_on_its_lines() -> None:
    body = """if (Schema::hasTable('t')) { Schema::table('t', function (Blueprint $table) {
        $table->text('a');
        if (! Schema::hasColumn('t', 'c')) { $table->text('c'); }
        if (Schema::hasColumn('t', 'd')) { return; }
        $table->text('d');
    }); }"""
    assert sent(body) == [
        "<Schema::hasTable('t')> alter t: text('a')",
        "<Schema::hasTable('t')> <! Schema::hasColumn('t', 'c')> alter t: text('c')",
        "<Schema::hasTable('t')> <! Schema::hasColumn('t', 'd')> alter t: text('d')",
    ]


def test_a_column_that_is_finished_under_a_condition_is_unread() -> None:
    body = """Schema::table('t', function ($t) { $c = $t->text('a');
        if (Schema::hasTable('u')) { $c->nullable(); } $t->id(); });"""
    assert sent(body) == [
        "alter t: UNREAD it depends on a condition that is decided only when the file is run",
        "alter t: id()",
    ]


def test_a_rollback_under_a_condition_is_not_guessed() -> None:
    assert sent("DB::beginTransaction(); DB::statement('a'); if ($x) { DB::rollBack(); } DB::commit();") == [
        "begin", "a", "<$x> UNREAD what a ROLLBACK under a condition does is not read", "commit"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [("$a", "! $a"), ("! $a", "$a"), ("!$a", "$a"), ("$a && $b", "! ($a && $b)"), ("! $a && $b", "! (! $a && $b)"),
     ("f($a, 'x y')", "! f($a, 'x y')"), ("($a) || ($b)", "! (($a) || ($b))"), ("! ($a || $b)", "$a || $b"),
     ("a()->b() == 1", "! (a()->b() == 1)")],
)  # fmt: skip
def test_the_words_of_an_opposite(text: str, expected: str) -> None:
    assert opposite(text) == expected


def test_long_conditions_are_cut() -> None:
    condition = " && ".join(f"DB::table('t{n}')->exists()" for n in range(50))
    assert all(len(guard.text) <= 210 for way in guards(condition) for guard in way)
