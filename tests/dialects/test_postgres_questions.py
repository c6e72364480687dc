"""The questions, asked of real servers that hold the very rows a statement is refused for."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.causes import Doubt, questions
from console.core.landed import Ground, judge
from console.core.statements import read_script
from console.dialects import open_dialect
from tests.dialects.pg_questions import KEYS, SHOP, Case
from tests.dialects.pg_questions_changes import CHANGES
from tests.servers import MAJORS, Connection, ServerUnderTest, conninfo, run

CASES = (*KEYS, *CHANGES)
NEWEST = 99
CLEAN = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


@pytest.fixture(scope="module")
def room(postgres_server: ServerUnderTest) -> Iterator[tuple[URL, Connection]]:
    """One database for all cases of a server: each begins by clearing it."""
    name = f"halfway_questions_{os.getpid()}"
    run(postgres_server.url, f"CREATE DATABASE {name} TEMPLATE template0")
    url = postgres_server.url.set(database=name)
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        yield url, connection
    run(postgres_server.url, f"DROP DATABASE {name}")


def cases_for(major: int) -> list[Case]:
    """All of them on the oldest and the newest server; of one between them a few."""
    here = [case for case in CASES if case.since <= (major or NEWEST) <= case.until]
    return here if major in (min(MAJORS), max(MAJORS)) else here[::4]


def test_the_answer_is_what_the_server_refuses_it_for(
    postgres_server: ServerUnderTest, room: tuple[URL, Connection]
) -> None:
    url, connection = room
    cases = cases_for(postgres_server.major)
    found = {case.name: tried(url, connection, case) for case in cases}
    assert found == {case.name: (sorted(case.asked, key=str), case.state) for case in cases}


def tried(url: URL, connection: Connection, case: Case) -> tuple[list[tuple[str, int | None, tuple[str, ...]]], str]:
    """What is answered, and the state the server itself refuses the statement with."""
    connection.execute(CLEAN)
    for statement in (*SHOP, *case.setup):
        connection.execute(statement.encode())
    return asked(url, case.sql), state_of(connection, case.sql)


def asked(url: URL, sql: str) -> list[tuple[str, int | None, tuple[str, ...]]]:
    """What is asked about a statement and answered; objects in the way only where there are some."""
    link = open_dialect("postgresql").open(url, "test")
    schema = link.schema()
    found = []
    for question in questions(judge(read_script(sql), Ground(schema)), schema):
        answer = link.ask(question, 5.0)
        if question.doubt is not Doubt.DEPENDENTS or answer.rows:
            found.append((question.words(), answer.rows, tuple(sorted(answer.sample))))
        assert bool(answer.sql) is (question.told is None and answer.rows is not None)
    link.close()
    return sorted(found, key=str)


def state_of(connection: Connection, sql: str) -> str:
    """What the server itself refuses it with; '' when it runs."""
    try:
        connection.execute(sql.encode())
    except psycopg.Error as refused:
        return refused.sqlstate or "?"
    return ""
