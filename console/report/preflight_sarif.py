"""What preflight found as SARIF 2.1.0, the form in which code review tools take findings."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from console.core.plain import one_line
from console.core.preflight.finding import Finding, Report
from console.report.preflight import headline
from console.report.preflight_github import level_of, message

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(report: Report, version: str) -> dict[str, Any]:
    """One run with one result a finding; those that are allowed are suppressed, with the reason."""
    rules = sorted({finding.rule for finding in report.findings})
    run = {
        "tool": {"driver": {"name": "Halfway", "semanticVersion": version, "rules": [_rule(rule) for rule in rules]}},
        "automationDetails": {"id": "halfway/preflight/"},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, report, rules.index(finding.rule)) for finding in report.findings],
        "properties": {"server": report.server, "answer": headline(report), "judged": list(report.judged)},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: str) -> dict[str, Any]:
    words = rule.replace("-", " ")
    return {"id": rule, "name": "".join(word.title() for word in rule.split("-")), "shortDescription": {"text": words}}


def _invocation(report: Report) -> dict[str, Any]:
    told = [{"level": "warning", "message": {"text": f"Not read: {one_line(text)}"}} for text in report.unread]
    return {"executionSuccessful": True, "exitCode": report.exit_code, "toolExecutionNotifications": told}


def _result(finding: Finding, report: Report, index: int) -> dict[str, Any]:
    allowed = finding.allowed
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level_of(finding, report.threshold),
        "message": {"text": message(finding)},
        "locations": _locations(finding, report),
        "partialFingerprints": {"halfwayFinding/v1": _fingerprint(finding)},
        "suppressions": [_suppression(allowed.where, allowed.reason, finding.file)] if allowed else [],
        "properties": {"severity": finding.severity.value, "about": finding.about.value, "n": finding.n,
                       "table": finding.table, "lock": finding.lock, "hold": finding.hold},
    }  # fmt: skip


def _locations(finding: Finding, report: Report) -> list[dict[str, Any]]:
    """What is about the server alone is shown at the first file that would be run: reviews show nothing without."""
    file = finding.file or next((each.file for each in report.findings if each.file), "")
    if not file:
        return []
    uri = quote(f"file://{file}" if file.startswith("/") else file, safe="/:")
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}, "region": {"startLine": max(finding.line, 1)}}
    if finding.sql and finding.line:
        place["region"]["snippet"] = {"text": finding.sql[:4000]}
    return [{"physicalLocation": place}]


def _fingerprint(finding: Finding) -> str:
    """The same as long as the statement is: lines move."""
    same = "\n".join((finding.rule, finding.migration or finding.file, " ".join(finding.sql.split()), finding.table))
    return sha256(same.encode("utf-8", "replace")).hexdigest()


def _suppression(where: str, reason: str, file: str) -> dict[str, Any]:
    kind = "inSource" if file and where.startswith(f"{file}:") else "external"
    return {"kind": kind, "status": "accepted", "justification": reason}
