"""What running code may name: through the renames of the run, and without what the run itself makes.

A table that is not there yet is nobody's; a table that goes and comes again under its name (SQLite's rebuilds, a swap
of two tables, a view in the place of a renamed one) is judged by what stands there at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from console.core.hazards_cost import is_new
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.ground import Case
from console.core.refs import Kind, Ref, Value, table_ref
from console.core.schema import MEMBERS, Column, Constraint, Index, Schema, Thing, View, owner_of
from console.core.statements import Nature

_RELATIONS = frozenset({Kind.TABLE, Kind.VIEW})


def table_of(ref: Ref, schema: Schema | None = None) -> Ref:
    """The table that a thing belongs to, or the thing itself. PostgreSQL's indexes are looked up."""
    if ref.table:
        return table_ref(ref.schema, ref.table)
    found = schema.get(ref) if schema is not None and ref.kind is Kind.INDEX else None
    return table_ref(ref.schema, owner_of(found)) if found is not None else ref


@dataclass
class Running:
    """What code of today knows; told of every operation of the run in its order."""

    schema: Schema
    """As it is before the run."""
    _names: dict[Ref, Ref] = field(default_factory=dict)
    """Table or column -> what it was called before the run."""
    _made: set[Ref] = field(default_factory=set)

    def note(self, operation: Operation) -> None:
        """One operation more has run."""
        if isinstance(operation, Rename):
            self._names[operation.to] = self.former(operation.ref)
            if operation.ref in self._made:
                self._made.add(operation.to)
        elif isinstance(operation, Create) and not operation.replace:
            self._made.update(thing.ref for thing in operation.things)

    def former(self, ref: Ref) -> Ref:
        """What running code calls it."""
        if ref.table:
            table = self._names.get(table_ref(ref.schema, ref.table))
            ref = self._names.get(ref, ref)
            return replace(ref, schema=table.schema, table=table.name) if table is not None else ref
        return self._names.get(ref, ref)

    def had(self, thing: Thing) -> bool:
        """The same key or check was there before the run, under whatever name: tools drop and make them anew."""
        table = self.former(table_of(replace(thing.ref, table=thing.ref.table or getattr(thing, "table", ""))))
        return any(_meaning(thing) == _meaning(t) for t in self.schema.by_table.get((table.schema, table.name), ()))

    def uses(self, ref: Ref) -> bool:
        """Running code may use it; also where that is not known."""
        place = table_of(ref, self.schema)
        if ref in self._made or place in self._made:
            return False
        known = self.former(ref)
        table = table_of(known, self.schema)
        if table.kind is Kind.TABLE and is_new(self.schema, table):
            return False
        return known.kind is not Kind.COLUMN or not self._lacks(known, table)

    def _lacks(self, column: Ref, table: Ref) -> bool:
        there = self.schema.get(table)
        read = there is not None and MEMBERS not in there.unread and not self.schema.unread
        return read and column not in self.schema.by_ref


def _meaning(thing: Thing) -> tuple[object, ...]:
    if isinstance(thing, Constraint):
        return (thing.type, thing.columns, thing.expression, thing.references, thing.type != "exclude" or thing.ref)
    if isinstance(thing, Index):
        return (thing.unique, thing.columns, thing.where, thing.nulls_distinct)
    return (thing.ref,)


@dataclass(frozen=True)
class Swap:
    """A name that something else has at the end of a migration."""

    columns: tuple[Column, ...] | None
    """Of the table that has it now; None: not known."""
    view: bool = False
    """A view has it now."""
    fresh: bool = False
    """An empty table has it now: it was made under the very name, nothing was moved there."""


