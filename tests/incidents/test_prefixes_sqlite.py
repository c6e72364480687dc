"""Every prefix of every script, really run by SQLite: no verdict may contradict what ran."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.judge import assess
from console.core.landed import Ground, judge
from console.core.migration import Belief, LedgerRow, Tracked
from console.core.schema import Schema
from console.core.statements import read_script
from console.dialects.sqlite import make
from tests.builders import NOON, migration, observation, tracking
from tests.incidents.corpus_sqlite import SCRIPTS
from tests.incidents.prefixes import check, raises_no_alarm
from tests.incidents.script import Script

UNPROVEN = ("IF EXISTS", "IF NOT EXISTS")
"""They succeed on nothing as well."""


def read(path: Path) -> Schema:
    """What Halfway sees of a file."""
    link = make().open(URL.create("sqlite", database=str(path)), "schema")
    try:
        return link.schema()
    finally:
        link.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection as an application has it."""
    with closing(sqlite3.connect(tmp_path / "shop.sqlite", isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda case: case.name)
def test_no_prefix_is_misjudged(case: Script, shop: sqlite3.Connection, tmp_path: Path) -> None:
    steps = read_script("\n;\n".join(case.steps), "sqlite", "main")
    assert [step.n for step in steps] == list(range(1, len(case.steps) + 1))
    shop.executescript(case.base)
    for ran in range(len(steps) + 1):
        if ran:
            shop.execute(steps[ran - 1].sql)
        schema = read(tmp_path / "shop.sqlite")
        assert schema.unread == ()
        for judgement in judge(steps, Ground(schema)):
            check(judgement, ran, exact=case.exact, unproven=UNPROVEN)


@pytest.mark.parametrize("case", SCRIPTS, ids=lambda case: case.name)
def test_a_recorded_migration_raises_no_alarm(case: Script, shop: sqlite3.Connection, tmp_path: Path) -> None:
    files = [_recorded(str(n), text, n) for n, text in enumerate((case.base, "\n;\n".join(case.steps)), start=1)]
    for file in files:
        for statement in file.migration.statements if file.migration else ():
            shop.execute(statement.sql)
    found = assess(observation(read(tmp_path / "shop.sqlite"), tracking(*files)))
    raises_no_alarm(found)


def _recorded(version: str, text: str, rank: int) -> Tracked:
    """A migration with a good row."""
    file = replace(migration(version, "SELECT 1"), text=text, statements=read_script(text, "sqlite", "main"))
    row = LedgerRow(version, True, applied_at=NOON.replace(tzinfo=None), rank=rank)
    return Tracked(version, Belief.RECORDED, file, row)
