"""What a run does to the schema, statement by statement, as far as that is known.

Code and SQL that nobody can read may have changed what they name: of that nothing is known afterwards, so no rule may
call a table new, or a proof there, because it was so before. What they do not name is told as it was, with the doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.preflight.staged import staged
from console.core.schema import MEMBERS, Kind, Ref, Schema, Table, Thing, attributes, table_ref
from console.core.state import Attrs, Canvas, Picture
from console.core.statements import Nature, Statement
from console.core.things import thing_at

_ENOUGH = 500
"""So many changes on top, and it is made one schema again."""
_FORGOTTEN = frozenset({Kind.COLUMN, Kind.INDEX, Kind.TRIGGER, Kind.POLICY, Kind.RULE})
"""What code may have dropped or changed is not known to be there. Foreign keys are kept: they tell what is locked."""
_FILLED = re.compile(r"\bselect\b|\bas\s*\(?\s*(with|values|table|execute)\b", re.IGNORECASE)
_FEW = re.compile(r"^\s*(update|delete|insert)\b(?!.*\bselect\b)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class _Paint(Canvas):
    """A complete picture that is painted over in place."""

    complete: bool = True
    touched: dict[Ref, None] = field(default_factory=dict)

    def with_things(self, changes: Mapping[Ref, Attrs | None], unnamed: frozenset[Ref] = frozenset()) -> Picture:
        """Itself, changed; what is gone has no entry."""
        super().with_things(changes, unnamed)
        for ref, attrs in changes.items():
            self.touched[ref] = None
            if attrs is None:
                del self.things[ref]
        return self

    def near(self, ref: Ref) -> Iterable[Ref]:
        """What is still there of it."""
        return tuple(other for other in super().near(ref) if other in self.things)


class Run:
    """The schema while the statements of a run go by."""

    def __init__(self, schema: Schema, sizes: Schema | None = None) -> None:
        """`schema` is what the first of them meets; `sizes`: how large tables of the run have become by now."""
        self._base, self._sizes = schema, sizes
        self._paint = _Paint()
        self._paint.with_things({thing.ref: attributes(thing) for thing in schema.things})
        self._paint.touched.clear()
        self._changed: dict[Ref, Thing | None] = {}
        self._fresh: set[Ref] = set()
        self._filled: set[Ref] = set()
        self._hollow: set[Ref] = set()
        self._shown: Schema | None = schema
        self.unsure = ""
        """Why anything may be otherwise than told; '' where it is not."""

    def schema(self) -> Schema:
        """What the next statement meets."""
        if self._shown is None:
            self._settle()
            why = (self.unsure,) if self.unsure else ()
            self._shown = staged(self._base, dict(self._changed), self._fresh, self._filled & self._fresh, why)
        return self._shown

    def forget_new(self) -> None:
        """What was made so far is not new any more: another migration begins, and that one has long been run."""
        self._fresh.clear()
        self._filled.clear()
        self._shown = None

    def doubt(self, why: str) -> None:
        """From now on anything may be otherwise."""
        self.unsure, self._shown = self.unsure or why, None

    def play(self, statement: Statement, name: str) -> None:
        """One statement more; `name` is what people call it."""
        for operation in statement.operations:
            self._note(operation, statement)
            if isinstance(operation, Rename) and operation.ref.kind is Kind.TABLE:
                self._carry(operation)
            operation.apply(self._paint)
            if isinstance(operation, Opaque) and not operation.harmless:
                self._shake(operation, name)
        if statement.nature is Nature.DATA and not _FEW.match(statement.sql):
            self._filled |= {table_ref(*table) for table in statement.tables}
        if statement.operations:
            self._shown = None

    def _note(self, operation: Operation, statement: Statement) -> None:
        """Tables that are made, and those that go."""
        subject = operation.subject
        if isinstance(operation, Create) and subject is not None and isinstance(operation.things[0], Table):
            there = self._paint.get(subject) is not None
            if not there and (not operation.if_absent or not self._base.untold):
                self._fresh.add(subject)
                self._filled |= {subject} if _FILLED.search(statement.sql) else set()
        elif isinstance(operation, Drop) and operation.ref.kind is Kind.TABLE:
            self._fresh.discard(operation.ref)
            if operation.cascade:
                self._paint.with_things(dict.fromkeys(_pointing_at(operation.ref, self._paint)))

    def _carry(self, operation: Rename) -> None:
        """The size of a table does not hang on its name."""
        self._settle()
        there = self._get(operation.ref)
        self._changed[operation.to] = replace(there, ref=operation.to) if there is not None else None
        if operation.ref in self._fresh:
            self._fresh ^= {operation.ref, operation.to}
        if operation.ref in self._filled:
            self._filled.add(operation.to)

    def _shake(self, operation: Opaque, name: str) -> None:
        """Of what it names nothing is known afterwards; it may have touched more."""
        if operation.anything:
            self.doubt(f"what {name} changes is not known")
        named = [ref for ref in self._paint.things if operation.may_touch(ref)] if operation.mentions else []
        named = [ref for ref in named if operation.names(ref) or operation.names(table_ref(ref.schema, ref.table))]
        self._paint.with_things(dict.fromkeys(ref for ref in named if self._forgotten(ref)))
        tables = {table_ref(ref.schema, ref.table) if ref.table else ref for ref in named}
        self._hollow |= tables
        self._paint.touched.update(dict.fromkeys(ref for ref in tables if ref in self._paint.things))
        self._filled |= tables

    def _forgotten(self, ref: Ref) -> bool:
        attrs = self._paint.get(ref) or {}
        return ref.kind in _FORGOTTEN or (ref.kind is Kind.CONSTRAINT and attrs.get("type") != "foreign key")

    def _get(self, ref: Ref) -> Thing | None:
        return self._changed[ref] if ref in self._changed else self._base.get(ref)

    def _settle(self) -> None:
        """What was touched becomes things again; many changes become one schema."""
        for ref in self._paint.touched:
            attrs = self._paint.get(ref)
            self._changed[ref] = None if attrs is None else self._thing(ref, attrs)
        self._paint.touched.clear()
        if len(self._changed) > _ENOUGH:
            things = staged(self._base, self._changed).things
            self._base, self._changed = replace(self._base, things=things), {}

    def _thing(self, ref: Ref, attrs: Attrs) -> Thing:
        there = self._get(ref)
        hollow = frozenset({MEMBERS}) if ref in self._hollow else frozenset()
        if there is not None and attributes(there) == attrs and not hollow - there.unread:
            return there
        made = thing_at(ref, attrs)
        if isinstance(made, Table):
            known = there or (self._sizes.get(ref) if self._sizes is not None else None)
            rows = known.rows if isinstance(known, Table) else None
            kept = there.unread & {MEMBERS} if there is not None else frozenset()
            return replace(made, rows=rows, unread=made.unread | hollow | kept)
        return made


def _pointing_at(table: Ref, picture: Picture) -> list[Ref]:
    """Foreign keys of other tables that go with it."""
    text = f"{table.schema}.{table.name}"
    near = (ref for ref in picture.near(table) if ref.kind is Kind.CONSTRAINT)
    return [ref for ref in near if (picture.get(ref) or {}).get("references") == text]


def rewound(schema: Schema, statements: Sequence[Statement]) -> Schema:
    """The schema before statements that have long been run, as far as it can be told: without what they made."""
    picture: Picture = Picture({thing.ref: attributes(thing) for thing in schema.things}, complete=True)
    paint = _Paint()
    paint.with_things(picture.things)
    for statement in reversed(statements):
        for operation in reversed(statement.operations):
            for back in _back(operation, paint):
                back.apply(paint)
    things = (thing if attributes(thing) == paint.get(ref) else None for ref, thing in schema.by_ref.items())
    kept = {thing.ref: thing for thing in things if thing is not None}
    made = {ref: thing_at(ref, attrs) for ref, attrs in paint.things.items() if ref not in kept and attrs is not None}
    sized = (_sized(thing, schema) for thing in made.values())
    return replace(schema, things=tuple(sorted((*kept.values(), *sized), key=lambda thing: thing.ref)))


def _back(operation: Operation, picture: Picture) -> Iterator[Operation]:
    """What takes it back on a picture of now; a column that is NOT NULL now was not before it was made so."""
    match operation:
        case Create(things=things, if_absent=False, replace=False):
            yield from (Drop(thing.ref) for thing in reversed(things) if picture.get(thing.ref) is not None)
        case Rename(ref=ref, to=to) if picture.get(to) is not None and picture.get(ref) is None:
            yield Rename(to, ref)
        case Change(ref=ref, attrs=(("nullable", bool(now)),)) if picture.get(ref) is not None:
            yield Change(ref, (("nullable", not now),))


def _sized(thing: Thing, schema: Schema) -> Thing:
    """What was renamed since has the size of what it is now, where its name is the same."""
    now = schema.get(thing.ref)
    return replace(thing, rows=now.rows) if isinstance(thing, Table) and isinstance(now, Table) else thing
