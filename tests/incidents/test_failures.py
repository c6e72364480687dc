"""Statements that really fail on real servers, for the reasons they fail in production, and what is then said."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.landed import Verdict
from console.core.migration import State
from console.dialects import open_dialect
from tests.builders import failed, observation, pending, recorded, tracking
from tests.servers import Connect, conninfo

L, N, P, U = Verdict.LANDED, Verdict.NOT_LANDED, Verdict.PARTIAL, Verdict.UNKNOWABLE

V1 = """
CREATE TABLE customers (id bigint PRIMARY KEY, email text, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code varchar(40), total numeric(12,2));
"""
ROWS = """
INSERT INTO customers VALUES (1, 'a@x', 'A'), (2, 'a@x', NULL), (3, 'c@x', 'C');
INSERT INTO orders VALUES (1, 1, 'short', 5), (2, 99, 'much too long for twenty characters', -1);
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """One incident: what was there, what was run, and what must be said."""

    name: str
    steps: tuple[str, ...]
    expected: tuple[Verdict, ...]
    state: State
    by_hand: str = ""
    transactional: bool = False
    debris: tuple[str, ...] = ()
    says: tuple[str, ...] = field(default=())


FAILURES = (
    Failure(
        "duplicates_concurrently",
        (
            "ALTER TABLE customers ADD COLUMN a int",
            "CREATE UNIQUE INDEX CONCURRENTLY customers_email ON customers (email)",
            "ALTER TABLE customers ADD COLUMN b int",
        ),
        (L, P, N),
        State.HALF_APPLIED,
        debris=("invalid_index",),
        says=("INVALID", "drop it concurrently"),
    ),
    Failure(
        "duplicates",
        ("ALTER TABLE customers ADD UNIQUE (email)", "ALTER TABLE customers ADD COLUMN b int"),
        (N, N),
        State.FAILED,
        says=("mend its cause",),
    ),
    Failure(
        "orphans_last",
        (
            "ALTER TABLE orders ADD COLUMN a int",
            "CREATE INDEX orders_customer ON orders (customer_id)",
            "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id)",
        ),
        (L, L, N),
        State.HALF_APPLIED,
        says=("finish statement 3",),
    ),
    Failure(
        "validate",
        (
            "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID",
            "ALTER TABLE orders VALIDATE CONSTRAINT fk",
            "ALTER TABLE orders ADD COLUMN z int",
        ),
        (L, N, N),
        State.HALF_APPLIED,
        debris=("not_valid_constraint",),
    ),
    Failure(
        "nulls",
        ("ALTER TABLE customers ADD COLUMN a int", "ALTER TABLE customers ALTER name SET NOT NULL"),
        (L, N),
        State.HALF_APPLIED,
        says=("null instead of not null",),
    ),
    Failure(
        "too_long",
        ("ALTER TABLE orders ALTER code TYPE varchar(20)", "ALTER TABLE orders ADD COLUMN a int"),
        (N, N),
        State.FAILED,
    ),
    Failure(
        "check",
        ("ALTER TABLE orders ADD COLUMN a int", "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)"),
        (L, N),
        State.HALF_APPLIED,
    ),
    Failure(
        "column_by_hand_with_another_type",
        (
            "ALTER TABLE orders ADD COLUMN a int",
            "ALTER TABLE orders ADD COLUMN carrier varchar(40) NOT NULL DEFAULT 'post'",
            "ALTER TABLE orders ADD COLUMN c int",
        ),
        (L, P, N),
        State.HALF_APPLIED,
        by_hand="ALTER TABLE orders ADD COLUMN carrier varchar(255)",
        says=("character varying(255)",),
    ),
    Failure(
        "one_of_three_by_hand",
        ("ALTER TABLE orders ADD COLUMN a int", "ALTER TABLE orders ADD b int, ADD c varchar(9), ADD d int"),
        (L, N),
        State.HALF_APPLIED,
        by_hand="ALTER TABLE orders ADD COLUMN c text",
        says=("lands whole or not at all",),
    ),
    Failure(
        "transactional",
        (
            "ALTER TABLE customers ADD COLUMN a int",
            "UPDATE customers SET a = 1 WHERE a IS NULL",
            "CREATE UNIQUE INDEX u ON customers (email)",
            "ALTER TABLE customers ADD COLUMN b int",
        ),
        (N, U, N, N),
        State.FAILED,
        transactional=True,
    ),
    Failure(
        "backfill_then_duplicates",
        (
            "ALTER TABLE customers ADD COLUMN a int",
            "UPDATE customers SET a = 1 WHERE a IS NULL",
            "CREATE UNIQUE INDEX u ON customers (email)",
        ),
        (L, U, N),
        State.HALF_APPLIED,
    ),
    Failure(
        "later_one_by_hand",
        (
            "ALTER TABLE orders ADD COLUMN a int",
            "CREATE UNIQUE INDEX u ON customers (email)",
            "ALTER TABLE orders ADD COLUMN c int",
        ),
        (L, N, L),
        State.HALF_APPLIED,
        by_hand="ALTER TABLE orders ADD COLUMN c int",
        says=("Do not resume it automatically",),
    ),
)


