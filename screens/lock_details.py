"""Everything about one session of the lock tree: what it does, what it waits for, and what its end does to others."""

from __future__ import annotations

from console.core.assessment import Assessment
from console.core.behind import listed
from console.core.ending import prepared_words
from console.core.idle import left_open
from console.core.session import MigrationSession, Node, SessionKind, walk
from screens.ages import clock, server_now, since
from screens.blocking import progress_of
from screens.lines import Line, fitted, paragraph
from screens.text import one_line, safe, safe_lines
from screens.tones import Tone
from screens.words import state_of


def find(assessment: Assessment, key: str) -> Node | None:
    """The session a line's key speaks of."""
    session = key.rsplit("/", 1)[-1] if key.startswith("s/") else ""
    for node in walk(assessment.blocked.trees):
        if session and node.session.id == session:
            return node
    own = [m.session for m in assessment.blocked.migration if m.session.id == session]
    if own:
        return Node(own[0], is_migration=True)
    left = (each for each in left_open(assessment, server_now(assessment)) if each.id == session)
    return next((Node(each) for each in left), None)


def details(assessment: Assessment, key: str, width: int) -> list[Line]:
    """Everything about one session."""
    node = find(assessment, key)
    if node is None:
        return paragraph("Enter, or e, shows each of them.", width) if key.startswith("+/") else []
    session = node.session
    facts = [safe(session.application), safe(session.database or "")]
    if session.started_at is not None:
        facts.append(f"connected {clock(session.started_at)}")
    lines = [
        fitted(width, " ", (safe(session.id), Tone.STRONG), f"  {safe(session.who)}  {'  '.join(filter(None, facts))}")
    ]
    if not session.visible:
        text = "Its state and statement: not permitted for this login. Who it blocks is known all the same."
        return [*lines, *paragraph(text, width, tone=Tone.WARN), *_consequence(node, assessment, width)]
    lines += paragraph(_transaction(node, assessment), width)
    lines += [line for own in assessment.blocked.migration if own.session.id == session.id for line in _own(own, width)]
    lines += _consequence(node, assessment, width)
    label = "runs" if session.state == "active" else "last"
    for n, text in enumerate(safe_lines(session.query)[:20] if session.query else ()):
        lines += paragraph(text, width, 8, (f"  {label}", Tone.DIM) if n == 0 else None)
    return lines


def _transaction(node: Node, assessment: Assessment) -> str:
    session, now = node.session, server_now(assessment)
    if session.kind is SessionKind.PREPARED:
        age = since(session.transaction_at, now)
        server = assessment.observation.server.value
        words = prepared_words(server.dialect if server is not None else "")
        return f"A prepared transaction{f', {age} old' if age else ''}: {words}"
    text = f"{state_of(node).capitalize()}."
    if node.holds:
        text += f" Holds {safe(node.holds)}."
    if session.transaction_at is not None:
        text += f" Transaction open {since(session.transaction_at, now)}{_written(node)}."
    if node.untold:
        text += f" Waits for {safe(node.waits_for)}: who has that is not told."
    elif node.waits_for:
        order = "" if node.hard else ", only because it stands in the queue behind another waiting session"
        likely = "Likely waits" if node.inferred else "Waits"
        text += f" {likely} for {safe(node.waits_for)}{order}."
        text += (
            f" {listed(map(safe, node.besides), 'and')} hold that too." if node.besides and not node.inferred else ""
        )
    return text + "".join(f" {word.capitalize()}." for word in progress_of(assessment, session.id))


def _written(node: Node) -> str:
    session = node.session
    if session.rows_modified:
        return f", {session.rows_modified:,} row{'s' * (session.rows_modified != 1)} changed: its end undoes them first"
    return {True: ", something written", False: ", nothing written", None: ""}[session.has_written]


def _own(own: MigrationSession, width: int) -> list[Line]:
    what = f"This is the migration's own session: {one_line(own.why)}; client {own.client}."
    if own.tool_lock:
        since = f", not before {clock(own.session.started_at)}, when it connected" if own.session.started_at else ""
        what += f" It holds {safe(own.tool_lock)}{since}."
    return paragraph(what, width, tone=Tone.WARN)


def _consequence(node: Node, assessment: Assessment, width: int) -> list[Line]:
    lines: list[Line] = []
    for text in assessment.blocked.forecast:
        if node.session.id in text.replace(",", " ").replace(".", " ").split():
            lines += paragraph(one_line(text), width, tone=Tone.STRONG)
    if ending := _ending(node):
        lines += paragraph(ending, width)
    in_transaction = "transaction" in node.session.state
    if node.session.state.startswith("idle") and node.session.visible and (node.blocks or in_transaction):
        lines += paragraph(_idle_words(node), width)
    return lines


def _ending(node: Node) -> str:
    """What its end alone does for the others."""
    if node.likely:
        return "It may be in the way, and it may not: the server does not say. Ending it may free nobody."
    if not node.blocks or node.session.kind is SessionKind.PREPARED:
        return ""
    if node.untold:
        return f"{node.blocks} wait behind it: when it is cancelled, they go on as far as nobody else is in their way."
    if node.frees >= node.blocks:
        return f"Ending it frees {node.blocks} session{'s' * (node.blocks != 1)}."
    others = tuple(dict.fromkeys(safe(name) for waiter in node.waiters for name in waiter.besides))
    too = f": {listed(others, 'and')} {'has' if len(others) == 1 else 'have'} to end too" if others else ""
    return f"Ending it alone frees {node.frees or 'nobody'}, of {node.blocks} behind it{too}."


def _idle_words(node: Node) -> str:
    ends = "ends its transaction" if "transaction" in node.session.state else "lets go of what it holds"
    return f"Cancel does nothing to an idle session; terminate {ends}."
