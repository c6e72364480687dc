"""Who blocks whom: the tree of sessions, roots first, waiters that are all alike folded into one line.

A session that others wait for is never filtered or folded away: it is what the page is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.core.assessment import Assessment, Coverage
from console.core.behind import called
from console.core.coverage import sessions_are_counted, waits_are_known
from console.core.idle import heading, left_open
from console.core.plain import lasted
from console.core.session import MigrationSession, Node, Session, SessionKind, walk
from screens.ages import seconds_since, server_now, since
from screens.lines import BLANK, Line, fitted, paragraph, spread
from screens.look import Look
from screens.text import fit, one_line, safe, width_of
from screens.tones import Tone
from screens.words import awaited_in_short, gap_lines, gaps, query_of, state_of

ORDERS = ("most blocked first", "longest wait first")
_ALIKE = 4
"""From this many waiters of one kind on they are folded, two of them being shown."""
_SHOWN = 2
_MOST = 10
"""Open transactions that are listed."""
_NARROW = 70
"""Below so many cells only the user is named, not the address."""
_ABOUT_LOCKS = ("sessions", "locks", "progress")
_LIKELY = "may hold it, the server does not say: end none before you know which."


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree: a session, or several that are folded."""

    key: str
    depth: int
    node: Node
    folded: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths; whether lock modes have room for their whole names; whether all has to be short."""

    ids: int
    who: int
    age: int
    state: int
    what: int
    full: bool
    narrow: bool


_NAMES = ("ID", "WHO", "AGE", "STATE", "WAITS FOR")


def page(assessment: Assessment, look: Look, width: int) -> list[Line]:
    """Summary and tree."""
    blocked = assessment.blocked
    lines = [_summary(assessment, width)]
    lines += gap_lines(_own_gaps(assessment), width, 10, "NOT SEEN")
    found = rows(assessment, look)
    if found:
        if any(row.node.likely for row in found):
            lines += paragraph(_LIKELY, width, 3, ("?", Tone.WARN))
        columns = _columns(found, width)
        lines.append(_heading(columns, width))
        lines += [_line(row, assessment, columns, width) for row in found]
    waiting = {node.session.id for node in walk(blocked.trees)}
    for own in blocked.migration:
        if own.session.id not in waiting:
            lines.append(_running(own, assessment, width))
    left = [session for session in left_open(assessment, server_now(assessment)) if _is_admitted(session, look)]
    if not found and not blocked.migration and waits_are_known(assessment.observation):
        counted = sessions_are_counted(assessment.observation)
        total = f" {blocked.total} session{'s' * (blocked.total != 1)}." if counted else ""
        lines += [BLANK, *paragraph(f"Nobody waits for anybody.{total}", width, 2)]
    if left:
        lines += [BLANK, fitted(width, (f"   {heading(assessment)}:", Tone.DIM))]
        lines += [_left(session, assessment, width) for session in left[:_MOST]]
        lines += paragraph(f"and {len(left) - _MOST:,} more", width, 3) if len(left) > _MOST else []
    if blocked.note:
        lines += [BLANK, *paragraph(one_line(blocked.note), width, 2, tone=Tone.WARN)]
    return lines


def _is_admitted(session: Session, look: Look) -> bool:
    return look.admits(session.id, session.who, "", query_of(session))


def _left(session: Session, assessment: Assessment, width: int) -> Line:
    age = since(session.transaction_at, server_now(assessment)) or "?"
    text = f"  {safe(session.who)}  {age}  {one_line(state_of(Node(session)))}  {one_line(query_of(session))}"
    return fitted(width, "   ", (safe(session.id), Tone.WARN), text, key=f"s/{session.id}")


def _own_gaps(assessment: Assessment) -> tuple[Coverage, ...]:
    return tuple(item for item in gaps(assessment) if item.what in _ABOUT_LOCKS)


def _summary(assessment: Assessment, width: int) -> Line:
    blocked = assessment.blocked
    text = _counted(assessment) if blocked.waiting else "Nobody is blocked"
    if not blocked.waiting and not waits_are_known(assessment.observation):
        text = "Who is blocked is not known"
    reading = assessment.observation.locks
    health = "exact" if reading.complete and not blocked.candidates else reading.health.value
    tone = Tone.BAD if blocked.waiting else Tone.PLAIN
    return spread(width, [(f" {text}", tone)], (f"locks: {'likely' if blocked.candidates else health}", Tone.DIM))


def _counted(assessment: Assessment) -> str:
    """`21 blocked by 1 root, oldest wait 12 min`."""
    blocked, now = assessment.blocked, server_now(assessment)
    known = [wait for node in walk(blocked.trees) if (wait := seconds_since(node.since, now)) is not None]
    oldest = f", oldest wait {lasted(max(known))}" if known else ""
    roots = len(blocked.roots)
    said = [f"by {roots} root{'s' * (roots != 1)}"] if roots else []
    likely = len(blocked.candidates)
    said += [f"likely by {f'one of {likely}' if likely > 1 else '1'}"] if likely else []
    said += ["by whom is not told"] if blocked.heads else []
    return f"{blocked.waiting} blocked{'' if roots else ','} {' and '.join(said)}{oldest}"


def rows(assessment: Assessment, look: Look) -> list[Row]:
    """The tree as lines, folded and filtered."""
    roots = list(assessment.blocked.trees)
    if look.order % len(ORDERS):
        now = server_now(assessment)
        roots.sort(key=lambda root: -max((seconds_since(n.since, now) or 0 for n in walk((root,))), default=0))
    found: list[Row] = []
    met: set[str] = set()
    for root in roots:
        found += _rows(root, 0, "", look, met)
    return found


def sessions_at(assessment: Assessment, look: Look, key: str) -> tuple[str, ...]:
    """The session that a line is about, or those that are folded into it."""
    row = next((row for row in rows(assessment, look) if row.key == key), None)
    if row is None:
        return (key.rpartition("/")[2],) if key.startswith("s/") else ()
    return tuple(node.session.id for node in row.folded or (row.node,))


def _rows(node: Node, depth: int, parent: str, look: Look, met: set[str]) -> Iterator[Row]:
    session = node.session.id
    key = f"s/{session}" if session not in met else f"s/{parent}/{session}"
    met.add(session)
    yield Row(key, depth, node)
    if node.waiters and look.is_open(key, otherwise=True):
        yield from _waiters(node, key, depth + 1, look, met)


def _waiters(node: Node, parent: str, depth: int, look: Look, met: set[str]) -> Iterator[Row]:
    folded: dict[str, list[Node]] = {}
    for waiter in node.waiters:
        if not _is_plain(waiter):
            yield from _rows(waiter, depth, parent, look, met)
        elif look.admits(waiter.session.id, waiter.session.who, waiter.waits_for, query_of(waiter.session)):
            folded.setdefault(waiter.waits_for, []).append(waiter)
    for what, waiters in folded.items():
        key = f"+/{parent}/{what}"
        is_open = len(waiters) < _ALIKE or look.is_open(key) or bool(look.words)
        for waiter in waiters if is_open else waiters[:_SHOWN]:
            yield from _rows(waiter, depth, parent, look, met)
        if not is_open:
            yield Row(key, depth, waiters[_SHOWN], tuple(waiters[_SHOWN:]))


def _is_plain(node: Node) -> bool:
    return not (node.waiters or node.is_migration or node.client_gone or node.cycle)


def _columns(found: list[Row], width: int) -> Columns:
    narrow = width < _NARROW
    ids = min(
        max((2 * row.depth + width_of(safe(row.node.session.id)) for row in found if not row.folded), default=4), 24
    )
    ids, age, frees = ids + (1 if narrow else 2), 7 if narrow else 8, 7
    room = width - 3 - ids - age - frees
    state = min(max(width_of(_state(row.node, narrow)) for row in found) + 1, max(room * 3 // 7, 10), 30)
    who = max(width_of(_who(row.node, narrow)) for row in found) + (1 if narrow else 2)
    who = min(who, max((room - state) // 2, 8))
    what = max(room - who - state, 6)
    full = max(width_of(safe(row.node.waits_for)) for row in found) < what
    return Columns(ids, who, age, state, what, full, narrow)


def _who(node: Node, narrow: bool) -> str:
    prepared = node.session.kind is SessionKind.PREPARED
    return safe((node.session.user or "?") if narrow and not prepared else node.session.who)


def _state(node: Node, narrow: bool) -> str:
    """In a narrow column what is not said elsewhere comes first: that a session waits, its lock says too."""
    if narrow and node.client_gone:
        return "client gone"
    return state_of(node).replace("transaction", "trans") if narrow else state_of(node)


def _heading(columns: Columns, width: int) -> Line:
    sizes = (columns.ids, columns.who, columns.age, columns.state, columns.what)
    text = "".join(fit(name, size) for name, size in zip(_NAMES, sizes, strict=True))
    return fitted(width, (f"   {text}FREES", Tone.DIM))


def _line(row: Row, assessment: Assessment, columns: Columns, width: int) -> Line:
    node = row.node
    indent = "  " * row.depth
    if row.folded:
        return fitted(width, f"   {indent}+ {len(row.folded)} like these", key=row.key)
    sign = "? " if node.likely and not row.depth else "v " if node.waiters else "  "
    mark = " <" if node.is_migration else "  "
    tone = Tone.BAD if row.depth == 0 else Tone.WARN if node.waiters or node.is_migration else Tone.PLAIN
    name = fit(f"{indent}{safe(called(node.session.id))}", columns.ids - 1) + " "
    waits_for = safe(node.waits_for) if columns.full else awaited_in_short(node, columns.what - 1)
    rest = "".join(fit(text, size - 1) + " " for text, size in (
        (_who(node, columns.narrow), columns.who), (_age(node, assessment), columns.age),
        (_state(node, columns.narrow), columns.state),
        (waits_for or "-", columns.what),
    ))  # fmt: skip
    frees = f"{'?' if node.likely or node.untold else node.frees:>5}"
    return fitted(width, f" {sign}", (name, tone), rest, (frees, Tone.STRONG), (mark, Tone.STRONG), key=row.key)


def _age(node: Node, assessment: Assessment) -> str:
    moment = node.since or node.session.transaction_at or node.session.query_at
    return since(moment, server_now(assessment)) or "?"


def _running(own: MigrationSession, assessment: Assessment, width: int) -> Line:
    age = since(own.session.query_at, server_now(assessment))
    parts = (safe(own.session.who), age, f"this migration, waits for nobody: {one_line(own.why)}")
    text = "  ".join(filter(None, parts))
    return fitted(width, "   ", (safe(own.session.id), Tone.WARN), f"  {text}", key=f"s/{own.session.id}")
