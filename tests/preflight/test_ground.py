"""Each statement is judged on the schema that the ones before it leave, and never on what nobody can know."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from console.core.inverse.stage import Stage
from console.core.preflight.going import Run
from console.core.preflight.ground import Case, cases
from console.core.preflight.judging import judged
from console.core.schema import (
    MEMBERS,
    Column,
    Constraint,
    Index,
    Ref,
    Schema,
    Table,
    Thing,
    attributes,
    column_ref,
    table_ref,
)
from console.core.statements import read_script
from tests.builders import schema_after
from tests.preflight.grounds import ground, sized, unit

TABLES = """
create table customers (id bigint primary key, email varchar(40) not null);
create table orders (id bigint primary key, customer_id bigint references customers, note text,
    constraint orders_note check (note <> ''));
create index orders_note_idx on orders (note);
create view recent as select id from orders;
create table parts (id int) partition by range (id);
create table parts_1 partition of parts for values from (0) to (10);
create type mood as enum ('ok');
"""
STEPS = """
alter table orders add column total numeric;
alter table orders rename column note to remark;
create index on orders (total);
alter table orders rename to purchases;
alter table purchases alter total set not null;
drop table parts;
create table fresh (id int primary key, o bigint references purchases);
alter table customers drop column email;
drop index orders_note_idx;
alter type mood rename to feeling;
drop view recent;
alter table purchases set (fillfactor = 70);
"""


def _last(sql: str, tables: str = TABLES) -> Case:
    return list(cases(ground(tables, unit(sql))))[-1]


def test_it_is_the_schema_that_copying_everything_would_give() -> None:
    schema = schema_after(TABLES)
    run, slow = Run(schema), Stage(schema)
    for n, statement in enumerate(read_script(STEPS)):
        run.play(statement, f"statement {n}")
        for operation in statement.operations:
            slow.play(operation)
        told, wanted = run.schema(), slow.schema()
        assert [(t.ref, attributes(t)) for t in told.things] == [(t.ref, attributes(t)) for t in wanted.things]
        assert set(told.by_ref) == set(wanted.by_ref)
        assert len(told.by_ref) == len(wanted.by_ref)
        assert {k: {t.ref for t in v} for k, v in told.by_table.items()} == {
            k: {t.ref for t in v} for k, v in wanted.by_table.items()
        }
        assert told.relations == wanted.relations
        for kind in (Table, Column, Constraint, Index):
            assert {t.ref for t in told.of_kind(kind)} == {t.ref for t in wanted.of_kind(kind)}
    assert told.silent is wanted.silent
    again = replace(told, unread=("something",))
    assert again.things == told.things
    assert again.get(table_ref("public", "purchases")) == told.get(table_ref("public", "purchases"))
    assert (again.relations, again.silent) == (told.relations, told.silent)
    assert {t.ref for t in again.of_kind(Column)} == {t.ref for t in told.of_kind(Column)}
    assert set(again.by_table) == set(told.by_table)


def test_many_changes_become_one_schema() -> None:
    names = [f"t{n}" for n in range(600)]
    case = _last(";".join([*(f"create table {name} (id int)" for name in names), "drop table t3", "drop table t4"]))
    assert {t.ref.name for t in case.schema.of_kind(Table)} >= {*names} - {"t3", "t4"}
    assert case.schema.get(table_ref("public", "t3")) is None


def test_a_table_keeps_its_size_whatever_it_is_called() -> None:
    case = _last("alter table orders rename to purchases; alter table purchases set (fillfactor = 70); select 1;")
    table = case.schema.get(table_ref("public", "purchases"))
    assert isinstance(table, Table)
    assert table.rows == 5_000_000


@pytest.mark.parametrize(
    ("before", "empty"),
    [
        pytest.param("", True, id="made"),
        pytest.param("insert into fresh values (1), (2); update fresh set id = 3;", True, id="a few rows"),
        pytest.param("alter table fresh rename to other; alter table other rename to fresh;", True, id="renamed"),
        pytest.param("insert into fresh select id from orders;", False, id="filled from another"),
        pytest.param("do $$ begin insert into fresh select 1; end $$;", False, id="filled by code"),
        pytest.param("drop table fresh; create table fresh as select * from orders;", False, id="made of another"),
    ],
)
def test_a_table_of_the_run_is_nobody_elses_whatever_is_in_it(before: str, empty: bool) -> None:
    case = _last(f"create table fresh (id int); {before} create index on fresh (id);")
    assert table_ref("public", "fresh") in case.schema.fresh
    assert (table_ref("public", "fresh") in case.schema.filled) is not empty


def test_a_table_that_is_there_is_not_new() -> None:
    assert _last("create table if not exists orders (id int); create index on orders (id);").schema.fresh == frozenset()


def test_what_code_names_is_not_known_afterwards() -> None:
    case = _last("do $$ begin alter table orders drop column note; end $$; select 1;")
    orders = case.schema.get(table_ref("public", "orders"))
    assert orders is not None
    assert MEMBERS in orders.unread
    assert case.schema.get(column_ref("public", "orders", "note")) is None
    assert [c.type for c in case.schema.of_kind(Constraint) if c.ref.table == "orders"] == ["foreign key"]
    assert case.schema.get(column_ref("public", "customers", "email")) is not None
    assert case.unsure == ""


def test_code_that_may_do_anything_puts_all_in_doubt() -> None:
    case = _last("do $$ begin execute format('drop table %I', 'orders'); end $$; alter table customers add x int;")
    assert case.unsure == "what statement 1 of V1 changes is not known"
    assert case.unsure in case.schema.unread


def test_a_file_that_cannot_be_read_puts_all_behind_it_in_doubt() -> None:
    first = unit("", "1", unreadable="it is no text")
    (case,) = cases(ground(TABLES, first, unit("alter table orders add x int", "2")))
    assert case.unsure == "V1 cannot be read"


def test_what_was_run_is_judged_on_the_schema_before_it() -> None:
    now = sized(schema_after(TABLES + "alter table orders alter note set not null; create table late (id int);"))
    ran = unit("create table late (id int); create index on late (id); alter table orders alter note set not null")
    later = unit("alter table late add x int", "2", past=True)
    told = list(cases(ground(now, replace(ran, past=True), later)))
    late = table_ref("public", "late")
    assert told[0].schema.get(late) is None
    assert late in told[1].schema.fresh
    note = told[2].schema.get(column_ref("public", "orders", "note"))
    assert isinstance(note, Column)
    assert note.nullable
    assert late not in told[3].schema.fresh
    assert told[3].schema.get(late) is not None


def test_keys_that_point_at_a_dropped_table_go_with_it() -> None:
    case = _last("drop table customers cascade; select 1;")
    assert not any(c.type == "foreign key" for c in case.schema.of_kind(Constraint))


def test_a_thousand_statements_on_a_thousand_tables_are_judged_soon() -> None:
    some = schema_after("create table t (id bigint primary key, a int, b text, c int); create index t_a on t (a);")
    things = [_numbered(thing, n) for n in range(1000) for thing in some.things]
    schema = Schema(tuple(sorted(things, key=lambda thing: thing.ref)))
    kinds = ("alter table t{} add column x int", "alter table t{} alter a type bigint", "create index on t{} (b)",
             "create table n{} (id int primary key)", "alter table t{} rename column c to cc")  # fmt: skip
    sql = ";".join(kinds[n % len(kinds)].format(n) for n in range(1000))
    asked = ground(schema, unit(sql))
    began = time.process_time()
    assert len({finding.n for finding in judged(asked)}) >= 800
    assert time.process_time() - began < 5


def _numbered(thing: Thing, n: int) -> Thing:
    ref = thing.ref
    name = f"t{n}" if ref.name == "t" else f"{ref.name}{n}" if not ref.table else ref.name
    place = Ref(ref.kind, ref.schema, f"t{n}" if ref.table else "", name)
    moved = replace(thing, ref=place)
    return replace(moved, table=f"t{n}") if isinstance(moved, Index) else moved
