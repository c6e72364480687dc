"""Files and rows joined as Alembic joins them: a row is the head of a line, and everything below it ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Reading, Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.alembic.files import AlembicFiles
from console.frameworks.alembic.graph import Graph
from console.frameworks.alembic.habits import HABITS
from console.frameworks.alembic.rollback import rollback

_LOST = "Alembic cannot locate this revision: the file that has it is not here"
_NAMED = 4


@dataclass(frozen=True)
class _View:
    """Everything the joining looks at."""

    files: AlembicFiles
    graph: Graph
    rows: Mapping[str, LedgerRow]
    """By the revision they name."""
    recorded: frozenset[str]
    lost: tuple[LedgerRow, ...]
    """Rows whose revision no file has."""


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked per revision, in the order `alembic upgrade heads` runs them. Alembic takes no lock."""
    files = _of_this_database(files, project, ledger)
    known = files if isinstance(files, AlembicFiles) else AlembicFiles(files.migrations, files.down, files.unread)
    view = _view(known, ledger)
    tracked = (*_of_files(view), *_lost(view))
    health = Health.NOT_READ if files.unread else Health.OK if files.migrations else Health.NONE
    return Tracking(
        framework="alembic",
        habits=HABITS,
        project=project.folder if project else None,
        ledger=ledger,
        tracked=tracked,
        files=Reading(len(files.migrations), health, files.unread),
        releases=project.releases if project else (),
        current_release=project.current_release if project else None,
        next_run="" if ledger.unread or files.unread or not tracked else _next_run(view, project),
        rollback=rollback(project, ledger, tracked),
    )


def _of_this_database(files: Files, project: Project | None, ledger: Ledger) -> Files:
    """None of them where it is not known what the table is called, and none of the usual name is there: that nothing
    ran cannot be told then."""
    unknown = project.settings.get("table_unknown", "") if project is not None and not ledger.exists else ""
    why = f"env.py says only at run time what its {unknown} is, and there is no {ledger.name}: what ran is not known"
    return Files(unread=why) if unknown else files


def _view(files: AlembicFiles, ledger: Ledger) -> _View:
    graph = files.graph
    rows: dict[str, LedgerRow] = {}
    lost: list[LedgerRow] = []
    for row in ledger.rows:
        name = graph.resolve(row.id) if row.id else None
        if name is None:
            lost.append(row)
        else:
            rows[name] = row
    return _View(files, graph, rows, graph.ancestors(rows), tuple(lost))


def _of_files(view: _View) -> Iterator[Tracked]:
    by_id = {migration.id: migration for migration in view.files.migrations}
    for name in view.graph.order:
        found = _tracked(name, by_id[name], view)
        yield replace(found, after=view.graph.parents[name], head=name in view.graph.heads)
    for migration in view.files.migrations:
        if migration.id not in view.graph.nodes:
            yield Tracked(migration.id, Belief.PENDING, migration, None, note=migration.note)


def _tracked(name: str, migration: Migration, view: _View) -> Tracked:
    row = view.rows.get(name)
    if name in view.recorded:
        tops = [head for head in view.rows if name in view.graph.ancestors([head])]
        below = "" if row is not None else f"below {_named(tops)}, which is recorded"
        return Tracked(name, Belief.RECORDED, migration, row, note=_said(migration.note, below))
    if view.lost:
        why = f"whether it ran is not known: {_named([r.id for r in view.lost])} is recorded, and its file is not here"
        return Tracked(name, Belief.IGNORED, migration, None, note=_said(migration.note, why))
    return Tracked(name, Belief.PENDING, migration, None, note=_said(migration.note, *_doubts(name, view)))


def _doubts(name: str, view: _View) -> Iterator[str]:
    """What is not certain about a run that is still to come."""
    gone = [parent for of, parent in view.graph.missing if of == name]
    if gone:
        yield f"it stands on {_named(gone)}, which no file has"
    parents = view.graph.parents[name]
    if len(parents) > 1:
        yield f"it joins {_named(parents)}"


def _lost(view: _View) -> Iterator[Tracked]:
    for row in view.lost:
        missed = not view.files.unread
        yield Tracked(row.id, Belief.RECORDED, None, row, file_expected=missed, note=_LOST if missed else "")


def _next_run(view: _View, project: Project | None) -> str:
    """What `alembic upgrade` does in the present state."""
    refusal = _refusal(view)
    if refusal:
        return refusal
    heads = view.graph.heads
    pending = [name for name in view.graph.order if name not in view.recorded]
    if not pending:
        return ""
    if len(heads) > 1:
        return (
            f"`alembic upgrade head` refuses, because there are {len(heads)} heads ({_named(heads)}): "
            f"`alembic upgrade heads` runs them all, or one is named; it begins with {pending[0]}."
        )
    begins = f"The next alembic upgrade runs {pending[0]} from its first statement"
    migration = next(m for m in view.files.migrations if m.id == pending[0])
    if not migration.transactional:
        return f"{begins}, and stops where what it makes is there already."
    each = project is not None and project.settings.get("transaction_per_migration") == "True"
    if each or len(pending) == 1:
        return f"{begins}, in a transaction of its own."
    return f"{begins}, and all {len(pending)} pending revisions in one transaction: if one fails, none of them stays."


def _refusal(view: _View) -> str:
    """Why Alembic does not even begin."""
    if view.lost:
        return (
            f"The next alembic run refuses at once: it cannot locate revision {_named([r.id for r in view.lost])}, "
            "which the table names."
        )
    if view.files.partly:
        return ""
    if view.files.refused:
        return f"The next alembic run refuses at once: {_named(view.files.refused)} names no revision."
    if view.graph.has_cycle:
        return "The next alembic run refuses at once: the revisions stand on each other in a circle."
    if view.graph.missing:
        name, parent = view.graph.missing[0]
        return f"The next alembic run refuses at once: {name} stands on {parent}, which no file has."
    return ""


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _said(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
