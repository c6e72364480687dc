"""Code that the server itself keeps and that names what goes: no deploy replaces it, and nothing refuses the change.

PostgreSQL ties views to the columns they read, but not the bodies of trigger functions; MySQL ties neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.operations import Drop, Rename
from console.core.preflight.code_values import Break, Code
from console.core.preflight.finding import Severity
from console.core.refs import Kind, Ref
from console.core.schema import Routine, Schema, Trigger, View, owner_of


def left_behind(operation: Drop | Rename, met: Code) -> Iterator[Break]:
    """Triggers and views that still name a column, or a table, when the migration has ended."""
    ref = operation.ref
    if ref.kind is Kind.COLUMN:
        yield from _triggers(ref, met)
    if met.case.server.grammar in ("mysql", "mariadb") and ref.kind in (Kind.COLUMN, Kind.TABLE):
        yield from _views(ref, met)


def _triggers(ref: Ref, met: Code) -> Iterator[Break]:
    name = re.compile(rf"\b(?:NEW|OLD)\s*\.\s*[\"`]?{re.escape(ref.name)}(?![\w$])", re.IGNORECASE)
    schema = met.case.schema
    for trigger in schema.of_kind(Trigger):
        mine = (trigger.ref.schema, owner_of(trigger)) == (ref.schema, ref.table) and not trigger.internal
        if mine and trigger.ref not in met.dropped and any(name.search(body) for body in bodies_of(trigger, schema)):
            why = (
                f"Trigger {met.label(trigger.ref)} still names {met.label(ref)}: every write that fires it fails from "
                "then on, whichever code sends it."
            )
            yield Break("app-trigger-left", Severity.CRIT, ref, why, "Drop the trigger, or give it a new body, before.")


def bodies_of(trigger: Trigger, schema: Schema) -> tuple[str, ...]:
    """What it runs: on PostgreSQL the body of a function."""
    name = trigger.function.partition("(")[0].rpartition(".")[2].strip('"')
    code = (r.body or "" for r in schema.of_kind(Routine) if name and r.ref.name.partition("(")[0] == name)
    return trigger.definition or "", *code


def _views(ref: Ref, met: Code) -> Iterator[Break]:
    wanted = {ref.name.lower(), (ref.table or ref.name).lower()}
    for view in met.case.schema.of_kind(View):
        words = {word.lower() for word in re.findall(r"\w+", view.definition or "")}
        if wanted <= words and view.ref not in met.dropped and view.ref.name != ref.name:
            why = f"View {met.label(view.ref)} seems to read {met.label(ref)}: reading the view is error 1356 then."
            yield Break(
                "app-view-left", Severity.APP, ref, why, "Make the view anew in the same migration, or drop it."
            )
