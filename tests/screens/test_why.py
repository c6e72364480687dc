"""Why it failed, on page 2 and under "Find out first" on page 6."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment
from console.core.clues import Clues
from console.core.judge import assess
from console.core.observation import Answered
from console.core.recover import Route
from screens import migrations, recover
from screens.lines import Line
from tests.screens.builders import healthy, seen_refused
from tests.screens.test_recover import key

ERROR = 'ERROR:  could not create unique index "customers_email_key"'
SQL = "SELECT count(*) FROM customers GROUP BY lower(email) HAVING count(*) > 1"


def asked(error: str = "") -> Assessment:
    """A person asked why; `error` is what the tool had printed."""
    sample = tuple(f"customer{n}@example.com" for n in range(20))
    answer = Answered("4", 3, "duplicate values of customers (lower(email))", 20, sample, SQL)
    clues = Clues(error, unread="no log of the tool was found", asked=True)
    return assess(replace(seen_refused(), answers=(answer,), clues=clues))


def said(lines: list[Line]) -> str:
    return " ".join(" ".join(line.text for line in lines).split())


@pytest.mark.parametrize("width", [80, 60])
def test_the_migration_has_the_answers_and_what_is_known_besides(width: int) -> None:
    lines = migrations.details(asked(ERROR), "m/flyway/4", width)
    assert all(len(line.text) <= width for line in lines)
    text = said(lines)
    assert "cause statement 3: 20 duplicate values of customers (lower(email)): customer0@example.com" in text
    assert "why seen: data: what was given says: ERROR: could not create unique index" in text
    assert "Statement 3 (the only one open that speaks of customers_email_key): rows are equal" in text
    assert SQL not in text


def test_the_statement_has_all_samples_and_the_query() -> None:
    text = said(migrations.details(asked(), "m/flyway/4#3", 80))
    assert "customer19@example.com" in text
    assert f"asked {SQL}" in text


def test_find_out_first_has_the_same_and_says_what_nobody_can_tell() -> None:
    assessment = asked()
    text = said(recover.details(assessment, key(assessment, Route.FIND_OUT), 80))
    assert "cause statement 3: 20 duplicate values" in text
    assert f"asked {SQL}" in text
    assert "why cannot tell: the error itself: no log of the tool was found" in text
    assert "halfway assess --error -" in text


def test_until_somebody_asks_there_is_only_the_key() -> None:
    assessment = assess(seen_refused())
    text = said(recover.details(assessment, key(assessment, Route.FIND_OUT), 80))
    assert "ask c asks the data of the first statement that did not land" in text
    assert "cannot tell" not in said(migrations.details(assessment, "m/flyway/4", 80))


def test_what_went_well_has_no_reasons() -> None:
    found = healthy()
    told = replace(found, observation=replace(found.observation, clues=Clues(asked=True)))
    assert "why" not in said(migrations.details(told, "m/flyway/1", 80)).split()
