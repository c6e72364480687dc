"""A database without a migration in trouble: one calm screen."""

from __future__ import annotations

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.migration import Belief, State
from screens.ages import stamp
from screens.blocking import nobody_blocked
from screens.lines import BLANK, Line, fitted, paragraph
from screens.text import one_line, safe
from screens.tones import OF_OVERALL, Tone
from screens.words import INDENT, framework_of, gaps, migration_key, name_of


def calm_lines(assessment: Assessment, width: int) -> list[Line]:
    """Nothing is wrong with a migration: what is applied, what is pending, who is there."""
    word = assessment.overall.value.upper()
    summary = assessment.summary.removeprefix(f"{word.capitalize()}: ")
    lines = paragraph(f"{word}  {one_line(summary)}", width, 1, tone=OF_OVERALL[assessment.overall])
    lines.append(BLANK)
    for framework in assessment.frameworks:
        missing = {item.what for item in gaps(assessment)}
        unread = f"{framework.framework} files" in missing
        lines += (
            _unread_ledger(framework, width) if _is_unread(assessment, framework) else _tool(framework, width, unread)
        )
    return lines + nobody_blocked(assessment)


def _is_unread(assessment: Assessment, framework: JudgedFramework) -> bool:
    """Whether nothing of the ledger was read: then nothing is known of what is applied."""
    trackings = (reading.value for reading in assessment.observation.tracking)
    unread = any(t.ledger.name == framework.ledger and bool(t.ledger.unread) for t in trackings if t is not None)
    return unread and not framework.migrations


def _unread_ledger(framework: JudgedFramework, width: int) -> list[Line]:
    text = f"not known: {safe(framework.ledger)} was not read ({framework_of(framework.framework)})"
    return [
        fitted(width, " ", (f"{'APPLIED':<9}", Tone.DIM), text),
        fitted(width, " ", (f"{'PENDING':<9}", Tone.DIM), "not known"),
    ]


def _tool(framework: JudgedFramework, width: int, unread: bool) -> list[Line]:
    name = framework_of(framework.framework)
    applied = [m for m in framework.migrations if m.state is State.APPLIED and m.tracked.belief is Belief.RECORDED]
    pending = [m for m in framework.migrations if m.state is State.PENDING]
    ledger = "" if framework.ledger_exists else f"; its ledger {safe(framework.ledger)} is not there yet"
    lines = [fitted(width, " ", (f"{'APPLIED':<9}", Tone.DIM), f"{_count(applied)} ({name}){ledger}")]
    if applied:
        newest = max(applied, key=lambda m: (m.tracked.row.rank or 0) if m.tracked.row else 0)
        when = newest.tracked.row.applied_at if newest.tracked.row else None
        lines.append(fitted(width, " " * INDENT, f"newest {name_of(newest)}{f', {stamp(when)}' if when else ''}"))
    waiting = "not known: its files were not read" if unread and not pending else _count(pending)
    lines.append(fitted(width, " ", (f"{'PENDING':<9}", Tone.DIM), waiting))
    lines += [fitted(width, " " * INDENT, name_of(m), key=migration_key(framework, m)) for m in pending[:5]]
    return lines


def _count(migrations: list[JudgedMigration]) -> str:
    count = len(migrations)
    return "none" if not count else f"{count:,} migration{'s' * (count != 1)}"
