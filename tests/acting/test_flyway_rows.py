"""The rows that a mark writes and removes are those of Flyway, on every server; what it would never write is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.acting.flyway_rows import (
    MARKS,
    NEVERS,
    Mark,
    Never,
    Place,
    Rows,
    half_landed,
    mark,
    never,
    proven,
)
from tests.acting.test_steps_mysql import LEDGER as MY_LEDGER
from tests.mysql_servers import MyConnect, MyServer, ask
from tests.servers import conninfo
from tests.sites import LEDGER, Site


@pytest.fixture
def place(tmp_path: Path, database: URL) -> Place:
    Site(tmp_path, database).configured()

    def send(sql: str) -> Rows:
        with psycopg.connect(conninfo(database), autocommit=True) as other:
            found = other.execute(sql.encode())
            return found.fetchall() if found.description else []

    send(LEDGER.replace("{table}", "flyway_schema_history"))
    return Place(tmp_path, database, "postgresql", send)


@pytest.fixture
def my_place(tmp_path: Path, my_server: MyServer, my_database: URL, my_connect: MyConnect) -> Place:
    jdbc = f"jdbc:{my_server.kind}://{my_database.host}:{my_database.port}/{my_database.database}"
    (tmp_path / "flyway.conf").write_text(f"flyway.url={jdbc}\nflyway.user=root\nflyway.locations=filesystem:sql\n")
    other = my_connect()
    ask(other, MY_LEDGER)
    return Place(tmp_path, my_database, my_server.kind, lambda sql: ask(other, sql))


@pytest.mark.parametrize("case", MARKS, ids=lambda case: case.name)
def test_flyway_mark_not_ran_and_ran_leave_the_rows_of_flyway(case: Mark, place: Place) -> None:
    mark(place, case)


@pytest.mark.parametrize("case", MARKS, ids=lambda case: case.name)
def test_the_rows_are_those_of_flyway_on_mysql(case: Mark, my_place: Place) -> None:
    mark(my_place, case)


@pytest.mark.parametrize("case", NEVERS, ids=lambda case: case.name)
def test_what_flyway_would_never_write_is_refused(case: Never, my_place: Place) -> None:
    never(my_place, case)


@pytest.mark.parametrize("check", [proven, half_landed], ids=lambda check: check.__name__)
def test_flyway_mark_ran_makes_a_failed_row_a_success_by_proof(check: Callable[[Place], None], place: Place) -> None:
    check(place)


@pytest.mark.parametrize("check", [proven, half_landed], ids=lambda check: check.__name__)
def test_a_failed_row_becomes_a_success_by_proof_on_mysql(check: Callable[[Place], None], my_place: Place) -> None:
    check(my_place)
