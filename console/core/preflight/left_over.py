"""What earlier runs left, said before the next one: a migration that stopped halfway is not run on, it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.assessment import JudgedFramework, JudgedMigration
from console.core.migration import State
from console.core.operations import Drop
from console.core.plain import one_line
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.verdict import Verdict

_STATES = {
    State.HALF_APPLIED: Severity.BLOCK,
    State.FAILED: Severity.BLOCK,
    State.UNRECORDED: Severity.BLOCK,
    State.CHECKSUM_MISMATCH: Severity.HIGH,
    State.HOLLOW: Severity.HIGH,
    State.FILE_MISSING: Severity.MED,
}
_SAFER = "Settle it first: `halfway` shows what landed and how it is finished, rolled back or marked as run."


def left_over(ground: Ground, _: Sequence[Case]) -> Iterator[Finding]:
    """One finding for each migration that is neither pending nor applied, where the tool's next run is judged."""
    if ground.assessment is None or not any(unit.framework and not unit.past for unit in ground.units):
        return
    for framework in ground.assessment.frameworks:
        for migration in framework.migrations:
            if migration.state in _STATES and not _only_absent(framework, migration):
                yield _finding(framework, migration)


def _only_absent(framework: JudgedFramework, migration: JudgedMigration) -> bool:
    """Nothing was ever recorded, and all that seems to have landed is that something is not there: it never was."""
    landed = (j for j in migration.statements if j.verdict is Verdict.LANDED and not j.inferred)
    return not framework.rows and all(isinstance(o, Drop) for j in landed for o in j.statement.operations)


def _finding(framework: JudgedFramework, migration: JudgedMigration) -> Finding:
    state, file = migration.state, migration.tracked.migration
    opened = "An incident is open: " if _STATES[state] is Severity.BLOCK else ""
    said = f"{opened}{one_line(migration.label, 120)} is {state.word.lower()}. {migration.headline}".strip()
    return Finding(
        f"left-{state.value.replace('_', '-')}",
        _STATES[state],
        About.GROUP,
        f"{said} {framework.next_run}".strip(),
        _SAFER,
        migration=migration.id,
        file=file.file if file is not None else "",
    )
