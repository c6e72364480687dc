"""An assessment as text for people and as JSON for programs (DESIGN 6: stable, additions only)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from console.core.assessment import Assessment, Cause, JudgedFramework, JudgedMigration
from console.core.landed import Judgement
from console.core.migration import State
from console.core.plain import ago, cut, folded, one_line, visible
from console.core.session import Node

FORMAT = 1
"""The number of the JSON contract."""


def as_json(assessment: Assessment, *, ascii_only: bool = False) -> str:
    """The contract of DESIGN 6, indented, without a final newline."""
    return json.dumps(document(assessment), indent=1, ensure_ascii=ascii_only)


def document(assessment: Assessment) -> dict[str, Any]:
    """The same as plain values."""
    server = assessment.observation.server.value
    return {
        "halfway": FORMAT,
        "taken_at": _moment(assessment.taken_at),
        "database": {
            "dialect": server.dialect if server else None,
            "version": server.version if server else None,
            "name": server.name if server else None,
            "host": server.host if server else None,
            "user": server.user if server else None,
            "server_read_only": server.read_only if server else None,
            "replica": server.replica if server else None,
        },
        "coverage": [
            {"what": c.what, "complete": c.complete, "reason": c.reason or None, "grant": c.grant or None}
            for c in assessment.coverage
        ],
        "frameworks": [_framework(framework) for framework in assessment.frameworks],
        "sessions": _sessions(assessment),
        "drift": [
            {"change": d.change, "kind": d.kind, "object": d.object, "expected": d.expected, "actual": d.actual}
            for d in assessment.drift
        ],
        "baseline": assessment.baseline,
        "debris": [{"kind": d.kind, "object": d.object, "detail": d.detail} for d in assessment.debris],
        "verdict": {
            "state": assessment.overall.value,
            "summary": assessment.summary,
            "next": list(assessment.next),
        },
    }


def _framework(framework: JudgedFramework) -> dict[str, Any]:
    return {
        "framework": framework.framework,
        "ledger": framework.ledger,
        "ledger_exists": framework.ledger_exists,
        "project": framework.project,
        "releases": list(framework.releases),
        "current_release": framework.current_release,
        "next_run": framework.next_run or None,
        "migrations": [_migration(migration) for migration in framework.migrations],
    }


def _migration(migration: JudgedMigration) -> dict[str, Any]:
    tracked, file = migration.tracked, migration.tracked.migration
    row = tracked.row
    return {
        "id": tracked.id,
        "description": file.description if file else row.description if row else "",
        "state": migration.state.value,
        "recorded": row is not None and row.success,
        "belief": tracked.belief.value,
        "applied_at": _moment(row.applied_at) if row and row.applied_at else None,
        "batch": row.batch if row else None,
        "file": file.file if file else None,
        "release": file.release if file else None,
        "from_failed_deploy": file.from_failed_deploy if file else False,
        "source": file.source if file else None,
        "headline": migration.headline,
        "notes": list(migration.notes),
        "statements": [_statement(judgement) for judgement in migration.statements],
        "causes": [
            {"n": c.n, "question": c.question, "rows": c.rows, "sample": list(c.sample)} for c in migration.causes
        ],
    }


def _statement(judgement: Judgement) -> dict[str, Any]:
    return {
        "n": judgement.statement.n,
        "sql": judgement.statement.sql,
        "line": judgement.statement.line,
        "verdict": judgement.verdict.value,
        "inferred": judgement.inferred,
        "skipped": judgement.skipped,
        "readable": judgement.statement.readable,
        "guards": [guard.text for guard in judgement.statement.guards],
        "connection": judgement.statement.database or None,
        "evidence": judgement.evidence,
        "wants": judgement.wants or None,
        "has": judgement.has or None,
        "remaining_rows": judgement.remaining_rows,
        "waiting_session": judgement.waiting or None,
    }


def _sessions(assessment: Assessment) -> dict[str, Any]:
    blocked, known = assessment.blocked, assessment.observation.sessions.value is not None
    return {
        "total": blocked.total if known else None,
        "blocked": blocked.waiting if assessment.observation.locks.value is not None else None,
        "forecast": list(blocked.forecast),
        "note": blocked.note or None,
        "migration": [
            {"id": m.session.id, "why": m.why, "migration": m.migration, "statement": m.statement, "client": m.client}
            for m in blocked.migration
        ],
        "trees": [_node(root, assessment) for root in blocked.trees],
    }


def _node(top: Node, assessment: Assessment) -> dict[str, Any]:
    """Built without recursion: a queue can be a thousand sessions deep."""
    root: dict[str, Any] = _node_values(top, assessment)
    stack = [(top, root)]
    while stack:
        node, values = stack.pop()
        for waiter in node.waiters:
            child = _node_values(waiter, assessment)
            values["waiters"].append(child)
            stack.append((waiter, child))
    return root


def _node_values(node: Node, assessment: Assessment) -> dict[str, Any]:
    session = node.session
    since = since_seconds(node, now_of(assessment))
    return {
        "id": session.id,
        "user": session.user,
        "application": session.application,
        "client": session.address,
        "state": session.state,
        "since_seconds": None if since is None else int(since),
        "query": session.query,
        "waits_for": node.waits_for or None,
        "queued": not node.hard,
        "is_migration": node.is_migration,
        "client_gone": node.client_gone,
        "cycle": node.cycle,
        "blocks": node.blocks,
        "waiters": [],
    }


def now_of(assessment: Assessment) -> datetime:
    """The moment durations are counted to: the server's own clock, else ours."""
    server = assessment.observation.server.value
    return server.now if server is not None and server.now is not None else assessment.taken_at