def swaps(cases: Sequence[Case]) -> dict[Ref, Swap]:
    """Tables that go and whose name another one gets within one migration."""
    gone: set[Ref] = set()
    made: dict[Ref, tuple[Column, ...]] = {}
    found: dict[Ref, Swap] = {}
    filled = {place for case in cases if case.statement.nature is Nature.DATA for place in case.statement.tables}
    for operation in (operation for case in cases for operation in case.statement.operations):
        if isinstance(operation, Rename) and operation.ref.kind is Kind.TABLE:
            if operation.to in gone:
                found[operation.to] = Swap(made.get(operation.ref) or None)
            made[operation.to] = made.pop(operation.ref, ())
            gone.add(operation.ref)
        elif isinstance(operation, Drop) and operation.ref.kind is Kind.TABLE:
            gone.add(operation.ref)
        elif isinstance(operation, Create) and operation.subject.kind in _RELATIONS:
            table = replace(operation.subject, kind=Kind.TABLE)
            made[table] = tuple(thing for thing in operation.things if isinstance(thing, Column))
            if table in gone:
                found[table] = _made_there(operation, made[table], filled)
    return found


def _made_there(operation: Create, columns: tuple[Column, ...], filled: Iterable[tuple[str, str]]) -> Swap:
    if isinstance(operation.things[0], View):
        return Swap(None, view=True)
    return Swap(columns, fresh=(operation.subject.schema, operation.subject.name) not in filled)


def between(table: Ref, swap: Swap, schema: Schema) -> Iterator[Operation]:
    """What a rebuild comes to: the columns that are gone, that are new, and that are another thing now."""
    now = {c.ref.name: c for c in schema.by_table.get((table.schema, table.name), ()) if isinstance(c, Column)}
    new = {column.ref.name: column for column in swap.columns or ()}
    for name, column in now.items():
        other = new.get(name)
        if other is None:
            yield Drop(column.ref)
            continue
        attrs: dict[str, Value] = {"type": other.type, "nullable": other.nullable, "default": other.default}
        was = {"type": column.type, "nullable": column.nullable, "default": column.default}
        changed = tuple((key, value) for key, value in attrs.items() if value != was[key])
        if changed:
            yield Change(column.ref, changed)
    for name, column in new.items():
        if name not in now:
            yield Create((replace(column, ref=replace(column.ref, schema=table.schema, table=table.name)),))


def ends(cases: Iterable[Case]) -> dict[Ref, Ref]:
    """Of what a migration renames more than once: each name on the way -> the one that it ends with."""
    found: dict[Ref, Ref] = {}
    for case in cases:
        for operation in case.statement.operations:
            if isinstance(operation, Rename):
                found = {on_way: operation.to if end == operation.ref else end for on_way, end in found.items()}
                found[operation.to] = operation.to
    return found


def taken_away(cases: Iterable[Case]) -> frozenset[Ref]:
    """What a migration drops, replaces or disables: what stood in it does not last."""
    operations = [operation for case in cases for operation in case.statement.operations]
    dropped = {operation.ref for operation in operations if isinstance(operation, Drop)}
    return frozenset(dropped | {o.subject for o in operations if isinstance(o, Create) and o.replace})


def unique_keys(cases: Iterable[Case]) -> frozenset[tuple[Ref, tuple[str, ...]]]:
    """Tables and columns that a migration makes unique."""
    things = (t for c in cases for o in c.statement.operations if isinstance(o, Create) for t in o.things)
    return frozenset(
        (table_ref(t.ref.schema, t.table or t.ref.table), t.columns)
        for t in things
        if isinstance(t, Index) and t.unique
    )


def made_again(cases: Iterable[Case]) -> frozenset[Ref]:
    """Columns, views, indexes and so on that a migration takes away and makes anew."""
    gone: set[Ref] = set()
    again: set[Ref] = set()
    for case in cases:
        for operation in case.statement.operations:
            if isinstance(operation, Drop):
                gone.add(operation.ref)
            elif isinstance(operation, Create):
                again |= gone & {thing.ref for thing in operation.things}
            elif isinstance(operation, Rename) and operation.to in gone:
                again.add(operation.to)
    return frozenset(again)
