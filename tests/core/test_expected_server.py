"""What is expected of a base and the statements since, against what real servers have after running them.

Each script of the corpora runs on every server twice: on an empty base, and with its first half as the base.
"""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.drift import compare_schemas
from console.core.drifting import rules_between
from console.core.expected import expected
from console.core.expected_base import Baseline
from console.core.migration import Belief, Migration, State, Tracked
from console.core.observation import Server
from console.core.schema import Schema
from console.core.statements import Statement, read_script
from console.core.verdict import Judgement, Verdict
from console.dialects.mariadb import make as mariadb
from console.dialects.mysql import make as mysql
from console.dialects.postgres import make as postgres
from tests.builders import NOON
from tests.core import mysql_server_corpus
from tests.core.server_corpus import SCRIPTS
from tests.mysql_servers import MyServer, ask, open_connection
from tests.schemas.reading import read
from tests.servers import ServerUnderTest, conninfo


def drifted(base: Schema, statements: tuple[Statement, ...], actual: Schema, server: Server) -> list[str]:
    """What is told when these statements have run since the base."""
    start = Baseline(base, "", server.dialect, server.version, server.name, NOON, identity=server.identity)
    file = Migration("2", "test", "V2.sql", statements)
    verdicts = tuple(Judgement(statement, Verdict.LANDED, "") for statement in statements)
    judged = JudgedMigration(Tracked("2", Belief.PENDING, file, None), State.UNRECORDED, verdicts)
    framework = JudgedFramework("flyway", "public.flyway_schema_history", True, None, (judged,))
    wanted = expected(start, (framework,))
    rules = rules_between(start, server, loose=wanted.loose)
    found = compare_schemas(wanted.schema, actual, rules)
    return [f"{d.change} {d.ref.kind} {d.ref.label()} {d.parts}" for d in found.differences] + [
        f"{d.ref.label()} {d.why}" for d in found.doubts if not d.slight
    ]


@pytest.mark.parametrize("name", SCRIPTS)
def test_postgres_has_what_is_expected(name: str, postgres_server: ServerUnderTest, database: URL) -> None:
    script, since = SCRIPTS[name]
    statements = read_script(script)
    if postgres_server.major < since:
        statements = ()
    half = len(statements) // 2
    empty, server = read(postgres(), database)
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        for statement in statements[:half]:
            connection.execute(statement.sql.encode())
        middle, _ = read(postgres(), database)
        for statement in statements[half:]:
            connection.execute(statement.sql.encode())
    actual, _ = read(postgres(), database)
    assert drifted(empty, statements, actual, server) == []
    assert drifted(middle, statements[half:], actual, server) == []


@pytest.mark.parametrize("name", mysql_server_corpus.SCRIPTS)
def test_mysql_has_what_is_expected(name: str, my_server: MyServer, my_database: URL) -> None:
    script, kinds = mysql_server_corpus.SCRIPTS[name]
    dialect = mariadb() if my_server.is_mariadb else mysql()
    statements = read_script(script, my_server.kind, str(my_database.database)) if my_server.kind in kinds else ()
    half = len(statements) // 2
    empty, server = read(dialect, my_database)
    with open_connection(my_database) as connection:
        for statement in statements[:half]:
            ask(connection, statement.sql)
        middle, _ = read(dialect, my_database)
        for statement in statements[half:]:
            ask(connection, statement.sql)
    actual, _ = read(dialect, my_database)
    assert drifted(empty, statements, actual, server) == []
    assert drifted(middle, statements[half:], actual, server) == []
