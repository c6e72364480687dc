"""Blueprints whose file does not say everything: each statement is unknown for itself, and the rest is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.statements import Nature, Sent, read_sent
from console.readers.php.blueprint import compile_blueprint
from console.readers.php.draft import Blueprint, Call, Connection, Line
from console.readers.php.values import Body, Listing, Raw, Unknown, Value
from tests.readers.php.golden import line_of

L8, L9, L10, L12 = (8, 83, 0), (9, 52, 0), (10, 48, 0), (12, 60, 0)
NOT_KNOWN = Unknown("the value of $x is not known")


def _sent(*lines: Line | str, creates: bool = False, laravel: tuple[int, int, int] = L12) -> tuple[Sent, ...]:
    read = tuple(line_of(line) if isinstance(line, str) else line for line in lines)
    return compile_blueprint(Blueprint("t", creates, read, "Schema::x(...)"), Connection(laravel=laravel))


def _chain(*calls: tuple[str, tuple[Value, ...]]) -> Line:
    return Line(tuple(Call(name, args) for name, args in calls), "$table->...")


def _column(name: str, *args: Value) -> Line:
    return _chain((name, args))


def test_an_unknown_column_leaves_a_create_unknown_but_for_the_others() -> None:
    create, index = _sent("id()", _column("string", "a", NOT_KNOWN), 'index("a")', creates=True)
    assert (create.sql, create.source, create.unreadable) == ("", "Schema::x(...)", NOT_KNOWN.why)
    assert create.effect == 'create table "t" ("id" bigserial not null primary key)'
    assert index.sql == 'create index "t_a_index" on "t" ("a")'


def test_an_unknown_name_leaves_its_index_unknown_too() -> None:
    create, index = _sent("id()", _chain(("string", (NOT_KNOWN,)), ("unique", ())), creates=True)
    assert (create.sql, index.sql, index.unreadable) == ("", "", NOT_KNOWN.why)


def test_an_enum_of_unknown_cases_is_a_text_of_its_size() -> None:
    (create,) = _sent(_column("enum", "a", NOT_KNOWN), creates=True)
    assert create.effect == 'create table "t" ("a" varchar(255) not null)'


def test_an_enum_with_one_unknown_case_is_a_text_too() -> None:
    (create,) = _sent(_column("enum", "a", Listing(((0, "x"), (1, NOT_KNOWN)))), creates=True)
    assert (create.sql, create.effect) == ("", 'create table "t" ("a" varchar(255) not null)')


def test_an_unknown_default_leaves_the_column_out() -> None:
    (create,) = _sent("id()", _chain(("string", ("a",)), ("default", (NOT_KNOWN,))), creates=True)
    assert create.effect == 'create table "t" ("id" bigserial not null primary key)'


def test_an_unknown_column_of_one_alter_leaves_only_its_own_statement_unknown_from_11_on() -> None:
    first, second = _sent(_column("string", "a", NOT_KNOWN), 'string("b")')
    assert (first.sql, first.unreadable, first.effect) == ("", NOT_KNOWN.why, "")
    assert second.sql == 'alter table "t" add column "b" varchar(255) not null'


def test_an_unknown_column_leaves_the_whole_alter_unknown_up_to_10() -> None:
    (sent,) = _sent(_column("string", "a", NOT_KNOWN), 'string("b")', laravel=L10)
    assert (sent.sql, sent.effect) == ("", 'alter table "t" add column "b" varchar(255) not null')


def test_an_alter_of_unknown_columns_only_says_nothing() -> None:
    (sent,) = _sent(_column("string", NOT_KNOWN), laravel=L10)
    assert (sent.sql, sent.effect) == ("", "")


def test_a_macro_is_unknown_where_it_is_called_and_makes_a_create_inexact() -> None:
    create, macro = _sent("id()", "auditColumns()", creates=True)
    assert (create.sql, create.effect) == ("", 'create table "t" ("id" bigserial not null primary key)')
    assert (macro.sql, macro.source) == ("", "$table->auditColumns()")
    assert "auditColumns() is no method of Laravel 12's Blueprint" in macro.unreadable


def test_a_macro_leaves_its_neighbours_alone_from_11_on() -> None:
    found = _sent('string("a")', "auditColumns()", 'dropColumn("b")')
    assert [bool(one.sql) for one in found] == [True, False, True]


def test_a_line_that_could_not_be_read_says_its_own_reason() -> None:
    line = Line((), "$table->{$name}('a')", 4, (), "it is not known what is called")
    _, sent = _sent('string("a")', line)
    assert (sent.sql, sent.line, sent.unreadable) == ("", 4, "it is not known what is called")


def test_a_modifier_that_is_not_laravels_makes_its_column_unknown() -> None:
    (sent,) = _sent('string("a")->compression("pglz")')
    assert (sent.sql, sent.unreadable) == ("", "compression() is none of Laravel's modifiers")


def test_a_modifier_of_an_index_that_is_not_laravels_makes_it_unknown() -> None:
    (sent,) = _sent('unique("a")->where("b")')
    assert (sent.sql, "where()" in sent.unreadable) == ("", True)


def test_a_foreign_key_to_an_unknown_table_leaves_its_column_known() -> None:
    column, key = _sent(_chain(("foreignId", ("a_id",)), ("constrained", (NOT_KNOWN,))))
    assert column.sql == 'alter table "t" add column "a_id" bigint not null'
    assert (key.sql, key.unreadable) == ("", NOT_KNOWN.why)


def test_a_model_that_was_not_read_leaves_its_column_unknown() -> None:
    (sent,) = _sent(_chain(("foreignIdFor", ("App\\Models\\User",)), ("constrained", ())))
    assert (sent.sql, "App\\Models\\User" in sent.unreadable) == ("", True)


@pytest.mark.parametrize(
    "line",
    [
        _column("dropColumn", NOT_KNOWN),
        _column("dropIndex", NOT_KNOWN),
        _column("dropForeign", Listing(((0, NOT_KNOWN),))),
        _column("renameIndex", "a", NOT_KNOWN),
        _column("rename", NOT_KNOWN),
        _column("index", NOT_KNOWN),
        _column("unique", "a", NOT_KNOWN),
        _column("comment", NOT_KNOWN),
    ],
    ids=lambda line: line.calls[0].name,
)
def test_an_unknown_value_of_a_command_makes_it_unknown(line: Line) -> None:
    sent, other = _sent(line, 'dropColumn("z")')
    assert (sent.sql, sent.unreadable) == ("", NOT_KNOWN.why)
    assert other.sql == 'alter table "t" drop column "z"'


def test_a_chain_behind_nothing_is_unknown() -> None:
    sent = _sent("timestamps()->nullable()", laravel=L8)
    assert [bool(one.sql) for one in sent] == [False, False]


def test_too_few_arguments_are_said() -> None:
    (sent,) = _sent("string()")
    assert sent.unreadable == "string() is called without a column's name"


def test_a_list_where_a_text_belongs_is_unknown() -> None:
    (sent,) = _sent(_chain(("string", ("a",)), ("default", (Listing(((0, "x"),)),))))
    assert (sent.sql, "list" in sent.unreadable) == ("", True)


def test_whether_the_table_is_temporary_may_be_unknown() -> None:
    (sent,) = _sent(_column("temporary=", NOT_KNOWN), "id()", creates=True)
    assert (sent.sql, sent.unreadable) == ("", NOT_KNOWN.why)


def test_how_mysql_would_store_a_table_is_nothing_to_postgres() -> None:
    (sent,) = _sent(_column("engine=", NOT_KNOWN), "id()", creates=True)
    assert sent.sql == 'create table "t" ("id" bigserial not null primary key)'


@pytest.mark.parametrize(
    ("chain", "effect"),
    [
        ('string("a",50)', 'alter column "a" type varchar(50)'),
        ('string("a")->nullable()', 'alter column "a" type varchar(255), alter column "a" drop not null'),
        ('integer("a")->nullable(false)', 'alter column "a" type integer, alter column "a" set not null'),
        ('bigIncrements("a")', 'alter column "a" type bigint'),
        ('text("a")->default("x")', 'alter column "a" type text, alter column "a" set default \'x\''),
        ('string("a")->default(null)', 'alter column "a" type varchar(255), alter column "a" drop default'),
        ('dateTime("a")', 'alter column "a" type timestamp(0) without time zone'),
        ('timestamp("a",3)', 'alter column "a" type timestamp(3) without time zone'),
    ],
)
def test_a_change_by_dbal_says_what_is_stated(chain: str, effect: str) -> None:
    (sent,) = _sent(f"{chain}->change()", laravel=L8)
    assert (sent.sql, sent.source) == ("", f"$table->{chain}->change()")
    assert sent.effect == f'alter table "t" {effect}'
    assert "Doctrine" in sent.unreadable


@pytest.mark.parametrize(
    "chain", ['enum("a",["x"])', 'jsonb("a")', 'tinyInteger("a")', 'dateTime("a",6)', 'char("a",3)']
)
def test_a_change_by_dbal_that_is_refused_or_half_compared_says_nothing(chain: str) -> None:
    (sent,) = _sent(f"{chain}->change()", laravel=L8)
    assert (sent.sql, sent.effect, bool(sent.unreadable)) == ("", "", True)


def test_dbal_learnt_some_types_with_laravel_9() -> None:
    found = [_sent(f'{kind}("a")->change()', laravel=L9)[0].effect for kind in ("char", "tinyText", "double")]
    kinds = [effect.removeprefix('alter table "t" alter column "a" type ') for effect in found]
    assert kinds == ["char(255)", "text", "double precision"]


def test_a_default_that_is_an_expression_is_not_stated_by_dbal() -> None:
    (sent,) = _sent(_chain(("integer", ("a",)), ("default", (Raw("1"),)), ("change", ())), laravel=L8)
    assert sent.effect == 'alter table "t" alter column "a" type integer'


def test_changes_by_dbal_come_before_new_columns_with_their_comments_last() -> None:
    lines = ('string("n")', 'string("a")->comment("x")->unique()->change()')
    found = [one.sql or f"~{one.effect}" for one in _sent(*lines, laravel=L9)]
    assert found == [
        '~alter table "t" alter column "a" type varchar(255)',
        'alter table "t" add column "n" varchar(255) not null',
        'alter table "t" add constraint "t_a_unique" unique ("a")',
        'comment on column "t"."a" is \'x\'',
    ]


def test_dbal_itself_comments_from_laravel_10_on() -> None:
    (sent,) = _sent('string("a")->comment("x")->change()', laravel=L10)
    assert sent.effect.endswith('; comment on column "t"."a" is \'x\'')


def test_what_is_unknown_is_still_a_statement_for_the_core() -> None:
    sent = _sent("id()", _column("string", NOT_KNOWN), 'index("b")', creates=True)
    create, index = read_sent(sent)
    assert (create.readable, create.nature, create.sql) == (False, Nature.SCHEMA, "Schema::x(...)")
    assert (index.readable, index.nature) == (True, Nature.SCHEMA)


def test_every_statement_says_its_sql_or_why_not() -> None:
    lines = ("id()", "macro()", 'set("a",["b"])', _column("string", NOT_KNOWN), 'string("b")->x()', 'unique("c")')
    for laravel in (L8, L9, L10, (11, 51, 0), L12):
        for creates in (True, False):
            for sent in _sent(*lines, creates=creates, laravel=laravel):
                assert bool(sent.sql) != bool(sent.unreadable), replace(sent, source="")


ODD: tuple[Value, ...] = (
    None,
    False,
    "",
    "a b",
    "x as y",
    -1,
    1e30,
    NOT_KNOWN,
    Raw("now()"),
    Listing(),
    Listing((("k", Listing()), (0, NOT_KNOWN))),
    Body(()),
)
METHODS = """
    string char integer bigIncrements foreignId enum decimal float timestamp geometry vector rawColumn timestamps morphs
    rememberToken softDeletes addColumn after removeColumn foreignIdFor index unique primary foreign fullText rawIndex
    spatialIndex dropColumn dropIndex dropPrimary dropForeign dropMorphs dropForeignIdFor renameColumn rename comment
""".split()
MODIFIERS = ("default", "nullable", "index", "change", "constrained", "on", "storedAs", "from", "type", "name")


@pytest.mark.parametrize("method", METHODS)
def test_whatever_a_method_is_given_its_statements_are_known_or_say_why_not(method: str) -> None:
    for laravel in (L8, L10, L12):
        for creates in (True, False):
            for odd in ODD:
                lines = (
                    _chain((method, (odd, odd))),
                    _chain((method, ("a", odd)), (MODIFIERS[len(method) % 10], (odd,))),
                )
                for sent in _sent(*lines, creates=creates, laravel=laravel):
                    assert bool(sent.sql) != bool(sent.unreadable)


@pytest.mark.parametrize("modifier", MODIFIERS)
def test_whatever_a_modifier_is_given_its_statements_are_known_or_say_why_not(modifier: str) -> None:
    for laravel in (L8, L10, L12):
        for kind in ("string", "bigInteger", "foreignId", "timestamp"):
            for odd in ODD:
                for sent in _sent(_chain((kind, ("a",)), (modifier, (odd,))), laravel=laravel):
                    assert bool(sent.sql) != bool(sent.unreadable)
