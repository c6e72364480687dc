"""What earlier deploys left to be finished: columns in step with others, checks that stand in for NOT NULL, old copies.

Each is information with what it rests on, never a verdict: a name that ends in `_old` may be what a table is called.
So nothing is said on a name alone, nothing of what a migration that waits will finish, and nothing of what is debris.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.core.operations import Create
from console.core.preflight.code_inside import bodies_of
from console.core.preflight.code_types import family
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.refs import Ref, table_ref
from console.core.schema import Column, Constraint, Index, Schema, Table, Thing, Trigger, owner_of

_ENDS = re.compile(r"^(?P<stem>\w+?)_(?:old|new|tmp|temp|bak|backup|deprecated|legacy)$", re.IGNORECASE)
_BEGINS = re.compile(r"^_?(?:deprecated|old|backup)_(?P<stem>\w+)$", re.IGNORECASE)
_KEEPS = re.compile(r"NEW\.[\"`]?(\w+)[\"`]?\s*:?=\s*\(?NEW\.[\"`]?(\w+)[\"`]?", re.IGNORECASE)
_NOT_NULL = re.compile(r"\W*(\w+)\W+IS\s+NOT\s+NULL\W*", re.IGNORECASE)
_ENOUGH = 0.6
"""How much of a table's columns another has to have to be taken for a copy of it."""


@dataclass(frozen=True)
class _Look:
    """The schema, and what waits to be run."""

    schema: Schema
    touched: frozenset[Ref]
    debris: frozenset[str]
    made_by: dict[Ref, str]
    unnamed: dict[tuple[str, str], str]

    def since(self, ref: Ref) -> str:
        """Who made it, as far as is known."""
        return f" It was made by {self.made_by[ref]}." if ref in self.made_by else ""

    def columns(self, place: tuple[str, str]) -> dict[str, Column]:
        """Of one table, by name."""
        inside = self.schema.by_table.get(place, ())
        return {thing.ref.name: thing for thing in inside if isinstance(thing, Column)}


def unfinished(ground: Ground, cases: Sequence[Case]) -> Iterator[Finding]:
    """Everything found, where the project is judged and not one script."""
    if ground.assessment is None or any(unit.past or not unit.framework for unit in ground.units):
        return
    look = _Look(
        ground.schema,
        frozenset(_touched(cases)),
        frozenset(item.object for item in ground.assessment.debris),
        _made_by(ground),
        dict(ground.unnamed),
    )
    found = (finding for thing in ground.schema.things for finding in _of(thing, look))
    yield from (finding for finding in found if finding is not None)


def _touched(cases: Sequence[Case]) -> Iterator[Ref]:
    for case in cases:
        for operation in case.statement.operations:
            yield from (getattr(operation, name) for name in ("ref", "to") if hasattr(operation, name))


def _made_by(ground: Ground) -> dict[Ref, str]:
    made = {}
    for framework in ground.assessment.frameworks if ground.assessment is not None else ():
        for migration in framework.migrations:
            file = migration.tracked.migration
            for statement in file.statements if file is not None else ():
                made.update({o.subject: migration.label for o in statement.operations if isinstance(o, Create)})
    return made


def _of(thing: Thing, look: _Look) -> Iterator[Finding | None]:
    if thing.ref in look.touched or thing.ref.label(look.schema.home) in look.debris:
        return
    match thing:
        case Constraint():
            yield _constraint(thing, look)
        case Index():
            yield _index(thing, look)
        case Trigger(internal=False):
            yield _trigger(thing, look)
        case Column():
            yield _column(thing, look)
        case Table():
            yield _table(thing, look)


def _told(rule: str, ref: Ref, why: str, safer: str, look: _Look, *steps: str) -> Finding:
    table = table_ref(ref.schema, ref.table).label(look.schema.home) if ref.table else ref.label(look.schema.home)
    return Finding(rule, Severity.INFO, About.CODE, f"{why}{look.since(ref)}", safer, table=table, steps=steps)


