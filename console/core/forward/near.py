"""Of what later migrations do, what may be about the same things: a long project has thousands of statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.core.operations import Operation, Rename
from console.core.statements import Statement
from console.core.statements.mentioned import mentions


def near(statements: Iterable[Statement], beyond: Iterable[Operation], dialect: str) -> Iterator[Operation]:
    """Everything whose name, or whose table, one of the statements mentions."""
    names: set[str] = set()
    for statement in statements:
        names |= mentions(statement.sql, dialect)
    for operation in beyond:
        refs = (operation.ref, operation.to) if isinstance(operation, Rename) else (operation.subject,)
        spoken = {name.lower() for ref in refs if ref is not None for name in (ref.name, ref.table)}
        if not names.isdisjoint(spoken):
            yield operation
