"""Page 8: what pending migrations will do to this server, the worst first; what one finding says stands below.

The judging takes as long as there are statements, so it is done on a thread of its own, and again only while the page
is looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from time import monotonic
from types import MappingProxyType

from textual.message import Message

from console.core.assessment import Assessment
from console.core.faults import Fault
from console.core.preflight.finding import Answer, Finding, Report, Severity
from screens.commands import PREFLIGHT
from screens.lines import BLANK, Line, fitted, line, paragraph, spread
from screens.look import Look
from screens.page import Page
from screens.text import fit, one_line, safe, safe_lines, width_of
from screens.theme import Tone
from screens.words import migration_key, name_of

_TONES = {
    Severity.BLOCK: Tone.BAD,
    Severity.CRIT: Tone.BAD,
    Severity.APP: Tone.BAD,
    Severity.HIGH: Tone.WARN,
    Severity.MED: Tone.WARN,
    Severity.LOW: Tone.DIM,
    Severity.INFO: Tone.DIM,
}
_OF_ANSWER = {Answer.STOP: Tone.BAD, Answer.WAIT: Tone.WARN, Answer.CANNOT_TELL: Tone.WARN,
              Answer.LOOK_FIRST: Tone.WARN, Answer.GO: Tone.GOOD}  # fmt: skip
_INDENT = 11
_WIDE = 70
_REST = 20
"""Judging again rests so many times as long as it took."""


def page(report: Report, look: Look, width: int, names: Mapping[str, str] = MappingProxyType({})) -> list[Line]:
    """The answer, then each migration with its findings; `names`: how migrations are called, by their keys."""
    word, sentence = report.answer
    lines = [BLANK, *paragraph(one_line(sentence), width, 13, (word.value, _OF_ANSWER[word]), most=3)]
    lines += [fitted(width, f"{'':13}", (counts(report), Tone.DIM)), BLANK]
    shown = [f for f in report.findings if look.admits(f.rule, f.severity.value, f.migration, f.sql, f.why, f.table)]
    if report.findings and not shown:
        lines.append(fitted(width, "  no finding has these words: ", (safe(look.words), Tone.STRONG)))
    rules = min(max((width_of(one_line(finding.rule)) for finding in shown), default=0), width // 3)
    for name, found in groupby(shown, key=_place):
        key = f"pf/{name}"
        findings = list(found)
        lines.append(_heading(names.get(name, name), findings, width, key))
        if look.is_open(key, otherwise=True):
            lines += [_row(finding, rules, width) for finding in findings]
    for sentence in report.unread:
        lines += paragraph(one_line(sentence), width, _INDENT, ("  NOT READ", Tone.WARN), most=2)
    return lines


def counts(report: Report) -> str:
    """`3 migrations judged: 1 crit, 2 high, 4 low`."""
    found = [f.severity for f in report.findings if f.allowed is None]
    words = [f"{found.count(each)} {each.value}" for each in sorted(Severity, key=lambda s: s.rank) if each in found]
    judged = f"{len(report.judged)} migration{'s' * (len(report.judged) != 1)} judged"
    return f"{judged}: {', '.join(words)}" if words else f"{judged}, no finding"


def _place(finding: Finding) -> str:
    return finding.migration or finding.file


def _heading(name: str, findings: Sequence[Finding], width: int, key: str) -> Line:
    many = f"{len(findings)} finding{'s' * (len(findings) != 1)}"
    return spread(width, ["  ", (one_line(name) or "this server, now", Tone.STRONG)], (many, Tone.DIM), key)


def key_of(finding: Finding) -> str:
    """The line's key, the same from one judging to the next."""
    return f"pf/{_place(finding)}#{finding.n}!{finding.rule}!{finding.waits_for}{finding.table}"


def _row(finding: Finding, rules: int, width: int) -> Line:
    number = f"{finding.n:>3}" if finding.n else "   "
    word = "ALLOWED" if finding.allowed else finding.severity.value.upper()
    tone = Tone.DIM if finding.allowed else _TONES[finding.severity]
    table = f"{one_line(finding.table, 30)}: " if finding.table and width >= _WIDE else ""
    what = f"{fit(one_line(finding.rule), rules)}  {table}{one_line(finding.why)}"
    return fitted(width, f" {number}  ", (f"{word:<8}", tone), what, key=key_of(finding))


def at(report: Report, key: str) -> Finding | None:
    """The finding of a line."""
    return next((finding for finding in report.findings if key_of(finding) == key), None)


