"""What a condition of the file means for an operation: the same as IF EXISTS and IF NOT EXISTS do."""

from __future__ import annotations

from dataclasses import replace

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.statements.statement import Guard


def under(operation: Operation, guards: tuple[Guard, ...]) -> Operation:
    """The operation as it is under these conditions, when one of them asks for the very object it is about."""
    for guard in guards:
        if isinstance(operation, Create) and not guard.present and guard.ref == operation.subject:
            return replace(operation, if_absent=True)
        if isinstance(operation, Drop | Rename | Change) and guard.present and guard.ref == operation.ref:
            return replace(operation, if_present=True)
    return operation
