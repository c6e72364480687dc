"""What was seen, as the journal keeps it: the assessment cut to what is not calm, in details that fit an entry.

A report is made from these alone, long after the database is well again. Values of rows are left out: the account of an
incident is read by many.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.core.assessment import Assessment
from console.core.journal import Entry, Topic

NAME = "assessment"
"""The first detail; what does not fit into it goes on in `assessment.2`, `assessment.3`, ..."""
PART = 60_000
"""Bytes that one detail holds."""
PARTS = 4
MOST = 40
"""Sessions, differences and pieces of debris that are kept of each; how many there were is said."""
_CALM = frozenset({"applied"})
_PENDING = 20


def details_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The details of an entry for an `assess --json` document; cut further where it is too large even so."""
    kept = reduced(document)
    text = _json(kept)
    if len(text) > PART * PARTS:
        kept = {**kept, "frameworks": [_bare(each) for each in kept["frameworks"]], "cut": "its statements did not fit"}
        text = _json(kept)
    if len(text) > PART * PARTS:
        return {NAME: _json({"halfway": document.get("halfway"), "verdict": document.get("verdict"),
                             "taken_at": document.get("taken_at"), "cut": "it did not fit"})}  # fmt: skip
    parts = [text[at : at + PART] for at in range(0, len(text), PART)]
    return {NAME if n == 1 else f"{NAME}.{n}": part for n, part in enumerate(parts, start=1)}


def document_of(entry: Entry) -> dict[str, Any] | None:
    """The document that an entry holds; None where it holds none that can be read."""
    if entry.topic is not Topic.SEEN or NAME not in entry.details:
        return None
    named = (NAME if n == 1 else f"{NAME}.{n}" for n in range(1, PARTS + 1))
    try:
        found = json.loads("".join(entry.details.get(name, "") for name in named))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def reduced(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is as it should be, and without any value of a row."""
    sessions = dict(document.get("sessions") or {})
    sessions["trees"] = _bounded(sessions.get("trees") or [], [MOST])
    lists = {name: (document.get(name) or [])[:MOST] for name in ("drift", "debris", "reasons")}
    counts = {f"{name}_total": len(document.get(name) or []) for name in ("drift", "debris")}
    frameworks = [_framework(each) for each in document.get("frameworks") or []]
    plain = {
        name: document.get(name) for name in ("halfway", "taken_at", "database", "coverage", "baseline", "verdict")
    }
    return {**plain, "frameworks": frameworks, "sessions": sessions, **lists, **counts}


def _framework(found: Mapping[str, Any]) -> dict[str, Any]:
    every = found.get("migrations") or []
    troubled = [m for m in every if m.get("state") not in (*_CALM, "pending")]
    pending = [m for m in every if m.get("state") == "pending"]
    kept = [*map(_migration, troubled), *(_listed(m) for m in pending[:_PENDING])]
    counts: dict[str, int] = {}
    for migration in every:
        counts[str(migration.get("state"))] = counts.get(str(migration.get("state")), 0) + 1
    return {**found, "migrations": kept, "states": counts}


def _migration(found: Mapping[str, Any]) -> dict[str, Any]:
    causes = [{**cause, "sample": []} for cause in found.get("causes") or []]
    return {**found, "causes": causes}


def _listed(found: Mapping[str, Any]) -> dict[str, Any]:
    """One that waits: what it is called is enough."""
    return {name: found.get(name) for name in ("id", "description", "state", "file")} | {"statements": []}


def _bare(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "migrations": [{**m, "statements": [_short(s) for s in m.get("statements") or []]}
                                    for m in (found.get("migrations") or [])[:MOST]]}  # fmt: skip


def _short(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found.get(name) for name in ("n", "verdict", "evidence")} | {"sql": str(found.get("sql", ""))[:200]}


def _bounded(nodes: list[dict[str, Any]], left: list[int]) -> list[dict[str, Any]]:
    """The first so many nodes of the trees, level by level; a queue can be a thousand sessions deep."""
    tops = [dict(node) for node in nodes[: left[0]]]
    left[0] -= len(tops)
    row = tops
    while row:
        below: list[dict[str, Any]] = []
        for node in row:
            waiters = [dict(waiter) for waiter in (node.get("waiters") or [])[: max(left[0], 0)]]
            left[0] -= len(waiters)
            node["waiters"] = waiters
            below += waiters
        row = below
    return tops


def _json(value: object) -> str:
    """ASCII, so that letters are bytes."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def signature(assessment: Assessment) -> tuple[object, ...]:
    """What of a picture makes it another one: states, not ages."""
    states = tuple((m.id, m.state, tuple(j.verdict for j in m.statements))
                   for f in assessment.frameworks for m in f.migrations)  # fmt: skip
    roots = tuple(sorted(node.session.id for node in assessment.blocked.trees))
    left = tuple((d.kind, d.object) for d in assessment.debris)
    drift = tuple((d.change, d.kind, d.object) for d in assessment.drift)
    return assessment.overall, states, roots, left, drift
