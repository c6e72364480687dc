"""The ways out of what became of a migration: the recommended one first, each with why it is open or closed.

Only ways that Halfway can go, or that need nothing of it, are listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.hold.quiet import quiet
from console.core.migration import State
from console.core.reasons import reasons
from console.core.recover import Given, Known, Route, Way, facts_of, ways
from console.core.recover.again import again
from console.core.recover.answers import Account
from console.core.recover.back_to import Mark, looked_at, marks, newest_first
from console.core.restore.moment import moment_of
from console.core.restore.point_in_time import finding, recipes
from screens.commands import key_for
from screens.lines import BLANK, Line, fitted, paragraph
from screens.look import Look
from screens.text import fit, one_line, safe
from screens.tones import OF_STATE, Tone
from screens.words import cause_of, framework_of, migration_key, name_of

COMMANDS = {Route.FINISH: "finish", Route.ROLL_BACK: "roll_back", Route.MARK_RAN: "mark", Route.CLEAN: "clean",
            Route.TOOL_ROLL_BACK: "by_tool", Route.FORWARD_FIX: "forward", Route.RESTORE: "restore",
            Route.REPEAT: "mark"}  # fmt: skip
"""The command that opens a way's plan; to repeat, the failed row is marked not ran."""
PAGES = {Route.WAIT: "locks", Route.FIND_OUT: "migrations"}
"""Where a way is gone by looking."""
CHOOSE = {Route.ROLL_BACK_TO: "back_to"}
"""The command that asks what a closed way still needs to be told."""
SHOWN = frozenset({*COMMANDS, *PAGES, *CHOOSE, Route.LEAVE, Route.POINT_IN_TIME})
LOOKED_AT = frozenset({Route.RESTORE})
"""Listed once somebody has looked for backups."""
OF_RECORDED = frozenset({Route.ROLL_BACK, Route.ROLL_BACK_TO, Route.TOOL_ROLL_BACK})
"""The ways that there are out of what ended well."""
OF_MISSED = frozenset({Route.FIND_OUT, Route.LEAVE, Route.RESTORE, Route.POINT_IN_TIME})
"""And out of what ended well and took data with it, or what the running release cannot live with."""
NOBODY = Account()
_CALL = frozenset({Route.FIND_OUT, Route.POINT_IN_TIME, Route.RESTORE})
"""Where somebody else may have to be called."""
_BETWEEN = "~"
_INDENT = 11
_NAME = 24
"""Cells of the name of a way that is closed; why it is stands behind it."""
_PLACES = {1: "1", 2: "2", 0: " "}


def listed(assessment: Assessment) -> tuple[tuple[JudgedFramework, JudgedMigration], ...]:
    """Migrations in trouble, worst first, and the last of each tool that ended well."""
    newest = ((f, ran[0]) for f in assessment.frameworks if (ran := newest_first(f)))
    return (*assessment.troubled, *((f, m) for f, m in newest if m.state is State.APPLIED))


def ways_of(assessment: Assessment, migration: JudgedMigration, account: Account = NOBODY) -> tuple[Way, ...]:
    """The ways that are listed, in their order."""
    tool = next((f.framework for f in assessment.frameworks if migration in f.migrations), "")
    given = account.given(tool, migration.id, assessment.taken_at)
    shown = _of_recorded(assessment, migration, given) if migration.state is State.APPLIED else SHOWN
    shown -= LOOKED_AT if account.backups is None else frozenset()
    return tuple(way for way in ways(assessment, migration, given) if way.route in shown)


def _of_recorded(assessment: Assessment, migration: JudgedMigration, given: Given) -> frozenset[Route]:
    facts = facts_of(assessment, migration, given)
    return OF_RECORDED | OF_MISSED if facts.gone is Known.YES or facts.fits is Known.NO else OF_RECORDED


def key_of(framework: JudgedFramework, migration: JudgedMigration, way: Way) -> str:
    """The key of a way's line."""
    return f"{migration_key(framework, migration)}{_BETWEEN}{way.route.name}"


def migration_of(key: str) -> str:
    """The migration's own key in the key of a way's line."""
    return key.partition(_BETWEEN)[0]


def repeats(key: str) -> bool:
    """The line is the way to have the tool run it again."""
    return key.endswith(f"{_BETWEEN}{Route.REPEAT.name}")


def migration_at(assessment: Assessment, key: str) -> tuple[JudgedFramework, JudgedMigration] | None:
    """The migration of a line."""
    return next((pair for pair in listed(assessment) if migration_key(*pair) == migration_of(key)), None)


def way_at(assessment: Assessment, key: str, account: Account = NOBODY) -> Way | None:
    """The way of a line."""
    found = migration_at(assessment, key)
    if found is None:
        return None
    return next((w for w in ways_of(assessment, found[1], account) if key_of(*found, w) == key), None)


