"""Names and small phrases several pages share."""

from __future__ import annotations

from console.core.assessment import Assessment, Cause, Coverage, JudgedFramework, JudgedMigration
from console.core.landed import Judgement
from console.core.lock_words import mode_words
from console.core.observation import Server
from console.core.products import product as name_of_product
from console.core.session import Node, Session
from screens.lines import Line, Span, paragraph
from screens.text import cut, one_line, safe
from screens.tones import Tone

INDENT = 10
"""Where the text behind a word like NEXT begins."""


def product(server: Server) -> str:
    """`PostgreSQL 16.4`."""
    return f"{safe(name_of_product(server))} {safe(server.version, 40)}"


def name_of(migration: JudgedMigration) -> str:
    """What people call a migration: its file without folder and ending, one of several in a file by its own name, else
    what the ledger says."""
    tracked = migration.tracked
    if tracked.migration is not None and tracked.migration.called:
        return safe(tracked.migration.called)
    if tracked.migration is not None and tracked.migration.file:
        return safe(tracked.migration.file.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    if tracked.row is not None and tracked.row.script:
        return safe(tracked.row.script.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    described = tracked.row.description if tracked.row is not None else ""
    return safe(f"{migration.id} {described}".strip())


def framework_of(name: str) -> str:
    """`Flyway`."""
    return safe(name[:1].upper() + name[1:])


def state_of(node: Node) -> str:
    """The state of a session in the tree, in words."""
    if not node.session.visible:
        return "waiting" if node.untold else "not permitted"
    if node.cycle:
        return "deadlock"
    gone = ", client gone" if node.client_gone else ""
    if node.waits_for:
        return f"waiting{gone}"
    return safe(node.session.state, 60) + gone


_SHORT_MODES = {
    "AccessShareLock": "read",
    "RowShareLock": "row locks",
    "RowExclusiveLock": "write",
    "ShareUpdateExclusiveLock": "maint.",
    "ShareLock": "share",
    "ShareRowExclusiveLock": "share excl.",
    "ExclusiveLock": "all but read",
    "AccessExclusiveLock": "excl.",
    "SHARED_HIGH_PRIO": "look",
    "SHARED_READ": "read",
    "SHARED_WRITE": "write",
    "SHARED_WRITE_LOW_PRIO": "write",
    "SHARED_UPGRADABLE": "alter",
    "SHARED_READ_ONLY": "read only",
    "SHARED_NO_WRITE": "no writes",
    "SHARED_NO_READ_WRITE": "excl.",
    "EXCLUSIVE": "excl.",
    "INTENTION_EXCLUSIVE": "write",
}
"""What a lock is for, in few letters; the details have the words of the manual."""


def awaited_in_short(node: Node, room: int) -> str:
    """`orders excl.` for `orders (ACCESS EXCLUSIVE)`; the mode is never what is cut."""
    what, _, mode = safe(node.waits_for).rpartition(" (")
    short = _SHORT_MODES.get(node.mode, "") if mode == f"{mode_words(node.mode)})" else ""
    return f"{cut(what, max(room - len(short) - 1, 2))} {short}" if short else safe(node.waits_for)


def query_of(session: Session, limit: int = 500) -> str:
    """Its statement on one line; '' when it cannot be seen."""
    return one_line(session.query, limit) if session.visible else ""


def gaps(assessment: Assessment) -> tuple[Coverage, ...]:
    """What could not be read completely."""
    return tuple(item for item in assessment.coverage if not item.complete)


def gap_lines(
    items: tuple[Coverage, ...], width: int, indent: int, head: str, most: int = 100, said: str = ""
) -> list[Line]:
    """Each reason once with all that it hides, and the GRANT that would mend it unless it was `said` already."""
    made: list[Line] = []
    hidden = _hidden(items)
    for n, (text, grant) in enumerate(hidden):
        first: Span | None = None if made else (head, Tone.WARN)
        made += paragraph(text, width, indent, first, most=most)
        last = not any(grant == other for _, other in hidden[n + 1 :])
        if grant and last and grant not in said:
            made += paragraph(one_line(grant), width, indent, tone=Tone.STRONG)
    return made


def gap_line(items: tuple[Coverage, ...], width: int, indent: int, head: str) -> Line:
    """The first reason, and how many more there are."""
    (text, _), *others = _hidden(items)
    more = f"; {len(others)} more" if others else ""
    return paragraph(cut(text, width - indent - len(more)) + more, width, indent, (head, Tone.WARN), most=1)[0]


def _hidden(items: tuple[Coverage, ...]) -> list[tuple[str, str]]:
    hidden: dict[tuple[str, str], list[str]] = {}
    for item in items:
        hidden.setdefault((item.reason, item.grant), []).append(safe(item.what))
    found = [
        (", ".join(dict.fromkeys(what)) + (f": {one_line(reason)}" if reason else ""), grant)
        for (reason, grant), what in hidden.items()
    ]
    order = list(dict.fromkeys(grant for _, grant in found))
    return sorted(found, key=lambda pair: order.index(pair[1]))


def migration_key(framework: JudgedFramework, migration: JudgedMigration) -> str:
    """The key of a migration's line, on every page."""
    return f"m/{framework.framework}/{migration.id}"


def statement_key(parent: str, judgement: Judgement) -> str:
    """The key of a statement's line, on every page."""
    return f"{parent}#{judgement.statement.n}"


def evidence_of(judgement: Judgement) -> str:
    """What supports the verdict, in one sentence; says when only the order does."""
    inferred = " (inferred from the order)" if judgement.inferred else ""
    return one_line(judgement.evidence) + inferred


def cause_of(cause: Cause) -> str:
    """`3 duplicate values of users (email): a@x, b@x`."""
    count = "an unknown number of " if cause.rows is None else f"{cause.rows:,} " if cause.rows else "no "
    sample = ": " + ", ".join(one_line(value, 60) for value in cause.sample[:5]) if cause.sample else ""
    why = f" ({one_line(cause.why)})" if cause.why else ""
    return f"{'' if cause.of_schema else count}{one_line(cause.question)}{why}{sample}"
