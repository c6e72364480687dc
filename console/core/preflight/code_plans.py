"""Statements that a server keeps prepared, and files that speak of models: what breaks without a name being gone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.code_tools import NEVER_STARS
from console.core.preflight.code_values import Break, Code
from console.core.preflight.finding import Severity
from console.core.refs import Kind, Ref

_IMPORT = re.compile(
    r"^\s*from\s+(?!django\.db\.models)([\w.]+\.models|\.+models)\s+import\s+\(?\s*([A-Z]\w*)", re.MULTILINE
)


def replanned(operation: Operation, table: Ref, met: Code) -> Iterator[Break]:
    """The result of `SELECT *` is another one, and PostgreSQL refuses to run a plan whose result changed."""
    unit = met.case.unit
    if met.case.server.dialect != "postgresql" or unit.framework in NEVER_STARS or not _reshapes(operation):
        return
    label = met.label(table)
    why = (
        f"A `SELECT *` of {label} that a session keeps prepared fails once: `cached plan must not change result type` "
        "(0A000)."
    )
    if met.library.stars:
        why += " Active Record prepares such statements: outside a transaction it asks again, inside one it raises."
        safer = (
            "Restart processes behind the migration, or set enumerate_columns_in_select_statements (Rails 7) before."
        )
        yield Break("app-cached-plan", Severity.LOW, table, why, safer)
        return
    yield Break("app-cached-plan", Severity.INFO, table, why, "Name the columns, or connect anew behind the migration.")


def _reshapes(operation: Operation) -> bool:
    if isinstance(operation, Create | Drop | Rename):
        subject = operation.ref if isinstance(operation, Drop | Rename) else operation.subject
        return subject.kind is Kind.COLUMN
    return isinstance(operation, Change) and operation.ref.kind is Kind.COLUMN and "type" in dict(operation.attrs)


def imports_models(met: Code) -> Iterator[Break]:
    """A data migration of Django that uses the models of today, which later releases change."""
    unit = met.case.unit
    found = _IMPORT.search(unit.text) if unit.framework == "django" and "RunPython" in unit.text else None
    if found is not None:
        why = (
            f"It takes {found[2]} from {found[1]}: the model as it is when the file runs, not as it was when it "
            "was written. A column that a later release adds or drops is in its SQL too early, or no more."
        )
        safer = f'Take it from the history: apps.get_model("...", "{found[2]}").'
        yield Break("app-model-import", Severity.MED, met.table, why, safer)