def _run(connection: psycopg.Connection[tuple[object, ...]], case: Failure) -> str:
    """Run the steps as the tool would, up to the one that fails; its error."""
    try:
        if case.transactional:
            connection.execute("BEGIN")
        for step in case.steps:
            connection.execute(step.encode())
    except psycopg.Error as error:
        if case.transactional:
            connection.execute("ROLLBACK")
        return str(error)
    raise AssertionError("nothing failed")


def _assess(url: URL, case: Failure, *, recorded_failure: bool) -> Assessment:
    link = open_dialect("postgresql").open(url, "test")
    schema = link.schema()
    link.close()
    text = ";\n".join(case.steps)
    file = (
        failed("2", text)
        if recorded_failure and not case.transactional
        else pending("2", text, transactional=case.transactional)
    )
    return assess(observation(schema, tracking(recorded("1", V1), file)))


@pytest.mark.parametrize("row", [True, False], ids=["row", "no_row"])
@pytest.mark.parametrize("case", FAILURES, ids=lambda case: case.name)
def test_what_really_failed_is_told_statement_by_statement(case: Failure, database: URL, row: bool) -> None:
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        for sql in (V1, ROWS, case.by_hand):
            connection.execute(sql.encode())
        _run(connection, case)
    found = _assess(database, case, recorded_failure=row)
    migration = found.frameworks[0].migrations[1]
    told = [(j.verdict.value, j.evidence) for j in migration.statements]
    assert [j.verdict for j in migration.statements] == list(case.expected), told
    without_row = State.PENDING if case.state is State.FAILED else case.state
    assert migration.state is (case.state if row and not case.transactional else without_row)
    assert tuple(item.kind for item in found.debris) == case.debris
    everything = " ".join([found.summary, *found.next, *migration.notes, *(e for _, e in told)])
    wanted = case.says if row else [words for words in case.says if "cause" not in words]
    assert all(words in everything for words in wanted), everything
    assert found.frameworks[0].migrations[0].state is State.APPLIED


def test_if_not_exists_over_an_invalid_index_is_recorded_and_hollow(database: URL) -> None:
    create = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON customers (email)"
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        connection.execute(V1.encode())
        connection.execute(ROWS.encode())
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(create.encode())
        connection.execute(create.encode())
    link = open_dialect("postgresql").open(database, "test")
    files = tracking(recorded("1", V1), recorded("2", create, rank=2))
    found = assess(observation(link.schema(), files))
    link.close()
    assert found.frameworks[0].migrations[1].state is State.HOLLOW
    assert "INVALID" in found.frameworks[0].migrations[1].statements[0].evidence


def test_a_concurrent_index_cancelled_while_it_waits_is_partial(database: URL, connect: Connect) -> None:
    create = "CREATE INDEX CONCURRENTLY slow ON customers (name)"
    connect(database).execute(V1.encode())
    writer = connect(database)
    writer.execute("BEGIN")
    writer.execute("INSERT INTO customers VALUES (9, 'z@x', 'Z')")
    builder = connect(database)
    builder.execute("SET statement_timeout = '300ms'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        builder.execute(create.encode())
    writer.execute("ROLLBACK")
    link = open_dialect("postgresql").open(database, "test")
    found = assess(observation(link.schema(), tracking(recorded("1", V1), failed("2", create))))
    link.close()
    migration = found.frameworks[0].migrations[1]
    assert (migration.statements[0].verdict, migration.state) == (P, State.HALF_APPLIED)
    assert [item.kind for item in found.debris] == ["invalid_index"]


@pytest.mark.parametrize(
    "by_hand",
    [
        "DROP INDEX orders_code_idx",
        "ALTER TABLE orders DROP COLUMN code",
        "ALTER TABLE orders ALTER total TYPE numeric(20,4)",
        "ALTER TABLE orders DROP CONSTRAINT orders_positive",
        "ALTER TABLE orders ALTER code DROP NOT NULL",
        "DROP TABLE orders CASCADE",
        "DROP VIEW totals",
    ],
)
def test_what_somebody_took_away_by_hand_makes_a_recorded_migration_hollow(by_hand: str, database: URL) -> None:
    history = """
    CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(40) NOT NULL, total numeric(12,2));
    CREATE INDEX orders_code_idx ON orders (code);
    ALTER TABLE orders ADD CONSTRAINT orders_positive CHECK (total >= 0);
    CREATE VIEW totals AS SELECT count(*) AS n FROM orders;
    """
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        connection.execute(history.encode())
        connection.execute(by_hand.encode())
    link = open_dialect("postgresql").open(database, "test")
    found = assess(observation(link.schema(), tracking(recorded("1", history))))
    link.close()
    assert found.frameworks[0].migrations[0].state is State.HOLLOW
    assert found.exit_code == 1
