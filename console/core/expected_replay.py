"""The schema as the project's own files make it, from nothing: what is expected where nobody kept anything better.

A dump that the project keeps comes first, then all its migrations. Only where the files say all of it: a row without
its file, a file that changed since it ran, a history that begins with a database somebody already had, a dump that is
ahead of the database. Then the files do not tell what should be there, and why is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.expected_base import Baseline, Dumped
from console.core.ledgers import others
from console.core.migration import Belief, State
from console.core.observation import Observation, Tracking
from console.core.schema import Namespace, Schema

_FROM_THE_BEGINNING = "public"
"""The schema that a new database of PostgreSQL has."""
_CHANGED = frozenset({State.FILE_MISSING, State.CHECKSUM_MISMATCH, State.UNREADABLE})


def replayed(observation: Observation, frameworks: tuple[JudgedFramework, ...]) -> Baseline | str:
    """An empty database before the first migration, or in a sentence why the files do not tell what should be there."""
    server, schema = observation.server.value, observation.schema.value
    if server is None or schema is None:
        return "the schema was not read"
    trackings = [reading.value for reading in observation.tracking if reading.value is not None]
    if not any(tracking.tracked for tracking in trackings):
        return "no project with migrations was found"
    if len(trackings) < len(observation.tracking):
        return "not every ledger was read"
    here = others(schema, {tracking.ledger.name for tracking in trackings})
    beside = (f"{table} is a ledger of {tool} beside the one that was read" for table, tool in here)
    dump = _usable_dump(trackings, frameworks)
    missing = iter(()) if dump is not None else _not_told(trackings, frameworks)
    why = next((reason for reasons in (_unread(trackings), beside, missing) for reason in reasons), "")
    if why:
        return why
    count = sum(1 for framework in frameworks for migration in framework.migrations if _ran(migration))
    if not count and dump is None:
        return "no migration is recorded here, so what is here was made by something else"
    born = tuple(space for space in schema.of_kind(Namespace) if space.ref.name in (_FROM_THE_BEGINNING, schema.home))
    empty = Schema(born, home=schema.home, dialect=schema.dialect, folded=schema.folded)
    return Baseline(
        empty,
        dump.source if dump is not None else f"replay of {count} migration{'s' * (count != 1)}",
        server.dialect,
        server.version,
        server.name or "",
        observation.taken_at,
        {framework.framework: dump.stands_for if dump is not None else frozenset() for framework in frameworks},
        of_files=True,
        statements=dump.statements if dump is not None else (),
    )


def _usable_dump(trackings: list[Tracking], frameworks: tuple[JudgedFramework, ...]) -> Dumped | None:
    """The one dump there is, unless it is ahead: it holds what has not begun to run here."""
    if len(trackings) != 1 or trackings[0].dump is None:
        return None
    dump = trackings[0].dump
    ahead = (m for f in frameworks for m in f.migrations if m.state is State.PENDING and m.id in dump.stands_for)
    return dump if next(ahead, None) is None else None


def _unread(trackings: Iterable[Tracking]) -> Iterator[str]:
    for tracking in trackings:
        if tracking.project is None or not tracking.files.complete:
            yield f"the migration files of {tracking.ledger.name} are not known"
        if tracking.ledger.unread:
            yield f"{tracking.ledger.name} was not read"


def _not_told(trackings: Iterable[Tracking], frameworks: Iterable[JudgedFramework]) -> Iterator[str]:
    """Why the files are not the whole story."""
    for tracking in trackings:
        for tracked in tracking.tracked:
            if tracked.belief is Belief.RECORDED and tracked.migration is None:
                yield f"{tracked.id} is recorded and has no file"
            elif tracked.belief is Belief.RECORDED and tracked.migration is not None and tracked.migration.unreadable:
                yield f"{tracked.id} is recorded and its file cannot be read"
            if tracked.row is not None and tracked.belief is Belief.PENDING:
                yield f"{tracked.id} changed since it ran"
    for framework in frameworks:
        for migration in framework.migrations:
            if migration.state in _CHANGED:
                yield f"{migration.label} is {migration.state.word}"


def _ran(migration: JudgedMigration) -> bool:
    return migration.tracked.belief is Belief.RECORDED
