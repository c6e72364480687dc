"""The page you land on: what landed, who blocks, what happens by itself, what to do next.

As much evidence is shown as the height allows: everything, else only that of statements which did not land, else long
runs of landed statements in one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.landed import Judgement, Verdict
from console.core.migration import Belief, State
from console.core.session import Node
from screens.ages import lasted as lasted_for
from screens.ages import seconds_since, server_now, stamp
from screens.lines import BLANK, Line, fitted, line, paragraph
from screens.text import one_line, safe
from screens.theme import OF_OVERALL, OF_STATE, OF_VERDICT, Tone
from screens.words import framework_of, gap_lines, gaps, name_of, query_of, state_of

_INDENT = 10
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
    parts = [_head(assessment, width, level), _blocked(assessment, width, level) + _left(assessment, width, level)]
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
        return _calm(assessment, width)
    if len(troubled) == 1:
        return _one(*troubled[0], width, level)
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


def migration_key(framework: JudgedFramework, migration: JudgedMigration) -> str:
    """The key of a migration's line, on every page."""
    return f"m/{framework.framework}/{migration.id}"


def statement_key(parent: str, judgement: Judgement) -> str:
    """The key of a statement's line, on every page."""
    return f"{parent}#{judgement.statement.n}"


def _one(framework: JudgedFramework, migration: JudgedMigration, width: int, level: int) -> list[Line]:
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
    if framework.next_run:
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


def evidence_of(judgement: Judgement) -> str:
    """What supports the verdict, in one sentence; says when only the order does."""
    inferred = " (inferred from the order)" if judgement.inferred else ""
    rows = judgement.remaining_rows
    counted = "" if rows is None else f" {rows:,} rows left to do."
    return one_line(judgement.evidence) + inferred + counted


def _blocked(assessment: Assessment, width: int, level: int) -> list[Line]:
    blocked = assessment.blocked
    lines: list[Line] = []
    roots = [node for node in blocked.trees if node.blocks]
    if roots:
        lines += _roots(assessment, roots, width)
    for text in blocked.forecast if level < _COMPACT or not _said_next(assessment) else ():
        lines += paragraph(one_line(text), width, _INDENT, ("COMES", Tone.WARN))
    if blocked.note:
        lines += paragraph(one_line(blocked.note), width, _INDENT, ("NOTE", Tone.WARN))
    running = [session for session in blocked.migration if not _in_trees(session.session.id, blocked.trees)]
    for found in running:
        text = f"session {safe(found.session.id)}, {one_line(found.why)}, client {found.client}"
        lines.append(fitted(width, " ", (f"{'RUNNING':<9}", Tone.WARN), text, key=f"s/{found.session.id}"))
    return lines


def _said_next(assessment: Assessment) -> bool:
    """Whether the next steps already speak of the sessions that the forecast is about."""
    steps = " ".join(assessment.next)
    return all(own.session.id in steps for own in assessment.blocked.migration)