def _constraint(constraint: Constraint, look: _Look) -> Finding | None:
    label, table = constraint.ref.label(look.schema.home), constraint.ref.table
    if not constraint.validated and look.schema.dialect == "postgres":
        why = f"{constraint.type} {label} is NOT VALID: it holds for new rows, and nobody has looked at the old ones."
        whole = f"{_name(constraint.ref.schema)}.{_name(table)}"
        step = f"ALTER TABLE {whole} VALIDATE CONSTRAINT {_name(constraint.ref.name)}"
        return _told(
            "contract-not-validated", constraint.ref, why, "Validate it: readers and writers go on.", look, step
        )
    found = _NOT_NULL.fullmatch(constraint.expression or "") if constraint.type == "check" else None
    column = look.columns((constraint.ref.schema, table)).get(found[1].lower()) if found is not None else None
    if column is None:
        return None
    if column.nullable:
        why = (
            f"check {label} says what NOT NULL would say of {column.ref.name}, which may still be NULL in the catalog."
        )
        safer = (
            f"SET NOT NULL on {column.ref.name} reads no row while the check stands (PostgreSQL 12 on); then drop it."
        )
        return _told("contract-not-null", constraint.ref, why, safer, look)
    why = f"check {label} says what NOT NULL of {column.ref.name} says already."
    return _told("contract-not-null", constraint.ref, why, "Drop the check.", look)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _index(index: Index, look: _Look) -> Finding | None:
    """One that another makes needless: of two that are alike the one behind a constraint stays, else the first."""
    if index.constraint or not index.valid or index.implied:
        return None
    others = look.schema.by_table.get((index.ref.schema, owner_of(index)), ())
    alike = [other for other in others if isinstance(other, Index) and _same_index(index, other)]
    kept = next((o for o in alike if o.constraint or o.ref < index.ref), None)
    if kept is None:
        return None
    why = f"index {index.ref.label(look.schema.home)} is the same as {kept.ref.name}: each write keeps both."
    return _told("contract-same-index", index.ref, why, "Drop one of them when nothing names it.", look)


def _same_index(one: Index, other: Index) -> bool:
    def meaning(index: Index) -> tuple[object, ...]:
        return (index.columns, index.include, index.method, index.where, index.nulls_distinct)

    covers = other.unique or not one.unique
    return one.ref != other.ref and other.valid and other.visible and covers and meaning(one) == meaning(other)


def _trigger(trigger: Trigger, look: _Look) -> Finding | None:
    """It gives one column the value of another of the same table."""
    table = owner_of(trigger)
    columns = look.columns((trigger.ref.schema, table))
    bodies = bodies_of(trigger, look.schema)
    for one, other in (pair for body in bodies for pair in _KEEPS.findall(body)):
        names = {one.lower(), other.lower()}
        both = [columns[name] for name in columns if name.lower() in names]
        if len(names) == 2 and len(both) == 2 and not names & {"created_at", "updated_at"}:
            why = f"trigger {trigger.ref.label(look.schema.home)} gives {one} the value of {other}, a column beside it."
            safer = "When no code names the old one any more, drop the trigger and that column."
            return _told("contract-in-step", trigger.ref, why, safer, look)
    return None


def _column(column: Column, look: _Look) -> Finding | None:
    home, place = look.schema.home, (column.ref.schema, column.ref.table)
    left_out = look.unnamed.get((column.ref.table, column.ref.name))
    if left_out:
        why = f"{left_out} leaves {column.ref.label(home)} out, and it is still there."
        return _told("contract-left-out", column.ref, why, "Drop it when no older release runs; then the line.", look)
    beside = _stem(column.ref.name, tuple(look.columns(place)))
    other = look.columns(place).get(beside) if beside else None
    if other is None or family(other.type) != family(column.type) or _in_use(column, look):
        return None
    why = f"{column.ref.label(home)} stands beside {other.ref.name}, a column of the same kind."
    safer = "If one of them has taken the other's place, drop the other when no code names it."
    return _told("contract-beside", column.ref, why, safer, look)


def _in_use(column: Column, look: _Look) -> bool:
    """A key or a check needs it: then it is no leftover."""
    inside = look.schema.by_table.get((column.ref.schema, column.ref.table), ())
    return any(isinstance(t, Constraint) and t.type != "not null" and column.ref.name in t.columns for t in inside)


def _stem(name: str, others: Sequence[str]) -> str:
    """`price` for `price_old`, where it is one of the others."""
    found = _ENDS.match(name) or _BEGINS.match(name)
    return found["stem"] if found is not None and found["stem"] in others else ""


def _table(table: Table, look: _Look) -> Finding | None:
    """A copy of another one by name and by columns."""
    tables = tuple(t.ref.name for t in look.schema.of_kind(Table) if t.ref.schema == table.ref.schema)
    stem = _stem(table.ref.name, tables)
    if not stem or table.partition_of:
        return None
    own, theirs = (set(look.columns((table.ref.schema, name))) for name in (table.ref.name, stem))
    if not own or len(own & theirs) < _ENOUGH * max(len(own), len(theirs)):
        return None
    why = f"table {table.ref.label(look.schema.home)} has {len(own & theirs)} of the {len(theirs)} columns of {stem}."
    return _told("contract-copy", table.ref, why, "If it is a copy, drop it when nothing reads it.", look)
