"""PostgreSQL's spelling of types, generated names and transaction numbers.

The pairs were read from real servers (format_type of a column declared so); test_statements_server.py keeps asking.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.types.postgres import canonical_type, full_xid, serial_base, without_modifier
from console.core.types.postgres_names import check_name, free_name, index_name, object_name
from console.core.types.postgres_words import qualified, quote_name

TYPES = {
    "int": "integer",
    "INT4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "float": "double precision",
    "float(24)": "real",
    "float(25)": "double precision",
    "float4": "real",
    "decimal": "numeric",
    "decimal(10)": "numeric(10,0)",
    "dec(3, 1)": "numeric(3,1)",
    "numeric( 12 , 2 )": "numeric(12,2)",
    "numeric(4,-2)": "numeric(4,-2)",
    "varchar": "character varying",
    "varchar(10)": "character varying(10)",
    "char varying(4)": "character varying(4)",
    "national character varying(3)": "character varying(3)",
    "char": "character(1)",
    "nchar(4)": "character(4)",
    '"char"': '"char"',
    "bpchar": "bpchar",
    "bpchar(3)": "character(3)",
    "bit": "bit(1)",
    '"bit"': '"bit"',
    "varbit(4)": "bit varying(4)",
    "timestamp": "timestamp without time zone",
    "timestamptz(3)": "timestamp(3) with time zone",
    "timestamp(0) with time zone": "timestamp(0) with time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "timetz(2)": "time(2) with time zone",
    "interval(3)": "interval(3)",
    "interval year to month": "interval year to month",
    "interval day to second(3)": "interval day to second(3)",
    "interval second(2)": "interval second(2)",
    "int[][]": "integer[]",
    "integer ARRAY[3]": "integer[]",
    "varchar(10)[]": "character varying(10)[]",
    "_int4": "integer[]",
    "pg_catalog.int4": "integer",
    'pg_catalog."char"': '"char"',
    '"varchar"': "character varying",
    "mood": "mood",
    "MOOD": "mood",
    '"Mood"[]': '"Mood"[]',
    "public.mood": "mood",
    "other.mood": "other.mood",
    '"Odd schema"."Odd type"': '"Odd schema"."Odd type"',
    '"order"': '"order"',
    "geometry(Point, 4326)": "geometry(Point,4326)",
    "SETOF int": "SETOF integer",
    "t.c%TYPE": "t.c%TYPE",
}


@pytest.mark.parametrize(("written", "canonical"), TYPES.items())
def test_a_type_is_spelled_as_the_catalog_does(written: str, canonical: str) -> None:
    assert canonical_type(written) == canonical


@pytest.mark.parametrize("canonical", sorted(set(TYPES.values())))
def test_a_canonical_type_stays_as_it_is(canonical: str) -> None:
    assert canonical_type(canonical) == canonical


def test_the_home_schema_is_left_out_wherever_it_is() -> None:
    assert canonical_type("audit.mood", "audit") == "mood"
    assert canonical_type("public.mood", "audit") == "public.mood"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(canonical_type(text), str)


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("serial", "integer"),
        ("SERIAL4", "integer"),
        ("bigserial", "bigint"),
        ("smallserial", "smallint"),
        ("int", None),
    ],
)
def test_serials_are_known(name: str, base: str | None) -> None:
    assert serial_base(canonical_type(name)) == base


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("character varying(10)", "character varying"),
        ("timestamp(3) without time zone", "timestamp without time zone"),
        ("character(1)[]", "character[]"),
        ("interval day to second(3)", "interval"),
        ("SETOF numeric(3,1)", "SETOF numeric"),
        ("bpchar", "character"),
    ],
)
def test_arguments_have_no_modifier(name: str, bare: str) -> None:
    assert without_modifier(name) == bare


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("orders", "id", "seq"), "orders_id_seq"),
        (("orders", "", "pkey"), "orders_pkey"),
        (("t" * 60, "c" * 60, "seq"), "t" * 29 + "_" + "c" * 29 + "_seq"),
        (("t" * 60, "c", "fkey"), "t" * 56 + "_c_fkey"),
        (("ä" * 40, "", "pkey"), "ä" * 29 + "_pkey"),
    ],
)
def test_generated_names_are_cut_as_the_server_cuts_them(parts: tuple[str, str, str], name: str) -> None:
    assert object_name(*parts) == name


@given(st.text(min_size=1, max_size=90), st.text(max_size=90))
def test_no_generated_name_is_longer_than_a_name_may_be(first: str, second: str) -> None:
    assert len(object_name(first, second, "check").encode("utf-8", "surrogatepass")) <= 63


def test_a_taken_name_is_counted_up() -> None:
    assert free_name("t", "a", "check", {"t_a_check", "t_a_check1"}) == "t_a_check2"


@pytest.mark.parametrize(
    ("columns", "label", "name"),
    [
        (["a", "b"], "idx", "t_a_b_idx"),
        (["a"], "key", "t_a_key"),
        (["a"], "pkey", "t_pkey"),
        (["expr", "expr"], "idx", "t_expr_expr1_idx"),
        (["lower", "a", "lower"], "idx", "t_lower_a_lower1_idx"),
    ],
)
def test_indexes_are_named_after_their_columns(columns: list[str], label: str, name: str) -> None:
    assert index_name("t", columns, label) == name


def test_a_check_is_named_after_its_only_column() -> None:
    assert check_name("t", ["a"]) == "t_a_check"
    assert check_name("t", ["a", "b"]) == "t_check"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("orders", "orders"),
        ("Orders", '"Orders"'),
        ("order", '"order"'),
        ('a"b', '"a""b"'),
        ("1a", '"1a"'),
        ("ü", '"ü"'),
    ],
)
def test_names_are_quoted_when_they_need_it(name: str, written: str) -> None:
    assert quote_name(name) == written


def test_a_name_has_its_schema_only_outside_home() -> None:
    assert qualified("public", "t", "public") == "t"
    assert qualified("Audit", "t", "public") == '"Audit".t'


@pytest.mark.parametrize(
    ("xmin", "reference", "full"),
    [
        (750, 760, 750),
        (0, 760, None),
        (2, 760, None),
        (3, 760, 3),
        (800, 760, None),
        (4294967000, (1 << 32) + 100, 4294967000),
        (50, (1 << 32) + 100, (1 << 32) + 50),
        (200, (1 << 32) + 100, 200),
        (50, (5 << 32) + 100, (5 << 32) + 50),
    ],
)
def test_a_short_transaction_number_finds_its_epoch(xmin: int, reference: int, full: int | None) -> None:
    assert full_xid(xmin, reference) == full


@given(st.integers(min_value=3, max_value=1 << 60), st.integers(min_value=1, max_value=(1 << 31) - 1))
def test_a_recent_transaction_number_is_recovered(full: int, distance: int) -> None:
    if full & 0xFFFFFFFF >= 3:
        assert full_xid(full & 0xFFFFFFFF, full + distance) == full
