"""`manage.py migrate APP PREVIOUS`: it takes back what of the app is not under PREVIOUS, and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.migration import Belief, Ledger, Tracked
from console.core.ports import Project
from console.core.rollback import Rollback, heeded
from console.frameworks.django.graph import Graph
from console.frameworks.django.sqlmigrate import python
from console.readers.python.django_file import Key
from console.readers.settings import environ_of

_HEEDS = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTHONPATH")


def rollback(project: Project | None, ledger: Ledger, tracked: Sequence[Tracked], graph: Graph) -> Rollback:
    """What manage.py would take back to be rid of the migration that was recorded last. What stands on others without
    their files being here can only stand on the first of an app (Django's own apps do)."""
    if project is None:
        return Rollback(why="Django's project was not found here.")
    ran = [t for t in tracked if t.belief is Belief.RECORDED and t.row is not None and t.row.applied_at is not None]
    newest = max(enumerate(ran), key=lambda pair: (str(pair[1].row and pair[1].row.applied_at), pair[0]), default=None)
    if newest is None or newest[1].migration is None:
        return Rollback(why="The file of the migration that Django ran last was not found here.")
    app, _, name = newest[1].id.partition(".")
    if any(t.migration is None and t.id.startswith(f"{app}.") for t in ran):
        return Rollback(
            why=f"Some files of the app {app} were not found here, so what migrate would take is not known."
        )
    found = _of((app, name), project, {t.id for t in ran}, graph)
    if "zero" in found.argv and any(t.migration is None for t in ran):
        return Rollback(why=f"It is the first of {app}, and what stands on that was not all found here.")
    return found


def _of(newest: Key, project: Project, recorded: set[str], graph: Graph) -> Rollback:
    app = newest[0]
    parents = _within(newest, graph)
    if len(parents) > 1:
        return Rollback(why=f"{app}.{newest[1]} joins several migrations of its app: one name does not say how far.")
    previous = parents[0][1] if parents else "zero"
    beside = [key for key in graph.order if key[0] == app and _within(key, graph) == parents]
    gone = _standing_on(beside, graph)
    which = ("--database=default",) if project.others else ()
    return Rollback(
        (python(project), "manage.py", "migrate", app, previous, "--no-input", "--no-color", *which),
        project.folder,
        tuple(name for key in reversed(graph.order) if key in gone and (name := ".".join(key)) in recorded),
        tuple(heeded(environ_of(project.settings), _HEEDS)),
    )


def _standing_on(roots: Sequence[Key], graph: Graph) -> set[Key]:
    """They and all that stands on them."""
    gone = set(roots)
    for key in graph.order:
        if any(parent in gone for parent in graph.parents.get(key, ())):
            gone.add(key)
    return gone


def _within(key: Key, graph: Graph) -> list[Key]:
    """What it stands on in its own app."""
    return [parent for parent in graph.parents.get(key, ()) if parent[0] == key[0]]
