"""Which of the snapshots that were kept of a database says how it should be: the newest from before what went wrong.

One that holds what an unfinished migration left already was saved after that began, and would call the damage right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.expected import BEGUN
from console.core.expected_base import Baseline
from console.core.landed import Verdict
from console.core.operations import Create


def newest_before(kept: Iterable[Baseline], frameworks: Sequence[JudgedFramework]) -> Baseline | None:
    """`kept` has the newest first. None where none is from before."""
    return next((base for base in kept if _is_before(base, frameworks)), None)


def _is_before(base: Baseline, frameworks: Sequence[JudgedFramework]) -> bool:
    begun = ((f, m) for f in frameworks for m in f.migrations if m.state in BEGUN)
    return not any(
        _had_begun(base, migration)
        for framework, migration in begun
        if migration.id not in base.recorded.get(framework.framework, frozenset())
    )


def _had_begun(base: Baseline, migration: JudgedMigration) -> bool:
    """The tool had noted it, or something of it had landed."""
    row = migration.tracked.row
    if row is not None and row.applied_at is not None and row.applied_at.tzinfo is not None:
        return row.applied_at.astimezone(UTC) <= base.taken_at
    landed = (j.statement for j in migration.statements if j.verdict is Verdict.LANDED)
    made = (op for statement in landed for op in statement.operations if isinstance(op, Create))
    return any(base.schema.get(op.subject) is not None for op in made if not (op.if_absent or op.replace))
