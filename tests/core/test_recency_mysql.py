"""When the tables of a stopped migration were last altered: words beside the verdicts, only where there is a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.core.judge import assess
from console.core.landed import Judgement, Verdict
from console.core.migration import Belief, LedgerRow, Tracked
from console.core.recency_mysql import dates
from console.core.schema import Schema
from console.core.statements import read_script
from tests.builders import migration, observation, schema_after, tracking

_NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOON, STAMP = _NOON.replace(tzinfo=None), int(_NOON.timestamp())
BASE = "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE VIEW v AS SELECT 1"


def schema(stamp: int | None = STAMP, dialect: str = "mysql") -> Schema:
    """Two tables altered at noon."""
    return schema_after(BASE, dialect=dialect, home="app", stamp=stamp)


def judged(text: str, verdict: Verdict = Verdict.LANDED) -> list[Judgement]:
    """Statements with one verdict."""
    return [Judgement(s, verdict, "so") for s in read_script(text, "mysql", "app")]


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (None, "t was last created, altered or rebuilt at 2026-01-31 12:00:00 UTC"),
        (NOON.replace(hour=11), "12:00:00 UTC, after the last recorded migration"),
        (NOON.replace(hour=13), "12:00:00 UTC and not since the last recorded migration (2026-01-31 13:00:00)"),
        (NOON.replace(microsecond=900_000), "rebuilt at 2026-01-31 12:00:00 UTC"),
    ],
)
def test_a_date_is_told_with_what_it_is_older_or_younger_than(last: datetime | None, words: str) -> None:
    said = dates(judged("ALTER TABLE t ADD b int"), schema(), last)
    assert said.startswith("By their CREATE_TIME, t was last")
    assert said.endswith(f"{words}.")


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("ALTER TABLE t ADD b int, ADD INDEX (b); ALTER TABLE u COMMENT 'x'", ["t", "u"]),
        ("CREATE TABLE t (a int)", ["t"]),
        ("CREATE INDEX i ON u (a)", ["u"]),
        ("DROP INDEX i ON u", ["u"]),
        ("DROP TABLE t", []),
        ("RENAME TABLE x TO t", []),
        ("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", []),
        ("UPDATE t SET a = 1", []),
        ("ALTER TABLE other.t ADD b int", []),
        ("ALTER TABLE nowhere ADD b int", []),
        ("CREATE OR REPLACE VIEW v AS SELECT 2", []),
    ],
)
def test_only_what_moves_a_tables_date_is_told(text: str, tables: list[str]) -> None:
    said = dates(judged(text), schema(), None)
    assert [name for name in ("t", "u", "v") if f"{name} was last" in said] == tables


def test_nothing_is_told_without_a_date_of_what_did_not_land_or_of_another_server() -> None:
    assert dates(judged("ALTER TABLE t ADD b int"), schema(None), None) == ""
    assert dates(judged("ALTER TABLE t ADD b int", Verdict.NOT_LANDED), schema(), None) == ""
    assert dates(judged("ALTER TABLE t ADD b int"), replace(schema(), dialect="postgres"), None) == ""


def test_a_stopped_migration_carries_the_dates_of_its_tables() -> None:
    text = "ALTER TABLE t ADD b int; ALTER TABLE u ADD b int"
    file = replace(migration("2", "SELECT 1"), text=text, statements=read_script(text, "mysql", "app"))
    first = replace(migration("1", "SELECT 1"), text=BASE, statements=read_script(BASE, "mysql", "app"))
    row = LedgerRow("1", True, applied_at=NOON.replace(hour=11), rank=1)
    stopped = Tracked("2", Belief.PENDING, file, None)
    read = schema_after(f"{BASE}; ALTER TABLE t ADD b int", dialect="mysql", home="app", stamp=STAMP)
    for stamp, noted in ((read, True), (schema(), False)):
        found = assess(observation(stamp, tracking(Tracked("1", Belief.RECORDED, first, row), stopped)))
        notes = " ".join(found.frameworks[0].migrations[1].notes)
        assert ("t was last created" in notes) is noted
        assert "u was last" not in notes
