"""A migration really fails on MySQL and MariaDB; a person asks why; the product says it with the rows in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment, Cause
from console.core.landed import Verdict
from console.core.migration import State
from console.incident import Incident
from console.report import as_text
from console.wiring import Options, find, source
from tests.mysql_servers import MyServer, ask, open_connection, run

CHARSET = " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
BASE = (
    "CREATE TABLE customers (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(60), name VARCHAR(60) NOT NULL)" + CHARSET,
    "CREATE TABLE orders (id BIGINT PRIMARY KEY, customer_id BIGINT UNSIGNED, state VARCHAR(20), total DECIMAL(10,2))"
    + CHARSET,
    "INSERT INTO customers VALUES (1, 'A@x', 'Zoë'), (2, 'a@X', 'Ann'), (3, NULL, 'Bob')",
    "INSERT INTO orders VALUES (1, 1, 'new', 5), (2, 99, 'a state that is long', -1), (3, NULL, 'open', 12345)",
)
ADDED = "ALTER TABLE orders ADD note VARCHAR(20)"


@dataclass(frozen=True, slots=True)
class Refused:
    """The statement after the first, and what is said about it once a person asked."""

    name: str
    sql: str
    errors: tuple[int, int]
    causes: tuple[tuple[str, int, tuple[str, ...]], ...]
    more: str = ""
    """What runs between the first statement and the one refused."""


REFUSED = (
    Refused(
        "duplicates",
        "ALTER TABLE customers ADD UNIQUE customers_email (email)",
        (1062, 1062),
        (("duplicate values of customers (email)", 1, ("A@x",)),),
    ),
    Refused(
        "a column of an earlier statement",
        "CREATE UNIQUE INDEX slugs ON customers (slug)",
        (1062, 1062),
        (("duplicate values of customers (slug)", 1, ("''",)),),
        more="ALTER TABLE customers ADD slug VARCHAR(60) NOT NULL",
    ),
    Refused(
        "a column an earlier statement changed",
        "CREATE UNIQUE INDEX mails ON customers (mail(1))",
        (1062, 1062),
        (("duplicate values of customers (mail(1))", 1, ("A",)),),
        more="ALTER TABLE customers CHANGE email mail VARCHAR(80)",
    ),
    Refused(
        "nulls",
        "ALTER TABLE customers MODIFY email VARCHAR(60) NOT NULL",
        (1138, 1265),
        (("rows of customers where email is null", 1, ()),),
    ),
    Refused(
        "orphans",
        "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id)",
        (1452, 1452),
        (("rows of orders whose customer_id is not in customers", 1, ("99",)),),
    ),
    Refused(
        "a check",
        "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)",
        (3819, 4025),
        (("rows of orders that break total > 0", 1, ()),),
    ),
    Refused(
        "too long",
        "ALTER TABLE orders MODIFY state VARCHAR(10)",
        (1265, 1265),
        (("rows of orders whose state does not fit varchar(10)", 1, ("a state that is long",)),),
    ),
    Refused(
        "types",
        "ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES customers (id)",
        (3780, 1005),
        (
            (
                "columns that do not match what they refer to",
                1,
                ("orders.id bigint against customers.id bigint unsigned",),
            ),
        ),
    ),
    Refused(
        "by hand",
        "ALTER TABLE orders ADD carrier INT, ADD state VARCHAR(20)",
        (1060, 1060),
        (
            (
                "objects that it makes are there already",
                1,
                ("column orders.state: varchar(20), null, collate utf8mb4_general_ci, as it is wanted",),
            ),
        ),
    ),
)


@pytest.fixture
def project(tmp_path: Path, my_database: URL, my_server: MyServer) -> Path:
    address = f"jdbc:{my_server.kind}://{my_database.host}:{my_database.port}/{my_database.database}"
    (tmp_path / "sql").mkdir()
    lines = [f"flyway.url={address}", f"flyway.user={my_database.username}", "flyway.locations=filesystem:sql"]
    (tmp_path / "flyway.conf").write_text("\n".join(lines))
    return tmp_path


@pytest.fixture
def incident(project: Path, my_database: URL) -> Iterator[Incident]:
    found = Incident(source(find(Options(url=str(my_database), project=str(project)), {})))
    yield found
    found.stop()


def played(project: Path, url: URL, *steps: str) -> int:
    """Send a file statement by statement; the error it ends with."""
    (project / "sql" / "V1__change.sql").write_text(";\n".join(steps), encoding="utf-8")
    run(url, *BASE)
    try:
        run(url, *steps)
    except pymysql.Error as error:
        return int(error.args[0])
    return 0


def causes(assessment: Assessment) -> tuple[Cause, ...]:
    return assessment.frameworks[0].migrations[0].causes


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_stopped_a_migration_is_found_when_asked(
    case: Refused, project: Path, my_database: URL, my_server: MyServer, incident: Incident
) -> None:
    steps = [step for step in (ADDED, case.more, case.sql, "ALTER TABLE orders ADD later INT") if step]
    assert played(project, my_database, *steps) == case.errors[my_server.is_mariadb]
    before = incident.observe()
    migration = before.frameworks[0].migrations[0]
    stopped = len(steps) - 1
    words = [judgement.verdict for judgement in migration.statements[:stopped]]
    assert words == [Verdict.LANDED] * (stopped - 1) + [Verdict.NOT_LANDED]
    assert (migration.state, causes(before)) == (State.HALF_APPLIED, ())
    assert incident.count_now(migration.id, stopped) is None
    after = incident.observe()
    told = [(cause.question, cause.rows, cause.sample) for cause in causes(after) if cause.n == stopped]
    assert [(words, rows, tuple(map(str.casefold, sample))) for words, rows, sample in told] == [
        (words, rows, tuple(map(str.casefold, sample))) for words, rows, sample in case.causes
    ]
    assert case.causes[0][0] in " ".join(as_text(after).split())


def test_a_question_that_may_not_be_asked_now_is_not_known(project: Path, my_database: URL, incident: Incident) -> None:
    assert played(project, my_database, ADDED, REFUSED[0].sql) == REFUSED[0].errors[0]
    migration = incident.observe().frameworks[0].migrations[0]
    with open_connection(my_database) as holder:
        ask(holder, "LOCK TABLES customers WRITE")
        problem = incident.count_now(migration.id, 2)
    assert "customers" in str(problem)
    assert [(cause.rows, cause.sample) for cause in causes(incident.observe())] == [(None, ())]
    assert incident.count_now(migration.id, 2) is None
    assert [cause.rows for cause in causes(incident.observe())] == [1]
