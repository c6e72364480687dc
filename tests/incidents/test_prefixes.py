"""Every prefix of every script, really run: no verdict may contradict what ran, and proof must be proof."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.judge import assess
from console.core.landed import Ground, Judgement, Verdict, judge
from console.core.migration import State
from console.core.observation import Health
from console.core.schema import Schema
from console.core.statements import Nature, Statement, read_script
from console.dialects import open_dialect
from tests.builders import observation, recorded, tracking
from tests.incidents.corpus import SCRIPTS
from tests.incidents.script import Script
from tests.servers import conninfo


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
                _check(judgement, ran, exact=case.exact)
            for judgement in judge(migration, Ground(schema)):
                _check(judgement, ran, exact=False)


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
    """Not so: data, code, IF EXISTS, which succeeds on nothing as well, and an owner, who may have been it before."""
    return statement.nature is Nature.SCHEMA and not any(text in statement.sql for text in ("IF EXISTS", "OWNER TO"))


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda case: case.name)
def test_a_recorded_migration_raises_no_alarm(case: Script, database: URL) -> None:
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        _execute(connection, case.base)
        for step in case.steps:
            _execute(connection, step)
    schema = _read(database)
    files = tracking(recorded("1", case.base), recorded("2", "\n;\n".join(case.steps), rank=2))
    found = assess(observation(schema, files))
    bad = [
        (m.id, j.verdict.value, j.evidence, j.statement.sql)
        for m in found.frameworks[0].migrations
        for j in m.statements
        if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)
    ]
    assert not bad
    assert {m.state for m in found.frameworks[0].migrations} == {State.APPLIED}
    assert found.observation.schema.health is Health.OK
