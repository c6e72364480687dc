"""An assessment as text for people: what the Incident screen says, on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.assessment import Assessment, Cause, JudgedFramework, JudgedMigration
from console.core.behind import called
from console.core.coverage import sessions_are_counted
from console.core.migration import State
from console.core.plain import cut, folded, lasted, one_line, visible
from console.core.products import product
from console.core.reasons import explained, reasons
from console.core.session import Node, progress_words, walk
from console.report.branches import branch_lines
from console.report.drift import drift_lines
from console.report.moments import moment, now_of, since_seconds


def as_text(assessment: Assessment, width: int | None = None) -> str:
    """What the Incident screen says, on paper; no control characters, no final newline.

    With a `width` sentences are folded and statements and sessions cut, so that the eye finds the lines again.
    """
    return "\n".join(cut(line, width) if _CUT.match(line) else folded(line, width) for line in _text(assessment))


_CUT = re.compile(r"  +(?:\d|[|o:][-|o:.' ]*  )")
"""Statements, sessions and what is drawn: a line each."""


def _text(assessment: Assessment) -> Iterator[str]:
    server = assessment.observation.server.value
    place = f"{server.name} on {server.host}, {product(server)} {server.version}" if server else "no server"
    yield visible(f"{assessment.overall.value.upper()}  {place}, {moment(assessment.taken_at)}")
    yield one_line(assessment.summary)
    for note in server.notes if server else ():
        yield f"NOTE  {one_line(note)}"
    for framework in assessment.frameworks:
        yield from _framework_text(framework, assessment)
    yield from _blocked_text(assessment)
    for item in assessment.debris:
        yield visible(f"LEFT BEHIND  {item.kind.replace('_', ' ')} {item.object}: {item.detail}")
    yield from map(visible, drift_lines(assessment.drift, assessment.drift_ignored))
    if assessment.baseline is not None:
        yield visible(f"EXPECTED  {assessment.baseline}")
    gaps = [item for item in assessment.coverage if not item.complete]
    for gap in gaps:
        yield visible(f"NOT SEEN  {gap.what}: {gap.reason}" + (f"  ({gap.grant})" if gap.grant else ""))
    for number, step in enumerate(assessment.next, start=1):
        yield f"{'NEXT' if number == 1 else '    '}  {number}. {one_line(step)}"


def _unread(assessment: Assessment, framework: JudgedFramework) -> bool:
    trackings = (reading.value for reading in assessment.observation.tracking)
    return any(t.ledger.name == framework.ledger and bool(t.ledger.unread) for t in trackings if t is not None)


def _framework_text(framework: JudgedFramework, assessment: Assessment) -> Iterator[str]:
    counts = {state: sum(m.state is state for m in framework.migrations) for state in State}
    told = ", ".join(f"{count} {state.word.lower()}" for state, count in counts.items() if count)
    told = told or ("not read" if _unread(assessment, framework) else "no migrations")
    ledger = framework.ledger if framework.ledger_exists else f"{framework.ledger} (does not exist)"
    yield ""
    yield visible(f"{framework.framework.upper()}  {ledger}: {told}")
    for sentence in (framework.about, framework.next_run):
        if sentence:
            yield "  " + one_line(sentence)
    yield from branch_lines(framework)
    for migration in framework.migrations:
        if migration.state is not State.APPLIED:
            yield from _migration_text(migration)
            yield from _reasons_text(assessment, migration)
    yield ""


def _migration_text(migration: JudgedMigration) -> Iterator[str]:
    file = migration.tracked.migration
    where = f"  {file.file}" if file else ""
    release = f"release {file.release}, " if file and file.release else ""
    where += f" ({release}from the failed deploy)" if file and file.from_failed_deploy else ""
    yield visible(f"{migration.state.word}  {migration.id}{where}")
    if migration.state in (State.PENDING, State.UNREADABLE) and not migration.notes:
        return
    yield "  " + one_line(migration.headline)
    for note in migration.notes:
        yield "  NOTE  " + one_line(note)
    for judgement in migration.statements:
        word = judgement.word + (" (inferred)" if judgement.inferred else "")
        yield f"  {judgement.statement.n:>3}  {word}  {one_line(judgement.statement.sql, 160)}"
        yield f"       {one_line(judgement.evidence, 400)}"
        for cause in migration.causes:
            if cause.n == judgement.statement.n:
                yield f"       {one_line(cause_words(cause), 400)}"
                if cause.sql:
                    yield f"         asked: {one_line(cause.sql, 600)}"


def _reasons_text(assessment: Assessment, migration: JudgedMigration) -> Iterator[str]:
    meant = any(other is migration for other in explained(assessment))
    for reason in reasons(assessment, migration) if meant else ():
        yield f"  WHY   {reason.certainty.value}: {one_line(reason.what)}: {one_line(reason.evidence, 400)}"
        if reason.next:
            yield f"        {one_line(reason.next, 400)}"


def cause_words(cause: Cause) -> str:
    """`2 duplicate values of customers (email): a@x, b@x`."""
    rows = "not known: " if cause.rows is None else "" if cause.of_schema else f"{cause.rows} "
    why = f" ({cause.why})" if cause.why else ""
    return rows + cause.question + why + (f": {', '.join(cause.sample)}" if cause.sample else "")


def _blocked_text(assessment: Assessment) -> Iterator[str]:
    blocked = assessment.blocked
    if blocked.waiting:
        yield f"BLOCKED  {blocked.waiting} of {_sessions(assessment)}"
        for root in blocked.trees:
            yield from _node_text(root, assessment)
    in_trees = {node.session.id for node in walk(blocked.trees)}
    for own in blocked.migration:
        if own.session.id not in in_trees:
            yield visible(f"RUNNING  session {own.session.id}: {own.why}; client {own.client}")
    for line in blocked.forecast:
        yield visible(f"THEN  {line}")
    if blocked.note:
        yield visible(f"NOTE  {blocked.note}")
    for found in assessment.observation.progress.value or ():
        yield visible(f"PROGRESS  session {found.session}: {progress_words(found)}")


def _sessions(assessment: Assessment) -> str:
    """Of how many; a login that sees only its own does not know how many there are."""
    seen = "sessions" if sessions_are_counted(assessment.observation) else "sessions that are visible"
    return f"{assessment.blocked.total} {seen}"


def _node_text(top: Node, assessment: Assessment) -> Iterator[str]:
    stack: list[tuple[Node | str, int]] = [(top, 0)]
    while stack:
        node, depth = stack.pop()
        line = node if isinstance(node, str) else visible(_node_line(node, assessment))
        yield "  " * (min(depth, 8) + 1) + line
        if isinstance(node, str):
            continue
        similar = _similar(node.waiters)
        if len(similar) > 6:
            stack.append((f"(+ {len(similar) - 5} more wait here)", depth + 1))
            similar = similar[:5]
        stack.extend((waiter, depth + 1) for waiter in reversed(similar))


def _similar(waiters: tuple[Node, ...]) -> list[Node]:
    """Those that block others or are the migration first: they are never left out."""
    return sorted(waiters, key=lambda n: (not n.is_migration, -n.blocks))


def _node_line(node: Node, assessment: Assessment) -> str:
    session = node.session
    since = since_seconds(node, now_of(assessment))
    name = f"{called(session.id)}?" if node.likely else called(session.id)
    parts = [name, session.who, session.application, session.state if not node.waits_for else "waiting"]
    parts.append(f"for {node.waits_for}" if node.waits_for else "")
    parts.append(lasted(since) if since is not None else "")
    parts.append("THE MIGRATION" if node.is_migration else "")
    parts.append("client gone" if node.client_gone else "")
    parts.append(f"holds {node.holds}" if node.holds else "")
    parts.append(_freeing(node))
    return "  ".join(part for part in parts if part)


def _freeing(node: Node) -> str:
    if node.likely:
        return "likely, not known"
    if node.untold:
        return f"who has that is not told; {node.blocks} behind it" if node.blocks else "who has that is not told"
    if node.blocks and node.frees < node.blocks:
        return f"frees {node.frees or 'nobody'} alone, {node.blocks} with others"
    return f"frees {node.blocks}" if node.blocks else ""
