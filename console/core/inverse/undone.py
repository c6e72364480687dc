"""What takes a landed migration back, newest first: exactly, or not at all.

Only what stood there before the migration is put back by its inverse. What the migration itself made just goes, with
everything that was changed about it since. Where nobody knows whether a thing was made (IF NOT EXISTS, OR REPLACE) or
what it was before, nothing is guessed. Code (views, functions, triggers) comes back as the recorded file that made it
says, letter by letter, as long as nothing it speaks of has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from console.core.compare import look
from console.core.inverse.former import completed, respelled
from console.core.inverse.texts import TEXTUAL, Texts
from console.core.inverse.undoing import Undo, Undoing, label
from console.core.landed import Judgement
from console.core.moves import PRIMARY, gone_with, moved, shrunk
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.past import history
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Constraint, Index, Schema, Thing, owner_of
from console.core.state import Picture
from console.core.statements import Nature, Statement
from console.core.things import stated, thing_at


@dataclass(slots=True)
class _Made:
    """A thing that the migration made: by which operation, under which name, and what renamed it since."""

    by: Undo
    ref: Ref
    subject: bool
    """The operation was about it, and not about a table or column that it came with."""
    renamed: list[Undo] = field(default_factory=list)

    def forgotten(self) -> None:
        """It is gone again: nothing has to be taken back."""
        self.by.steps[:] = [step for step in self.by.steps if not isinstance(step, Drop) or step.ref != self.ref]
        for undo in self.renamed:
            undo.steps.clear()


@dataclass(frozen=True, slots=True)
class Undone:
    """What takes the landed statements of a migration back."""

    undos: tuple[Undo, ...]
    """In the order in which they landed."""
    made: tuple[Ref, ...]
    """Tables and columns that go, by their names now."""
    retyped: tuple[tuple[Ref, str], ...]
    """Columns by their names now, and the type they get again."""


def undone(landed: Iterable[Judgement], recorded: Sequence[Statement], schema: Schema) -> Undone:
    """CannotWriteError where something cannot be said exactly."""
    walk = _Walk(schema, history(recorded, ()).picture)
    for statement in recorded:
        walk.texts.note(statement)
    for judgement in landed:
        walk.over(judgement)
    made = (ref for ref, made in walk.born.items() if made.subject and ref.kind in (Kind.TABLE, Kind.COLUMN))
    return Undone(tuple(walk.undos), tuple(made), tuple(walk.retyped.items()))


@dataclass
class _Walk:
    """Over what landed, oldest first."""

    schema: Schema
    before: Picture
    undos: list[Undo] = field(default_factory=list)
    born: dict[Ref, _Made] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    retyped: dict[Ref, str] = field(default_factory=dict)
    implied: list[Index] = field(default_factory=list)
    """What MySQL gave foreign keys of the migration."""

    def over(self, judgement: Judgement) -> None:
        """One statement more."""
        for written in judgement.statement.operations:
            operation = self._named(written)
            if judgement.statement.nature is not Nature.DATA:
                self._one(operation, judgement)
            self.before = operation.apply(self.before)
        self.texts.note(judgement.statement)

    def _one(self, operation: Operation, judgement: Judgement) -> None:
        try:
            undo = Undo(judgement, list(self._undoing(operation)))
        except CannotWriteError as why:
            raise CannotWriteError(f"Statement {judgement.statement.n} cannot be taken back: {why}.") from why
        self.undos.append(undo)
        self._follow(operation, undo)

    def _undoing(self, operation: Operation) -> tuple[Undoing, ...]:
        match operation:
            case Opaque():
                if operation.harmless:
                    return ()
                raise CannotWriteError(f"nothing shows what it did ({operation.why})")
            case Create():
                return self._made(operation)
            case Drop():
                return self._dropped(operation)
            case Change():
                return () if self._is_own(operation.ref) else self._inverse(operation)
            case Rename():
                along = self._comes_along(operation.ref) and operation.ref not in self.born
                return () if along else (_kept(operation, self.before),)

    def _made(self, create: Create) -> tuple[Undoing, ...]:
        first = create.things[0]
        if _is_counter(first) or (self._comes_along(first.ref, owner_of(first)) and not _is_foreign_key(first)):
            return ()
        known = self.before.knows(create.subject) or create.subject in self.born
        if (create.if_absent or create.replace) and not known:
            how = "IF NOT EXISTS" if create.if_absent else "OR REPLACE"
            raise CannotWriteError(f"whether {create.subject.name} was there before it is not known ({how})")
        self._taken_over(create.subject)
        if self.before.get(create.subject) is None:
            return (*self._replaced(first), *_in_order(create, self.schema))
        if create.if_absent:
            return ()
        if not create.replace:
            raise CannotWriteError(f"something else was called {create.subject.name} before it")
        return (self.texts.again(create.subject, self.schema),)

    def _replaced(self, made: Thing) -> Iterator[Operation]:
        """The index that MySQL gave a foreign key and took away again, for this one serves as well."""
        if self.schema.dialect == "postgres" or not isinstance(made, Index):
            return
        known = ((ref, self.before.get(ref)) for ref in self.before.near(made.ref) if ref.kind is Kind.INDEX)
        there = [thing_at(ref, attrs) for ref, attrs in known if attrs is not None and not self._is_own(ref)]
        for thing in (*there, *self.implied):
            same = isinstance(thing, Index) and thing.table == made.table and _begins_with(made, thing)
            if same and self.schema.get(thing.ref) is None:
                yield Create((thing,))

    def _taken_over(self, constraint: Ref) -> None:
        """PostgreSQL's ADD CONSTRAINT USING INDEX: the index goes with the constraint."""
        index = Ref(Kind.INDEX, constraint.schema, "", constraint.name)
        if constraint.kind is not Kind.CONSTRAINT or self.before.get(index) is None:
            return
        if index not in self.born:
            raise CannotWriteError(f"it took over an index that was there before ({constraint.name})")
        self.born.pop(index).forgotten()

    def _dropped(self, drop: Drop) -> tuple[Undoing, ...]:
        if self._is_own(drop.ref):
            return ()
        if drop.cascade and drop.ref.kind not in (Kind.COLUMN, Kind.CONSTRAINT):
            raise CannotWriteError(f"what went with {drop.ref.name} by CASCADE is not known")
        if drop.ref.kind in TEXTUAL and self.before.get(drop.ref) is not None:
            return (self.texts.of(drop.ref),)
        return (*self._inverse(drop), *self._widened(drop.ref))

    def _widened(self, column: Ref) -> Iterator[Operation]:
        """MySQL's indexes that only lost the column have it again."""
        for ref in shrunk(column, self.before):
            if ref.name == PRIMARY:
                raise CannotWriteError("the primary key lost a column")
            if not self._is_own(ref):
                yield Drop(ref)
                yield Create((thing_at(ref, self.before.get(ref) or {}),))

    def _inverse(self, operation: Drop | Change) -> tuple[Undoing, ...]:
        inverse = operation.inverse(completed(operation, self.before))
        if inverse is None:
            raise CannotWriteError(f"what {label(operation.ref)} was before it is not known")
        for step in inverse:
            if text := respelled(step):
                raise CannotWriteError(f"how {text} read before it is not known")
        return inverse

    def _follow(self, operation: Operation, undo: Undo) -> None:
        """What is the migration's own from here on."""
        match operation:
            case Create() if any(isinstance(step, Drop) for step in undo.steps):
                subject = operation.subject
                self.born |= {t.ref: _Made(undo, t.ref, t.ref == subject) for t in operation.things}
                given = (t for t in operation.things if isinstance(t, Index) and t.implied)
                self.implied += [replace(index, implied=False) for index in given if not self._comes_along(index.ref)]
            case Change() if former := _former_type(undo.steps):
                self.retyped.setdefault(operation.ref, former)
            case Change() if operation.ref in self.born:
                owner = str(dict(operation.attrs).get("owned_by") or "").rpartition(".")[0]
                if any(f"{ref.schema}.{ref.name}" == owner for ref in self.born if ref.kind is Kind.TABLE):
                    self.born[operation.ref].forgotten()
            case Rename():
                self._renamed(operation, undo)
            case Drop() if not undo.steps:
                for ref in gone_with(operation.ref, self.before):
                    if made := self.born.pop(ref, None):
                        made.forgotten()

    def _renamed(self, rename: Rename, undo: Undo) -> None:
        for ref in [ref for ref in self.born if ref == rename.ref or _is_part(ref, rename.ref)]:
            made = self.born.pop(ref)
            if ref == rename.ref:
                made.renamed.append(undo)
            self.born[_place(ref, rename)] = made
        self.retyped = {_place(ref, rename): former for ref, former in self.retyped.items()}

    def _is_own(self, ref: Ref) -> bool:
        return ref in self.born or self._comes_along(ref)

    def _comes_along(self, ref: Ref, table: str = "") -> bool:
        """It is part of a table or view that the migration made: it goes with that."""
        owner = ref.table or table or str((self.before.get(ref) or {}).get("table") or "")
        places = (Ref(kind, ref.schema, "", owner) for kind in (Kind.TABLE, Kind.VIEW))
        return bool(owner) and any(place in self.born for place in places)

    def _named(self, operation: Operation) -> Operation:
        """With the names that the server gave, where the SQL gave none."""
        if not isinstance(operation, Create) or all(thing.named for thing in operation.things):
            return operation
        return replace(operation, things=tuple(self._found(thing) for thing in operation.things))

    def _found(self, thing: Thing) -> Thing:
        if thing.named or thing.ref.kind not in (Kind.CONSTRAINT, Kind.INDEX):
            return thing
        found = look(thing.ref, stated(thing), self.schema, by_definition=True).thing
        return replace(thing, ref=found.ref, named=True) if found is not None else thing


