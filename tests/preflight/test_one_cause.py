"""What the server's rule and the code's rule both say of one statement weighs as the code's rule weighs it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.one_cause import weighed

LOCK = Finding("pg-drop-column", Severity.APP, About.LOCK, "It is gone.", migration="7", file="7.rb", n=2)
CODE = replace(LOCK, rule="app-drop-column", about=About.CODE)


def lock(*others: Finding) -> Severity:
    return next(f for f in weighed((LOCK, *others)) if f.rule == LOCK.rule).severity


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ((), Severity.APP),
        ((CODE,), Severity.APP),
        ((replace(CODE, severity=Severity.LOW),), Severity.LOW),
        ((replace(CODE, severity=Severity.INFO),), Severity.LOW),
        ((replace(CODE, severity=Severity.LOW), CODE), Severity.APP),
        ((replace(CODE, severity=Severity.LOW, n=3),), Severity.APP),
        ((replace(CODE, severity=Severity.LOW, migration="8"),), Severity.APP),
    ],
)
def test_it_is_as_bad_as_the_worst_that_the_codes_rules_say(others: tuple[Finding, ...], told: Severity) -> None:
    assert lock(*others) is told


def test_a_lock_that_is_bad_by_itself_stays_so() -> None:
    severe = replace(LOCK, severity=Severity.CRIT)
    assert next(weighed((severe, replace(CODE, severity=Severity.LOW)))).severity is Severity.CRIT
