"""Who blocks whom in a few lines, for the incident page; and the walk through the tree that others need too."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Assessment
from console.core.session import Node
from screens.ages import lasted, seconds_since, server_now
from screens.lines import Line, fitted, line, paragraph
from screens.text import one_line, safe, width_of
from screens.theme import Tone
from screens.words import INDENT, query_of, state_of


def blocked_lines(assessment: Assessment, width: int, compact: bool) -> list[Line]:
    """Roots and their chains, what will happen by itself, and a migration that runs unblocked."""
    blocked = assessment.blocked
    lines: list[Line] = []
    roots = [node for node in blocked.trees if node.blocks]
    if roots:
        lines += _roots(assessment, roots, width)
    for text in blocked.forecast if not compact or not _said_next(assessment) else ():
        lines += paragraph(one_line(text), width, INDENT, ("COMES", Tone.WARN))
    if blocked.note:
        lines += paragraph(one_line(blocked.note), width, INDENT, ("NOTE", Tone.WARN))
    running = [session for session in blocked.migration if not _in_trees(session.session.id, blocked.trees)]
    for found in running:
        text = f"session {safe(found.session.id)}, {one_line(found.why)}, client {found.client}"
        lines.append(fitted(width, " ", (f"{'RUNNING':<9}", Tone.WARN), text, key=f"s/{found.session.id}"))
    return lines


def nobody_blocked(assessment: Assessment) -> list[Line]:
    """Said only when sessions and locks were read: unknown is not none."""
    seen = assessment.observation
    if assessment.blocked.waiting or not (seen.sessions.complete and seen.locks.complete):
        return []
    total = assessment.blocked.total
    return [line(" ", (f"{'BLOCKED':<9}", Tone.DIM), f"nobody; {total} session{'s' * (total != 1)}")]


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
    age = f", oldest {lasted(oldest)}" if oldest is not None else ""
    others = f" and {len(roots) - 1} more" if len(roots) > 1 else ""
    text = f"{waiting} session{'s' * (waiting != 1)}{age}, by {safe(root.session.id)}{others}: "
    state = state_of(root) if root.session.visible else "state not visible"
    text += f"{state}, {safe(root.session.who)}"
    lines = [fitted(width, " ", (f"{'BLOCKED':<9}", Tone.BAD), text, key=f"s/{root.session.id}")]
    lines.append(fitted(width, " " * INDENT, chain(root, width - INDENT)))
    return lines


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree."""
    yield node
    for waiter in node.waiters:
        yield from walk(waiter)


def _in_trees(session: str, trees: tuple[Node, ...]) -> bool:
    return any(node.session.id == session for tree in trees for node in walk(tree))


def chain(root: Node, room: int) -> str:
    """`4711 <- 4712 alter table orders (this migration, client gone) <- 20 more`; shorter where it has to be."""
    text = _chain(root, with_query=True)
    return text if width_of(text) <= room else _chain(root, with_query=False)


def _chain(root: Node, with_query: bool) -> str:
    parts = [safe(root.session.id)]
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
    query = query if with_query else ""
    return " ".join(filter(None, [safe(node.session.id), query, f"({', '.join(said)})" if said else ""]))