def _begins_with(index: Index, other: Index) -> bool:
    return bool(other.columns) and index.columns[: len(other.columns)] == other.columns


def _is_foreign_key(thing: Thing) -> bool:
    """The table it refers to could not go before it."""
    return isinstance(thing, Constraint) and thing.type == "foreign key"


def _is_counter(thing: Thing) -> bool:
    """The sequence of an identity or serial column: the server makes it, and takes it away with that."""
    return thing.ref.kind is Kind.SEQUENCE and not thing.named


def _place(ref: Ref, rename: Rename) -> Ref:
    """Where it is afterwards."""
    if ref == rename.ref:
        return rename.to
    return moved(ref, rename.ref, rename.to) if _is_part(ref, rename.ref) else ref


def _former_type(steps: Sequence[Undoing]) -> str:
    changes = (step for step in steps if isinstance(step, Change) and step.ref.kind is Kind.COLUMN)
    return next((str(value) for step in changes for name, value in step.attrs if name == "type"), "")


def _is_part(ref: Ref, whole: Ref) -> bool:
    if whole.kind is Kind.SCHEMA:
        return ref.schema == whole.name
    return whole.kind in (Kind.TABLE, Kind.VIEW) and (ref.schema, ref.table) == (whole.schema, whole.name)


def _in_order(create: Create, schema: Schema) -> Iterator[Drop]:
    """What has to go, in an order that works: the server takes the rest of a column or table along."""
    subject = create.subject
    if subject.kind is Kind.COLUMN and schema.dialect != "postgres":
        near = schema.by_table.get((subject.schema, subject.table), ())
        keys = (t.ref for t in near if isinstance(t, Constraint) and _is_foreign_key(t) and subject.name in t.columns)
        yield from (Drop(ref, if_present=True) for ref in keys)
    yield Drop(subject)
    if subject.kind is Kind.CONSTRAINT and schema.dialect != "postgres":
        yield from (Drop(t.ref) for t in create.things[1:] if isinstance(t, Index))
    if subject.kind is Kind.TABLE:
        yield from (Drop(t.ref) for t in create.things[1:] if t.ref.kind is Kind.TYPE)


def _kept(rename: Rename, before: Picture) -> Undoing:
    if rename.if_present and not before.knows(rename.ref):
        raise CannotWriteError(f"whether {rename.ref.name} was there before it is not known (IF EXISTS)")
    return Rename(rename.to, rename.ref)
