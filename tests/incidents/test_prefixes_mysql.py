"""Every prefix of every script, really run on a MySQL and a MariaDB: no verdict may contradict what ran."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import URL

from console.core.judge import assess
from console.core.landed import Ground, judge
from console.core.migration import Belief, LedgerRow, Tracked
from console.core.schema import Schema
from console.core.statements import read_script
from console.dialects.mysql import make
from tests.builders import NOON, migration, observation, tracking
from tests.incidents.corpus_mysql import SCRIPTS
from tests.incidents.corpus_mysql_code import CODE, MARIADB, MYSQL
from tests.incidents.corpus_mysql_tables import TABLES
from tests.incidents.corpus_mysql_tools import TOOLS
from tests.incidents.prefixes import check, raises_no_alarm
from tests.incidents.script import Script
from tests.mysql_servers import KINDS, MyConnect, MyServer, ask

UNPROVEN = ("IF EXISTS", "IF NOT EXISTS")
"""They succeed on nothing as well."""

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
            check(judgement, ran, exact=case.exact, unproven=UNPROVEN)


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
    raises_no_alarm(found)


def _recorded(version: str, text: str, dialect: str, home: str, rank: int) -> Tracked:
    """A migration with a good row."""
    file = migration(version, "SELECT 1")
    row = LedgerRow(version, True, applied_at=NOON.replace(tzinfo=None), rank=rank)
    return Tracked(version, Belief.RECORDED, replace(file, text=text, statements=read_script(text, dialect, home)), row)
