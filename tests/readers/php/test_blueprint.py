"""Blueprints as statements: which line each is read from, under what conditions, and in what order."""

from __future__ import annotations

import pytest

from console.core.refs import column_ref
from console.core.statements import Guard, Sent
from console.readers.php.blueprint import compile_blueprint
from console.readers.php.draft import Blueprint, Call, Connection, Line
from console.readers.php.values import Body, Listing, Value
from tests.readers.php.golden import line_of

L8, L10, L12 = (8, 83, 0), (10, 48, 0), (12, 60, 0)
ABOUT_A = Guard("! Schema::hasColumn('t', 'a')", column_ref("public", "t", "a"), present=False)
ABOUT_B = Guard("! Schema::hasColumn('t', 'b')", column_ref("public", "t", "b"), present=False)
SOME = Guard("app()->isLocal()")


def _lines(*chains: str, guards: tuple[Guard, ...] = ()) -> tuple[Line, ...]:
    read = map(line_of, chains)
    return tuple(Line(one.calls, one.source, n, guards) for n, one in enumerate(read, 2))


def _table(*lines: Line, creates: bool = False, guards: tuple[Guard, ...] = ()) -> Blueprint:
    return Blueprint("t", creates, lines, "Schema::x('t', ...)", 1, guards)


def _sent(blueprint: Blueprint, laravel: tuple[int, int, int] = L12, **more: object) -> tuple[Sent, ...]:
    return compile_blueprint(blueprint, Connection(laravel=laravel, **more))  # type: ignore[arg-type]


def _sql(blueprint: Blueprint, laravel: tuple[int, int, int] = L12, **more: object) -> list[str]:
    return [one.sql for one in _sent(blueprint, laravel, **more)]


def _call(method: str, /, *args: Value, **named: Value) -> Line:
    return Line((Call(method, args, named),), f"$table->{method}(...)")


def test_each_statement_is_read_from_its_own_chain() -> None:
    sent = _sent(_table(*_lines('string("a")->unique()', 'dropColumn("z")')))
    assert [(one.source, one.line) for one in sent] == [
        ('$table->string("a")->unique()', 2),
        ('$table->dropColumn("z")', 3),
        ('$table->string("a")->unique()', 2),
    ]


def test_a_create_is_read_from_the_whole_call() -> None:
    sent = _sent(_table(*_lines("id()", 'string("a")->index()'), creates=True))
    assert [(one.source, one.line) for one in sent] == [
        ("Schema::x('t', ...)", 1),
        ('$table->string("a")->index()', 3),
    ]


def test_columns_of_one_alter_are_read_from_the_whole_call_unless_there_is_one() -> None:
    two = _sent(_table(*_lines('string("a")', 'string("b")')), L10)
    one = _sent(_table(*_lines('dropColumn("z")', 'string("b")')), L10)
    assert [(sent.source, sent.line) for sent in two] == [("Schema::x('t', ...)", 1)]
    assert [(sent.source, sent.line) for sent in one] == [('$table->string("b")', 3), ('$table->dropColumn("z")', 2)]


def test_conditions_around_a_blueprint_and_inside_it_are_joined() -> None:
    sent = _sent(_table(*_lines('string("a")', guards=(ABOUT_A,)), guards=(SOME,)))
    assert [one.guards for one in sent] == [(SOME, ABOUT_A)]


def test_an_alter_keeps_the_condition_all_its_columns_share() -> None:
    sent = _sent(_table(*_lines('string("a")', 'string("b")', guards=(SOME,))), L10)
    assert [one.guards for one in sent] == [(SOME,)]


def test_columns_added_unless_they_are_there_leave_all_of_them_behind() -> None:
    lines = (*_lines('string("a")', guards=(ABOUT_A,)), *_lines('string("b")', guards=(ABOUT_B,)))
    (sent,) = _sent(_table(*lines), L10)
    assert (sent.sql, sent.guards) == ("", ())
    assert sent.effect == (
        'alter table "t" add column if not exists "a" varchar(255) not null; '
        'alter table "t" add column if not exists "b" varchar(255) not null'
    )
    assert "already" in sent.unreadable


