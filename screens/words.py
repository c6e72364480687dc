"""Names and small phrases several pages share."""

from __future__ import annotations

from console.core.assessment import Assessment, Coverage, JudgedFramework, JudgedMigration
from console.core.landed import Judgement
from console.core.observation import Server
from console.core.session import Node, Session
from screens.lines import Line, Span, fitted, paragraph
from screens.text import one_line, safe
from screens.theme import Tone

INDENT = 10
"""Where the text behind a word like NEXT begins."""

_PRODUCTS = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite": "SQLite"}


def product(server: Server) -> str:
    """`PostgreSQL 16.4`."""
    return f"{_PRODUCTS.get(server.dialect, safe(server.dialect))} {safe(server.version, 40)}"


def name_of(migration: JudgedMigration) -> str:
    """What people call a migration: its file without folder and ending, else what the ledger says."""
    tracked = migration.tracked
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
        return "not permitted"
    if node.cycle:
        return "deadlock"
    gone = ", client gone" if node.client_gone else ""
    if node.waits_for:
        return f"waiting{gone}"
    return safe(node.session.state, 60) + gone


def query_of(session: Session, limit: int = 500) -> str:
    """Its statement on one line; '' when it cannot be seen."""
    return one_line(session.query, limit) if session.visible else ""


def gaps(assessment: Assessment) -> tuple[Coverage, ...]:
    """What could not be read completely."""
    return tuple(item for item in assessment.coverage if not item.complete)


def gap_lines(items: tuple[Coverage, ...], width: int, indent: int, head: str) -> list[Line]:
    """Each reason once with all that it hides, and the GRANT that would mend it."""
    hidden: dict[tuple[str, str], list[str]] = {}
    for item in items:
        hidden.setdefault((item.reason, item.grant), []).append(safe(item.what))
    made: list[Line] = []
    for (reason, grant), what in hidden.items():
        first: Span | None = None if made else (head, Tone.WARN)
        text = ", ".join(dict.fromkeys(what)) + (f": {one_line(reason)}" if reason else "")
        made += paragraph(text, width, indent, first)
        if grant:
            made.append(fitted(width, " " * indent, (one_line(grant), Tone.STRONG)))
    return made


def migration_key(framework: JudgedFramework, migration: JudgedMigration) -> str:
    """The key of a migration's line, on every page."""
    return f"m/{framework.framework}/{migration.id}"


def statement_key(parent: str, judgement: Judgement) -> str:
    """The key of a statement's line, on every page."""
    return f"{parent}#{judgement.statement.n}"


def evidence_of(judgement: Judgement) -> str:
    """What supports the verdict, in one sentence; says when only the order does."""
    inferred = " (inferred from the order)" if judgement.inferred else ""
    rows = judgement.remaining_rows
    counted = "" if rows is None else f" {rows:,} rows left to do."
    return one_line(judgement.evidence) + inferred + counted
