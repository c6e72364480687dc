"""Every prefix of every script, really run on a MySQL and a MariaDB: no verdict may contradict what ran."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import URL

from console.core.judge import assess
from console.core.landed import Ground, Judgement, Verdict, judge
from console.core.migration import Belief, LedgerRow, State, Tracked
from console.core.schema import Schema
from console.core.statements import Nature, Statement, read_script
from console.dialects.mysql import make
from tests.builders import NOON, migration, observation, tracking
from tests.incidents.corpus_mysql import SCRIPTS
from tests.incidents.corpus_mysql_code import CODE, MARIADB, MYSQL
from tests.incidents.corpus_mysql_tables import TABLES
from tests.incidents.corpus_mysql_tools import TOOLS
from tests.incidents.script import Script
from tests.mysql_servers import KINDS, MyConnect, MyServer, ask

_OF_BOTH = (*SCRIPTS, *TOOLS, *TABLES, *CODE)
_CASES = {kind: (*_OF_BOTH, *own) for kind, own in zip(KINDS, (MYSQL, MARIADB), strict=True)}
every_case = pytest.mark.parametrize(
    ("my_server", "case"),
    [pytest.param(kind, case, id=f"{kind}-{case.name}") for kind, cases in _CASES.items() for case in cases],
    indirect=["my_server"],
)


def _read(url: URL) -> Schema:
    link = make().open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


@every_case
def test_no_prefix_is_misjudged(case: Script, my_server: MyServer, my_database: URL, my_connect: MyConnect) -> None:
    home = my_database.database or ""
    steps = read_script("\n;\n".join(case.steps), my_server.kind, home)
    assert [step.n for step in steps] == list(range(1, len(steps) + 1))
    client = my_connect()
    for statement in read_script(case.base, my_server.kind, home):
        ask(client, statement.sql)
    for ran in range(len(steps) + 1):
        if ran:
            ask(client, steps[ran - 1].sql)
        for judgement in judge(steps, Ground(_read(my_database))):
            _check(judgement, ran, exact=case.exact)


@every_case
def test_a_recorded_migration_raises_no_alarm(
    case: Script, my_server: MyServer, my_database: URL, my_connect: MyConnect
) -> None:
    files = [
        _recorded(str(rank), text, my_server.kind, my_database.database or "", rank)
        for rank, text in enumerate((case.base, "\n;\n".join(case.steps)), start=1)
    ]
    client = my_connect()
    for statement in (s for file in files if file.migration for s in file.migration.statements):
        ask(client, statement.sql)
    found = assess(observation(_read(my_database), tracking(*files)))
    bad = [
        (m.id, j.verdict.value, j.evidence, j.statement.sql)
        for m in found.frameworks[0].migrations
        for j in m.statements
        if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)
    ]
    assert not bad
    assert {m.state for m in found.frameworks[0].migrations} == {State.APPLIED}


def _recorded(version: str, text: str, dialect: str, home: str, rank: int) -> Tracked:
    """A migration with a good row."""
    file = migration(version, "SELECT 1")
    row = LedgerRow(version, True, applied_at=NOON.replace(tzinfo=None), rank=rank)
    return Tracked(version, Belief.RECORDED, replace(file, text=text, statements=read_script(text, dialect, home)), row)


def _check(judgement: Judgement, ran: int, *, exact: bool) -> None:
    statement = judgement.statement
    told = f"after {ran}: {statement.n} {judgement.verdict} {judgement.evidence} <- {statement.sql}"
    if statement.n <= ran:
        assert judgement.verdict in (Verdict.LANDED, Verdict.UNKNOWABLE), told
        if exact and statement.n == ran and _proves(statement):
            assert judgement.verdict is Verdict.LANDED, told
    else:
        assert judgement.verdict in (Verdict.NOT_LANDED, Verdict.UNKNOWABLE), told
        if exact and statement.n == ran + 1 and _proves(statement):
            assert judgement.verdict is Verdict.NOT_LANDED, told


def _proves(statement: Statement) -> bool:
    """Not so: data, code, and what succeeds on nothing as well."""
    return statement.nature is Nature.SCHEMA and not any(
        text in statement.sql for text in ("IF EXISTS", "IF NOT EXISTS")
    )
