"""Files and rows joined as Django joins them: by app and name; squashes stand for what they replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from console.core.migration import Belief, Ledger, LedgerRow, Migration, Tracked
from console.core.observation import Health, Reading, Server, Tracking
from console.core.ports import Files, Project
from console.frameworks.django.files import DjangoFiles
from console.frameworks.django.graph import Graph, graph_of, replaced_by
from console.frameworks.django.habits import HABITS
from console.frameworks.django.next_run import next_run
from console.frameworks.django.rollback import rollback
from console.frameworks.django.routers import command
from console.readers.python.django_file import Key


@dataclass(frozen=True, slots=True)
class _View:
    """Everything the joining looks at."""

    files: DjangoFiles
    rows: Mapping[Key, tuple[LedgerRow, ...]]
    applied: frozenset[Key]
    """As the loader counts: a squash whose every part is recorded is applied, too."""
    graph: Graph
    migrations: Mapping[Key, Migration]


def track(project: Project | None, files: Files, ledger: Ledger, server: Server) -> Tracking:
    """One Tracked per migration or row, in the order of the graph. Django takes no lock."""
    view = _view(files, ledger)
    tracked = tuple(_tracked(view))
    count = len(files.migrations)
    health = Health.NOT_READ if files.unread else Health.OK if count else Health.NONE
    return Tracking(
        framework="django",
        habits=HABITS,
        project=project.folder if project else None,
        ledger=ledger,
        tracked=tracked,
        files=Reading(count, health, files.unread),
        next_run="" if ledger.unread else next_run(tracked, ledger, view.graph, view.applied, command(project, server)),
        rollback=rollback(project, ledger, tracked, view.graph),
    )


def key_of(name: str) -> Key:
    """(app, name) of `app.name`."""
    app, _, rest = name.partition(".")
    return app, rest


def _view(files: Files, ledger: Ledger) -> _View:
    known = files if isinstance(files, DjangoFiles) else DjangoFiles(files.migrations, files.down, files.unread)
    rows: dict[Key, tuple[LedgerRow, ...]] = {}
    for row in ledger.rows:
        key = key_of(row.id)
        rows[key] = (*rows.get(key, ()), row)
    applied = set(rows)
    for key in known.said:
        done = [one in rows for one in replaced_by(key, known.said)]
        if done and all(done):
            applied.add(key)
        elif any(done):
            applied.discard(key)
    graph = graph_of(known.said, frozenset(rows), known.labels)
    return _View(known, rows, frozenset(applied), graph, {key_of(m.id): m for m in known.migrations})


def _tracked(view: _View) -> Iterator[Tracked]:
    for key in view.graph.order:
        if key in view.migrations:
            yield _of_node(key, view)
    listed = set(view.graph.order)
    for key in sorted(view.migrations.keys() - listed):
        yield _outside(key, view)
    for key, rows in view.rows.items():
        if key not in view.migrations:
            yield _without_file(key, rows, view)


def _of_node(key: Key, view: _View) -> Tracked:
    migration = view.migrations[key]
    rows = view.rows.get(key, ())
    replaced = replaced_by(key, view.files.said)
    notes = [migration.note, _repeated(rows), *_doubts(key, view)]
    if key in view.applied:
        if not rows and replaced:
            rows = view.rows[replaced[-1]]
            notes.append("all it replaces is recorded: Django takes it for applied")
        return Tracked(migration.id, Belief.RECORDED, migration, rows[0], note=_said(*notes))
    return Tracked(migration.id, Belief.PENDING, migration, None, note=_said(*notes))


def _doubts(key: Key, view: _View) -> Iterator[str]:
    """Why Django stops before it runs anything, where that has to do with this migration."""
    for parent in view.graph.parents.get(key, ()):
        if key in view.applied and parent not in view.applied:
            yield f"it is recorded and {'.'.join(parent)}, on which it depends, is not: migrate refuses to run"
    for child, parent in view.graph.missing:
        if child == key:
            gone = parent[0] in view.files.absent or bool(view.files.part)
            why = "whose package is not here" if gone else "which nobody has"
            yield f"it depends on {'.'.join(parent)}, {why}"
    if key[1] in view.graph.conflicts.get(key[0], ()):
        others = ", ".join(view.graph.conflicts[key[0]])
        yield f"{key[0]} has several last migrations ({others}): migrate refuses to run until they are merged"
    if key in view.graph.cycle:
        yield "it depends on itself in a circle"


def _outside(key: Key, view: _View) -> Tracked:
    """A file that Django leaves out: replaced by a squash, or a squash that cannot be used."""
    migration = view.migrations[key]
    squash = view.graph.replaced.get(key)
    why = f"replaced by {'.'.join(squash)}" if squash else f"not used: {view.graph.unused.get(key, 'it is no node')}"
    recorded = "its row is kept beside that of the squash" if key in view.rows else ""
    return Tracked(migration.id, Belief.IGNORED, migration, None, note=_said(migration.note, why, recorded))


def _without_file(key: Key, rows: tuple[LedgerRow, ...], view: _View) -> Tracked:
    note, expected = _why_no_file(key, view)
    return Tracked(
        ".".join(key), Belief.RECORDED, None, rows[0], file_expected=expected, note=_said(note, _repeated(rows))
    )


def _why_no_file(key: Key, view: _View) -> tuple[str, bool]:
    """What is to be said of a row whose file is not here, and whether the file is missed."""
    for squash, file in view.files.said.items():
        if key in file.replaces:
            return f"squashed into {'.'.join(squash)}", False
    if key[0] in view.files.absent:
        return f"the package of {key[0]} is not here", False
    if view.files.part:
        return view.files.part, False
    if key[0] not in view.files.apps and view.files.said:
        return f"{key[0]} is not installed: Django passes over its rows", False
    return "", True


def _repeated(rows: tuple[LedgerRow, ...]) -> str:
    if len(rows) < 2:
        return ""
    return f"recorded {'twice' if len(rows) == 2 else f'{len(rows)} times'}"


def _said(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
