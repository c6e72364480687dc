"""MySQL keeps count of the shapes that ALGORITHM=INSTANT leaves rows in: at the end of the count a table is built anew.

Whether a statement adds one is known from its hazard; how many there are is asked of the server. Who demands INSTANT is
refused then, whoever does not demand it waits for a rebuild that nobody expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from console.core.hazards import hazard_of
from console.core.operations import Create, Drop
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.schema import Kind, Ref, table_ref

_MORE_SINCE, _MORE, _FEW = 90_100, 255, 64
_DEMANDS = re.compile(r"\balgorithm\s*=?\s*instant\b", re.IGNORECASE)


def row_versions(ground: Ground, cases: Sequence[Case]) -> Iterator[Finding]:
    """One for each statement that is one too many."""
    if ground.server.dialect != "mysql" or ground.now.moment is None:
        return
    counted = {table_ref(*name): versions for name, versions in ground.now.moment.versions}
    most = _MORE if ground.server.version_number >= _MORE_SINCE else _FEW
    for case in cases:
        table = _changed(case)
        if table is None or table not in counted or case.unit.past:
            continue
        if counted[table] >= most:
            yield _finding(case, table, counted[table], most)
            counted[table] = 0
        else:
            counted[table] += 1


def _changed(case: Case) -> Ref | None:
    """The table of which the statement adds or drops columns at once."""
    for operation in case.statement.operations:
        if isinstance(operation, Create | Drop) and operation.subject.kind is Kind.COLUMN:
            if hazard_of(case.statement, case.server, case.schema).rewrite:
                return None
            return table_ref(operation.subject.schema or case.schema.home, operation.subject.table)
    return None


def _finding(case: Case, table: Ref, versions: int, most: int) -> Finding:
    name, demands = table.label(case.schema.home), _DEMANDS.search(case.statement.sql) is not None
    end = "ALGORITHM=INSTANT is refused (error 4092)" if demands else "the whole table is built anew instead of at once"
    return Finding(
        "my-row-versions",
        Severity.BLOCK if demands else Severity.HIGH,
        About.LOCK,
        f"{name} was changed INSTANT {versions} times since it was last built, and this version keeps {most}: {end}.",
        "Build it anew at a quiet time first (ALTER TABLE .. FORCE, or an online tool): the count begins again.",
        case.unit.id if case.unit.framework else "",
        case.unit.file,
        case.statement.n,
        case.statement.line,
        case.statement.sql,
        name,
        rewrite=None if demands else True,
        steps=(f"ALTER TABLE {name} FORCE;",),
    )