def test_columns_under_another_condition_leave_an_alter_unknown_but_for_the_rest() -> None:
    lines = (*_lines('string("a")', guards=(SOME,)), *_lines('string("b")'))
    (sent,) = _sent(_table(*lines), L10)
    assert (sent.sql, sent.effect) == ("", 'alter table "t" add column "b" varchar(255) not null')
    assert "condition" in sent.unreadable


def test_columns_under_a_condition_leave_a_create_unknown_but_for_the_rest() -> None:
    lines = (*_lines("id()"), *_lines('string("a")->index()', guards=(SOME,)))
    create, index = _sent(_table(*lines, creates=True))
    assert (create.sql, create.guards) == ("", ())
    assert create.effect == 'create table "t" ("id" bigserial not null primary key)'
    assert (index.sql, index.guards) == ('create index "t_a_index" on "t" ("a")', (SOME,))


def test_columns_behind_another_are_chained_in_their_order() -> None:
    body = Body(_lines('string("a")', 'string("b")->nullable()'))
    assert _sql(_table(_call("after", "x", body))) == [
        'alter table "t" add column "a" varchar(255) not null',
        'alter table "t" add column "b" varchar(255) null',
    ]


def test_lines_inside_after_stand_under_its_condition() -> None:
    line = Line((Call("after", ("x", Body(_lines('string("a")', guards=(ABOUT_A,))))),), "", 1, (SOME,))
    assert [one.guards for one in _sent(_table(line))] == [(SOME, ABOUT_A)]


def test_arguments_may_be_given_by_name() -> None:
    lines = (
        _call("string", "a", length=20),
        _call("decimal", "b", places=4, total=12),
        Line((Call("foreignId", ("c",)), Call("constrained", (), {"indexName": "fk", "table": "people"})), ""),
        _call("morphs", name="x", indexName="ix"),
    )
    assert _sql(_table(*lines)) == [
        'alter table "t" add column "a" varchar(20) not null',
        'alter table "t" add column "b" decimal(12, 4) not null',
        'alter table "t" add column "c" bigint not null',
        'alter table "t" add constraint "fk" foreign key ("c") references "people" ("id")',
        'alter table "t" add column "x_type" varchar(255) not null',
        'alter table "t" add column "x_id" bigint not null',
        'create index "ix" on "t" ("x_type", "x_id")',
    ]


@pytest.mark.parametrize(
    ("key", "kind"), [("int", "bigint"), ("uuid", "uuid"), ("ulid", "char(26)")], ids=["int", "uuid", "ulid"]
)
def test_the_projects_defaults_count(key: str, kind: str) -> None:
    lines = _lines('string("a")', 'morphs("x")', 'timestamp("c")', 'timestamp("d",3)')
    found = _sql(_table(*lines, creates=True), string_length=191, morph_key=key, time_precision=6)
    assert found[0] == (
        f'create table "t" ("a" varchar(191) not null, "x_type" varchar(191) not null, "x_id" {kind} not null, '
        '"c" timestamp(6) without time zone not null, "d" timestamp(3) without time zone not null)'
    )


def test_no_precision_is_none_until_12_takes_it_for_the_default() -> None:
    lines = _lines('timestamp("a",null)')
    assert _sql(_table(*lines), (11, 51, 0)) == ['alter table "t" add column "a" timestamp without time zone not null']
    assert _sql(_table(*lines)) == ['alter table "t" add column "a" timestamp(0) without time zone not null']


def test_a_method_is_found_whatever_its_letters_and_a_modifier_is_not() -> None:
    assert _sql(_table(*_lines('BigInteger("a")->Nullable()'))) == ['alter table "t" add column "a" bigint not null']


def test_only_the_first_index_of_a_column_counts() -> None:
    found = _sql(_table(*_lines('string("a")->index()->unique("u")')))
    assert found[1:] == ['alter table "t" add constraint "u" unique ("a")']


def test_an_index_asked_of_a_foreign_key_becomes_its_name() -> None:
    found = _sql(_table(*_lines('foreignId("user_id")->constrained()->index()')))
    assert found[1:] == ['alter table "t" add constraint "1" foreign key ("user_id") references "users" ("id")']


