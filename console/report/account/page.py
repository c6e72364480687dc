"""What the report says, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.core.journal import Entry, Topic
from console.core.plain import visible
from console.report.account.blocks import Block, Code, Grid, Heading, Items, Pairs, Para, cells, span, utc
from console.report.account.compared import drift_compared, statements_compared
from console.report.account.story import NOT_KNOWN, Action, Seen, Story

_QUERY = 1000
"""Letters of a session's statement in a tree."""


def pages(story: Story) -> tuple[Block, ...]:
    """The whole report."""
    return tuple(block for part in (_head, _alone, _compared, _actions, _refused, _decided, _states, _timeline, _trust)
                 for block in part(story))  # fmt: skip


def _head(story: Story) -> Iterator[Block]:
    yield Heading(f"Incident: {story.incident}", 1)
    if story.broken:
        yield Para(f"The journal cannot be trusted: {story.broken}.", alarm=True)
    first, last = story.seen[0] if story.seen else None, story.seen[-1] if story.seen else None
    yield Pairs((
        ("From", f"{story.began:%Y-%m-%d %H:%M:%S} UTC"),
        ("To", f"{story.ended:%Y-%m-%d %H:%M:%S} UTC, {span(story.began, story.ended)} later"),
        ("Before", first.words if first else NOT_KNOWN),
        ("After", last.words if last else NOT_KNOWN),
        ("People", "; ".join(dict.fromkeys(one.shown for one in story.people.values())) or _accounts(story)),
        ("Actions", str(len(story.actions))),
    ))  # fmt: skip


def _accounts(story: Story) -> str:
    return "; ".join(dict.fromkeys(str(entry.who) for entry in story.entries))


def _alone(story: Story) -> Iterator[Block]:
    found = story.of(Topic.ALONE)
    if found:
        yield Heading("Done without a partner")
        yield Items(tuple(f"{utc(e)}, {story.name_of(e)}: {e.text} (entry {e.n})" for e in found))


def _compared(story: Story) -> Iterator[Block]:
    if len(story.seen) > 1:
        yield from statements_compared(story.seen[0], story.seen[-1])
        yield from drift_compared(story.seen[0], story.seen[-1])


def _states(story: Story) -> Iterator[Block]:
    for title, seen in (("What was found first", story.seen[:1]), ("What was found last", story.seen[1:][-1:])):
        for one in seen:
            yield Heading(title)
            yield from document_of_seen(one)


def document_of_seen(seen: Seen) -> Iterator[Block]:
    """What was found at one moment, whole."""
    found = seen.document
    yield Para(f"{utc(seen)}, entry {seen.n}: {seen.words}")
    verdict = found.get("verdict") or {}
    if verdict.get("next"):
        yield Items(tuple(f"next: {text}" for text in verdict["next"]))
    for framework in found.get("frameworks") or []:
        for migration in framework.get("migrations") or []:
            yield from _migration(framework, migration)
    yield from _reasons(found)
    yield from _sessions(found)
    drift = [(d.get("change"), d.get("kind"), d.get("object"), d.get("expected"), d.get("actual"))
             for d in found.get("drift") or []]  # fmt: skip
    if drift:
        yield Heading("Schema that is not as expected", 3)
        yield Grid(("change", "kind", "object", "expected", "actual"), cells(drift))
    debris = [(d.get("kind"), d.get("object"), d.get("detail")) for d in found.get("debris") or []]
    if debris:
        yield Heading("Left behind by failures", 3)
        yield Grid(("kind", "object", "detail"), cells(debris))


def _migration(framework: dict[str, Any], migration: dict[str, Any]) -> Iterator[Block]:
    state = str(migration.get("state", NOT_KNOWN)).replace("_", " ")
    yield Heading(f"{framework.get('framework')} {migration.get('id')}: {state}", 3)
    if migration.get("headline"):
        yield Para(str(migration["headline"]))
    rows = [(s.get("n"), str(s.get("verdict", NOT_KNOWN)).replace("_", " "), s.get("sql"), s.get("evidence"))
            for s in migration.get("statements") or []]  # fmt: skip
    if rows:
        yield Grid(("n", "verdict", "statement", "evidence"), cells(rows))
    causes = [_cause(cause) for cause in migration.get("causes") or []]
    if causes:
        yield Items(tuple(causes))


def _cause(found: dict[str, Any]) -> str:
    rows = found.get("rows")
    return f"statement {found.get('n')}: {found.get('question')}: {NOT_KNOWN if rows is None else rows}"


def _reasons(found: dict[str, Any]) -> Iterator[Block]:
    why = [(r.get("migration"), r.get("what"), r.get("certainty"), r.get("evidence"))
           for r in found.get("reasons") or []]  # fmt: skip
    if why:
        yield Heading("Why it failed", 3)
        yield Grid(("migration", "what", "how sure", "evidence"), cells(why))
    unseen = [f"{c.get('what')}: {c.get('reason') or NOT_KNOWN}" for c in found.get("coverage") or []
              if not c.get("complete")]  # fmt: skip
    if unseen:
        yield Heading("What could not be seen", 3)
        yield Items(tuple(unseen))


