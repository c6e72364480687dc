"""The page you land on: what landed, who blocks, what happens by itself, what to do next.

As much is shown as the height allows. What goes first is what repeats or can be read elsewhere; what stays to the end
is the state, the statement the run stopped at and why, who blocks whom, and the first step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.core.assessment import Assessment, Cause, JudgedFramework, JudgedMigration
from console.core.drift.words import sentence
from console.core.landed import Judgement, Verdict
from screens.blocking import blocked_lines, nobody_blocked
from screens.lines import BLANK, Line, fitted, paragraph
from screens.observing import proof_lines
from screens.text import one_line, safe
from screens.tones import OF_OVERALL, OF_STATE, Tone, tone_of
from screens.words import (
    INDENT,
    cause_of,
    evidence_of,
    framework_of,
    gap_line,
    gap_lines,
    gaps,
    migration_key,
    name_of,
    statement_key,
)

_EVIDENCE = 18
"""Where the text below a statement begins."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown; numbers are lines."""

    blank: bool = True
    """Blank lines between the parts."""
    landed: bool = False
    """Evidence of what landed, too."""
    stopped: int = 4
    """Evidence of the statement the run stopped at."""
    others: int = 3
    """Evidence of each other one that did not land."""
    told: int = 5
    """How much landed, and what the tool does on its next run."""
    notes: int = 5
    gaps: int = 5
    """Each thing that was not seen; 0: all of them in one line."""
    fold: bool = False
    """Long runs of one verdict in one line."""


_DETAILS = (
    Detail(landed=True),
    Detail(),
    Detail(blank=False, stopped=3, others=2, told=3, gaps=2),
    Detail(blank=False, stopped=2, others=1, told=2, gaps=1),
    Detail(blank=False, stopped=2, others=0, told=2, notes=2, gaps=1),
    Detail(blank=False, stopped=2, others=0, told=2, notes=1, gaps=0),
    Detail(blank=False, stopped=1, others=0, told=1, notes=1, gaps=0),
    Detail(blank=False, stopped=1, others=0, told=1, notes=1, gaps=0, fold=True),
)

_ENOUGH = 5
"""So many of them are tried before what does not fit is scrolled to."""


def connecting(title: str, width: int) -> list[Line]:
    """Before the first sweep."""
    return [BLANK, *paragraph(f"Connecting to {safe(title)}.", width, 2)]


def page(assessment: Assessment, width: int, height: int) -> list[Line]:
    """The whole page, as detailed as fits. Rather than to say less and less, all up to the first step is kept in
    sight, and the rest is scrolled to."""
    for detail in _DETAILS[:_ENOUGH]:
        lines = _page(assessment, width, detail)
        if len(lines) <= height:
            return lines
    for detail in _DETAILS[_ENOUGH - 1 :]:
        if _needed(assessment, width, detail) <= height:
            break
    return _page(assessment, width, detail)


def _needed(assessment: Assessment, width: int, detail: Detail) -> int:
    """Lines down to the end of the first step."""
    above = _head(assessment, width, detail) + _blocked(assessment, width, detail) + _left(assessment, width, detail)
    return len(above) + len(_next(assessment, width, most=1))


