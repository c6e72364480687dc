"""Alembic's own rows: heads that move, as its HeadMaintainer moves them (facts: frameworks.md 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.core import ledger_sql
from console.core.migration import Belief, LedgerRow, Tracked
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.alembic.graph import Graph, Move, Node
from console.frameworks.alembic.ledger import COLUMN

_LONGEST = 32
"""Characters of `version_num`."""


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Alembic."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the revisions say everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The rows as they are after `alembic upgrade` has run this one revision."""
        graph, rows, tracked = _ready(tracking, migration)
        if tracked.belief is not Belief.PENDING:
            raise CannotWriteError("Alembic has recorded it already.")
        if len(migration) > _LONGEST:
            raise CannotWriteError(f"Its revision is longer than the {_LONGEST} characters the table holds.")
        recorded = graph.ancestors(rows)
        before = [parent for parent in graph.parents[migration] if parent not in recorded]
        if before:
            raise CannotWriteError(f"It stands on {before[0]}, which is not recorded: mark that one first.")
        told = f"alembic current names {migration}; the next alembic upgrade goes on behind it."
        return _edit(tracking, graph.forward(migration, frozenset(rows)), server, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The rows as they are after `alembic downgrade` has taken this one revision back."""
        graph, rows, tracked = _ready(tracking, migration)
        if tracked.belief is not Belief.RECORDED:
            raise CannotWriteError("Alembic has no row of it.")
        if migration not in rows:
            above = [name for name in graph.children(migration) if name in graph.ancestors(rows)]
            name = above[0] if above else next(iter(rows))
            raise CannotWriteError(f"{name} stands on it and is recorded: mark that one first.")
        told = "The next alembic upgrade runs it again."
        return _edit(tracking, graph.back(migration, frozenset(rows)), server, told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Alembic sets nothing."""
        return {}


def _ready(tracking: Tracking, migration: str) -> tuple[Graph, Mapping[str, LedgerRow], Tracked]:
    """The graph, the rows by revision, and the revision. CannotWriteError where Alembic itself would refuse."""
    ledger = tracking.ledger
    if not ledger.exists:
        raise CannotWriteError(f"{ledger.name} does not exist: Alembic makes it (alembic ensure_version).")
    tracked = next((t for t in tracking.tracked if t.id == migration), None)
    if tracked is None or tracked.migration is None or tracked.migration.unreadable:
        raise CannotWriteError("Its file is not there or not read, so what it stands on is not known.")
    graph = Graph(_nodes(tracking))
    rows = {name: row for row in ledger.rows if (name := graph.resolve(row.id)) is not None}
    if len(rows) < len(ledger.rows):
        raise CannotWriteError("The table names a revision that no file has: Alembic refuses to move it.")
    if any(of == migration for of, _ in graph.missing) or graph.has_cycle:
        raise CannotWriteError("What it stands on is not there: Alembic refuses to move it.")
    return graph, rows, tracked


def _nodes(tracking: Tracking) -> Iterator[Node]:
    """The graph again, from the texts of the files: a tracking holds nothing else of it."""
    from console.readers.python.alembic import Setting, read_revision

    for tracked in tracking.tracked:
        if tracked.migration is not None and not tracked.migration.unreadable:
            found = read_revision(tracked.migration.text, Setting("postgres"))
            yield Node(tracked.id, found.down_revision, found.depends_on, found.branch_labels)


def _edit(tracking: Tracking, move: Move, server: Server, told: str) -> LedgerEdit:
    """DELETE, INSERT, UPDATE in Alembic's order."""
    name = tracking.ledger.name
    raw = {row.id: row.raw for row in tracking.ledger.rows}
    table = ledger_sql.table(name, server)
    column = ledger_sql.name(COLUMN, server)

    def moved(old: str, new: str) -> str:
        was, will = ledger_sql.value(old, server), ledger_sql.value(new, server)
        return f"UPDATE {table} SET {column} = {will} WHERE {column} = {was}"

    def gone(old: str) -> str:
        return ledger_sql.delete(name, ((COLUMN, old),), server)

    def made(new: str) -> str:
        return ledger_sql.insert(name, ((COLUMN, new),), server)

    sql = (*map(gone, move.delete), *map(made, move.insert), *(moved(*pair) for pair in move.update))
    undo = (*(moved(new, old) for old, new in move.update), *map(gone, move.insert), *map(made, move.delete))
    before = tuple(raw[old] for old in (*move.delete, *(old for old, _ in move.update)) if old in raw)
    new_rows = (*move.insert, *(new for _, new in move.update))
    after = tuple(ledger_sql.as_text({COLUMN: new}, server) for new in new_rows)
    return LedgerEdit(name, sql, before, after, undo, told)
