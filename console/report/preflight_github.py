"""What preflight found as GitHub's workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.plain import one_line, visible
from console.core.preflight.finding import Finding, Report, Severity
from console.report.preflight import headline, summary


def as_annotations(report: Report) -> str:
    """One command a finding, the worst first: GitHub shows only the first ten of a level."""
    found = sorted((f for f in report.findings if f.allowed is None), key=lambda finding: finding.severity.rank)
    return "\n".join([*_head(report), *(_annotation(finding, report.threshold) for finding in found)])


def _head(report: Report) -> Iterator[str]:
    level = "error" if report.exit_code else "notice"
    unread = "".join(f"\nNot read: {one_line(sentence, 1000)}" for sentence in report.unread)
    text = f"{headline(report)}\n{summary(report)}, {report.server}{unread}"
    yield f"::{level} title=Preflight::{_data(text)}"


def level_of(finding: Finding, threshold: Severity) -> str:
    """error, warning or note: SARIF's words."""
    if finding.severity.rank <= threshold.rank:
        return "error"
    return "warning" if finding.severity.rank <= Severity.MED.rank else "note"


def message(finding: Finding) -> str:
    """Everything that is to be said of it, in lines."""
    parts = [visible(finding.why)]
    parts += [f"Lock: {one_line(finding.lock)}"] if finding.lock else []
    parts += [f"Safer: {one_line(finding.safer)}"] if finding.safer else []
    parts += [f"{n}. {one_line(step)}" for n, step in enumerate(finding.steps, start=1)]
    return "\n".join(parts)


def _annotation(finding: Finding, threshold: Severity) -> str:
    level = {"note": "notice"}.get(found := level_of(finding, threshold), found)
    about = f" on {one_line(finding.table, 100)}" if finding.table else ""
    title = f"{finding.rule} ({finding.severity.value}){about}"
    place = [f"file={_property(finding.file)}"] if finding.file else []
    place += [f"line={finding.line}"] if finding.file and finding.line else []
    return f"::{level} {','.join([*place, f'title={_property(title)}'])}::{_data(message(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
