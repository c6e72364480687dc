"""The page you land on: what landed, who blocks, what happens by itself, what to do next.

As much evidence is shown as the height allows: everything, else only that of statements which did not land, else long
runs of landed statements in one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.landed import Judgement, Verdict
from screens.blocking import blocked_lines
from screens.calm import calm_lines
from screens.lines import BLANK, Line, fitted, paragraph
from screens.text import one_line, safe
from screens.theme import OF_STATE, OF_VERDICT, Tone
from screens.words import (
    INDENT,
    evidence_of,
    framework_of,
    gap_lines,
    gaps,
    migration_key,
    name_of,
    statement_key,
)

_ALL, _NEEDED, _COMPACT, _FOLDED = range(4)
"""How much is left out to fit: nothing, evidence of what landed, blank lines, runs of landed statements."""


def connecting(title: str, width: int) -> list[Line]:
    """Before the first sweep."""
    return [BLANK, *paragraph(f"Connecting to {safe(title)}.", width, 2)]


def page(assessment: Assessment, width: int, height: int) -> list[Line]:
    """The whole page, as detailed as fits."""
    for level in (_ALL, _NEEDED, _COMPACT, _FOLDED):
        lines = _page(assessment, width, level)
        if len(lines) <= height:
            return lines
    return lines


def _page(assessment: Assessment, width: int, level: int) -> list[Line]:
    gap = [BLANK] if level < _COMPACT else []
    parts = [
        _head(assessment, width, level),
        blocked_lines(assessment, width, level >= _COMPACT) + _left(assessment, width, level),
    ]
    parts.append(_next(assessment, width))
    parts.append(_seen(assessment, width))
    lines: list[Line] = []
    for part in parts:
        if part:
            lines += [*gap, *part] if lines else part
    return lines


def _head(assessment: Assessment, width: int, level: int) -> list[Line]:
    troubled = assessment.troubled
    if not troubled:
        return calm_lines(assessment, width)
    if len(troubled) == 1:
        return _one(*troubled[0], assessment.next, width, level)
    lines = paragraph(one_line(assessment.summary), width, 1, tone=Tone.STRONG)
    lines += [_short(framework, migration, width) for framework, migration in troubled]
    if level < _FOLDED:
        worst = troubled[0][1]
        lines += [BLANK] if level < _COMPACT else []
        lines += _statements(worst, width, max(level, _NEEDED))
    return lines


def _short(framework: JudgedFramework, migration: JudgedMigration, width: int) -> Line:
    word = f"{migration.state.word:<18}"
    name = name_of(migration)
    return fitted(
        width, " ", (word, OF_STATE[migration.state]), f"{name}  ", (one_line(migration.headline), Tone.DIM),
        key=migration_key(framework, migration),
    )  # fmt: skip


def _one(
    framework: JudgedFramework, migration: JudgedMigration, steps: tuple[str, ...], width: int, level: int
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
    lines += paragraph(one_line(migration.headline or assessment_word(migration)), width, 1)
    if framework.next_run and framework.next_run not in steps:
        lines += paragraph(one_line(framework.next_run), width, 1)
    for note in migration.notes[: None if level < _FOLDED else 1]:
        lines += paragraph(f"Note: {one_line(note)}", width, 1, tone=Tone.WARN)
    return lines + ([BLANK] if level < _COMPACT else []) + _statements(migration, width, level, key)


def _cut(text: str, room: int) -> str:
    return fitted(max(room, 12), text).text


def assessment_word(migration: JudgedMigration) -> str:
    """A sentence where the core gave none."""
    return f"{len(migration.statements)} statements."


def _statements(migration: JudgedMigration, width: int, level: int, key: str = "") -> list[Line]:
    lines: list[Line] = []
    for run in _short_runs(_runs(migration.statements, fold=level >= _FOLDED)):
        if len(run) > 1:
            lines.append(_run_line(run, width))
            continue
        lines += _statement(run[0], width, level, key)
    return lines


def _runs(statements: tuple[Judgement, ...], fold: bool) -> Iterator[list[Judgement]]:
    """Each statement alone; when folding, neighbours of one verdict that nobody waits in, together."""
    run: list[Judgement] = []
    for judgement in statements:
        if run and not (fold and _alike(run[-1], judgement)):
            yield run
            run = []
        run.append(judgement)
    if run:
        yield run


def _alike(a: Judgement, b: Judgement) -> bool:
    return a.verdict is b.verdict and not (a.waiting or b.waiting)


def _short_runs(runs: Iterator[list[Judgement]]) -> Iterator[list[Judgement]]:
    """Two statements in one line save one line and say less."""
    for run in runs:
        yield from [run] if len(run) > 2 else [[judgement] for judgement in run]


def _run_line(run: list[Judgement], width: int) -> Line:
    first, last = run[0].statement.n, run[-1].statement.n
    verdict = run[0].verdict
    numbers = f"{first}-{last}"
    return fitted(width, f" {numbers:>5}  ", (f"{verdict.word:<12}", OF_VERDICT[verdict]), f"{len(run)} statements")


def _statement(judgement: Judgement, width: int, level: int, key: str) -> list[Line]:
    verdict = judgement.verdict
    word = f"{verdict.word:<12}"
    lines = [
        fitted(width, f" {judgement.statement.n:>3}  ", (word, OF_VERDICT[verdict]), one_line(judgement.statement.sql),
               key=statement_key(key, judgement) if key else "")
    ]  # fmt: skip
    wanted = verdict is not Verdict.LANDED or level == _ALL
    if wanted and level < _FOLDED and judgement.evidence:
        lines += paragraph(evidence_of(judgement), width, 18, tone=Tone.DIM, most=3 if level < _COMPACT else 1)
    return lines


def _left(assessment: Assessment, width: int, level: int) -> list[Line]:
    """Debris and drift."""
    lines: list[Line] = []
    for item in assessment.debris[: 3 if level < _FOLDED else 1]:
        head = (f"{'LEFT' if not lines else '':<9}", Tone.WARN)
        text = f"{item.kind.replace('_', ' ').upper()} {safe(item.object)}: {one_line(item.detail)}"
        lines.append(fitted(width, " ", head, text, key=f"d/{item.object}"))
    if len(assessment.debris) > len(lines):
        lines.append(fitted(width, " " * INDENT, f"and {len(assessment.debris) - len(lines)} more"))
    if assessment.drift:
        text = f"{len(assessment.drift)} differences from {safe(assessment.baseline or 'the expected schema')}"
        lines.append(fitted(width, " ", (f"{'DRIFT':<9}", Tone.WARN), text))
    return lines


def _next(assessment: Assessment, width: int) -> list[Line]:
    lines: list[Line] = []
    for n, step in enumerate(assessment.next):
        number = f"{n + 1}. " if len(assessment.next) > 1 else ""
        first = ("NEXT", Tone.STRONG) if n == 0 else None
        lines += paragraph(number + one_line(step), width, INDENT, first)
    return lines


def _seen(assessment: Assessment, width: int) -> list[Line]:
    missing = gaps(assessment)
    if missing:
        return gap_lines(missing, width, INDENT, "NOT SEEN")
    base = f"; expected: {safe(assessment.baseline)}" if assessment.baseline else ""
    return [fitted(width, " ", (f"{'SEEN':<9}", Tone.DIM), f"everything{base}")] if assessment.coverage else []
