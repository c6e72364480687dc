"""A history of several lines, drawn below the name of its tool."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.branches import Branches, Drawn
from console.core.migration import State
from console.core.plain import visible

_MOST = 40
"""Lines that are drawn; the newest come first."""


def branch_lines(framework: JudgedFramework) -> Iterator[str]:
    """The drawing; nothing where there is one line, or where all lines have joined and all of it is applied."""
    branches = Branches(migration.tracked for migration in framework.migrations)
    open_ids = {m.id for m in framework.migrations if m.state is not State.APPLIED}
    told = frozenset(m.id for m in framework.migrations if m.id in open_ids or m.tracked.row is not None)
    rows = branches.condensed(told)
    if not rows or not branches.branched or (len(branches.heads) < 2 and not open_ids):
        return
    heads = ", ".join(branches.heads[:4]) + (" and more" if len(branches.heads) > 4 else "")
    yield visible(f"  {len(branches.heads)} head{'s' * (len(branches.heads) != 1)}: {heads}. Newest first:")
    by_id = {migration.id: migration for migration in framework.migrations}
    for row in rows[:_MOST]:
        yield visible(f"  {row.lane}  {_said(row, branches, by_id)}")
    if len(rows) > _MOST:
        yield f"  and {len(rows) - _MOST} more lines"


def _said(row: Drawn, branches: Branches, by_id: dict[str, JudgedMigration]) -> str:
    if len(row.ids) > 1:
        return f"({len(row.ids)} more, {by_id[row.ids[0]].state.word.lower()})"
    migration = by_id[row.ids[0]]
    file = migration.tracked.migration
    said = (migration.id, branches.words(migration.id), migration.state.word, file.description if file else "")
    return "  ".join(part for part in said if part)
