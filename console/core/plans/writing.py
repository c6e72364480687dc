"""What every server's SQL of a schema change has in common: which writer is asked, and how a foreign key reads.

The dialects are strangers to each other, so what they share stands here; their own words stay with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.schema import Constraint, Kind, Schema, Thing

Sql = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writers:
    """One dialect's way to write each kind of operation; CannotWriteError where it cannot be said exactly."""

    drop: Callable[[Drop, Schema], Sql]
    rename: Callable[[Rename, Schema], Sql]
    change: Callable[[Change, Schema], Sql]
    create: Callable[[Create], Sql]

    def sql(self, operation: Operation, schema: Schema) -> Sql:
        """The statements that make it."""
        match operation:
            case Drop():
                return self.drop(operation, schema)
            case Rename():
                return self.rename(operation, schema)
            case Change():
                return self.change(operation, schema)
            case Create():
                if operation.replace:
                    raise CannotWriteError(f"What {operation.subject.name} was before is not known whole.")
                return self.create(operation)
            case Opaque():
                raise CannotWriteError(f"Nothing can be written for it: {operation.why}")


def foreign_key_sql(constraint: Constraint, quoted: Callable[[str], str]) -> str:
    """FOREIGN KEY, its columns, what it refers to, and what it does when that changes; without its name."""
    schema, _, table = str(constraint.references).partition(".")
    columns, theirs = (", ".join(map(quoted, names)) for names in (constraint.columns, constraint.referenced_columns))
    sql = f"FOREIGN KEY ({columns}) REFERENCES {quoted(schema)}.{quoted(table)}" + (f" ({theirs})" if theirs else "")
    if constraint.match == "full":
        sql += " MATCH FULL"
    for event, action in (("DELETE", constraint.on_delete), ("UPDATE", constraint.on_update)):
        sql += f" ON {event} {action.upper()}" if action != "no action" else ""
    return sql


def cannot_create(thing: Thing) -> CannotWriteError:
    """Why a thing is not made anew."""
    if thing.ref.kind is Kind.SEQUENCE:
        return CannotWriteError(f"Where the sequence {thing.ref.name} had got to is not known.")
    return CannotWriteError(f"A {thing.ref.kind.value} cannot be written back here: {thing.ref.name}.")


def cannot_drop(kind: Kind) -> CannotWriteError:
    """Why nothing of this kind is dropped."""
    return CannotWriteError(f"How a {kind.value} is dropped is not known here.")


def cannot_rename(kind: Kind) -> CannotWriteError:
    """Why nothing of this kind is renamed."""
    return CannotWriteError(f"How a {kind.value} is renamed is not known here.")
