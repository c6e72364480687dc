"""What an unfinished migration alone should have left, where nothing tells how the rest should be.

It is the schema as it is, with what the migration has still to do: everything else is taken as it was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.expected import BEGUN
from console.core.expected_base import Baseline
from console.core.landed import Verdict
from console.core.observation import Observation
from console.core.operations import Create
from console.core.schema import Ref
from console.core.verdicts import good


def scoped(observation: Observation, frameworks: Iterable[JudgedFramework]) -> Baseline | None:
    """None where no migration has begun and not ended, or where the schema was not read."""
    server, schema = observation.server.value, observation.schema.value
    judged = tuple(frameworks)
    begun = [m for framework in judged for m in framework.migrations if m.state in BEGUN]
    if server is None or schema is None or not begun:
        return None
    differing = {ref for migration in begun for ref in _made_otherwise(migration)}
    names = ", ".join(migration.label for migration in begun[:3])
    return Baseline(
        replace(schema, things=tuple(thing for thing in schema.things if thing.ref not in differing)),
        f"{names} alone",
        server.dialect,
        server.version,
        database=server.name or "",
        taken_at=observation.taken_at,
        recorded={f.framework: frozenset(m.id for m in f.migrations if good(m.tracked)) for f in judged},
        identity=server.identity,
    )


def _made_otherwise(migration: JudgedMigration) -> Iterable[Ref]:
    """What it would make, and what is there and differs."""
    for judgement in migration.statements:
        if judgement.verdict is Verdict.PARTIAL:
            made = (op for op in judgement.statement.operations if isinstance(op, Create))
            yield from (thing.ref for operation in made for thing in operation.things)
