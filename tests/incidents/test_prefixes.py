"""Every prefix of every script, really run: no verdict may contradict what ran, and proof must be proof."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.judge import assess
from console.core.landed import Ground, judge
from console.core.observation import Health
from console.core.schema import Schema
from console.core.statements import read_script
from console.dialects import open_dialect
from tests.builders import observation, recorded, tracking
from tests.incidents.corpus import SCRIPTS
from tests.incidents.prefixes import check, raises_no_alarm
from tests.incidents.script import Script
from tests.servers import conninfo

UNPROVEN = ("IF EXISTS", "OWNER TO")
"""IF EXISTS succeeds on nothing as well, and an owner may have been it before."""


def _read(url: URL) -> Schema:
    link = open_dialect("postgresql").open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def _execute(connection: psycopg.Connection[tuple[object, ...]], sql: str) -> None:
    connection.execute(sql.encode())


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda case: case.name)
def test_no_prefix_is_misjudged(case: Script, database: URL) -> None:
    migration = read_script("\n;\n".join(case.steps))
    assert [s.n for s in migration] == list(range(1, len(case.steps) + 1))
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        _execute(connection, case.base or "SELECT 1")
        _execute(connection, "CREATE TABLE ledger ()")
        since = max(thing.stamp or 0 for thing in _read(database).things)
        for ran in range(len(case.steps) + 1):
            if ran:
                _execute(connection, case.steps[ran - 1])
            schema = _read(database)
            for judgement in judge(migration, Ground(schema, since)):
                check(judgement, ran, exact=case.exact, unproven=UNPROVEN)
            for judgement in judge(migration, Ground(schema)):
                check(judgement, ran, exact=False, unproven=UNPROVEN)


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda case: case.name)
def test_a_recorded_migration_raises_no_alarm(case: Script, database: URL) -> None:
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        _execute(connection, case.base)
        for step in case.steps:
            _execute(connection, step)
    schema = _read(database)
    files = tracking(recorded("1", case.base), recorded("2", "\n;\n".join(case.steps), rank=2))
    found = assess(observation(schema, files))
    raises_no_alarm(found)
    assert found.observation.schema.health is Health.OK
