"""Operations on pictures: apply, inverse, and the two kinds of picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.operations import Change, Drop, Opaque, Rename, apply_all
from console.core.schema import Column, Kind, Ref, Table, attributes, column_ref, table_ref
from console.core.state import Canvas, Picture, picture_of
from console.core.things import thing_at
from tests.builders import schema_after, statements

BASE = """
create table customers (id bigint primary key, email text unique);
create table orders (id bigserial primary key, customer_id bigint references customers (id), note text default 'x');
create index orders_note_idx on orders (lower(note)) where note is not null;
create type mood as enum ('sad', 'ok');
create view open_orders as select id from orders;
create sequence ticket;
"""

CHANGES = (
    "alter table orders add column carrier varchar(40) not null default 'post'",
    "alter table orders drop column note",
    "alter table orders drop column customer_id",
    "alter table orders rename column note to remark",
    "alter table orders rename to sales",
    "alter table customers rename to clients",
    "alter table customers rename column id to key",
    "alter table orders alter column note set not null",
    "alter table orders alter column note type varchar(80)",
    "alter table orders alter column note drop default",
    "alter table orders add constraint note_ck check (note <> '') not valid",
    "alter table orders drop constraint orders_pkey",
    "alter table customers drop constraint customers_email_key",
    "create index concurrently extra on orders (customer_id)",
    "drop index orders_note_idx",
    "drop table orders",
    "drop table if exists nothing_here",
    "create table if not exists orders (id int)",
    "create or replace view open_orders as select id, note from orders",
    "drop view open_orders",
    "alter sequence ticket rename to coupon",
    "comment on table orders is 'what people buy'",
    "create table invoices (id int primary key, order_id bigint references orders (id))",
    "alter table orders set schema archive",
    "alter table orders enable row level security",
    "drop type mood",
    "alter type mood rename to feeling",
)


@pytest.mark.parametrize("sql", CHANGES)
def test_apply_then_inverse_is_identity(sql: str) -> None:
    before = picture_of(schema_after(BASE))
    for operation in statements(sql)[0].operations:
        after = operation.apply(before)
        inverse = operation.inverse(before)
        assert inverse is not None
        assert dict(apply_all(inverse, after).things) == dict(before.things)


@given(st.lists(st.sampled_from(CHANGES), max_size=8))
def test_any_sequence_can_be_taken_back(changes: list[str]) -> None:
    picture = picture_of(schema_after(BASE))
    trail = []
    for sql in changes:
        for operation in statements(sql)[0].operations:
            trail.append((picture, operation))
            picture = operation.apply(picture)
    for before, operation in reversed(trail):
        inverse = operation.inverse(before)
        if inverse is None:
            return
        picture = apply_all(inverse, picture)
        assert dict(picture.things) == dict(before.things)


@given(st.lists(st.sampled_from(CHANGES), max_size=12))
def test_painting_over_in_place_shows_the_same_as_copying(changes: list[str]) -> None:
    copied, canvas = Picture(), Canvas()
    for sql in (BASE, *changes):
        for statement in statements(sql):
            copied = apply_all(statement.operations, copied)
            apply_all(statement.operations, canvas)
    assert dict(canvas.still().things) == dict(copied.things)
    assert canvas.still().unnamed == copied.unnamed


def test_an_enum_label_cannot_be_taken_back() -> None:
    before = picture_of(schema_after(BASE))
    operation = statements("alter type mood add value 'happy'")[0].operations[0]
    assert operation.inverse(before) is None
    after = operation.apply(before)
    assert (after.get(Ref(Kind.TYPE, "public", "", "mood")) or {})["labels"] == ("sad", "ok", "happy")


def test_dropping_a_column_takes_what_uses_it() -> None:
    before = picture_of(schema_after(BASE))
    gone = Drop(column_ref("public", "orders", "customer_id")).apply(before)
    names = {ref.name for ref in gone.things}
    assert "orders_customer_id_fkey" not in names
    assert "orders_pkey" in names


def test_dropping_a_table_takes_its_sequence_index_and_constraints_but_no_other_tables() -> None:
    before = picture_of(schema_after(BASE))
    gone = Drop(table_ref("public", "orders")).apply(before)
    assert not any("orders" in (ref.name, ref.table) or ref.name.startswith("orders_") for ref in gone.things)
    assert table_ref("public", "customers") in gone.things


def test_renaming_a_table_renames_every_mention() -> None:
    before = picture_of(schema_after(BASE))
    after = Rename(table_ref("public", "customers"), table_ref("public", "clients")).apply(before)
    key = after.get(Ref(Kind.CONSTRAINT, "public", "orders", "orders_customer_id_fkey")) or {}
    assert key["references"] == "public.clients"
    assert (after.get(Ref(Kind.INDEX, "public", "", "customers_pkey")) or {})["table"] == "clients"


def test_an_open_picture_knows_only_what_it_was_told() -> None:
    ref = column_ref("public", "orders", "note")
    after = Change(ref, (("nullable", False),)).apply(Picture())
    assert after.knows(ref)
    assert dict(after.get(ref) or {}) == {"nullable": False}
    assert not after.knows(column_ref("public", "orders", "other"))


def test_a_change_of_what_is_known_to_be_absent_changes_nothing() -> None:
    ref = column_ref("public", "orders", "note")
    empty = Picture(complete=True)
    assert Change(ref, (("nullable", False),)).apply(empty) == empty


def test_a_thing_can_be_made_from_its_attributes_again() -> None:
    for thing in schema_after(BASE).things:
        assert attributes(thing_at(thing.ref, attributes(thing))) == attributes(thing)


def test_code_may_touch_what_it_names_and_dynamic_code_anything() -> None:
    ref = column_ref("public", "orders", "note")
    assert Opaque("code", frozenset({"orders", "note"})).may_touch(ref)
    assert Opaque("code", frozenset({"orders", "drop", "table"})).may_touch(ref)
    assert not Opaque("code", frozenset({"orders"})).may_touch(ref)
    assert not Opaque("code", frozenset({"customers", "drop"})).may_touch(ref)
    assert Opaque("code", anything=True).may_touch(ref)
    assert not Opaque("maintenance", frozenset({"orders"}), harmless=True).may_touch(ref)


def test_attributes_leave_out_what_was_not_read_and_what_is_not_meaning() -> None:
    column = Column(ref=column_ref("public", "t", "c"), type="integer", stamp=7, unread=frozenset({"default"}))
    found = attributes(column)
    assert "default" not in found
    assert "stamp" not in found
    assert "position" not in found
    assert attributes(Table(ref=table_ref("public", "t"), locked=True)) == attributes(
        Table(ref=table_ref("public", "t"))
    )
