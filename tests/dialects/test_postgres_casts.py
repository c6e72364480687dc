"""Which types become which, and which a foreign key may compare: every pair of them, as real servers have it."""

from __future__ import annotations

from itertools import product

import psycopg
import pytest

from console.core.causes_fits import KNOWN, comparable_types, conversion
from console.core.schema import Schema
from tests.servers import Connect, Connection

TYPES = sorted(KNOWN - {"json"})
SCHEMA = Schema()


def state_of(connection: Connection, *statements: str) -> str:
    """What the server refuses the last of them with; '' when it takes all. Nothing stays."""
    try:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement.encode())
    except psycopg.Error as refused:
        return refused.sqlstate or "?"
    return ""


@pytest.mark.parametrize("using", ["", "c::{}"], ids=["by itself", "by a cast"])
def test_a_pair_is_called_castable_as_the_server_has_it(connect: Connect, using: str) -> None:
    connection, wrong = connect(), []
    for one, other in product(TYPES, TYPES):
        written = using.format(other)
        fit = conversion("c", one, other, written, SCHEMA)
        tail = f" USING {written}" if written else ""
        state = state_of(connection, f"CREATE TABLE t (c {one})", f"ALTER TABLE t ALTER c TYPE {other}{tail}")
        if fit.known and fit.castable is not (state not in ("42804", "42846")):
            wrong.append((one, other, fit.castable, state))
    assert wrong == []


def test_a_pair_is_called_comparable_as_a_foreign_key_has_it(connect: Connect) -> None:
    connection, wrong = connect(), []
    for mine, theirs in product(TYPES, TYPES):
        state = state_of(
            connection,
            f"CREATE TABLE p (c {theirs} PRIMARY KEY)",
            f"CREATE TABLE t (c {mine} REFERENCES p)",
        )
        told = comparable_types(mine, theirs, SCHEMA)
        if told is not None and told is not (state == ""):
            wrong.append((mine, theirs, told, state))
    assert wrong == []
