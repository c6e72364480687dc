"""An assessment as JSON for programs (DESIGN 6: stable, additions only)."""

from __future__ import annotations

import json
from typing import Any

from console.core.assessment import Assessment, Coverage, JudgedFramework, JudgedMigration
from console.core.coverage import sessions_are_counted, sessions_are_seen, waits_are_known
from console.core.landed import Judgement
from console.core.observation import Server
from console.core.reasons import explained, reasons
from console.core.session import MigrationSession, Node, Progress
from console.report.drift import drift_value
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
            "replica": _replica(server),
            "notes": list(server.notes) if server else [],
        },
        "coverage": [_coverage(item) for item in assessment.coverage],
        "frameworks": [_framework(framework) for framework in assessment.frameworks],
        "sessions": _sessions(assessment),
        "drift": [drift_value(item) for item in assessment.drift],
        "drift_ignored": [drift_value(item) for item in assessment.drift_ignored],
        "baseline": assessment.baseline,
        "debris": [{"kind": d.kind, "object": d.object, "detail": d.detail} for d in assessment.debris],
        "reasons": _reasons(assessment),
        "verdict": {
            "state": assessment.overall.value,
            "summary": assessment.summary,
            "next": list(assessment.next),
        },
    }


def _replica(server: Server | None) -> bool | None:
    """None: not known."""
    return None if server is None or server.replica_grant else server.replica


def _coverage(item: Coverage) -> dict[str, Any]:
    return {
        "what": item.what,
        "complete": item.complete,
        "reason": item.reason or None,
        "grant": item.grant or None,
        "matters": item.matters,
    }


def _framework(framework: JudgedFramework) -> dict[str, Any]:
    return {
        "framework": framework.framework,
        "ledger": framework.ledger,
        "ledger_exists": framework.ledger_exists,
        "project": framework.project,
        "releases": list(framework.releases),
        "current_release": framework.current_release,
        "rows": framework.rows,
        "about": framework.about or None,
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
        "after": None if tracked.after is None else list(tracked.after),
        "head": tracked.head,
        "batch": row.batch if row else None,
        "file": file.file if file else None,
        "release": file.release if file else None,
        "from_failed_deploy": file.from_failed_deploy if file else False,
        "source": file.source if file else None,
        "headline": migration.headline,
        "notes": list(migration.notes),
        "statements": [_statement(judgement) for judgement in migration.statements],
        "causes": [
            {"n": c.n, "question": c.question, "rows": c.rows, "sample": list(c.sample), "sql": c.sql or None}
            | ({"why": c.why} if c.why else {})
            for c in migration.causes
        ],
    }


def _reasons(assessment: Assessment) -> list[dict[str, Any]]:
    """Why each migration failed, besides its rows; nothing where nobody asked."""
    return [
        {"migration": migration.id, "what": found.what, "certainty": found.certainty.value,
         "evidence": found.evidence, "next": found.next or None, "n": found.n}
        for migration in explained(assessment)
        for found in reasons(assessment, migration)
    ]  # fmt: skip


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
    """`blocked` is null where it is not known, never 0 then; where not all is known it is those that are seen."""
    blocked, seen = assessment.blocked, assessment.observation
    known = waits_are_known(seen)
    return {
        "total": blocked.total if sessions_are_counted(seen) else None,
        "blocked": blocked.waiting if blocked.waiting or known else None,
        "complete": known and sessions_are_seen(seen) and not blocked.candidates and not blocked.heads,
        "forecast": list(blocked.forecast),
        "note": blocked.note or None,
        "migration": [_own(own, assessment) for own in blocked.migration],
        "candidates": [node.session.id for node in blocked.candidates],
        "progress": [_progress(found) for found in seen.progress.value or ()],
        "trees": [_node(root, assessment) for root in blocked.trees],
    }


def _own(own: MigrationSession, assessment: Assessment) -> dict[str, Any]:
    ends = assessment.blocked.behind.get(own.session.id)
    return {
        "id": own.session.id,
        "why": own.why,
        "migration": own.migration,
        "statement": own.statement,
        "client": own.client,
        "tool_lock": own.tool_lock or None,
        "fate": own.fate or None,
        "waits_for": list(ends.roots) if ends else [],
        "likely": bool(ends and ends.likely),
    }


def _progress(found: Progress) -> dict[str, Any]:
    return {"id": found.session, "phase": found.phase, "done": found.done, "total": found.total}


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
        "inferred": node.inferred,
        "likely": node.likely,
        "untold": node.untold,
        "besides": list(node.besides),
        "holds": node.holds or None,
        "is_migration": node.is_migration,
        "client_gone": node.client_gone,
        "cycle": node.cycle,
        "blocks": node.blocks,
        "frees": None if node.likely else node.frees,
        "rows_modified": session.rows_modified,
        "waiters": [],
    }
