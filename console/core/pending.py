"""What unrecorded migrations have still to do, carried from each to the next in the order the tool would run them.

That a thing is gone shows nothing while one before has still to make it; that a thing is there shows nothing while one
before has still to take it away. Without this a migration would be said to have landed for what was always so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from console.core.landed import Judgement, Verdict
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.refs import Kind, Ref, table_ref

Place = tuple[str, Ref]
"""(the project's name of the database, address)"""


@dataclass
class _Work:
    """What is still to be done."""

    to_make: dict[Place, str] = field(default_factory=dict)
    """Thing -> the migration that has still to make it."""
    to_take: dict[Place, str] = field(default_factory=dict)
    """Thing -> the migration that has still to drop or rename it away."""
    to_change: dict[tuple[Place, str], str] = field(default_factory=dict)
    """(thing, attribute) -> the migration that has still to change it."""
    code: dict[str, str] = field(default_factory=dict)
    """Database -> the first migration that has still to run code which may make anything."""

    def unmade(self, database: str) -> dict[Ref, str]:
        """What has still to be made in one database."""
        return {ref: by for (place, ref), by in self.to_make.items() if place == database}

    def note(self, operation: Operation, database: str, migration: str) -> None:
        if isinstance(operation, Create):
            self.to_make |= {(database, thing.ref): migration for thing in operation.things}
        elif isinstance(operation, Drop):
            self.to_take[database, operation.ref] = migration
        elif isinstance(operation, Rename):
            self.to_make[database, operation.to] = migration
            self.to_take[database, operation.ref] = migration
        elif isinstance(operation, Change):
            self.to_change |= {((database, operation.ref), name): migration for name, _ in operation.attrs}
        elif operation.anything:
            self.code.setdefault(database, migration)

    def reason(self, operation: Operation, database: str) -> str:
        """Why what the operation leaves shows nothing; '' when it does."""
        if isinstance(operation, Drop):
            return _still(next(self._making(operation.ref, database), self.code.get(database, "")), "make it")
        if isinstance(operation, Create):
            return _still(self._taking(operation.subject, database), "take it away")
        if isinstance(operation, Rename):
            return _still(self._taking(operation.to, database), "take it away")
        if isinstance(operation, Change):
            place = (database, operation.ref)
            by = next(
                (self.to_change[place, name] for name, _ in operation.attrs if (place, name) in self.to_change), ""
            )
            return _still(by or self._taking(operation.ref, database), "change it")
        return ""

    def _making(self, ref: Ref, database: str) -> Iterator[str]:
        for place in _around(ref):
            if (database, place) in self.to_make:
                yield self.to_make[database, place]

    def _taking(self, ref: Ref, database: str) -> str:
        return next((self.to_take[database, place] for place in _around(ref) if (database, place) in self.to_take), "")


@dataclass
class Outstanding:
    """What the migrations so far have still to do."""

    surely: _Work = field(default_factory=_Work)
    perhaps: _Work = field(default_factory=_Work)
    """What nobody told whether it was done."""

    @property
    def nothing(self) -> bool:
        """None before it has anything to do that is known of."""
        works = (self.surely, self.perhaps)
        return not any(work.to_make or work.to_take or work.to_change or work.code for work in works)

    def unmade(self, database: str) -> dict[Ref, str]:
        """What has still to be made in one database."""
        return self.surely.unmade(database)

    def corrected(self, judgement: Judgement) -> Judgement:
        """The verdict, where what supports it was so before and one before has still to do the opposite."""
        operations, place = judgement.statement.operations, judgement.statement.database
        believed = judgement.verdict in (Verdict.LANDED, Verdict.UNKNOWABLE) and not judgement.skipped
        if not believed or judgement.untold or not operations:
            return judgement
        sure = [self.surely.reason(operation, place) for operation in operations]
        if all(sure):
            text = f"{judgement.evidence}, but {sure[0]}"
            return replace(judgement, verdict=Verdict.NOT_LANDED, evidence=text, inferred=True)
        possible = [self.perhaps.reason(o, place) or known for o, known in zip(operations, sure, strict=True)]
        if not all(possible):
            return judgement
        why = f"perhaps {possible[0]}"
        text = f"{judgement.evidence}, but {why}"
        return replace(judgement, verdict=Verdict.UNKNOWABLE, evidence=text, inferred=False, untold=why)

    def note(self, migration: str, judgement: Judgement) -> None:
        """What this statement has still to do."""
        if judgement.skipped or judgement.verdict in (Verdict.LANDED, Verdict.PARTIAL):
            return
        for operation in judgement.statement.operations:
            unsure = judgement.untold or isinstance(operation, Opaque)
            (self.perhaps if unsure else self.surely).note(operation, judgement.statement.database, migration)

    def note_unread(self, migration: str) -> None:
        """A file of which nothing is known has still to be run."""
        self.perhaps.code.setdefault("", migration)


def _around(ref: Ref) -> Iterator[Ref]:
    """A thing and the table it is a part of."""
    yield ref
    if ref.table and ref.kind is not Kind.TABLE:
        yield table_ref(ref.schema, ref.table)


def _still(migration: str, what: str) -> str:
    return f"{migration} before it has still to {what}" if migration else ""
