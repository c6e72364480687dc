"""What `python manage.py migrate` does next in the present state, in one true sentence."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from console.core.migration import Belief, Ledger, Migration, Tracked
from console.frameworks.django.graph import Graph
from console.readers.python.django_file import Key


def next_run(tracked: Sequence[Tracked], ledger: Ledger, graph: Graph, applied: AbstractSet[Key]) -> str:
    """What stops it, else the first migration without a row, from its first statement; '' when there is none."""
    if stopped := _stopped(graph, applied):
        return f"`manage.py migrate` {stopped}."
    pending = [item.migration for item in tracked if item.belief is Belief.PENDING and item.migration is not None]
    if not pending:
        return ""
    table = "" if ledger.exists else "makes django_migrations, then "
    return f"`manage.py migrate` {table}runs {_how(pending[0])}."


def _stopped(graph: Graph, applied: AbstractSet[Key]) -> str:
    """Why it runs nothing, as Django would say it."""
    if graph.missing:
        child, parent = graph.missing[0]
        return f"stops at once: {'.'.join(child)} depends on {'.'.join(parent)}, which is not there"
    if graph.cycle:
        return f"stops at once: {', '.join('.'.join(key) for key in graph.cycle[:4])} depend on each other"
    for key in graph.order:
        for parent in graph.parents[key]:
            if key in applied and parent not in applied:
                return (
                    f"stops at once (InconsistentMigrationHistory): {'.'.join(key)} is applied before its dependency "
                    f"{'.'.join(parent)}"
                )
    for app, names in graph.conflicts.items():
        return f"stops at once: {app} has several last migrations ({', '.join(names)})"
    return ""


def _how(migration: Migration) -> str:
    count = len(migration.statements)
    if migration.unreadable or not count:
        return migration.id
    if count == 1:
        return f"the statement of {migration.id}" + (", in a transaction" if migration.transactional else "")
    if migration.transactional:
        return f"{migration.id} from the first of its {count} statements, all in one transaction"
    return f"{migration.id} from the first of its {count} statements, each on its own, until one is refused"
