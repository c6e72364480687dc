"""What is said of a statement that the catalog cannot tell and the server has counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.core.judge import assess
from console.core.landed import Verdict
from console.core.observation import Runs
from console.core.recency_runs import MOST, worth_asking
from console.core.statements import read_script
from tests.builders import NOON, observation, pending, recorded, schema_after, tracking

SQL = "ALTER TABLE orders ADD COLUMN note text;\nUPDATE orders SET note = '' WHERE note IS NULL;\n"
BEGAN = NOON - timedelta(days=1)


def said(runs: Runs, key: str = "2") -> list[tuple[Verdict, str]]:
    """Verdicts and evidence of the migration that is not recorded."""
    schema = schema_after("CREATE TABLE orders (id bigint)")
    files = tracking(recorded("1", "CREATE TABLE orders (id bigint)"), pending("2", SQL), runs=((key, 2, runs),))
    found = assess(observation(schema, files))
    return [(j.verdict, j.evidence) for j in found.frameworks[0].migrations[-1].statements]


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (Runs(0, since=BEGAN), "The server has run no statement of its wording since 2026-01-30 12:00:00 UTC."),
        (Runs(0), "The server has run no statement of its wording."),
        (Runs(1, rows=1000, last=NOON + timedelta(minutes=2), since=BEGAN),
         ("The server has run its wording once since 2026-01-30 12:00:00 UTC, last at 2026-01-31 12:02:00 UTC "
         "(after the last recorded migration), 1,000 rows changed.")),
        (Runs(1200, 3, 1, NOON - timedelta(minutes=2)),
         ("The server has run its wording 1,200 times, last at 2026-01-31 11:58:00 UTC "
         "(before the last recorded migration ended), 1 row changed, 3 ended in an error.")),
    ],
    ids=["never", "never and since when is unknown", "once", "often, with errors"],
)  # fmt: skip
def test_what_the_server_counted_stands_behind_the_evidence(runs: Runs, words: str) -> None:
    verdict, evidence = said(runs)[1]
    assert verdict is Verdict.UNKNOWABLE
    assert evidence.endswith(f". {words}"), evidence


def test_no_verdict_rests_on_it_and_what_is_known_is_left_alone() -> None:
    with_it, without = said(Runs(5, last=NOON)), said(Runs(5, last=NOON), key="another")
    assert [verdict for verdict, _ in with_it] == [verdict for verdict, _ in without]
    assert with_it[0] == without[0]
    assert "wording" not in without[1][1]


def test_only_what_the_catalog_does_not_tell_is_asked_about() -> None:
    script = read_script(f"CREATE TABLE a (b int);\n{'UPDATE a SET b = 1;' * 30}")
    asked = list(worth_asking(("7", statement) for statement in script))
    assert [(name, statement.n) for name, statement in asked] == [("7", n) for n in range(2, 2 + MOST)]
