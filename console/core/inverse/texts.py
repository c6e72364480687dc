"""The recorded statement that made a view, a function, a trigger: what brings it back, letter by letter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.schema import Schema
from console.core.statements import Statement

TEXTUAL = frozenset({Kind.VIEW, Kind.ROUTINE, Kind.PROCEDURE, Kind.TRIGGER, Kind.TYPE, Kind.EVENT, Kind.POLICY,
                     Kind.RULE, Kind.STATISTICS})  # fmt: skip
_CREATE = re.compile(r"\s*CREATE(?P<replace>\s+OR\s+REPLACE)?\b", re.IGNORECASE)
_REPLACEABLE = (Kind.VIEW, Kind.ROUTINE, Kind.PROCEDURE)
_COUNT = re.compile(r"count\s*\(\s*\*\s*\)", re.IGNORECASE)


@dataclass
class Texts:
    """By address, as long as nothing that it is about has changed since."""

    known: dict[Ref, str] = field(default_factory=dict)

    def note(self, statement: Statement) -> None:
        """One statement that ran, in its turn."""
        for operation in statement.operations:
            self._forget(operation)
        match statement.operations:
            case (Create() as made,) if made.subject.kind in TEXTUAL and not made.if_absent:
                self.known[made.subject] = statement.sql

    def of(self, ref: Ref) -> str:
        """What makes it again."""
        if ref not in self.known:
            raise CannotWriteError(f"no recorded migration says how {ref.kind.value} {ref.name} can be made as it was")
        return self.known[ref]

    def again(self, ref: Ref, schema: Schema) -> str:
        """What makes it as it was out of what it is now."""
        sql = self.of(ref)
        found = _CREATE.match(sql)
        if found is None or (not found["replace"] and not _may_replace(ref, schema)):
            raise CannotWriteError(f"the {ref.kind.value} {ref.name} cannot be replaced in one statement")
        return sql if found["replace"] else f"{sql[: found.end()]} OR REPLACE{sql[found.end() :]}"

    def _forget(self, operation: Operation) -> None:
        match operation:
            case Opaque():
                stale = [ref for ref in self.known if operation.may_touch(ref)]
            case Rename():
                stale = [ref for ref in self.known if ref == operation.ref or self._mentions(ref, operation.ref.name)]
            case Change():
                stale = [operation.ref]
            case Create():
                stale = [operation.subject, *self._wide(operation.subject)]
            case Drop():
                stale = [operation.ref, *self._wide(operation.ref), *self._using(operation.ref)]
        for ref in stale:
            self.known.pop(ref, None)

    def _mentions(self, ref: Ref, name: str) -> bool:
        plain = re.escape(name.partition("(")[0])
        return re.search(rf"(?<![\w$]){plain}(?![\w$])", self.known[ref], re.IGNORECASE) is not None

    def _using(self, column: Ref) -> list[Ref]:
        """What names a column that goes: it could not be made again before that is back."""
        if column.kind is not Kind.COLUMN:
            return []
        return [ref for ref in self.known if self._mentions(ref, column.table) and self._mentions(ref, column.name)]

    def _wide(self, ref: Ref) -> list[Ref]:
        """Views over `*` of a table whose columns change: made again they would show others."""
        if ref.kind is not Kind.COLUMN:
            return []
        wide = [other for other, sql in self.known.items() if "*" in _COUNT.sub("", sql)]
        return [other for other in wide if self._mentions(other, ref.table)]


def _may_replace(ref: Ref, schema: Schema) -> bool:
    return ref.kind is Kind.VIEW or (schema.dialect == "postgres" and ref.kind in _REPLACEABLE)
