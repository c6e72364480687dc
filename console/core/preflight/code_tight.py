"""What running code may no longer write, or reads otherwise: NOT NULL, keys, checks, types, defaults, labels, views."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.operations import Change, Create
from console.core.preflight.code_types import family, holds, labels_lost, narrower_charset
from console.core.preflight.code_values import Break, Code
from console.core.preflight.finding import Severity
from console.core.refs import Kind, Ref, Value
from console.core.schema import Column, Constraint, Index, Routine, Table, Thing, Trigger, UserType, View

_CODE_FIRST = "Release code that keeps to it first, and look at what it writes for a while."
_TIGHTER = {"unique": "app-new-unique", "primary key": "app-new-unique", "exclude": "app-new-unique",
            "foreign key": "app-new-fk", "check": "app-new-check"}  # fmt: skip
_NOT_ENFORCED = re.compile(r"\bnot\s+enforced\b", re.IGNORECASE)
_NOT_VALID = re.compile(r"\bnot\s+valid\b", re.IGNORECASE)


def made(operation: Create, met: Code) -> Iterator[Break]:
    """Something new on a table that runs."""
    first = operation.things[0]
    if operation.replace and met.case.schema.get(first.ref) is not None:
        yield from _replaced(first, met)
    elif isinstance(first, Column):
        for thing in operation.things[1:]:
            yield from _key(thing, met)
    elif isinstance(first, Trigger):
        why = f"Rows that running code writes to {first.ref.table or first.table} pass through it from now on."
        yield Break("app-new-trigger", Severity.LOW, first.ref, why, "Try what running code writes with it first.")
    else:
        for thing in operation.things[:1]:
            yield from _key(thing, met)


def _key(thing: Thing, met: Code) -> Iterator[Break]:
    if not met.binds(_columns_of(thing, met), of_key=not isinstance(thing, Constraint) or thing.type != "check"):
        return
    if met.running.had(thing):
        return
    if isinstance(thing, Constraint) and thing.type in _TIGHTER and thing.enforced and not _idle(thing, met):
        columns = f" ({', '.join(thing.columns)})" if thing.columns else ""
        later = "" if thing.validated else " NOT VALID spares the rows that are there, not those that code writes."
        why = f"Code of before does not know {thing.type}{columns} on {thing.ref.table}: what breaks it is refused."
        yield Break(_TIGHTER[thing.type], Severity.MED, thing.ref, why + later, _CODE_FIRST)
    elif isinstance(thing, Index) and thing.unique and not thing.constraint:
        why = f"Code of before may write the same {', '.join(thing.columns)} twice to {thing.table}: that is refused."
        yield Break("app-new-unique", Severity.MED, thing.ref, why, _CODE_FIRST)


def _idle(thing: Constraint, met: Code) -> bool:
    """PostgreSQL 18's NOT ENFORCED, which is read as not validated; not where NOT VALID stands beside it."""
    sql = met.case.statement.sql
    return not thing.validated and bool(_NOT_ENFORCED.search(sql)) and not _NOT_VALID.search(sql)


def _columns_of(thing: Thing, met: Code) -> tuple[str, ...]:
    """Those that it is about; of an expression, those whose names stand in it."""
    if isinstance(thing, Constraint) and thing.columns:
        return thing.columns
    texts = thing.columns if isinstance(thing, Index) else (getattr(thing, "expression", None) or "",)
    words = {word.lower() for text in texts for word in re.findall(r"\w+", text)}
    table = thing.ref.table or getattr(thing, "table", "")
    inside = met.case.schema.by_table.get((thing.ref.schema, table), ())
    return tuple(t.ref.name for t in inside if isinstance(t, Column) and t.ref.name.lower() in words)


def _replaced(thing: Thing, met: Code) -> Iterator[Break]:
    if not isinstance(thing, View | Routine):
        return
    what = "reads it" if isinstance(thing, View) else "calls it"
    rule = "app-view-changed" if isinstance(thing, View) else "app-routine-changed"
    why = f"Code of before that {what} gets what the new definition of {met.label(thing.ref)} gives."
    safer = "Keep names, order and types of what it gives; for anything else make a new one beside it."
    yield Break(rule, Severity.LOW, thing.ref, why, safer)


def changed(operation: Change, met: Code) -> Iterator[Break]:
    """An attribute of what runs becomes another one."""
    attrs, thing = dict(operation.attrs), met.case.schema.get(operation.ref)
    if operation.ref.kind is Kind.COLUMN:
        column = thing if isinstance(thing, Column) else None
        yield from _of_column(operation.ref, attrs, column, met)
    elif operation.ref.kind is Kind.TABLE:
        yield from _of_table(operation, attrs, thing, met)
    elif isinstance(thing, UserType) or operation.ref.kind is Kind.TYPE:
        yield from _of_type(operation, met)