def _page(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    parts = (
        _head(assessment, width, detail),
        _blocked(assessment, width, detail) + _left(assessment, width, detail),
        _next(assessment, width),
        _seen(assessment, width, detail),
        proof_lines(assessment, width),
    )
    lines: list[Line] = []
    for part in parts:
        if part:
            lines += [BLANK, *part] if lines and detail.blank else part
    return lines


def _head(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    from screens.calm import calm_lines

    troubled = assessment.troubled
    if not troubled:
        return calm_lines(assessment, width)
    if len(troubled) == 1:
        return _one(*troubled[0], assessment.next, width, detail)
    word = (f"{assessment.overall.value.upper()}  ", OF_OVERALL[assessment.overall])
    lines = [fitted(width, " ", word, f"{len(troubled)} migrations need attention, the worst first")]
    for framework, migration in troubled:
        lines.append(_short(framework, migration, width))
        if migration is troubled[0][1] and not detail.fold:
            lines += _statements(migration, width, detail, migration_key(framework, migration))
    return lines


def _short(framework: JudgedFramework, migration: JudgedMigration, width: int) -> Line:
    word = f"{migration.state.word:<18}"
    name = name_of(migration)
    return fitted(
        width, " ", (word, OF_STATE[migration.state]), f"{name}  ", (one_line(migration.headline), Tone.DIM),
        key=migration_key(framework, migration),
    )  # fmt: skip


def _one(
    framework: JudgedFramework, migration: JudgedMigration, steps: tuple[str, ...], width: int, detail: Detail
) -> list[Line]:
    key = migration_key(framework, migration)
    release = migration.tracked.migration.release if migration.tracked.migration else None
    tool = framework_of(framework.framework) + (f", release {safe(release)}" if release else "")
    word = f"{migration.state.word}  "
    room = width - len(word) - len(tool) - 4
    lines = [
        fitted(width, " ", (word, OF_STATE[migration.state]), (_cut(name_of(migration), room), Tone.STRONG),
               (f"  {tool}", Tone.DIM), key=key)
    ]  # fmt: skip
    told = [one_line(migration.headline or f"{len(migration.statements)} statements.")]
    if framework.next_run and framework.next_run not in steps:
        told.append(f"Next run: {one_line(framework.next_run)}")
    lines += paragraph(" ".join(told), width, 1, most=detail.told)
    for note in migration.notes:
        if note not in steps:
            lines += paragraph(f"Note: {one_line(note)}", width, 1, tone=Tone.WARN, most=detail.notes)
    return lines + ([BLANK] if detail.blank else []) + _statements(migration, width, detail, key)


def _cut(text: str, room: int) -> str:
    return fitted(max(room, 12), text).text


def _statements(migration: JudgedMigration, width: int, detail: Detail, key: str) -> list[Line]:
    stopped = next((j for j in migration.statements if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)), None)
    asked = {cause.n for cause in migration.causes}
    lines: list[Line] = []
    for run in _short_runs(_runs(migration.statements, asked, fold=detail.fold)):
        if len(run) > 1:
            lines.append(_run_line(run, width))
            continue
        most = detail.stopped if run[0] is stopped else detail.others
        lines.append(_statement(run[0], width, key))
        if run[0].verdict is not Verdict.LANDED or detail.landed:
            lines += _evidence(run[0], width, most)
        lines += _causes(migration.causes, run[0], width, most=2 if detail.stopped > 2 else 1)
    return lines


def _runs(statements: tuple[Judgement, ...], asked: set[int], fold: bool) -> Iterator[list[Judgement]]:
    """Each statement alone; when folding, neighbours of one verdict that nobody waits in or asked about, together."""
    run: list[Judgement] = []
    for judgement in statements:
        if run and not (fold and _alike(run[-1], judgement, asked)):
            yield run
            run = []
        run.append(judgement)
    if run:
        yield run


def _alike(a: Judgement, b: Judgement, asked: set[int]) -> bool:
    apart = a.waiting or b.waiting or asked & {a.statement.n, b.statement.n}
    return a.word == b.word and not apart


def _short_runs(runs: Iterator[list[Judgement]]) -> Iterator[list[Judgement]]:
    """Two statements in one line save one line and say less."""
    for run in runs:
        yield from [run] if len(run) > 2 else [[judgement] for judgement in run]


def _run_line(run: list[Judgement], width: int) -> Line:
    first, last = run[0].statement.n, run[-1].statement.n
    numbers = f"{first}-{last}"
    return fitted(width, f" {numbers:>5}  ", (f"{run[0].word:<12}", tone_of(run[0])), f"{len(run)} statements")


def _statement(judgement: Judgement, width: int, key: str) -> Line:
    word = f"{judgement.word:<12}"
    return fitted(
        width, f" {judgement.statement.n:>3}  ", (word, tone_of(judgement)), one_line(judgement.statement.sql),
        key=statement_key(key, judgement),
    )  # fmt: skip


def _evidence(judgement: Judgement, width: int, most: int) -> list[Line]:
    if not (judgement.evidence and most):
        return []
    return paragraph(evidence_of(judgement), width, _EVIDENCE, tone=Tone.DIM, most=most)


def _causes(causes: tuple[Cause, ...], judgement: Judgement, width: int, most: int) -> list[Line]:
    """The answers a person asked for stay as long as their statement has a line."""
    mine = [cause_of(cause) for cause in causes if cause.n == judgement.statement.n]
    return [line for text in mine for line in paragraph(text, width, _EVIDENCE, tone=Tone.WARN, most=most)]


def _blocked(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    lines = blocked_lines(assessment, width, compact=not detail.blank)
    return lines or (nobody_blocked(assessment) if assessment.troubled and detail.others else [])


def _left(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    """Debris and drift."""
    lines: list[Line] = []
    for item in assessment.debris[: 1 if detail.fold else 3]:
        head = (f"{'LEFT' if not lines else '':<9}", Tone.WARN)
        text = f"{item.kind.replace('_', ' ').upper()} {safe(item.object)}: {one_line(item.detail)}"
        lines.append(fitted(width, " ", head, text, key=f"d/{item.object}"))
    if len(assessment.debris) > len(lines):
        lines.append(fitted(width, " " * INDENT, f"and {len(assessment.debris) - len(lines)} more"))
    if drift := assessment.unexplained:
        from screens.schema_tree import key_of_item

        many = f"{len(drift)} difference{'s' * (len(drift) > 1)} from {safe(assessment.baseline or '', 60)}"
        text = f"{many}: {one_line(sentence(drift[0]))}"
        lines.append(fitted(width, " ", (f"{'DRIFT':<9}", Tone.WARN), text, key=key_of_item(drift[0])))
    return lines


def _next(assessment: Assessment, width: int, most: int = 100) -> list[Line]:
    """Every step whole: half a sentence is no advice. What does not fit is scrolled to."""
    lines: list[Line] = []
    for n, step in enumerate(assessment.next[:most]):
        number = f"{n + 1}. " if len(assessment.next) > 1 else ""
        lines += paragraph(number + one_line(step), width, INDENT, ("NEXT", Tone.STRONG) if n == 0 else None)
    return lines


def _seen(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    """What this server is besides its version, and what was not read."""
    return _server(assessment, width, detail) + _unseen(assessment, width, detail)


def _server(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    server, lines = assessment.observation.server.value, list[Line]()
    for note in server.notes if server is not None else ():
        lines += paragraph(one_line(note), width, INDENT, None if lines else ("SERVER", Tone.WARN), most=detail.notes)
    return lines


def _unseen(assessment: Assessment, width: int, detail: Detail) -> list[Line]:
    missing = tuple(item for item in gaps(assessment) if item.matters or item.what != "drift")
    if missing and not detail.gaps:
        return [gap_line(missing, width, INDENT, "NOT SEEN")]
    if missing:
        said = "\n".join(assessment.next)
        return gap_lines(missing, width, INDENT, "NOT SEEN", most=detail.gaps, said=said)
    base = f"; expected: {safe(assessment.baseline)}" if assessment.baseline else ""
    return [fitted(width, " ", (f"{'SEEN':<9}", Tone.DIM), f"everything{base}")] if assessment.coverage else []
