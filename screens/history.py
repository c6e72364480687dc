"""What stands around the list of migrations: whose ledgers there are, and the lines of a history that branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.branches import Branches
from screens.commands import key_for
from screens.lines import Line, paragraph
from screens.text import fit, safe, width_of
from screens.tones import Tone
from screens.words import framework_of, name_of

_MOST_LANES = 24
"""Cells; what is wider leaves no room for names and is only told in words."""


@dataclass(frozen=True)
class History:
    """One tool's history as it is listed."""

    branches: Branches
    lanes: dict[str, str] = field(default_factory=dict)
    """What stands before each name; nothing where the order of the list allows no drawing."""


def histories(assessment: Assessment, found: Sequence[tuple[JudgedFramework, JudgedMigration]]) -> dict[str, History]:
    """Of each tool whose history is more than one line; drawn where the list holds all of it, in an order that goes
    one way."""
    made: dict[str, History] = {}
    for framework in assessment.frameworks:
        branches = Branches(migration.tracked for migration in framework.migrations)
        if branches.branched:
            order = [m.id for f, m in found if f is framework and m.id in branches.after]
            drawn = branches.drawn(order) if len(order) == len(branches.after) else ()
            wide = bool(drawn) and len(drawn[0].lane) > _MOST_LANES
            made[framework.framework] = History(branches, {} if wide else {one.ids[0]: one.lane for one in drawn})
    return made


def called(migration: JudgedMigration, history: History | None, tool: str, room: int) -> str:
    """The name of a migration in the list, with its lane before it and what it is to its line behind it."""
    name = tool + name_of(migration)
    if history is None or migration.id not in history.branches.after:
        return fit(name, room)
    lane, words = history.lanes.get(migration.id, ""), history.branches.words(migration.id)
    before = f"{lane} " if history.lanes else ""
    left = room - len(before) - len(words) - (1 if words else 0)
    if left < min(width_of(name), 12):
        return fit(before + name, room)
    return before + fit(name, left) + (f" {words}" if words else "")


def heading(assessment: Assessment, made: dict[str, History], width: int) -> list[Line]:
    """A line for each tool, where there are several or where one has several heads."""
    lines: list[Line] = []
    for framework in assessment.frameworks:
        history = made.get(framework.framework)
        if len(assessment.frameworks) > 1 or history is not None:
            text = "; ".join(part for part in (_ledger(framework), _heads(history)) if part)
            name = framework_of(framework.framework)
            lines += paragraph(text, width, 11, (f"  {name}", Tone.STRONG), tone=Tone.DIM, most=2)
    return lines


def _ledger(framework: JudgedFramework) -> str:
    rows = f"{framework.rows} row{'s' * (framework.rows != 1)}" if framework.ledger_exists else "not there yet"
    project = "" if framework.project else ", no project found for it"
    return f"{safe(framework.ledger)}, {rows}{project}"


def _heads(history: History | None) -> str:
    if history is None:
        return ""
    heads = history.branches.heads
    named = ", ".join(safe(name) for name in heads[:3]) + (f" and {len(heads) - 3} more" if len(heads) > 3 else "")
    drawn = "" if history.lanes else f"; {key_for('order')} draws the lines"
    return f"{len(heads)} head{'s' * (len(heads) != 1)}: {named}{drawn}"