def _of_column(ref: Ref, attrs: dict[str, Value], column: Column | None, met: Code) -> Iterator[Break]:
    if attrs.get("nullable") is False and (column is None or column.nullable) and not _whole(attrs, column):
        yield _not_null(ref, column, met)
    if attrs.get("nullable") is True and column is not None and not column.nullable:
        why = f"Code of before may not be ready to read NULL from {met.label(ref)}, which code of after may write."
        yield Break("app-drop-not-null", Severity.LOW, ref, why, "Release code that can read NULL first.")
    if "default" in attrs and attrs["default"] is None and column is not None and column.default is not None:
        yield _no_default(ref, attrs, column, met)
    new = attrs.get("type")
    if isinstance(new, str) and column is not None:
        yield from _of_values(ref, column.type, new, met)
    charset = attrs.get("charset")
    if isinstance(charset, str) and column is not None and narrower_charset(column.charset, charset):
        yield _charset(ref, column.charset, charset, met)


def _whole(attrs: dict[str, Value], column: Column | None) -> bool:
    """MODIFY says all of a column again; where the former one is not known, not that this is new."""
    return column is None and "type" in attrs


def _not_null(ref: Ref, column: Column | None, met: Code) -> Break:
    left_out = "" if column is None or column.default is not None else ", and every INSERT that leaves it out"
    why = f"Every write of code of before that sets {met.label(ref)} to NULL is refused{left_out}."
    safer = "Release code that always writes a value, fill the rows that have none, then make it NOT NULL."
    return Break("app-not-null", Severity.MED, ref, why, safer, stepped=True)


def _no_default(ref: Ref, attrs: dict[str, Value], column: Column, met: Code) -> Break:
    never = (attrs.get("nullable", column.nullable)) is False
    what = "is refused" if never else f"writes NULL instead of {column.default}"
    why = f"An INSERT of code of before that leaves {met.label(ref)} out {what}."
    safer = "Release code that always writes it first."
    return Break("app-drop-default", Severity.APP if never else Severity.LOW, ref, why, safer)


def _of_values(ref: Ref, old: str, new: str, met: Code) -> Iterator[Break]:
    lost = labels_lost(old, new)
    if lost is not None:
        if lost:
            yield _labels(ref, lost, met)
        return
    if holds(old, new):
        return
    one, other = family(old), family(new)
    if one and other and one != other:
        why = (
            f"{met.label(ref)} is {old} for code of before and {new} for code of after: it reads and writes otherwise."
        )
        safer = "Add a column of the new type beside it, keep both in step, fill it, move the code, drop the old."
        yield Break("app-narrow-type", Severity.APP, ref, why, safer, stepped=True)
        return
    known = "" if one and other else " as far as is known here"
    why = (
        f"{met.label(ref)} is {old}, and not every value of it is one of {new}{known}: what code of before "
        "writes may be refused or cut."
    )
    safer = "Release code that writes only what fits first; a CHECK that says so tells whether it does."
    yield Break("app-narrow-type", Severity.MED, ref, why, safer, stepped=True)


def _labels(ref: Ref, lost: tuple[str, ...], met: Code) -> Break:
    why = f"{met.label(ref)} no longer takes {', '.join(lost)}: code of before that writes or asks for it fails."
    safer = "Add the new value, move code and rows to it, and take the old one away a release later."
    return Break("app-enum-remove", Severity.APP, ref, why, safer)


def _charset(ref: Ref, old: str | None, new: str, met: Code) -> Break:
    why = f"What {old} can write and {new} cannot is refused or replaced in {met.label(ref)}."
    return Break("app-charset", Severity.MED, ref, why, "Look for such characters first, also in what code writes.")


def _of_table(operation: Change, attrs: dict[str, Value], thing: Thing | None, met: Code) -> Iterator[Break]:
    charset = attrs.get("charset")
    if operation.spreads and isinstance(charset, str) and isinstance(thing, Table):
        inside = met.case.schema.by_table.get((thing.ref.schema, thing.ref.name), ())
        lost = [c for c in inside if isinstance(c, Column) and c.charset and narrower_charset(c.charset, charset)]
        if lost:
            yield _charset(operation.ref, lost[0].charset, charset, met)
    if attrs.get("row_security") in ("on", "forced"):
        why = f"A role without a policy on {met.label(operation.ref)} sees no row of it any more and meets no error."
        safer = "Make the policies of every role that runs before it is switched on."
        yield Break("app-row-security", Severity.APP, operation.ref, why, safer)


def _of_type(operation: Change, met: Code) -> Iterator[Break]:
    gone = tuple(name.partition(":")[2] for name, value in operation.attrs if name.startswith("labels:") and not value)
    if gone:
        yield _labels(operation.ref, gone, met)
