"""From one page to what another says of the same: a difference, the statement that should have made it, the object."""

from __future__ import annotations

from console.core.assessment import Assessment, DriftItem
from console.core.replay import effects
from console.core.schema import Kind, Ref
from screens.migrations import find
from screens.schema_tree import key_of
from screens.words import migration_key, statement_key

_SHOWN_FIRST = (Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX, Kind.TABLE)


def statement_of(assessment: Assessment, item: DriftItem) -> str:
    """The line of the statement that should have left a thing as it is expected; '' where there is none."""
    for framework in assessment.frameworks:
        for migration in framework.migrations:
            if item.migration and migration.id == item.migration:
                parent = migration_key(framework, migration)
                found = (j for j in migration.statements if j.statement.n == item.statement)
                return next((statement_key(parent, judgement) for judgement in found), parent)
    return ""


def thing_of_statement(assessment: Assessment, key: str) -> str:
    """The line in the tree of what a statement touches; '' where nothing of it is there."""
    schema = assessment.observation.schema.value
    found = find(assessment, key)
    if schema is None or found is None or found[1] is None:
        return ""
    operations = found[1].statement.operations
    touched = [ref for operation in operations for ref, _ in effects(operation) if schema.get(ref) is not None]
    refs = sorted(dict.fromkeys(touched), key=_rank)
    return f"x/{key_of(refs[0])}" if refs else ""


def _rank(ref: Ref) -> int:
    return _SHOWN_FIRST.index(ref.kind) if ref.kind in _SHOWN_FIRST else len(_SHOWN_FIRST)
