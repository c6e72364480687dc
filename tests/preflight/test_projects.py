"""A large healthy project that others wrote: what is said of it on an empty database, where nothing can go wrong.

The figures of three projects, and what was false about them, stand in docs/preflight.md.
"""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy.engine import URL

from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.reporting import ground_of, report_of
from tests.django.fixtures import NewDjango
from tests.incidents.django_told import assess
from tests.incidents.test_django_healthy import settled
from tests.servers import MAJORS

DOUBT = "This is so if the schema still is as it was"
"""What is said of a table that code which only a run can tell may have changed since."""


@pytest.fixture
def findings(django: NewDjango, database: URL) -> tuple[Finding, ...]:
    """What is said of Wagtail's 183 migrations before the first of them is run."""
    project = django(database, "wagtail", {})
    settled(project)
    report = report_of(ground_of(assess(project)))
    assert len(report.judged) > 180
    assert report.statements > 450
    return report.findings


@pytest.mark.parametrize("postgres_server", [MAJORS[-1]], indirect=True)
def test_tables_that_nobody_uses_yet_raise_no_alarm_and_what_is_not_known_is_told(
    findings: tuple[Finding, ...],
) -> None:
    known = [f for f in findings if f.about is not About.UNKNOWN and f.severity.rank <= Severity.HIGH.rank]
    certain = [(f.migration, f.n, f.rule) for f in known if DOUBT not in f.why]
    assert certain == []
    assert len(known) <= 4, Counter(f.rule for f in known)
    assert 0 < sum(f.about is About.UNKNOWN for f in findings) < 110
