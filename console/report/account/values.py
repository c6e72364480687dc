"""The same story for programs (stable; additions only)."""

from __future__ import annotations

from typing import Any

from console.core.journal import Entry, Topic
from console.report.account.story import Action, Seen, Story
from console.report.moments import moment


def document_of_story(story: Story) -> dict[str, Any]:
    """Plain values: what the report says, and every entry."""
    return {
        "halfway": 1,
        "incident": story.incident,
        "from": moment(story.began),
        "to": moment(story.ended),
        "journal": {"path": story.source, "trusted": not story.broken, "why": story.broken or None,
                    "last": story.entries[-1].n, "hash": story.entries[-1].hash},
        "people": [{"run": run, "name": one.name, "account": str(one.account), "ssh_key": one.key or None}
                   for run, one in story.people.items()],
        "before": _seen(story.seen[0]) if story.seen else None,
        "after": _seen(story.seen[-1]) if story.seen else None,
        "alone": [_entry(story, entry) for entry in story.of(Topic.ALONE)],
        "actions": [_action(action) for action in story.actions],
        "refused": [_entry(story, entry) for entry in story.of(Topic.REFUSED, Topic.DECLINED)],
        "entries": [_entry(story, entry) for entry in story.entries],
    }  # fmt: skip


def _seen(seen: Seen) -> dict[str, Any]:
    return {"entry": seen.n, "at": moment(seen.at), "why": seen.why, "assessment": seen.document}


def _action(action: Action) -> dict[str, Any]:
    entry = action.entry
    return {
        "entry": entry.n,
        "at": moment(entry.at),
        "who": action.who.shown,
        "plan": action.plan,
        "step": entry.text,
        "sql": action.sql,
        "outcome": action.outcome,
        "said": action.said,
        "outcome_entries": [outcome.n for outcome in action.outcomes],
        "server": entry.details.get("server") or None,
        "session": entry.details.get("session") or None,
        "evidence": entry.details.get("evidence") or None,
        "reason": entry.details.get("reason") or None,
        "before": action.before.words if action.before else None,
        "after": action.after.words if action.after else None,
        "partner": action.partner_name or None,
        "provable": action.proven if action.partner_name else None,
    }


def _entry(story: Story, entry: Entry) -> dict[str, Any]:
    plain = {"n": entry.n, "at": moment(entry.at), "who": story.name_of(entry), "run": entry.run}
    said = {"topic": entry.topic.value, "text": entry.text, "hash": entry.hash}
    return plain | said | ({} if entry.topic is Topic.SEEN else {"details": dict(entry.details)})
