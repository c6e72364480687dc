"""Names whose case depends on the server: of tables, views, sequences, databases, and of triggers.

Names of columns and the like never have a case on MySQL and MariaDB and are folded where addresses are made
(`uncased`). Those of tables, views, sequences and databases have none with `lower_case_table_names` 1 or 2 (Windows,
macOS, some hosts). Those of triggers have none on MySQL, and always have one on MariaDB. A file cannot know any of it:
so the dialect folds what it read and says so (`Schema.folded`), and statements are folded where both come together,
before they are judged (verdicts.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Constraint, Index, Kind, Ref, Schema, Thing, Trigger, Value, uncased
from console.core.statements.statement import DataProbe, Guard, Statement

_CASED = frozenset({Kind.TABLE, Kind.VIEW, Kind.SCHEMA, Kind.SEQUENCE})
_MENTIONS = frozenset({"table", "references"})
"""Attributes that name a table."""
_SAME = "Only the case of a name changes, and the server does not tell the two apart."


def as_named_there(statement: Statement, schema: Schema) -> Statement:
    """The statement with every name as the server of `schema` knows it."""
    if schema.dialect not in ("mysql", "mariadb"):
        return statement
    return _Fold(schema.folded, triggers=schema.dialect == "mysql").statement(statement)


def as_named(schema: Schema, *, folds_tables: bool) -> Schema:
    """What was read, under the names its server knows (with 2 the catalog keeps them as they were written)."""
    fold = _Fold(folds_tables, triggers=schema.dialect == "mysql")
    things = tuple(fold.thing(t) if folds_tables or isinstance(t, Trigger) else t for t in schema.things)
    return replace(schema, things=things, home=fold.table(schema.home), folded=folds_tables)


def at_home(schema: Schema, home: str) -> Schema:
    """The schema with the name that unqualified names mean."""
    return replace(schema, home=home.lower() if schema.folded else home)


@dataclass(frozen=True, slots=True)
class _Fold:
    """How one server reads names."""

    tables: bool
    triggers: bool

    def statement(self, statement: Statement) -> Statement:
        """A statement; the same one when it holds no such name."""
        if not self.tables and not statement.guards and not (self.triggers and _of_triggers(statement)):
            return statement
        return replace(
            statement,
            operations=tuple(self.operation(operation) for operation in statement.operations),
            tables=tuple((self.table(schema), self.table(name)) for schema, name in statement.tables),
            guards=tuple(self.guard(guard) for guard in statement.guards),
            probe=self.probe(statement.probe) if statement.probe else None,
        )

    def table(self, name: str) -> str:
        """The name of a table or database."""
        return name.lower() if self.tables else name

    def ref(self, ref: Ref) -> Ref:
        """An address."""
        folds = self.tables if ref.kind in _CASED else self.triggers and ref.kind is Kind.TRIGGER
        name = ref.name.lower() if folds else ref.name
        written = ref.written or (ref.name if name != ref.name else "")
        return Ref(ref.kind, self.table(ref.schema), self.table(ref.table), name, written)

    def thing(self, thing: Thing) -> Thing:
        """A thing."""
        if not self.tables and not isinstance(thing, Trigger):
            return thing
        moved = replace(thing, ref=self.ref(thing.ref))
        if isinstance(moved, Index | Trigger):
            return replace(moved, table=self.table(moved.table))
        if isinstance(moved, Constraint) and moved.references:
            return replace(moved, references=self.table(moved.references))
        return moved

    def guard(self, guard: Guard) -> Guard:
        """A condition; what it asks for is named as its file says."""
        return replace(guard, ref=uncased(self.ref(guard.ref))) if guard.ref else guard

    def probe(self, probe: DataProbe) -> DataProbe:
        """A question for a table."""
        schema, name = probe.table
        return replace(probe, table=(self.table(schema), self.table(name)))

    def operation(self, operation: Operation) -> Operation:
        """One change."""
        match operation:
            case Create():
                return replace(operation, things=tuple(self.thing(thing) for thing in operation.things))
            case Rename():
                old, new = self.ref(operation.ref), self.ref(operation.to)
                return Opaque(_SAME, harmless=True) if old == new else replace(operation, ref=old, to=new)
            case Change():
                attrs = tuple((name, self.mention(name, value)) for name, value in operation.attrs)
                return replace(operation, ref=self.ref(operation.ref), attrs=attrs)
            case Drop():
                return replace(operation, ref=self.ref(operation.ref))
            case Opaque():
                return operation

    def mention(self, name: str, value: Value) -> Value:
        """An attribute, where it names a table."""
        return self.table(value) if name in _MENTIONS and isinstance(value, str) else value


def _of_triggers(statement: Statement) -> bool:
    subjects = (operation.subject for operation in statement.operations)
    return any(subject is not None and subject.kind is Kind.TRIGGER for subject in subjects)
