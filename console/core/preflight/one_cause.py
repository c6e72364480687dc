"""One cause told twice: by the server's rule, which knows locks, and by the code's, which knows who still names it.

That a dropped or renamed thing breaks code is for the code's rule to weigh: where it found that no code names the thing
any more (`ignored_columns`, a model that was changed first), the server's finding is about a short lock only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from console.core.preflight.finding import About, Finding, Severity


def weighed(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same, the server's `app` as mild as the worst that the code's rules say of that statement."""
    every = tuple(findings)
    worst: dict[tuple[str, str, int], Severity] = {}
    for finding in every:
        if finding.about is About.CODE and finding.n:
            known = worst.get(_place(finding), finding.severity)
            worst[_place(finding)] = min(known, finding.severity, key=lambda severity: severity.rank)
    for finding in every:
        said = worst.get(_place(finding), Severity.APP)
        milder = finding.about is About.LOCK and finding.severity is Severity.APP and said.rank > Severity.APP.rank
        yield replace(finding, severity=_at_least_low(said)) if milder else finding


def _place(finding: Finding) -> tuple[str, str, int]:
    return finding.migration, finding.file, finding.n


def _at_least_low(severity: Severity) -> Severity:
    return min(severity, Severity.LOW, key=lambda each: each.rank)