def test_what_is_meant_for_foreign_keys_is_lost_on_plain_columns() -> None:
    chain = 'unsignedBigInteger("user_id")->references("id")->on("users")->cascadeOnDelete()'
    assert _sql(_table(*_lines(chain))) == ['alter table "t" add column "user_id" bigint not null']


def test_an_index_given_up_by_a_change_is_dropped() -> None:
    found = _sql(_table(*_lines('string("a")->index(false)->change()')))
    assert found[1:] == ['drop index "t_a_index"', 'comment on column "t"."a" is NULL']


def _model(**more: Value) -> Listing:
    told: dict[str, Value] = {"column": "user_id", "key": "int", "table": "members", "name": "id", **more}
    return Listing(tuple(told.items()))


@pytest.mark.parametrize(
    ("laravel", "table"), [(L10, "users"), ((11, 27, 0), "users"), (L12, "members")], ids=["10", "11.27", "12"]
)
def test_a_model_tells_its_table_from_11_28_on(laravel: tuple[int, int, int], table: str) -> None:
    line = Line((Call("foreignIdFor", (_model(),)), Call("constrained")), "")
    assert _sql(_table(line), laravel) == [
        'alter table "t" add column "user_id" bigint not null',
        f'alter table "t" add constraint "t_user_id_foreign" foreign key ("user_id") references "{table}" ("id")',
    ]


def test_a_models_key_decides_the_type() -> None:
    lines = (_call("foreignIdFor", _model(key="uuid")), _call("foreignIdFor", _model(key="ulid"), "owner"))
    assert _sql(_table(*lines)) == [
        'alter table "t" add column "user_id" uuid not null',
        'alter table "t" add column "owner" char(26) not null',
    ]


def test_dropping_a_models_column_means_its_key_before_12() -> None:
    line = _call("dropForeignIdFor", _model())
    assert _sql(_table(line), L10) == ['alter table "t" drop constraint "t_user_id_foreign"']
    assert _sql(_table(line)) == ['alter table "t" drop column "user_id"']
    assert _sql(_table(_call("dropConstrainedForeignIdFor", _model()))) == [
        'alter table "t" drop constraint "t_user_id_foreign"',
        'alter table "t" drop column "user_id"',
    ]


def test_a_removed_column_is_never_added() -> None:
    found = _sql(_table(*_lines('string("a")', 'string("b")', 'removeColumn("a")')))
    assert found == ['alter table "t" add column "b" varchar(255) not null']


def test_a_temporary_table_is_created_as_one() -> None:
    assert _sql(_table(*_lines("temporary()", "id()"), creates=True)) == [
        'create temporary table "t" ("id" bigserial not null primary key)'
    ]


def test_changes_natively_made_by_laravel_10_are_one_statement_before_new_columns() -> None:
    lines = _lines(
        'string("n")', 'string("a",50)->nullable()->change()', 'integer("b")->default(1)->comment("x")->change()'
    )
    first = ", ".join(
        f'alter column "a" {part}'
        for part in ("type varchar(50)", "drop not null", "drop default", "drop identity if exists")
    )
    second = ", ".join(
        f'alter column "b" {part}'
        for part in ("type integer", "set not null", "set default '1'", "drop identity if exists")
    )
    assert _sql(_table(*lines), L10, native_changes=True) == [
        f'alter table "t" {first}, {second}',
        'alter table "t" add column "n" varchar(255) not null',
        'comment on column "t"."a" is NULL',
        'comment on column "t"."b" is \'x\'',
    ]


def test_a_rename_is_sent_natively_when_laravel_10_is_told_to() -> None:
    found = _sql(_table(*_lines('renameColumn("a","b")')), L10, native_changes=True)
    assert found == ['alter table "t" rename column "a" to "b"']


def test_renaming_by_dbal_leaves_the_same() -> None:
    (sent,) = _sent(_table(*_lines('renameColumn("a","b")')), L8)
    assert (sent.sql, sent.source) == ("", '$table->renameColumn("a","b")')
    assert sent.effect == 'alter table "t" rename column "a" to "b"'
    assert "Doctrine" in sent.unreadable
