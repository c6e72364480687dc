"""What preflight found, as text for a person and as the JSON of DESIGN 6."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from console.core.plain import folded, lines, one_line
from console.core.preflight.finding import Allowed, Answer, Finding, Report, Severity

_SQL_SHOWN = 160
_PROSE = "Deploy "
"""How a step begins that is done by people; SQL is never folded: it is copied."""
_ONE_LINE = frozenset({Severity.LOW, Severity.INFO})
"""Told in one line each, without what would be safer: they are many, and nobody waits for them."""


def as_data(report: Report) -> dict[str, Any]:
    """The contract of DESIGN 6, with additions."""
    word, because = report.answer
    return {
        "halfway": 1,
        "taken_at": report.taken_at,
        "server": report.server,
        "answer": word.value.lower(),
        "because": because,
        "fail_on": report.threshold.value,
        "judged": list(report.judged),
        "unread": list(report.unread),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    allowed = finding.allowed
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "about": finding.about.value,
        "migration": finding.migration,
        "file": finding.file,
        "n": finding.n,
        "line": finding.line,
        "sql": finding.sql,
        "table": finding.table,
        "lock": finding.lock,
        "rewrite": finding.rewrite,
        "scan": finding.scan,
        "blocks": finding.blocks,
        "hold": finding.hold,
        "why": finding.why,
        "safer": finding.safer,
        "steps": list(finding.steps),
        "rows": finding.rows,
        "sample": list(finding.sample),
        "waits_for": finding.waits_for,
        "allowed": {"reason": allowed.reason, "until": allowed.until, "where": allowed.where} if allowed else None,
    }


def as_text(report: Report, width: int | None = None) -> str:
    """For a person; folded where `width` says how wide the terminal is. What is to be copied is never folded."""
    return "\n".join(folded(line, width) if fold else line for line, fold in _lines(report))


Shown = Iterator[tuple[str, bool]]
"""Lines, and whether one may be folded."""


def headline(report: Report) -> str:
    """`WAIT: because session 4711 ...`."""
    word, because = report.answer
    return f"{word.value}: {one_line(because, 600)}"


def summary(report: Report) -> str:
    """`3 migrations, 7 statements: 1 block, 2 high, 4 low; 1 allowed`."""
    judged, statements = len(report.judged), report.statements
    about = f"{judged} {report.noun}{'s' * (judged != 1)}, "
    about += f"{statements} {'statement' if statements == 1 else 'statements'}"
    counting = [f.severity for f in report.findings if f.allowed is None]
    allowed = len(report.findings) - len(counting)
    words = [f"{counting.count(each)} {each.value}" for each in sorted(Severity, key=lambda s: s.rank)
             if each in counting]  # fmt: skip
    found = ", ".join(words) or "no finding"
    return f"{about}: {found}" + (f"; {allowed} allowed" if allowed else "")


def _lines(report: Report) -> Shown:
    yield headline(report), True
    if report.answer[0] not in (Answer.WAIT, Answer.GO) and report.waits:
        yield f"WAIT: because {one_line(report.waits[0].waits_for or report.waits[0].why, 600)}", True
    yield f"{summary(report)}. Judged on {report.server}, {report.taken_at}.", True
    yield from ((f"NOT READ  {one_line(sentence, 1000)}", True) for sentence in report.unread)
    for name, found in groupby(report.findings, lambda finding: finding.migration or finding.file):
        yield "", False
        yield from _of_migration(name, list(found))


def _of_migration(name: str, found: list[Finding]) -> Shown:
    """Statement after statement, that with the worst first."""
    file = next((finding.file for finding in found if finding.file), "")
    title = one_line(name, 200) or "This server, now"
    base = file.rpartition("/")[2]
    yield (
        (f"{title}  ({one_line(file, 200)})" if name not in ("", file, base, base.rpartition(".")[0]) else title),
        True,
    )
    groups: dict[int, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.n, []).append(finding)
    for n, of_one in groups.items():
        if n or name:
            yield (_statement(of_one) if n else "  AS A WHOLE"), True
        for finding in of_one:
            yield from _of_finding(finding)


def _statement(found: list[Finding]) -> str:
    finding = next((f for f in found if f.sql), found[0])
    line = next((f", line {f.line}" for f in found if f.line), "")
    return f"  STATEMENT {finding.n}{line}  {one_line(finding.sql, _SQL_SHOWN)}"


def _of_finding(finding: Finding) -> Shown:
    word = finding.severity.value.upper()
    if finding.allowed is not None:
        yield f"    ALLOWED  {finding.rule} ({finding.severity.value}): {_allowed(finding.allowed)}", True
        return
    if finding.severity in _ONE_LINE:
        yield f"    {word:<5}  {finding.rule}: {one_line(finding.why, 1000)}", True
        return
    yield f"    {word:<5}  {finding.rule}" + (f" on {one_line(finding.table, 200)}" if finding.table else ""), True
    for label, text in (("WHY", finding.why), ("LOCK", _lock(finding)), ("SAFER", finding.safer)):
        if text and one_line(text):
            yield f"      {label:<5}  {one_line(text, 2000)}", True
    for number, step in enumerate(finding.steps, start=1):
        yield from _step(number, step)


def _step(number: int, step: str) -> Shown:
    first, *rest = lines(step) or [""]
    yield f"        {number}. {first}", first.startswith(_PROSE)
    for line in rest:
        yield f"           {line}", False


def _lock(finding: Finding) -> str:
    """What is locked, what waits for it and how long, where `why` does not say so in the same words."""
    blocks = f"blocks {finding.blocks}" if finding.blocks else ""
    return "; ".join(_unsaid((finding.lock, blocks, *finding.hold.split("; ")), finding.why))


def _unsaid(texts: Iterable[str], why: str) -> list[str]:
    return [one_line(text, 400) for text in texts if text and text not in why]


def _allowed(allowed: Allowed) -> str:
    until = f" until {one_line(allowed.until, 40)}" if allowed.until else ""
    return f"{one_line(allowed.reason, 300)} ({one_line(allowed.where, 200)}{until})"
