"""A preflight without data: every literal of every statement, and every mention of one, is left out."""

from __future__ import annotations

import re
from dataclasses import replace

from console.core.preflight.finding import Finding, Report
from console.report.account.redacted import LEFT_OUT, literals, masked_sql, one_of

_QUOTED = re.compile(r"'[^']*'")


def redacted(report: Report, grammar: str) -> Report:
    """`grammar`: how the server reads SQL. Names stay: without them nothing could be understood."""
    known = one_of({part for finding in report.findings for part in literals(finding.sql, grammar)})

    def text(given: str) -> str:
        return _QUOTED.sub(f"'{LEFT_OUT}'", known.sub(LEFT_OUT, given))

    def bare(finding: Finding) -> Finding:
        return replace(
            finding,
            why=text(finding.why),
            safer=text(finding.safer),
            sql=masked_sql(finding.sql, grammar),
            steps=tuple(text(step) for step in finding.steps),
            waits_for=text(finding.waits_for),
        )

    findings = tuple(bare(finding) for finding in report.findings)
    return replace(report, findings=findings, unread=tuple(text(sentence) for sentence in report.unread))
