"""What differs between two schemas: nothing where nothing does, and each change as exactly that change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.drift import Change, Ignore, Rules, compare_schemas, diff
from console.core.drift.difference import Difference
from console.core.schema import (
    MEMBERS,
    Column,
    Constraint,
    Index,
    Kind,
    Ref,
    Schema,
    Table,
    Value,
    column_ref,
    comparable,
    table_ref,
)
from console.core.thing import LATER
from tests.schemas import read_of, rich, with_things, with_value

SCHEMAS = {
    "postgres": read_of(rich.POSTGRES),
    "mysql": read_of(rich.MYSQL, "mysql", "shop"),
    "mariadb": read_of(rich.MARIADB, "mariadb", "shop"),
    "sqlite": read_of(rich.SQLITE, "sqlite", "main"),
}
PG = SCHEMAS["postgres"]
ATTRIBUTES = [
    (name, thing.ref, attribute)
    for name, schema in SCHEMAS.items()
    for thing in schema.things
    for attribute in comparable(type(thing))
    if attribute != "attached_to"
    and not (attribute == "columns" and isinstance(thing, Constraint) and thing.type in ("check", "exclude"))
]
"""Which columns a check uses is told by its expression."""
_OTHER = {"type": "zz_other_type", "collation": "zz_bin", "charset": "zz", "engine": "zz"}


def after(more: str) -> Schema:
    return read_of(rich.POSTGRES + more)


def told(expected: Schema, actual: Schema, rules: Rules | None = None) -> list[str]:
    return [_line(difference) for difference in diff(expected, actual, rules)]


def _line(found: Difference) -> str:
    parts = " ".join(name for name, *_ in found.parts)
    return " ".join(part for part in (found.change.value, found.ref.kind.value, found.ref.label(), parts) if part)


def another(value: Value, attribute: str) -> Value:
    """A value that means something else."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, tuple):
        return (*value, "zz")
    return _OTHER.get(attribute, "77777")


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_does_not_differ_from_itself(schema: Schema) -> None:
    assert compare_schemas(schema, schema).differences == ()
    assert compare_schemas(schema, replace(schema, things=tuple(reversed(schema.things)))).doubts == ()


@given(st.sampled_from(ATTRIBUTES))
def test_another_value_of_one_attribute_is_exactly_that_difference(given_one: tuple[str, Ref, str]) -> None:
    name, ref, attribute = given_one
    schema = SCHEMAS[name]
    if attribute in LATER or (attribute == "options" and ref.kind in (Kind.VIEW, Kind.ROUTINE, Kind.PROCEDURE)):
        schema = with_value(schema, ref, attribute, "told")  # what nobody told differs from nothing
    value = getattr(schema.by_ref[ref], attribute)
    changed = with_value(schema, ref, attribute, another(value, attribute))
    (found,) = diff(schema, changed)
    assert (found.change, found.ref, [part[0] for part in found.parts]) == (Change.CHANGED, ref, [attribute])
    (back,) = diff(changed, schema)
    assert back.parts == tuple((n, b, a) for n, a, b in found.parts)