def since_seconds(node: Node, now: datetime) -> float | None:
    """How long a waiter has waited, or how long a root has been in its transaction or state."""
    session = node.session
    start = node.since or session.query_at if node.waits_for else session.transaction_at or session.changed_at
    return max(0.0, (now - start).total_seconds()) if start is not None else None


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        return moment.isoformat(timespec="seconds")
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def as_text(assessment: Assessment, width: int | None = None) -> str:
    """What the Incident screen says, on paper; no control characters, no final newline.

    With a `width` sentences are folded and statements and sessions cut, so that the eye finds the lines again.
    """
    return "\n".join(cut(line, width) if _CUT.match(line) else folded(line, width) for line in _text(assessment))


_CUT = re.compile(r"  +\d")
"""Statements and sessions: a line each."""


def _text(assessment: Assessment) -> Iterator[str]:
    server = assessment.observation.server.value
    place = f"{server.name} on {server.host}, {server.dialect} {server.version}" if server else "no server"
    yield visible(f"{assessment.overall.value.upper()}  {place}, {_moment(assessment.taken_at)}")
    yield one_line(assessment.summary)
    for framework in assessment.frameworks:
        yield from _framework_text(framework, _unread(assessment, framework))
    yield from _blocked_text(assessment)
    for item in assessment.debris:
        yield visible(f"LEFT BEHIND  {item.kind.replace('_', ' ')} {item.object}: {item.detail}")
    gaps = [item for item in assessment.coverage if not item.complete]
    for gap in gaps:
        yield visible(f"NOT SEEN  {gap.what}: {gap.reason}" + (f"  ({gap.grant})" if gap.grant else ""))
    for number, step in enumerate(assessment.next, start=1):
        yield f"{'NEXT' if number == 1 else '    '}  {number}. {one_line(step)}"


def _unread(assessment: Assessment, framework: JudgedFramework) -> bool:
    trackings = (reading.value for reading in assessment.observation.tracking)
    return any(t.ledger.name == framework.ledger and bool(t.ledger.unread) for t in trackings if t is not None)


def _framework_text(framework: JudgedFramework, unread: bool) -> Iterator[str]:
    counts = {state: sum(m.state is state for m in framework.migrations) for state in State}
    told = ", ".join(f"{count} {state.word.lower()}" for state, count in counts.items() if count)
    told = told or ("not read" if unread else "no migrations")
    ledger = framework.ledger if framework.ledger_exists else f"{framework.ledger} (does not exist)"
    yield ""
    yield visible(f"{framework.framework.upper()}  {ledger}: {told}")
    if framework.next_run:
        yield "  " + one_line(framework.next_run)
    for migration in framework.migrations:
        if migration.state is not State.APPLIED:
            yield from _migration_text(migration)
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


def cause_words(cause: Cause) -> str:
    """`2 duplicate values of customers (email): a@x, b@x`."""
    rows = "not known: " if cause.rows is None else f"{cause.rows} "
    return rows + cause.question + (f": {', '.join(cause.sample)}" if cause.sample else "")


def _blocked_text(assessment: Assessment) -> Iterator[str]:
    blocked = assessment.blocked
    if blocked.waiting:
        yield f"BLOCKED  {blocked.waiting} of {blocked.total} sessions"
        for root in blocked.trees:
            yield from _node_text(root, assessment)
    for line in blocked.forecast:
        yield visible(f"THEN  {line}")
    if blocked.note:
        yield visible(f"NOTE  {blocked.note}")


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
    parts = [session.id, session.who, session.application, session.state if not node.waits_for else "waiting"]
    parts.append(f"for {node.waits_for}" if node.waits_for else "")
    parts.append(ago(since) if since is not None else "")
    parts.append("THE MIGRATION" if node.is_migration else "")
    parts.append("client gone" if node.client_gone else "")
    parts.append(f"frees {node.blocks}" if node.blocks else "")
    return "  ".join(part for part in parts if part)
