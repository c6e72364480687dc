"""What is taken away from running code: tables, columns, routines, unique keys; and what gets another name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.core.operations import Drop, Rename
from console.core.preflight.code_use import table_of
from console.core.preflight.code_values import Break, Code
from console.core.preflight.finding import Severity
from console.core.refs import Kind, Ref
from console.core.schema import Constraint, Index, Schema

_ROUTINES = frozenset({Kind.ROUTINE, Kind.PROCEDURE})
_LATER = "run it one release after the one that no longer uses it"


def gone(operation: Drop, met: Code) -> Iterator[Break]:
    """A DROP of what code may use."""
    ref, kind = operation.ref, operation.ref.kind
    if kind is Kind.COLUMN:
        yield _column(ref, met)
    elif kind is Kind.TABLE:
        yield _table(ref, met)
    elif kind is Kind.VIEW or kind in _ROUTINES:
        if ref not in met.again:
            yield _other(ref, met)
    elif kind is Kind.TRIGGER and ref not in met.again:
        why = f"What trigger {met.label(ref)} did to the rows that code writes is no longer done."
        yield Break("app-drop-trigger", Severity.MED, ref, why, "Release code that does it itself first.")
    elif kind in (Kind.INDEX, Kind.CONSTRAINT):
        yield from _unique(ref, met)


def _column(ref: Ref, met: Code) -> Break:
    ignored = met.case.ground.unnamed.get(_place(ref))
    if ref in met.again:
        why = f"{met.label(ref)} is made anew: for code it is another column, and its values are gone."
        return Break("app-narrow-type", Severity.APP, ref, why, "Make it beside the old one and fill it first.", True)
    if ignored:
        why = f"{ignored} already leaves {met.label(ref)} out. Every process of an older release still names it."
        return Break("app-drop-column", Severity.LOW, ref, why, "Run it when none of those is left.")
    why = f"Every process that was started before this names {met.label(ref)}: {met.library.gone}."
    safer = f"First {met.library.prepare}; {_LATER}."
    return Break("app-drop-column", Severity.APP, ref, why, safer, stepped=True)


def _place(ref: Ref) -> tuple[str, str]:
    return ref.table, ref.name


def _table(ref: Ref, met: Code) -> Break:
    label = met.label(ref)
    if met.swap is not None and met.swap.fresh:
        why = f"{label} is dropped and made again in one migration: every row of it is gone, and code meets no error."
        return Break("app-create-force", Severity.CRIT, ref, why, "Change the table that is there (ALTER TABLE).")
    if met.swap is not None:
        return _covered(ref, met)
    why = f"Every process that was started before this and reads or writes {label} fails."
    return Break("app-drop-table", Severity.APP, ref, why, f"First release code that no longer names it; {_LATER}.")


def _covered(ref: Ref, met: Code) -> Break:
    """Something else has the name at the end."""
    what = "A view" if met.swap is not None and met.swap.view else "Another table"
    why = f"{what} has the name {met.label(ref)} at the end of it: code that reads goes on if it has the same columns."
    safer = "See that it can be written too: a view over one table can, one with a join or a GROUP BY cannot."
    return Break("app-rename", Severity.LOW, ref, why, safer)


def _other(ref: Ref, met: Code) -> Break:
    rule = "app-drop-view" if ref.kind is Kind.VIEW else "app-drop-routine"
    why = f"Code that was started before this and uses {ref.kind.value} {met.label(ref)} fails."
    return Break(rule, Severity.APP, ref, why, f"First release code that no longer names it; {_LATER}.")


def _unique(ref: Ref, met: Code) -> Iterator[Break]:
    """A unique key that upserts and foreign keys may rest on."""
    schema = met.case.schema
    columns = _key_of(ref, schema)
    place = table_of(ref, schema)
    if not columns or ref in met.again or (place, columns) in met.keys or _still_unique(ref, columns, schema):
        return
    postgres = met.case.server.grammar == "postgres"
    upsert = "ON CONFLICT on them is refused (42P10)" if postgres else "ON DUPLICATE KEY UPDATE inserts a second row"
    why = f"Nothing keeps {', '.join(columns)} of {table_of(ref, schema).name} unique any more: {upsert}."
    safer = "Release code without such an upsert first, or make the new unique index before the old one goes."
    yield Break("app-drop-unique", Severity.MED, ref, why, safer)


def _key_of(ref: Ref, schema: Schema) -> tuple[str, ...]:
    thing = schema.get(ref)
    if isinstance(thing, Index) and thing.unique and not thing.constraint:
        return thing.columns
    if isinstance(thing, Constraint) and thing.type in ("unique", "primary key"):
        return thing.columns
    return ()


def _still_unique(ref: Ref, columns: tuple[str, ...], schema: Schema) -> bool:
    place = table_of(ref, schema)
    others = (t for t in schema.by_table.get((place.schema, place.name), ()) if isinstance(t, Index))
    return any(o.unique and o.valid and o.columns == columns and o.ref.name != ref.name and not o.where for o in others)


def renamed(operation: Rename, met: Code) -> Iterator[Break]:
    """A name that running code uses is another one now. Names of indexes and constraints are nobody's."""
    ref, to = operation.ref, met.ends.get(operation.to, operation.to)
    if ref in met.given or ref == to:
        return
    if ref.kind is Kind.TABLE and met.swap is not None and (met.swap.view or not met.swap.fresh):
        yield _covered(ref, met)
        return
    if ref.kind not in (Kind.TABLE, Kind.COLUMN, Kind.VIEW, *_ROUTINES, Kind.SCHEMA):
        return
    told = replace(to, schema="") if ref.schema == to.schema else to
    why = (
        f"Code of before names {met.label(ref)}, code of after names {told.label(met.home)}: while both run, one of "
        "them fails, whichever is released first."
    )
    stepped = ref.kind in (Kind.TABLE, Kind.COLUMN) and ref.schema == to.schema
    safer = {
        Kind.COLUMN: "Add the new column beside the old one, keep both in step, fill it, move the code, drop the old.",
        Kind.TABLE: "Leave a view with the old name behind, move the code, drop the view a release later.",
    }.get(ref.kind, "Make the new one beside the old, move the code, drop the old a release later.")
    yield Break("app-rename", Severity.APP, ref, why, safer, stepped)