def page(assessment: Assessment, look: Look, width: int, account: Account = NOBODY) -> list[Line]:
    """Each troubled migration with its ways, then what else could be taken back; only the worst is unfolded."""
    lines: list[Line] = [] if assessment.troubled else _nothing(assessment, width)
    for n, (framework, migration) in enumerate(listed(assessment)):
        key = migration_key(framework, migration)
        is_open = look.is_open(key, otherwise=n == 0 and bool(assessment.troubled))
        state = (f"{migration.state.word}  ", OF_STATE[migration.state])
        tool = f"  {framework_of(framework.framework)}"
        sign = "v " if is_open else "+ "
        lines.append(fitted(width, sign, state, (name_of(migration), Tone.STRONG), (tool, Tone.DIM), key=key))
        for way in ways_of(assessment, migration, account) if is_open else ():
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


def details(assessment: Assessment, key: str, width: int, account: Account = NOBODY) -> list[Line]:
    """What a way does, needs, risks, and how it is taken back; what people said of it, and whom to call."""
    way = way_at(assessment, key, account)
    if way is None:
        return []
    lines = [fitted(width, " ", (way.route.value, Tone.STRONG), f"  {way.standing.value}")]
    parts = [("does", way.does), (way.standing.value.lower(), way.why), *_found_out(assessment, key, way),
             *(("needs", text) for text in way.needs),
             *(("risk", text) for text in way.risks), ("data", way.loss), ("undo", way.undo),
             *_beside(assessment, key, way, account)]  # fmt: skip
    said = ""
    for label, text in parts:
        if text:
            lines += paragraph(one_line(text), width, _INDENT, ("" if label == said else f"  {label}", Tone.DIM))
            said = label
    return lines


def _beside(assessment: Assessment, key: str, way: Way, account: Account) -> Iterator[tuple[str, str]]:
    found = migration_at(assessment, key)
    if found is None:
        return
    framework, migration = found
    for decision in account.of(framework.framework, migration.id, assessment.taken_at):
        yield "said", decision.told
    yield from quiet(way.route, framework, migration, assessment)
    if way.route is Route.REPEAT:
        yield from (("run", text) for text in again(framework, migration, assessment))
    if way.route is Route.ROLL_BACK_TO:
        yield from (("to", _taken(mark)) for mark in marks(framework))
    if way.route is Route.RESTORE:
        yield from (("backup", f"{backup.name}: {backup.about}") for backup in account.backups or ())
    if way.route is Route.POINT_IN_TIME:
        yield from _machine(assessment, framework, migration)
    if way.route in _CALL:
        yield from (("call", contact.told) for contact in account.contacts)


def _found_out(assessment: Assessment, key: str, way: Way) -> Iterator[tuple[str, str]]:
    """Why it failed, as far as somebody asked: what finding out is for."""
    found = migration_at(assessment, key)
    if way.route is not Route.FIND_OUT or found is None:
        return
    _, migration = found
    for cause in migration.causes:
        yield "cause", f"statement {cause.n}: {cause_of(cause)}"
        yield "asked", cause.sql
    if not assessment.observation.clues.asked:
        asks = f"{key_for('count')} asks the data of the first statement that did not land"
        yield "ask", f"{asks}, and looks for the error elsewhere"
        return
    for reason in reasons(assessment, migration):
        yield "why", f"{reason.certainty.value}: {reason.what}: {reason.evidence}"
        yield "then", reason.next


def _machine(
    assessment: Assessment, framework: JudgedFramework, migration: JudgedMigration
) -> Iterator[tuple[str, str]]:
    """The commands, with the time that they take and what proves it."""
    server = assessment.observation.server.value
    if server is None or server.dialect == "sqlite":
        return
    moment = moment_of(assessment, framework, migration, ())
    yield "when", moment.words
    if moment.target is None:
        table = next((t for j in migration.statements for _, t in j.statement.tables), "")
        yield "find it", finding(server, table, moment)
    for recipe in recipes(server, server.host, moment):
        yield from (("print", text) for text in (recipe.title, *recipe.commands, *recipe.notes))


def choices(assessment: Assessment, framework: JudgedFramework) -> Iterator[tuple[str, str, str]]:
    """(name, what it takes back, why it is closed or '') for every batch, version or date to go back to."""
    server, schema = assessment.observation.server.value, assessment.observation.schema.value
    grammar = server.grammar if server is not None else ""
    for mark, why in looked_at(marks(framework), framework, schema, grammar):
        yield mark.name, _taken(mark) + (f"  CLOSED: {why}" if why else ""), why


def _taken(mark: Mark) -> str:
    names = ", ".join(name_of(migration) for migration in mark.takes)
    return f"{mark.name}: takes back {len(mark.takes)}: {names}{f' (by {mark.rests_on})' if mark.rests_on else ''}"


def how_to_go(way: Way) -> str:
    """What a person does to go a way that no key opens."""
    if not way.open:
        return f"closed: {safe(way.why)}"
    return "nothing is to be done from here: see what it needs"
