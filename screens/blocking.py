"""Who blocks whom in a few lines, for the incident page; and the walk through the tree that others need too."""

from __future__ import annotations

from console.core.assessment import Assessment
from console.core.behind import called, listed
from console.core.coverage import sessions_are_counted, waits_are_known
from console.core.plain import lasted
from console.core.session import Node, progress_words, walk
from screens.ages import seconds_since, server_now
from screens.lines import Line, fitted, line, paragraph
from screens.text import one_line, safe, width_of
from screens.tones import Tone
from screens.words import INDENT, query_of, state_of


def blocked_lines(assessment: Assessment, width: int, compact: bool) -> list[Line]:
    """Roots and their chains, what will happen by itself, and a migration that runs unblocked."""
    blocked = assessment.blocked
    lines = _waiting(assessment, width) if blocked.waiting else []
    for text in blocked.forecast if not compact or not _said_next(assessment) else ():
        lines += paragraph(one_line(text), width, INDENT, ("COMES", Tone.WARN))
    if blocked.note:
        lines += paragraph(one_line(blocked.note), width, INDENT, ("NOTE", Tone.WARN))
    in_trees = {node.session.id for node in walk(blocked.trees)}
    for found in blocked.migration:
        if found.session.id not in in_trees:
            progress = "".join(f"{each}; " for each in progress_of(assessment, found.session.id))
            text = f"session {safe(found.session.id)}, {progress}{one_line(found.why)}, client {found.client}"
            lines.append(fitted(width, " ", (f"{'RUNNING':<9}", Tone.WARN), text, key=f"s/{found.session.id}"))
    return lines


def progress_of(assessment: Assessment, session: str) -> list[str]:
    """How far a schema change is, where the server tells."""
    found = assessment.observation.progress.value or ()
    return [safe(progress_words(each)) for each in found if each.session == session]


def nobody_blocked(assessment: Assessment) -> list[Line]:
    """Said only when sessions and locks were read: unknown is not none."""
    seen = assessment.observation
    if assessment.blocked.waiting or not (seen.sessions.complete and waits_are_known(seen)):
        return []
    total = assessment.blocked.total
    count = f"; {total} session{'s' * (total != 1)}" if sessions_are_counted(seen) else ""
    return [line(" ", (f"{'BLOCKED':<9}", Tone.DIM), f"nobody{count}")]


def _said_next(assessment: Assessment) -> bool:
    """Whether the next steps already speak of the sessions that the forecast is about."""
    steps = " ".join(assessment.next)
    return all(own.session.id in steps for own in assessment.blocked.migration)


def _waiting(assessment: Assessment, width: int) -> list[Line]:
    """How many wait, for how long, and for whom; who is only likely is called so."""
    blocked, now = assessment.blocked, server_now(assessment)
    waits = [seconds_since(node.since, now) for node in walk(blocked.trees)]
    oldest = max((wait for wait in waits if wait is not None), default=None)
    age = f", oldest {lasted(oldest)}" if oldest is not None else ""
    top = next((node for node in blocked.trees if node.blocks or node.untold), blocked.trees[0])
    text = f"{blocked.waiting} session{'s' * (blocked.waiting != 1)}{age}, {_by_whom(assessment, top)}"
    lines = [fitted(width, " ", (f"{'BLOCKED':<9}", Tone.BAD), text, key=f"s/{top.session.id}")]
    if top.holds:
        lines.append(fitted(width, " " * INDENT, f"it holds {safe(top.holds)}"))
    if top.waiters:
        lines.append(fitted(width, " " * INDENT, chain(top, width - INDENT)))
    return lines


def _by_whom(assessment: Assessment, top: Node) -> str:
    blocked, name = assessment.blocked, safe(called(top.session.id))
    if top.untold:
        return f"by whom is not told: {name} waits for {safe(top.waits_for)}"
    if top.likely:
        names = [safe(node.session.id) for node in blocked.candidates]
        return f"likely by {listed(names, 'or')}" + ("" if len(names) > 1 else f": {_state(top)}")
    others = len(blocked.trees) - 1
    return f"by {name}{f' and {others} more' if others else ''}: {_state(top)}"


def _state(node: Node) -> str:
    state = state_of(node) if node.session.visible else "state not visible"
    return f"{state}, {safe(node.session.who)}"


def chain(root: Node, room: int) -> str:
    """`4711 <- 4712 alter table orders (this migration, client gone) <- 20 more`; shorter where it has to be."""
    text = _chain(root, with_query=True)
    return text if width_of(text) <= room else _chain(root, with_query=False)


def _chain(root: Node, with_query: bool) -> str:
    parts = [safe(called(root.session.id)) + ("?" if root.likely else "")]
    node = root
    rest = root.blocks
    while node.waiters and len(parts) < 4:
        node = max(node.waiters, key=lambda waiter: (waiter.is_migration, waiter.blocks))
        rest -= 1
        if not (node.is_migration or node.waiters):
            rest += 1
            break
        parts.append(_link(node, with_query))
    return " <- ".join(parts) + (f" <- {rest} more" if rest else "")


def _link(node: Node, with_query: bool) -> str:
    own = "this migration" if with_query else "migration"
    said = [word for word, holds in ((own, node.is_migration), ("client gone", node.client_gone)) if holds]
    words = [*query_of(node.session).split()[:3], "", "", ""]
    query = f"{words[0].upper()} {words[2] if words[1].lower() == 'table' else words[1]}".strip()
    elsewhere = f"on {safe(thing)}" if (thing := _elsewhere(node)) else ""
    query = f"{query} {elsewhere}".strip() if with_query else elsewhere
    return " ".join(filter(None, [safe(node.session.id), query, f"({', '.join(said)})" if said else ""]))


def _elsewhere(node: Node) -> str:
    """The table it waits for, where its statement is about another one: a foreign key locks both its tables."""
    table, bracket, _ = node.waits_for.partition(" (")
    return table if bracket and node.hard and query_of(node.session) and not _named(table, node) else ""


def _named(table: str, node: Node) -> bool:
    words = query_of(node.session).replace("`", "").replace('"', "").lower().split()[:6]
    return any(word.split("(")[0].rpartition(".")[2] == table.rpartition(".")[2].lower() for word in words)