def _sessions(found: dict[str, Any]) -> Iterator[Block]:
    shown = blocking(found)
    if shown:
        yield Heading("Who blocked whom", 3)
        yield Code(shown, "tree")


def blocking(found: dict[str, Any]) -> str:
    """Sessions, those that wait below the one they wait for; '' where nobody was seen to wait."""
    return "\n".join(_tree((found.get("sessions") or {}).get("trees") or []))


def _tree(trees: list[dict[str, Any]]) -> Iterator[str]:
    stack = [(node, 0) for node in reversed(trees)]
    while stack:
        node, depth = stack.pop()
        since = node.get("since_seconds")
        about = f"{node.get('user') or ''} {node.get('state') or ''} {'' if since is None else f'{since} s'}"
        query = visible(" ".join(str(node.get("query") or "").split()), _QUERY)
        yield f"{'  ' * depth}{node.get('id')}  {' '.join(about.split())}  {query}".rstrip()
        stack += [(waiter, depth + 1) for waiter in reversed(node.get("waiters") or [])]


def _actions(story: Story) -> Iterator[Block]:
    if not story.actions:
        return
    yield Heading("What was done")
    for action in story.actions:
        yield from _action(action)


def _action(action: Action) -> Iterator[Block]:
    entry = action.entry
    yield Heading(f"{action.plan}, {entry.text}", 3, f"action-{entry.n}")
    yield Pairs(tuple((name, text) for name, text in _facts(action) if text))
    if action.sql:
        yield Code(action.sql, "sql")
        if any(visible(ch) != ch for ch in action.sql if ch not in "\n\t"):
            yield Para(
                "Letters of it that are not seen are written out, as \\r or \\u202e; --format json has them as sent."
            )
    for title, seen in (("before", action.before), ("after", action.after)):
        shown = blocking(seen.document) if seen is not None else ""
        if seen is not None and shown:
            yield Para(f"Who blocked whom {title}, as seen {utc(seen)} (entry {seen.n}):")
            yield Code(shown, "tree")


def _facts(action: Action) -> Iterator[tuple[str, str]]:
    entry, given = action.entry, action.entry.details
    yield "Who", action.who.shown + (f", key {action.who.key}" if action.who.key else "")
    yield "When", utc(entry)
    yield "Outcome", action.outcome
    yield "Outcome in words", action.said
    yield "Took", span(entry.at, action.outcomes[-1].at) if action.outcomes else NOT_KNOWN
    yield "State before", action.before.words if action.before else NOT_KNOWN
    yield "State after", action.after.words if action.after else NOT_KNOWN
    yield "Evidence", given.get("evidence", "")
    yield "Partner", _partner(action)
    yield "Reason given", given.get("reason", "")
    yield "Server", given.get("server", "")
    yield "Session", given.get("session", "")
    yield "Held off by", given.get("held off by", "")
    yield "Journal entries", ", ".join(str(e.n) for e in (entry, *action.outcomes))


def _partner(action: Action) -> str:
    if action.partner is None:
        return ""
    if action.partner.topic is Topic.ALONE:
        return f"none: {action.partner.details.get('reason', '')}"
    how = "" if action.proven else " (not provable: nothing but their own word says that they were two)"
    return f"{action.partner_name} agreed{how}, entry {action.partner.n}"


def _refused(story: Story) -> Iterator[Block]:
    found = story.of(Topic.REFUSED, Topic.DECLINED)
    if found:
        yield Heading("What was refused")
        yield Items(tuple(f"{utc(e)}, {story.name_of(e)}: {e.text}: {e.details.get('reason', '')} (entry {e.n})"
                          for e in found))  # fmt: skip


def _decided(story: Story) -> Iterator[Block]:
    found = story.of(Topic.DECISION, Topic.NOTE, Topic.REHEARSED, Topic.VERIFIED, Topic.CLOSED)
    if found:
        yield Heading("Decisions, notes and checks")
        rows = [(str(e.n), utc(e), story.name_of(e), e.topic.value, e.text, _details(e)) for e in found]
        yield Grid(("entry", "when", "who", "what", "text", "details"), tuple(rows))


def _details(entry: Entry) -> str:
    return "; ".join(f"{name}: {value}" for name, value in entry.details.items() if value)


def _timeline(story: Story) -> Iterator[Block]:
    yield Heading("Every line of the journal")
    rows = tuple((str(e.n), utc(e), story.name_of(e), e.topic.value, e.text) for e in story.entries)
    anchors = tuple(f"entry-{e.n}" for e in story.entries)
    yield Grid(("entry", "when", "who", "what", "text"), rows, anchors)


def _trust(story: Story) -> Iterator[Block]:
    yield Heading("Whether this can be trusted")
    last = story.entries[-1]
    if story.source:
        checked = story.broken or "every entry is the one that was written, and none is missing"
        yield Para(f"The journal {story.source} was checked: {checked}.", alarm=bool(story.broken))
    else:
        yield Para("These are the lines that a console had; `halfway report` checks that none is missing.")
    yield Para(f"Its last entry of this incident is {last.n}, with the hash {last.hash}.")
    yield Para("Names are what people said of themselves; an account that several share tells nobody apart.")
