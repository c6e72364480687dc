"""An assessment as JSON for programs (DESIGN 6: stable, additions only)."""

from __future__ import annotations

import json
from typing import Any

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.landed import Judgement
from console.core.session import Node
from console.report.moments import moment, now_of, since_seconds

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
        "taken_at": moment(assessment.taken_at),
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
        "applied_at": moment(row.applied_at) if row and row.applied_at else None,
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
