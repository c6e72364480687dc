"""Rows of Flyway's history: which table is one, what they say, what they are called."""

from datetime import datetime

import pytest

from console.core.ports import TableRows
from console.frameworks.flyway import lock_keys
from console.frameworks.flyway.ledger import java_hash
from tests.frameworks.making import (
    COLUMNS,
    FLYWAY,
    ONE,
    ledger,
    project,
    row,
)


@pytest.mark.parametrize(
    "columns",
    [
        ("id", "migration", "batch"),
        ("version",),
        ("version", "dirty"),
        COLUMNS[:-1],
        tuple(c for c in COLUMNS if c != "checksum"),
        (),
    ],
)
def test_a_strangers_table_is_refused(columns: tuple[str, ...]) -> None:
    assert FLYWAY.parse_ledger("x", TableRows(columns, (), ())) is None


def test_columns_are_known_in_any_case_and_order_and_with_more_beside_them() -> None:
    columns = ("EXTRA", *(name.upper() for name in reversed(COLUMNS)))
    parsed = FLYWAY.parse_ledger("x", TableRows(columns, (("?", *reversed(row(1, "1.1", ONE))),), (77,)))
    assert parsed is not None
    assert (parsed.rows[0].id, parsed.rows[0].rank, parsed.rows[0].stamp) == ("1.1", 1, 77)
    assert parsed.rows[0].raw[0] == ("EXTRA", "?")


def test_an_empty_table_is_an_empty_ledger() -> None:
    assert (ledger().exists, ledger().rows) == (True, ())


@pytest.mark.parametrize(
    ("text", "success"),
    [("t", True), ("f", False), ("true", True), ("false", False), ("1", True), ("0", False), ("TRUE", True)],
)
def test_success_is_read_from_any_servers_text(text: str, success: bool) -> None:
    assert ledger(row(1, "1", ONE, text)).rows[0].success is success


def test_rows_are_in_the_order_of_their_rank_and_keep_every_column() -> None:
    rows = ledger(row(10, "3"), row(2, "2"), row(1, "1")).rows
    assert [r.rank for r in rows] == [1, 2, 10]
    assert rows[0].applied_at == datetime(2026, 1, 31, 12, 0, 0, 123456)  # noqa: DTZ001 - the server keeps no zone
    assert [name for name, _ in rows[0].raw] == list(COLUMNS)


@pytest.mark.parametrize(
    ("version", "kind", "description", "expected"),
    [
        ("1_1", "SQL", "x", "1.1"),
        ("1.1", "SQL", "x", "1.1"),
        (None, "SQL", "my view", "R__my view"),
        (None, "SCHEMA", "<< Flyway Schema Creation >>", "<< Flyway Schema Creation >>"),
        ("7", "SQL_BASELINE", "x", "B7"),
        ("1", "BASELINE", "<< Flyway Baseline >>", "1"),
        ("odd one", "CUSTOM", "x", "odd one"),
    ],
)
def test_rows_are_named_as_flyway_names_them(version: str | None, kind: str, description: str, expected: str) -> None:
    assert ledger(row(1, version, None, kind=kind, description=description)).rows[0].id == expected


@pytest.mark.parametrize("when", ["", "infinity", "31/01/2026", None])
def test_a_time_that_is_none_is_none(when: str | None) -> None:
    values = list(row(1, "1", ONE))
    values[7] = when
    assert ledger(tuple(values)).rows[0].applied_at is None


def test_the_ledger_is_looked_for_where_it_is_configured_first() -> None:
    made = project(table="history", schemas="shop,other")
    assert FLYWAY.ledger_tables(made)[:2] == (("shop", "history"), (None, "history"))
    assert FLYWAY.ledger_tables(None) == ((None, "flyway_schema_history"), (None, "schema_version"))


def test_the_keys_of_flyways_lock_are_known() -> None:
    assert java_hash('"public"."flyway_schema_history"') == 2125624436
    assert java_hash("`app`.`flyway_schema_history`") == -320650056
    assert lock_keys(None, "public.flyway_schema_history")[0] == 77433833903597
    assert lock_keys(None, '"public"."flyway_schema_history"'.replace('"', ""))[0] == 77433833903597
    assert len(lock_keys(None, "public.flyway_schema_history")) == 2
    assert lock_keys(project(table="a.b"), "Odd.a.b")[0] == 77431708279161 + java_hash('"Odd"."a.b"')


def test_javas_hash_counts_utf16_units() -> None:
    assert java_hash("") == 0
    assert java_hash("é") == 233
    assert java_hash("\U0001f600") == 0xD83D * 31 + 0xDE00