@given(st.sampled_from([(name, thing.ref) for name, schema in SCHEMAS.items() for thing in schema.things]))
def test_a_thing_that_is_not_there_is_missing_or_unexpected_and_nothing_else(given_one: tuple[str, Ref]) -> None:
    name, ref = given_one
    schema = SCHEMAS[name]
    without = with_things(schema, {ref: None})
    for found, change in ((diff(schema, without), Change.MISSING), (diff(without, schema), Change.UNEXPECTED)):
        assert [(d.change, d.ref) for d in found] == [(change, ref)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("ALTER TABLE orders RENAME TO purchases", ["renamed table orders"]),
        ("ALTER TABLE orders RENAME COLUMN note TO remark", ["renamed column orders.note"]),
        (
            "ALTER TABLE customers RENAME CONSTRAINT customers_pkey TO pk",
            ["renamed constraint customers.customers_pkey"],
        ),
        ("ALTER INDEX orders_tags_idx RENAME TO by_tags", ["renamed index orders_tags_idx"]),
        ("ALTER TYPE mood RENAME TO feeling", ["renamed type mood"]),
        ("ALTER SEQUENCE counter RENAME TO counted", ["renamed sequence counter"]),
        ("ALTER VIEW big RENAME TO large", ["renamed view big"]),
        ("ALTER TRIGGER touch ON orders RENAME TO touches", ["renamed trigger orders.touch"]),
        ("ALTER TABLE orders SET SCHEMA audit", ["renamed table orders"]),
        (
            "ALTER TYPE mood RENAME TO feeling; ALTER TABLE customers RENAME TO people",
            ["renamed table customers", "renamed type mood"],
        ),
        (
            "ALTER TABLE orders RENAME TO buys; ALTER SEQUENCE orders_id_seq RENAME TO buys_id_seq",
            ["renamed table orders", "renamed sequence orders_id_seq"],
        ),
        ("ALTER TABLE orders DROP COLUMN tags", ["missing column orders.tags", "missing index orders_tags_idx"]),
        ("ALTER TABLE orders ADD shipped date", ["unexpected column orders.shipped"]),
        ("ALTER TABLE orders ALTER note SET NOT NULL", ["changed column orders.note nullable"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_statement_does_is_told_as_that(sql: str, expected: list[str]) -> None:
    assert told(PG, after(f"{sql};")) == expected


def test_a_table_is_told_with_all_that_belongs_to_it() -> None:
    (found,) = diff(PG, after("DROP TABLE orders CASCADE;"))
    assert _line(found) == "missing table orders"
    members = {(thing.ref.kind, thing.ref.name) for thing in found.members}
    assert {(Kind.COLUMN, "total"), (Kind.INDEX, "orders_note_idx"), (Kind.SEQUENCE, "orders_id_seq")} <= members


def test_a_column_that_was_dropped_and_another_that_was_added_are_not_one() -> None:
    columns = [t for t in PG.things if isinstance(t, Column) and t.ref.table == "orders"]
    note = next(c for c in columns if c.ref.name == "note")
    last = replace(note, ref=column_ref("public", "orders", "zz"), position=len(columns) + 1)
    assert told(PG, with_things(PG, {note.ref: None, last.ref: last})) == [
        "missing column orders.note",
        "unexpected column orders.zz",
    ]


def test_which_of_two_columns_was_renamed_is_not_guessed() -> None:
    one = read_of("CREATE TABLE t (id int, a int, b int);")
    other = read_of("CREATE TABLE t (id int, c int, d int);")
    unplaced = replace(
        other, things=tuple(replace(t, position=0) if isinstance(t, Column) else t for t in other.things)
    )
    assert {line.split()[0] for line in told(one, unplaced)} == {"missing", "unexpected"}


def test_the_order_of_columns_is_no_difference_and_that_of_a_key_is() -> None:
    one = read_of("CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));")
    swapped = tuple(replace(t, position=3 - t.position) if isinstance(t, Column) else t for t in one.things)
    assert diff(one, replace(one, things=swapped)) == ()
    other = read_of("CREATE TABLE t (a int, b int, PRIMARY KEY (b, a));")
    assert told(one, other) == ["changed constraint t.t_pkey columns"]


def test_a_schema_that_holds_nothing_but_a_ledger_is_the_tools_own() -> None:
    ledger = "CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text);"
    rules = Rules(ledgers=frozenset({"drizzle.__drizzle_migrations"}))
    assert told(PG, after(ledger), rules) == []
    assert told(PG, after(f"{ledger} CREATE TABLE drizzle.more (a int);"), rules) == [
        "unexpected schema drizzle",
    ]


def test_ledgers_are_left_out_and_so_is_what_belongs_to_them() -> None:
    ledger = "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); CREATE TABLE migrations (id serial, m int);"
    assert told(PG, after(ledger)) == ["unexpected table migrations"]
    assert told(PG, after(ledger), Rules(ledgers=frozenset({"public.migrations"}))) == []


def test_tables_of_online_schema_changes_are_shown_and_do_not_count() -> None:
    schema = SCHEMAS["mysql"]
    more = read_of(rich.MYSQL + "CREATE TABLE _orders_gho (id int);", "mysql", "shop")
    found = compare_schemas(schema, more)
    assert (found.differences, [d.ignored for d in found.ignored]) == ((), ["a table or trigger of gh-ost"])


def test_what_a_rule_names_is_shown_with_its_reason_and_does_not_count() -> None:
    actual = after("ALTER TABLE orders ADD shipped date; CREATE INDEX shipped ON orders (shipped);")
    rules = Rules(ignore=(Ignore("ORDERS.s*", "being tried"), Ignore("*", "all of it", kind="view")))
    found = compare_schemas(PG, actual, rules)
    assert [(_line(d), d.ignored) for d in found.ignored] == [("unexpected column orders.shipped", "being tried")]
    assert [_line(d) for d in found.differences] == ["unexpected index shipped"]


@pytest.mark.parametrize(
    ("pattern", "fits"), [("a*a", False), ("a*ab", True), ("*b", True), ("a*", True), ("*a" * 20 + "*c", False)]
)
def test_a_pattern_fits_all_of_a_name_and_takes_no_time(pattern: str, fits: bool) -> None:
    actual = after(f"CREATE INDEX {'a' * 60}b ON orders (total);")
    found = compare_schemas(PG, actual, Rules(ignore=(Ignore(pattern, "known"),)))
    assert bool(found.ignored) is fits


def test_what_was_not_read_is_in_doubt_and_never_a_difference() -> None:
    index = next(t for t in PG.of_kind(Index) if t.where)
    unread = with_things(PG, {index.ref: replace(index, where=None, unread=frozenset({"where"}))})
    for found in (compare_schemas(PG, unread), compare_schemas(unread, PG)):
        assert (found.differences, [(d.ref, d.slight) for d in found.doubts]) == ((), [(index.ref, False)])


def test_what_nobody_told_is_neither_missing_nor_unexpected() -> None:
    schema = SCHEMAS["mariadb"]
    ref = table_ref("shop", "orders")
    closed = [t for t in schema.things if t.ref.table != "orders"]
    silent = replace(schema, things=tuple(
        replace(t, unread=frozenset({MEMBERS}), locked=True) if t.ref == ref and isinstance(t, Table) else t
        for t in closed
    ))  # fmt: skip
    for found in (compare_schemas(schema, silent), compare_schemas(silent, schema)):
        assert {d.ref.name for d in found.differences} <= {"orders_before"}
        assert {d.ref.table for d in found.doubts} == {"orders"}
    untold = replace(schema, things=(), untold={Kind.TABLE: "tables are not told to this account"})
    assert all(d.ref.kind is not Kind.TABLE for d in compare_schemas(schema, untold).differences)


def test_not_null_constraints_count_only_where_both_servers_have_them() -> None:
    ref = Ref(Kind.CONSTRAINT, "public", "customers", "customers_email_not_null")
    told_there = Constraint(ref=ref, type="not null", columns=("email",))
    newer = with_things(PG, {ref: told_there})
    assert diff(PG, newer) == diff(newer, PG) == ()
    nullable = with_value(with_things(newer, {ref: None}), column_ref("public", "customers", "email"), "nullable", True)
    other = Ref(Kind.CONSTRAINT, "public", "customers", "customers_joined_not_null")
    both = replace(told_there, ref=other, columns=("joined",))
    found = diff(with_things(newer, {other: both}), with_things(nullable, {other: both}))
    assert [_line(d) for d in found] == ["changed column customers.email nullable"]


def test_owners_count_in_one_place_only() -> None:
    schema = with_value(PG, table_ref("public", "orders"), "owner", "shop")
    other = with_value(PG, table_ref("public", "orders"), "owner", "staging")
    assert told(schema, other) == ["changed table orders owner"]
    assert told(schema, other, Rules(owners=False)) == []


def test_texts_are_compared_by_what_they_mean() -> None:
    ref = Ref(Kind.CONSTRAINT, "public", "orders", "orders_total_check")
    same = with_value(PG, ref, "expression", "((total >= (0)::numeric))")
    assert diff(PG, same) == ()
    unsure = with_value(PG, ref, "expression", "total >= 0 + total - total")
    assert told(PG, unsure) == ["changed constraint orders.orders_total_check expression"]


def test_between_servers_that_spell_otherwise_another_spelling_is_in_doubt() -> None:
    ref = Ref(Kind.CONSTRAINT, "public", "orders", "orders_total_check")
    one = with_value(PG, ref, "expression", "total + 1 >= 0")
    other = with_value(PG, ref, "expression", "1 + total >= 0")
    assert told(one, other) == ["changed constraint orders.orders_total_check expression"]
    found = compare_schemas(one, other, Rules(alike=False))
    assert (found.differences, [doubt.slight for doubt in found.doubts]) == ((), [True])


def test_another_database_of_mysql_has_the_same_things_under_its_own_name() -> None:
    staging = read_of(rich.MYSQL, "mysql", "shop_staging")
    assert diff(SCHEMAS["mysql"], staging) == ()


def test_between_mysql_and_mariadb_neither_widths_nor_made_up_names_count() -> None:
    one = read_of("CREATE TABLE t (a int, b bigint unsigned, CHECK (a > 0));", "mysql", "shop")
    other = read_of("CREATE TABLE t (a int(11), b bigint(20) unsigned, CHECK (a > 0));", "mariadb", "shop")
    made_up = Ref(Kind.CONSTRAINT, "shop", "t", "constraint_1")
    check = next(one.of_kind(Constraint))
    other = with_things(other, {check.ref: None, made_up: replace(check, ref=made_up)})
    assert diff(one, other, Rules(alike=False)) == ()
    named = with_things(other, {made_up: replace(check, ref=replace(made_up, name="positive"))})
    assert told(one, named, Rules(alike=False)) == ["renamed constraint shop.t.t_chk_1"]
    wider = with_value(other, column_ref("shop", "t", "a"), "type", "bigint(20)")
    assert told(one, wider, Rules(alike=False)) == ["changed column shop.t.a type"]


def test_what_is_told_is_what_was_expected_before_anything_was_renamed() -> None:
    drop = "ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey; DROP INDEX orders_total_idx;"
    renames = "ALTER TABLE customers RENAME TO people; ALTER TABLE orders RENAME COLUMN total TO amount;"
    found = {
        d.ref.name: d for d in diff(PG, after(drop + renames + "CREATE INDEX orders_total_idx ON orders (amount);"))
    }
    key = found["orders_customer_id_fkey"].expected
    assert isinstance(key, Constraint)
    assert key.references == "public.customers"
    wanted = ("total DESC NULLS LAST", "id")
    assert ("columns", wanted, ("amount",)) in found["orders_total_idx"].parts


@pytest.mark.parametrize(
    ("sql", "dialect", "ref", "told"),
    [
        ("CREATE VIEW v WITH (security_barrier = ON) AS SELECT 1 AS a WITH LOCAL CHECK OPTION", "postgres", "v",
         {"options": ("check_option=local", "security_barrier=true")}),
        ("CREATE VIEW v WITH (security_barrier = false) AS SELECT 1 AS a", "postgres", "v", {"options": None}),
        ("CREATE FUNCTION v() RETURNS int STABLE SECURITY DEFINER LANGUAGE sql AS 'select 1'", "postgres", "v()",
         {"volatility": "stable", "security": "definer", "options": None}),
        ("CREATE ALGORITHM = TEMPTABLE SQL SECURITY INVOKER VIEW v AS SELECT 1 AS a WITH CHECK OPTION", "mariadb", "v",
         {"options": ("algorithm=temptable", "check_option=cascaded", "sql_security=invoker")}),
        ("CREATE ALGORITHM = MERGE VIEW v AS SELECT 1 AS a", "mysql", "v", {"options": None}),
        ("CREATE FUNCTION v() RETURNS int NOT DETERMINISTIC SQL SECURITY INVOKER RETURN 1", "mysql", "v",
         {"volatility": "not deterministic", "security": "invoker"}),
        ("CREATE FUNCTION v() RETURNS int VOLATILE LANGUAGE sql AS 'select 1'; ALTER FUNCTION v() STABLE", "postgres",
         "v()", {"volatility": None}),
        ("CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS a; ALTER VIEW v RESET (security_barrier)", "postgres",
         "v", {"options": None}),
        ("CREATE FUNCTION v() RETURNS int DETERMINISTIC RETURN 1; ALTER FUNCTION v SQL SECURITY INVOKER", "mysql", "v",
         {"volatility": None, "security": None}),
    ],
)  # fmt: skip
def test_what_code_says_beside_its_text_is_told(sql: str, dialect: str, ref: str, told: dict[str, Value]) -> None:
    (thing,) = (t for t in read_of(sql, dialect, "public").things if t.ref.name == ref)
    assert {name: getattr(thing, name) for name in told} == told
