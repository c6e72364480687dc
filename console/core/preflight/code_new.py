"""New columns as they are when a migration ends: an INSERT of code that does not know one must be able to leave it out.

Django makes a column with a default and takes the default back in the next statement; so the end counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.code_use import Running
from console.core.preflight.code_values import Break
from console.core.preflight.finding import Severity
from console.core.preflight.ground import Case
from console.core.refs import Kind, Ref, table_ref
from console.core.schema import Column


@dataclass
class NewColumns:
    """Those of one migration, on tables that run."""

    _there: dict[Ref, tuple[Column, Case]] = field(default_factory=dict)
    """With the statement that last said whether it may be left out."""

    def note(self, operation: Operation, case: Case, running: Running) -> None:
        """One operation more, before `running` is told of it."""
        if isinstance(operation, Create) and operation.subject.kind is Kind.COLUMN:
            table = table_ref(operation.subject.schema, operation.subject.table)
            if running.uses(table) and isinstance(operation.things[0], Column):
                self._there[operation.subject] = (operation.things[0], case)
        elif isinstance(operation, Change) and operation.ref in self._there:
            attrs = {n: v for n, v in operation.attrs if n in ("nullable", "default", "identity", "auto_increment")}
            if attrs:
                self._there[operation.ref] = (replace(self._there[operation.ref][0], **attrs), case)  # type: ignore[arg-type]
        elif isinstance(operation, Drop):
            self._there.pop(operation.ref, None)
        elif isinstance(operation, Rename) and operation.ref in self._there:
            self._there[operation.to] = self._there.pop(operation.ref)

    def breaks(self) -> Iterator[tuple[Break, Case]]:
        """What no INSERT of code of before can be without."""
        for ref, (column, case) in self._there.items():
            if not may_be_left_out(column):
                yield required(ref, case), case


def may_be_left_out(column: Column) -> bool:
    """An INSERT need not name it."""
    filled = column.default is not None or column.generated is not None or column.identity or column.auto_increment
    return column.nullable or bool(filled) or "serial" in column.type


def required(ref: Ref, case: Case) -> Break:
    """A new column that is NOT NULL and has no default."""
    django = case.unit.framework == "django"
    by_tool = " (a default that only the models have is none)" if django else ""
    label = ref.label(case.schema.home)
    why = (
        f"Every INSERT of code of before leaves {label} out, and it is NOT NULL without a default in the database"
        f"{by_tool}: each of them is refused."
    )
    safer = "Give it a default in the database, or add it nullable and make it NOT NULL a release later."
    safer += " From Django 5.0 on that is db_default." if django else ""
    return Break("app-not-null-without-db-default", Severity.APP, ref, why, safer)
