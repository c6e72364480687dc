"""Which tables a run will lock, and how: what is held against it now is found by that.

PostgreSQL's locks are those of the hazard rules, also on tables that a statement does not name. MySQL's metadata locks
are the same for every change of a table. Where no rule knows a statement, the strongest lock on all it names is taken
to be needed, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.core.operations import Create
from console.core.plain import one_line
from console.core.preflight.ground import Case
from console.core.schema import Constraint, Kind
from console.core.statements import Nature

_STRONGEST = "AccessExclusiveLock"
_WRITING = {"postgresql": "RowExclusiveLock", "mysql": "SHARED_WRITE", "mariadb": "SHARED_WRITE"}
EXCLUSIVE = {"postgresql": _STRONGEST, "mysql": "EXCLUSIVE", "mariadb": "EXCLUSIVE"}


@dataclass(frozen=True, slots=True)
class Touch:
    """One lock that a statement will ask for."""

    case: Case
    table: tuple[str, str]
    """(schema, name) of a table, or of an index."""
    mode: str
    """As the server's lock table spells it."""
    sure: bool = True
    """False: no rule knows the statement, so it is taken to be the strongest."""

    rows: bool = False
    """It changes rows that are there: it waits for who has changed them as well."""

    @property
    def words(self) -> str:
        """`statement 2 of V3`."""
        return f"statement {self.case.statement.n} of {one_line(self.case.unit.label, 80)}"


def touches(cases: Iterable[Case]) -> tuple[Touch, ...]:
    """Everything the run will lock of what is there now."""
    return tuple(touch for case in cases if not case.unit.past for touch in _of(case))


def _of(case: Case) -> Iterator[Touch]:
    statement, dialect = case.statement, case.server.dialect
    if statement.database or dialect not in EXCLUSIVE:
        return
    if statement.nature is Nature.DATA:
        rows = re.match(r"\s*insert\b", statement.sql, re.IGNORECASE) is None
        yield from (Touch(case, table, _WRITING[dialect], rows=rows) for table in statement.tables)
    elif dialect == "postgresql":
        yield from _of_postgres(case)
    else:
        tables = dict.fromkeys((*statement.tables, *_parents(case)))
        yield from (Touch(case, table, "EXCLUSIVE", bool(statement.operations)) for table in tables)


def _of_postgres(case: Case) -> Iterator[Touch]:
    hazard = case.hazard
    if hazard.rule:
        for mode, ref in hazard.locks:
            if ref.kind in (Kind.TABLE, Kind.INDEX, Kind.VIEW, Kind.SEQUENCE):
                yield Touch(case, (ref.schema, ref.name), _spelled(mode))
        return
    yield from (Touch(case, table, _STRONGEST, sure=False) for table in case.statement.tables)


def _spelled(mode: str) -> str:
    """ACCESS EXCLUSIVE as the lock table has it."""
    return "".join(word.capitalize() for word in mode.split()) + "Lock"


def _parents(case: Case) -> Iterator[tuple[str, str]]:
    """What new foreign keys point at: MySQL locks those tables as well."""
    for operation in case.statement.operations:
        for thing in operation.things if isinstance(operation, Create) else ():
            if isinstance(thing, Constraint) and thing.references:
                place, _, name = thing.references.partition(".")
                yield place, name


def tables_of(found: Sequence[Touch]) -> tuple[tuple[str, str], ...]:
    """Each table once."""
    return tuple(dict.fromkeys(touch.table for touch in found))
