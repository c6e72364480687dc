"""What a statement does to another database than the one looked at: the catalog that was read cannot tell."""

from __future__ import annotations

from console.core.operations import Create, Drop, Opaque, Operation, Rename
from console.core.schema import Kind, Ref, Table


def only_here(operation: Operation, home: str) -> Operation:
    """The operation as far as it concerns the database `home`."""
    if isinstance(operation, Rename) and _there(operation.ref, home) is not _there(operation.to, home):
        return _moved(operation, home)
    subject = operation.subject
    if subject is None or not _there(subject, home):
        return operation
    place = subject.name if subject.kind is Kind.SCHEMA else subject.schema
    return Opaque(f"It is about the database {place}; only {home} was looked at.", harmless=True)


def _there(ref: Ref, home: str) -> bool:
    """A name that differs in its case only may mean the same database: whoever knows the server tells (table_case)."""
    return bool(home) and (ref.name if ref.kind is Kind.SCHEMA else ref.schema).lower() != home.lower()


def _moved(rename: Rename, home: str) -> Operation:
    """A table that leaves the database is gone from it; one that comes is there, whatever it is made of."""
    if _there(rename.to, home):
        return Drop(rename.ref, if_present=rename.if_present)
    parts = frozenset(Table.__dataclass_fields__) - {"ref"} | {"columns"}
    return Create((Table(ref=rename.to, unread=parts),))
