"""The questions, asked of real servers that hold the very rows a statement is refused for."""

from __future__ import annotations

from contextlib import closing
from unicodedata import normalize

import pymysql
import pytest
from sqlalchemy.engine import URL

from console.core.causes import Answer, questions
from console.core.landed import Ground, judge
from console.core.statements import read_script
from console.dialects.mysql import make
from tests.dialects.my_questions import ROWS, SHOP, Case
from tests.dialects.my_values import VALUES
from tests.mysql_servers import MyConnection, MyServer, ask, open_connection

_CASES = (*ROWS, *VALUES)


def _names(case: Case) -> str:
    return case.name


def _made(connection: MyConnection, *scripts: str) -> None:
    ask(connection, "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'")
    for script in scripts:
        for statement in read_script(script, "mysql", "x"):
            ask(connection, statement.sql)


def _asked(url: URL, kind: str, sql: str) -> list[tuple[str, Answer]]:
    """Every question that a statement raises, with the answer."""
    with closing(make().open(url, "count")) as link:
        schema = link.schema()
        found = questions(judge(read_script(sql, kind, schema.home), Ground(schema)), schema)
        return [(question.words(schema.home), link.ask(question, 5.0)) for question in found]


def _folded(sample: tuple[str, ...], place: str = "nowhere.") -> list[str]:
    """Of values that are equal to the server any may be shown; the database has another name each time."""
    plain = (normalize("NFD", text).casefold().replace("\u0308", "").rstrip() for text in sample)
    return sorted(text.replace(place, "") for text in plain)


def _refusal(connection: MyConnection, sql: str) -> int:
    """The error that really running it gives; 0 when it runs."""
    try:
        ask(connection, sql)
    except pymysql.Error as error:
        return int(error.args[0])
    return 0


def check_case(case: Case, server: MyServer, database: URL, base: str = SHOP) -> None:
    """What is asked and found, and what the server itself says."""
    with open_connection(database) as connection:
        _made(connection, *(script for script in (base, case.setup) if script))
        found = _asked(database, server.kind, case.sql)
        told = [(words, answer.rows, _folded(answer.sample)) for words, answer in found]
        told = [
            (words, rows, [text.replace(f"{database.database}.", "") for text in sample])
            for words, rows, sample in told
        ]
        assert told == [(words, rows, _folded(sample)) for words, rows, sample in case.asked]
        refused = case.mariadb if server.is_mariadb else case.mysql
        assert _refusal(connection, case.sql) == refused
        assert bool(refused) is any(answer.rows for _, answer in found)


@pytest.mark.parametrize("case", [case for case in _CASES if not case.only], ids=_names)
def test_the_answer_counts_what_is_in_the_way(case: Case, my_server: MyServer, my_database: URL) -> None:
    check_case(case, my_server, my_database)


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
@pytest.mark.parametrize("case", [case for case in _CASES if case.only == "mysql"], ids=_names)
def test_the_answer_counts_what_only_mysql_refuses(case: Case, my_server: MyServer, my_database: URL) -> None:
    check_case(case, my_server, my_database)


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
@pytest.mark.parametrize("case", [case for case in _CASES if case.only == "mariadb"], ids=_names)
def test_the_answer_counts_what_only_mariadb_refuses(case: Case, my_server: MyServer, my_database: URL) -> None:
    check_case(case, my_server, my_database)