def _roots(assessment: Assessment, roots: list[Node], width: int) -> list[Line]:
    now = server_now(assessment)
    root = roots[0]
    waits = [seconds_since(node.since, now) for top in roots for node in walk(top)]
    oldest = max((wait for wait in waits if wait is not None), default=None)
    waiting = assessment.blocked.waiting
    age = f", oldest {lasted_for(oldest)}" if oldest is not None else ""
    others = f" and {len(roots) - 1} more" if len(roots) > 1 else ""
    text = f"{waiting} session{'s' * (waiting != 1)}{age}, by {safe(root.session.id)}{others} "
    who = f"{safe(root.session.who)} {state_of(root)}"
    lines = [fitted(width, " ", (f"{'BLOCKED':<9}", Tone.BAD), text + who, key=f"s/{root.session.id}")]
    lines.append(fitted(width, " " * _INDENT, chain(root)))
    return lines


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree."""
    yield node
    for waiter in node.waiters:
        yield from walk(waiter)


def _in_trees(session: str, trees: tuple[Node, ...]) -> bool:
    return any(node.session.id == session for tree in trees for node in walk(tree))


def chain(root: Node) -> str:
    """`4711 <- 4712 alter table orders (this migration, client gone) <- 20 more`."""
    parts = [safe(root.session.id)]
    node = root
    rest = root.blocks
    while node.waiters and len(parts) < 4:
        node = max(node.waiters, key=lambda waiter: (waiter.is_migration, waiter.blocks))
        rest -= 1
        if not (node.is_migration or node.waiters):
            rest += 1
            break
        parts.append(_link(node))
    return " <- ".join(parts) + (f" <- {rest} more" if rest else "")


def _link(node: Node) -> str:
    said = [word for word, holds in (("this migration", node.is_migration), ("client gone", node.client_gone)) if holds]
    words = [*query_of(node.session).split()[:3], "", "", ""]
    query = f"{words[0].upper()} {words[2] if words[1].lower() == 'table' else words[1]}".strip()
    return " ".join(filter(None, [safe(node.session.id), query, f"({', '.join(said)})" if said else ""]))


def _left(assessment: Assessment, width: int, level: int) -> list[Line]:
    """Debris and drift."""
    lines: list[Line] = []
    for item in assessment.debris[: 3 if level < _FOLDED else 1]:
        head = (f"{'LEFT' if not lines else '':<9}", Tone.WARN)
        text = f"{item.kind.replace('_', ' ').upper()} {safe(item.object)}: {one_line(item.detail)}"
        lines.append(fitted(width, " ", head, text, key=f"d/{item.object}"))
    if len(assessment.debris) > len(lines):
        lines.append(fitted(width, " " * _INDENT, f"and {len(assessment.debris) - len(lines)} more"))
    if assessment.drift:
        text = f"{len(assessment.drift)} differences from {safe(assessment.baseline or 'the expected schema')}"
        lines.append(fitted(width, " ", (f"{'DRIFT':<9}", Tone.WARN), text))
    return lines


def _next(assessment: Assessment, width: int) -> list[Line]:
    lines: list[Line] = []
    for n, step in enumerate(assessment.next):
        number = f"{n + 1}. " if len(assessment.next) > 1 else ""
        first = ("NEXT", Tone.STRONG) if n == 0 else None
        lines += paragraph(number + one_line(step), width, _INDENT, first)
    return lines


def _seen(assessment: Assessment, width: int) -> list[Line]:
    missing = gaps(assessment)
    if missing:
        return gap_lines(missing, width, _INDENT, "NOT SEEN")
    base = f"; expected: {safe(assessment.baseline)}" if assessment.baseline else ""
    return [fitted(width, " ", (f"{'SEEN':<9}", Tone.DIM), f"everything{base}")] if assessment.coverage else []


def _calm(assessment: Assessment, width: int) -> list[Line]:
    """Nothing is wrong with a migration: what is applied, what is pending, who is there."""
    word = assessment.overall.value.upper()
    summary = assessment.summary.removeprefix(f"{word.capitalize()}: ")
    lines = paragraph(f"{word}  {one_line(summary)}", width, 1, tone=OF_OVERALL[assessment.overall])
    lines.append(BLANK)
    for framework in assessment.frameworks:
        lines += _tool(framework, width)
    if not assessment.blocked.waiting and assessment.observation.sessions.complete:
        total = assessment.blocked.total
        lines.append(line(" ", (f"{'BLOCKED':<9}", Tone.DIM), f"nobody; {total} session{'s' * (total != 1)}"))
    return lines


def _tool(framework: JudgedFramework, width: int) -> list[Line]:
    name = framework_of(framework.framework)
    applied = [m for m in framework.migrations if m.state is State.APPLIED and m.tracked.belief is Belief.RECORDED]
    pending = [m for m in framework.migrations if m.state is State.PENDING]
    ledger = "" if framework.ledger_exists else f"; its ledger {safe(framework.ledger)} is not there yet"
    lines = [fitted(width, " ", (f"{'APPLIED':<9}", Tone.DIM), f"{_count(applied)} ({name}){ledger}")]
    if applied:
        newest = max(applied, key=lambda m: (m.tracked.row.rank or 0) if m.tracked.row else 0)
        when = newest.tracked.row.applied_at if newest.tracked.row else None
        lines.append(fitted(width, " " * _INDENT, f"newest {name_of(newest)}, {stamp(when)}"))
    lines.append(fitted(width, " ", (f"{'PENDING':<9}", Tone.DIM), _count(pending)))
    lines += [fitted(width, " " * _INDENT, name_of(m), key=migration_key(framework, m)) for m in pending[:5]]
    return lines


def _count(migrations: list[JudgedMigration]) -> str:
    count = len(migrations)
    return "none" if not count else f"{count:,} migration{'s' * (count != 1)}"