def details(report: Report, key: str, width: int) -> list[Line]:
    """Everything that one finding says."""
    finding = at(report, key)
    if finding is None:
        return []
    lines = _said("WHY", finding.why, width)
    lines += _said("SQL", finding.sql, width)
    lines += _said("LOCKS", finding.lock, width)
    lines += _said("BLOCKS", finding.blocks, width)
    lines += _said("TAKES", finding.hold, width)
    lines += _said("WAITS FOR", finding.waits_for, width)
    lines += _said("SAFER", finding.safer, width)
    for step in finding.steps:
        lines += _text("", step, width)
    if finding.allowed:
        until = f", until {finding.allowed.until}" if finding.allowed.until else ""
        lines += _said("ALLOWED", f"{finding.allowed.reason}{until} ({finding.allowed.where})", width)
    return lines


def _said(word: str, text: str, width: int) -> list[Line]:
    return _text(word, text, width) if text else []


def _text(word: str, text: str, width: int) -> list[Line]:
    lines: list[Line] = []
    head: tuple[str, Tone] | None = (word, Tone.STRONG)
    for part in safe_lines(text):
        lines += paragraph(part, width, _INDENT, head)
        head = None
    return lines


class PreflightPage(Page):
    """Pending migrations, judged before they are run."""

    name_of_page = PREFLIGHT

    class Judged(Message):
        """The judging is done."""

    def __init__(self) -> None:
        """Nothing is judged yet."""
        super().__init__()
        self.judge: Callable[[Assessment], Report] = lambda _: Report(())
        self.report: Report | None = None
        self.problem = ""
        self._of: Assessment | None = None
        self._busy = False
        self._took, self._ended = 0.0, 0.0

    def lines(self, assessment: Assessment, width: int, height: int) -> Sequence[Line]:
        """The last judgement; a new one is begun where it is due."""
        self._judge_if_due(assessment)
        if self.problem:
            return [BLANK, *paragraph(f"Nothing can be judged: {safe(self.problem)}", width, 1, tone=Tone.WARN)]
        if self.report is None:
            return [BLANK, line("  judging what is pending")]
        if not self.report.judged:
            return nothing(self.report, width)
        names = {m.id: name_of(m) for framework in assessment.frameworks for m in framework.migrations}
        return page(self.report, self.look, width, names)

    def details(self, assessment: Assessment, key: str, width: int) -> Sequence[Line]:
        """One finding."""
        return details(self.report, key, width) if self.report is not None else ()

    def _judge_if_due(self, assessment: Assessment) -> None:
        if self._busy or self._of is assessment or monotonic() < self._ended + _REST * self._took:
            return
        self._busy = True
        threading.Thread(target=self._work, args=(assessment,), name="halfway-preflight", daemon=True).start()

    def _work(self, assessment: Assessment) -> None:
        began = monotonic()
        try:
            self.report, self.problem = self.judge(assessment), ""
        except Fault as fault:
            self.report, self.problem = None, str(fault)
        self._of, self._ended = assessment, monotonic()
        self._took, self._busy = self._ended - began, False
        if self.is_running:
            self.post_message(self.Judged())

    def on_preflight_page_judged(self) -> None:
        """Show it."""
        self.redraw()

    def do_open(self) -> None:
        """A migration folds; a finding leads to its statement."""
        if self.report is not None and at(self.report, self.main.key) is not None:
            self.post_message(self.Wanted("migrations", key=self.key_of_migration()))
        else:
            super().do_open()

    def key_of_migration(self) -> str:
        """Of the finding's statement."""
        finding = at(self.report, self.main.key) if self.report is not None else None
        if finding is None or self.assessment is None:
            return ""
        for framework in self.assessment.frameworks:
            for migration in framework.migrations:
                if migration.id == finding.migration:
                    key = migration_key(framework, migration)
                    return f"{key}#{finding.n}" if finding.n else key
        return ""


def nothing(report: Report, width: int) -> list[Line]:
    """No migration is pending."""
    head = [BLANK, line("  Nothing is pending, so nothing is judged.")]
    more = "`halfway preflight --history 5` judges the last five that ran, `--sql FILE` a file."
    return [*head, *paragraph(more, width, 2, tone=Tone.DIM), *(
        part for sentence in report.unread for part in paragraph(one_line(sentence), width, 2, tone=Tone.WARN)
    )]  # fmt: skip
