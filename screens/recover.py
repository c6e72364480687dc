"""The ways out of what became of a migration: the recommended one first, each with why it is open or closed.

Only ways that Halfway can go, or that need nothing of it, are listed.
"""

from __future__ import annotations

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.recover import Given, Route, Way, ways
from screens.lines import BLANK, Line, fitted, paragraph
from screens.look import Look
from screens.text import fit, one_line, safe
from screens.theme import OF_STATE, Tone
from screens.words import framework_of, migration_key, name_of

COMMANDS = {Route.FINISH: "finish", Route.ROLL_BACK: "roll_back", Route.MARK_RAN: "mark", Route.CLEAN: "clean"}
"""The command that opens a way's plan."""
PAGES = {Route.WAIT: "locks", Route.FIND_OUT: "migrations"}
"""Where a way is gone by looking."""
SHOWN = frozenset({*COMMANDS, *PAGES, Route.LEAVE, Route.REPEAT})
_BETWEEN = "~"
_INDENT = 11
_NAME = 24
"""Cells of the name of a way that is closed; why it is stands behind it."""
_PLACES = {1: "1", 2: "2", 0: " "}


def ways_of(assessment: Assessment, migration: JudgedMigration) -> tuple[Way, ...]:
    """The ways that are listed, in their order."""
    return tuple(way for way in ways(assessment, migration, Given()) if way.route in SHOWN)


def key_of(framework: JudgedFramework, migration: JudgedMigration, way: Way) -> str:
    """The key of a way's line."""
    return f"{migration_key(framework, migration)}{_BETWEEN}{way.route.name}"


def migration_of(key: str) -> str:
    """The migration's own key in the key of a way's line."""
    return key.partition(_BETWEEN)[0]


def way_at(assessment: Assessment, key: str) -> Way | None:
    """The way of a line."""
    for framework, migration in assessment.troubled:
        if migration_key(framework, migration) == migration_of(key):
            return next((w for w in ways_of(assessment, migration) if key_of(framework, migration, w) == key), None)
    return None


def page(assessment: Assessment, look: Look, width: int) -> list[Line]:
    """Each troubled migration with its ways; of several only the worst is unfolded by itself."""
    if not assessment.troubled:
        return _nothing(assessment, width)
    lines: list[Line] = []
    for n, (framework, migration) in enumerate(assessment.troubled):
        key = migration_key(framework, migration)
        is_open = look.is_open(key, otherwise=n == 0)
        state = (f"{migration.state.word}  ", OF_STATE[migration.state])
        tool = f"  {framework_of(framework.framework)}"
        sign = "v " if is_open else "+ "
        lines.append(fitted(width, sign, state, (name_of(migration), Tone.STRONG), (tool, Tone.DIM), key=key))
        for way in ways_of(assessment, migration) if is_open else ():
            if look.admits(way.route.value, way.does, way.why):
                lines += _way(way, key_of(framework, migration, way), width)
    return lines


def _way(way: Way, key: str, width: int) -> list[Line]:
    tone = Tone.STRONG if way.place == 1 else Tone.PLAIN
    standing = (f"{way.standing.value:<7} ", Tone.GOOD if way.open else Tone.DIM)
    if not way.open:
        name = fit(way.route.value, min(_NAME, width // 2))
        return [fitted(width, "   ", standing, name, (f" {one_line(way.why)}", Tone.DIM), key=key)]
    said = ("  recommended" if way.place == 1 else "", Tone.GOOD)
    lines = [fitted(width, f" {_PLACES[way.place]} ", standing, (way.route.value, tone), said, key=key)]
    lines += paragraph(one_line(way.does), width, _INDENT)
    return lines + (paragraph(one_line(way.because), width, _INDENT, tone=Tone.DIM) if way.because else [])


def _nothing(assessment: Assessment, width: int) -> list[Line]:
    lines = [BLANK, fitted(width, "  ", ("There is nothing to recover from.", Tone.STRONG))]
    if assessment.debris or assessment.unexplained:
        lines += paragraph("What was left behind, or differs, stands on the first page and on Diff.", width, 2)
    return lines


def details(assessment: Assessment, key: str, width: int) -> list[Line]:
    """What a way does, needs, risks, and how it is taken back."""
    way = way_at(assessment, key)
    if way is None:
        return []
    lines = [fitted(width, " ", (way.route.value, Tone.STRONG), f"  {way.standing.value}")]
    parts = [("does", way.does), (way.standing.value.lower(), way.why), *(("needs", text) for text in way.needs),
             *(("risk", text) for text in way.risks), ("data", way.loss), ("undo", way.undo)]  # fmt: skip
    said = ""
    for label, text in parts:
        if text:
            lines += paragraph(one_line(text), width, _INDENT, ("" if label == said else f"  {label}", Tone.DIM))
            said = label
    return lines


def how_to_go(way: Way) -> str:
    """What a person does to go a way that no key opens."""
    if not way.open:
        return f"closed: {safe(way.why)}"
    return "nothing is to be done from here: see what it needs"
