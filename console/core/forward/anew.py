"""A table that is made anew: a copy under another name, all rows into it, the old one dropped, the copy renamed."""

from __future__ import annotations

from collections.abc import Iterable

from console.core.describe import noun
from console.core.landed import Judgement, Verdict
from console.core.operations import Create, Drop, Rename
from console.core.refs import Kind


def made_anew(judgements: Iterable[Judgement], home: str) -> str:
    """Why such a copy that did not come to its end is not guarded, one sentence; '' where there is none."""
    made, gone = set(), set()
    for judgement in judgements:
        for operation in () if judgement.skipped else judgement.statement.operations:
            if isinstance(operation, Create):
                made.add(operation.subject)
            elif isinstance(operation, Drop):
                gone.add(operation.ref)
            elif isinstance(operation, Rename) and operation.ref in made and operation.to in gone:
                if judgement.verdict is Verdict.LANDED or operation.ref.kind is not Kind.TABLE:
                    continue
                table, n = noun(operation.to, home).capitalize(), judgement.statement.n
                return f"{table} is made anew (up to statement {n}): no question tells how many rows are in the copy."
    return ""
