"""Where a row of the history and the file of its migration say different things: what Flyway's validate looks for."""

from __future__ import annotations

from console.core.migration import LedgerRow, Migration
from console.frameworks.flyway.names import abbreviated, version_key

SQL_TYPES = frozenset({"SQL", "SQL_BASELINE"})


def is_script_baseline(migration: Migration) -> bool:
    """A `B` file."""
    return not migration.repeatable and migration.id[:1] == "B" and version_key(migration.id[1:]) is not None


def type_of(migration: Migration) -> str:
    """The type that Flyway gives a file."""
    return "SQL_BASELINE" if is_script_baseline(migration) else "SQL"


def differing_checksum(row: LedgerRow, migration: Migration) -> bool:
    """False too where one of them has none."""
    return None not in (row.checksum, migration.checksum) and row.checksum != migration.checksum


def differing_type(row: LedgerRow, migration: Migration) -> bool:
    """The row was written by another kind of migration."""
    return row.type not in SQL_TYPES


def differing_description(row: LedgerRow, migration: Migration) -> bool:
    """Flyway keeps 200 letters of it."""
    return bool(migration.description) and row.description != abbreviated(migration.description)
