"""Squashed migrations: the dump Laravel loads into an empty database, and the names of those it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.core.migration import Migration
from console.readers.sources.dumps import dump_text, recorded_in, statements_of

FOLDER = "database/schema"


@dataclass(frozen=True, slots=True)
class Dump:
    """One dump."""

    migration: Migration
    """The whole of it as one unit."""
    names: frozenset[str] = frozenset()
    """The migrations it records."""
    unread: str = ""
    """Why their names are not known."""


def dump_of(folder: Path, connection: str, table: str, dialect: str, home: str) -> Dump | None:
    """The dump of a connection; a .dump counts more than a .sql."""
    for ending in ("dump", "sql"):
        path = folder / FOLDER / f"{connection}-schema.{ending}"
        if connection and path.is_file():
            return _read(path, folder, table, dialect, home)
    return None


def _read(path: Path, folder: Path, table: str, dialect: str, home: str) -> Dump:
    found, shown = dump_text(path, folder), path.relative_to(folder).as_posix()
    migration = Migration(
        id=shown,
        description="squashed migrations",
        file=shown,
        statements=statements_of(found.text, frozenset({table, f"{table}_id_seq"}), dialect, home),
        text=found.text,
        transactional=False,
        modified_at=found.modified_at,
        unreadable=found.unread,
        note="; ".join(found.notes),
    )
    return Dump(migration, frozenset(names_in(found.text, table, dialect)), found.unread)


def names_in(text: str, table: str, dialect: str) -> Iterator[str]:
    """The migrations that a dump's own rows record."""
    return recorded_in(text, table, dialect, "migration", 1)
