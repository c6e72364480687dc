"""What `python manage.py migrate` does next in the present state, in one true sentence."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from console.core.migration import Belief, Ledger, Tracked
from console.frameworks.django.graph import Graph
from console.readers.python.django_file import Key


def next_run(tracked: Sequence[Tracked], ledger: Ledger, graph: Graph, applied: AbstractSet[Key], command: str) -> str:
    """What stops it, else the first migration without a row, from its first statement; '' when there is none."""
    if stopped := _stopped(graph, applied):
        return f"{command} {stopped}."
    pending = [item.migration for item in tracked if item.belief is Belief.PENDING and item.migration is not None]
    if not pending:
        return ""
    table = "" if ledger.exists else "makes django_migrations, then "
    return f"{command} {table}runs {pending[0].run_as(pending[0].id)}."


def _stopped(graph: Graph, applied: AbstractSet[Key]) -> str:
    """Why it runs nothing, as Django would say it."""
    if graph.missing:
        child, parent = graph.missing[0]
        return f"stops at once (NodeNotFoundError): {'.'.join(child)} depends on {'.'.join(parent)}, which is not there"
    if graph.cycle:
        circle = ", ".join(".".join(key) for key in graph.cycle[:4])
        return f"stops at once (CircularDependencyError): {circle} depend on each other"
    for key in graph.order:
        for parent in graph.parents[key]:
            if key in applied and parent not in applied:
                return (
                    f"stops at once (InconsistentMigrationHistory): {'.'.join(key)} is applied before its dependency "
                    f"{'.'.join(parent)}"
                )
    for app, names in graph.conflicts.items():
        found = f"{', '.join(names)} in {app}"
        return (
            f"stops at once (conflicting migrations, multiple leaf nodes in the migration graph: {found}) until they"
            " are merged (`makemigrations --merge`)"
        )
    return ""
