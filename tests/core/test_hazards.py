"""The words of a hazard, and when nothing is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.hazards import Hazard, hazard_of
from console.core.schema import Kind, Schema, Table
from console.core.statements import read_script
from tests.core.hazard_cases import MY_TABLES, PG_TABLES, schema_of, server

PG = schema_of(PG_TABLES)
MY = schema_of(MY_TABLES, dialect="mysql", home="lab")


def _hazard(sql: str, schema: Schema = PG) -> Hazard:
    (statement,) = read_script(sql)
    return hazard_of(statement, server("postgresql", 180_004), schema)


def _sized(rows: int) -> Schema:
    things = (replace(t, rows=rows) if isinstance(t, Table) and t.ref.name == "c" else t for t in PG.things)
    return replace(PG, things=tuple(things))


def test_the_other_side_of_a_foreign_key_is_named() -> None:
    assert _hazard("alter table c drop constraint c_fk2").lock == "ACCESS EXCLUSIVE on c and p"
    assert _hazard("create table z (id int references p)").lock == "SHARE ROW EXCLUSIVE on p"
    assert _hazard("drop table p cascade").blocks == "reads and writes"


def test_the_worst_clause_decides() -> None:
    hazard = _hazard("alter table c add column x int, alter p_id type bigint, validate constraint c_chk_nv")
    assert (hazard.lock, hazard.rewrite, hazard.rule) == ("ACCESS EXCLUSIVE on c", True, "pg-alter-type-rewrite")
    assert hazard.severity == 4


def test_one_unknown_clause_leaves_the_whole_unknown() -> None:
    assert _hazard("alter table c add column x int, no such clause") == Hazard()
    assert _hazard("do $$ begin execute 'drop table c'; end $$") == Hazard()


@pytest.mark.parametrize("sql", ["alter table other.orders drop column x", "drop table elsewhere.c"])
def test_a_schema_that_was_not_read_may_hold_anything(sql: str) -> None:
    assert _hazard(sql) == Hazard()


def test_a_function_that_is_not_known_may_rewrite() -> None:
    hazard = _hazard("alter table c add column x int default my_number()")
    assert (hazard.rewrite, hazard.scan, hazard.blocks) == (None, None, "reads and writes")
    assert "my_number()" in hazard.careful


def test_a_table_of_the_same_migration_is_waited_for_by_nobody() -> None:
    hazard = _hazard("alter table brand_new add column x int default random()")
    assert (hazard.lock, hazard.blocks, hazard.rewrite) == ("none that others wait for", "nothing", False)
    assert hazard.severity == 0


def test_what_was_not_told_may_be_there() -> None:
    schema = replace(PG, untold={Kind.TABLE: "tables are not told to this account"})
    assert _hazard("alter table brand_new add column x int", schema) == Hazard()


def test_the_size_is_the_servers_estimate() -> None:
    assert "1,200,000 rows by the server's estimate" in _hazard("create index i on c (n)", _sized(1_200_000)).estimate
    assert _hazard("create index i on c (n)", _sized(1_200_000)).severity == 3
    assert _hazard("create index i on c (n)", _sized(40)).severity == 1


def test_a_table_that_was_never_counted_is_not_small() -> None:
    hazard = _hazard("create index i on c (n)", _sized(0))
    assert "size of c not known" in hazard.estimate
    assert hazard.severity == 3


def test_what_is_lost_for_good_is_said() -> None:
    assert "nothing brings back the rows" in _hazard("alter table c drop column b").undo
    assert "nothing takes a label" in _hazard("alter type en add value 'z'").undo
    assert _hazard("truncate c").undo == "nothing brings back the rows"
    assert _hazard("alter table c rename column b to bb").undo == "rename column c.bb back to b"


def test_the_time_zone_decides_over_a_rewrite() -> None:
    schema = schema_of(PG_TABLES + "alter table c add column q timestamp;")
    hazard = _hazard("alter table c alter q type timestamptz", schema)
    assert hazard.rewrite is None
    assert "UTC" in hazard.careful


def test_a_server_nobody_knows_has_no_rules() -> None:
    (statement,) = read_script("alter table c add column x int")
    assert hazard_of(statement, server("oracle", 190_000), PG) == Hazard()


def test_another_database_is_not_known() -> None:
    (statement,) = read_script("alter table elsewhere.c add column x int", "mysql", "lab")
    assert hazard_of(statement, server("mysql", 90_704), MY) == Hazard()


@pytest.mark.parametrize(
    ("sql", "rows", "lasts"),
    [
        ("alter table c add column x int", 40_000_000, False),
        ("create index on c (id)", 40_000_000, True),
        ("create index on c (id)", 3_000_000, True),
        ("create index on c (id)", 2_999_999, False),
        ("create index on c (id)", 0, None),
        ("alter table c add column x int, no such clause", 5, None),
    ],
)
def test_what_may_last_longer_than_a_minute(sql: str, rows: int, lasts: bool | None) -> None:
    assert _hazard(sql, _sized(rows)).lasts is lasts
