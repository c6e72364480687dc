"""PostgreSQL's statements, character for character as Laravel's own grammars write them."""

from __future__ import annotations

import pytest

from console.readers.php.blueprint import compile_blueprint, compile_schema_call
from console.readers.php.draft import Blueprint, Call, Connection, Line
from tests.readers.php.golden import HERE, Case, blueprint_of, cases, compiled

GIVEN = cases("pgsql")
MEASURED = cases("pgsql", HERE.parent / "golden_postgres")
VERSIONS = sorted({case.version for case in GIVEN})
BY_DBAL = "pdo"
"""Refusals that only say that the golden files were written without a server."""


def _differing(found: list[Case]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(case.text, case.statements, sql) for case in found if (sql := compiled(case)[0]) != case.statements]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_statement_of_the_golden_files_is_the_same(version: str) -> None:
    sent = [case for case in GIVEN if case.version == version and not case.refusal]
    assert len(sent) > 80
    assert _differing(sent) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_framework_refuses_is_not_readable_and_says_why(version: str) -> None:
    refused = [case for case in GIVEN if case.version == version and case.refusal]
    assert refused
    assert [case.text for case in refused if not compiled(case)[1]] == []


def test_everything_measured_with_a_real_laravel_8_is_the_same() -> None:
    sent = [case for case in MEASURED if not case.refusal]
    assert len(sent) > 1200
    assert _differing(sent) == []


def test_what_the_real_laravel_8_refuses_is_not_readable() -> None:
    refused = [case for case in MEASURED if case.refusal]
    assert len(refused) > 3
    assert [case.text for case in refused if not compiled(case)[1]] == []


def _sql(text: str, laravel: tuple[int, int, int]) -> tuple[str, ...]:
    blueprint, prefix = blueprint_of(text)
    return tuple(sent.sql for sent in compile_blueprint(blueprint, Connection(laravel=laravel, prefix=prefix)))


@pytest.mark.parametrize(
    ("laravel", "sql"),
    [
        ((10, 48, 0), 'alter table "wp_wp_crm"."people" add column "a" integer not null'),
        ((11, 0, 0), 'alter table "crm"."wp_people" add column "a" integer not null'),
    ],
    ids=["10", "11"],
)
def test_the_prefix_stands_before_the_table_from_11_on(laravel: tuple[int, int, int], sql: str) -> None:
    assert _sql('alter crm.people wp_: integer("a")', laravel) == (sql,)


@pytest.mark.parametrize(
    ("text", "laravel", "sql"),
    [
        ("alter t wp_: dropPrimary()", (10, 21, 0), 'alter table "wp_t" drop constraint "t_pkey"'),
        ("alter t wp_: dropPrimary()", (10, 22, 0), 'alter table "wp_t" drop constraint "wp_t_pkey"'),
        ("alter crm.t wp_: dropPrimary()", (11, 0, 0), 'alter table "crm"."wp_t" drop constraint "wp_t_pkey"'),
        ('alter: unique("a")->deferrable()', (9, 30, 0), 'alter table "t" add constraint "t_a_unique" unique ("a")'),
        (
            'alter: unique("a")->deferrable()->initiallyImmediate(false)',
            (9, 31, 0),
            'alter table "t" add constraint "t_a_unique" unique ("a") deferrable initially deferred',
        ),
        (
            'alter: string("a")->default("it\'s")',
            (12, 19, 0),
            'alter table "t" add column "a" varchar(255) not null default \'it\'s\'',
        ),
        (
            'alter: string("a")->default("it\'s")',
            (12, 20, 0),
            "alter table \"t\" add column \"a\" varchar(255) not null default 'it''s'",
        ),
        ('alter: year("a")->useCurrent()', (12, 12, 0), 'alter table "t" add column "a" integer not null'),
        (
            'alter: year("a")->useCurrent()',
            (12, 13, 0),
            'alter table "t" add column "a" integer not null default EXTRACT(YEAR FROM CURRENT_DATE)',
        ),
        (
            'alter: integer("a")->virtualAs("b")',
            (12, 32, 0),
            'alter table "t" add column "a" integer not null generated always as (b)',
        ),
        (
            'alter crm.t: vectorIndex("a")',
            (12, 60, 0),
            'create index "crm_t_a_vectorindex" on "crm"."t" using hnsw ("a" vector_cosine_ops)',
        ),
        (
            'alter: spatialIndex("a","s","gist_ops")',
            (12, 60, 0),
            'create index "s" on "t" using gist ("a" gist_ops)',
        ),
        (
            'alter: fullText("a")->online()',
            (12, 60, 0),
            'create index concurrently "t_a_fulltext" on "t" using gin ((to_tsvector(\'english\', "a")))',
        ),
    ],
)
def test_releases_differ(text: str, laravel: tuple[int, int, int], sql: str) -> None:
    assert _sql(text, laravel)[0] == sql


@pytest.mark.parametrize(
    ("chain", "parts"),
    [
        (
            'integer("a")->generatedAs("start with 5")',
            (
                "type integer",
                "set not null",
                "drop default",
                "drop identity if exists",
                "add  generated by default as identity (start with 5)",
            ),
        ),
        (
            'integer("a")->storedAs(null)->nullable()',
            ("type integer", "drop not null", "drop default", "drop expression if exists", "drop identity if exists"),
        ),
        ('id("a")', ("type bigint", "set not null")),
        (
            'timestamp("a")->useCurrent()',
            (
                "type timestamp(0) without time zone",
                "set not null",
                "set default CURRENT_TIMESTAMP",
                "drop identity if exists",
            ),
        ),
    ],
    ids=["identity", "expression", "counting", "now"],
)
def test_a_native_change_says_everything_anew(chain: str, parts: tuple[str, ...]) -> None:
    changes = ", ".join(f'alter column "a" {part}' for part in parts)
    assert _sql(f"alter: {chain}->change()", (11, 51, 0))[0] == f'alter table "t" {changes}'


def test_a_change_to_a_generated_column_is_refused() -> None:
    assert _sql('alter: integer("a")->storedAs("b")->change()', (11, 51, 0))[0] == ""


@pytest.mark.parametrize(
    ("laravel", "sql"),
    [
        (
            (9, 52, 0),
            ('alter table "wp_t" add column "a" serial primary key not null, add column "b" integer not null',),
        ),
        (
            (10, 48, 0),
            ('alter table "wp_t" add column "a" serial not null primary key, add column "b" integer not null',),
        ),
    ],
    ids=["9", "10"],
)
def test_starting_values_follow_their_alter_up_to_9_and_everything_from_10_on(
    laravel: tuple[int, int, int], sql: tuple[str, ...]
) -> None:
    found = _sql('alter t wp_: increments("a")->from(5) ; integer("b")->index()', laravel)
    index = 'create index "wp_t_b_index" on "wp_t" ("b")'
    value = "alter sequence t_a_seq restart with 5"
    assert found == (*sql, *((value, index) if laravel < (10,) else (index, value)))


@pytest.mark.parametrize(
    ("laravel", "value"),
    [
        ((11, 51, 0), "alter sequence wp_t_a_seq restart with 5"),
        ((12, 44, 0), "alter sequence wp_t_a_seq restart with 5"),
        ((12, 45, 0), "select setval(pg_get_serial_sequence('\"crm\".\"wp_t\"', 'a'), 5, false)"),
    ],
    ids=["11", "12", "12.45"],
)
def test_starting_values_name_the_sequence_or_ask_for_it(laravel: tuple[int, int, int], value: str) -> None:
    assert _sql('create crm.t wp_: id("a")->from(5)', laravel)[1] == value


def test_a_unique_index_built_online_takes_two_statements() -> None:
    assert _sql('alter: unique("a")->online()->deferrable()', (12, 60, 0)) == (
        'create unique index concurrently "t_a_unique" on "t" ("a")',
        'alter table "t" add constraint "t_a_unique" unique using index "t_a_unique" deferrable',
    )


def test_a_counting_column_beside_a_key_of_its_own_is_no_key_from_11_on() -> None:
    lines = 'create: bigIncrements("id") ; uuid("u") ; primary(["id","u"])'
    assert _sql(lines, (11, 0, 0))[0] == 'create table "t" ("id" bigserial not null, "u" uuid not null)'
    assert _sql(lines, (10, 48, 0))[0] == 'create table "t" ("id" bigserial not null primary key, "u" uuid not null)'


@pytest.mark.parametrize(
    ("call", "sql"),
    [
        (Call("Schema::drop", ("a",)), 'drop table "wp_a"'),
        (Call("Schema::dropIfExists", ("crm.a",)), 'drop table if exists "crm"."wp_a"'),
        (Call("rename", ("a", "b")), 'alter table "wp_a" rename to "wp_b"'),
        (Call("rename", (), {"to": "b", "from": "a"}), 'alter table "wp_a" rename to "wp_b"'),
        (Call("dropColumns", ("a", "c")), 'alter table "wp_a" drop column "c"'),
        (Call("disableForeignKeyConstraints"), "SET CONSTRAINTS ALL DEFERRED;"),
        (Call("enableForeignKeyConstraints"), "SET CONSTRAINTS ALL IMMEDIATE;"),
        (Call("createDatabase", ("d",)), 'create database "d" encoding "utf8"'),
        (Call("dropDatabaseIfExists", ("d",)), 'drop database if exists "d"'),
        (Call("ensureVectorExtensionExists"), 'create extension if not exists "vector"'),
        (Call("ensureExtensionExists", ("hstore", "x")), 'create extension if not exists "hstore" schema "x"'),
    ],
    ids=lambda value: value.name if isinstance(value, Call) else "",
)
def test_calls_on_schema_are_sent_as_they_are(call: Call, sql: str) -> None:
    connection = Connection(laravel=(12, 60, 0), prefix="wp_", charset="utf8")
    sent = compile_schema_call(Line((call,), "Schema::x()", 7), connection)
    assert [(one.sql, one.source, one.line) for one in sent] == [(sql, "Schema::x()", 7)]


def test_a_call_on_schema_that_is_not_known_is_unreadable() -> None:
    (sent,) = compile_schema_call(Line((Call("Schema::dropAllTables"),), "Schema::dropAllTables()"), Connection())
    assert (sent.sql, "dropAllTables" in sent.unreadable) == ("", True)


@pytest.mark.parametrize("chain", ['set("c",["a"])', 'computed("c","a+b")', 'addColumn("citext","c")'])
def test_what_postgres_has_not_is_refused(chain: str) -> None:
    blueprint, _ = blueprint_of(f"create: {chain}")
    (sent,) = compile_blueprint(blueprint, Connection(laravel=(12, 60, 0)))
    assert (sent.sql, sent.effect, bool(sent.unreadable)) == ("", "", True)


def test_a_blueprint_without_lines_creates_an_empty_table() -> None:
    assert [one.sql for one in compile_blueprint(Blueprint("t", True, (), ""), Connection())] == ['create table "t" ()']
