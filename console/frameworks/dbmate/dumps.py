"""What stands for the migrations before it: `db/schema.sql`, which dbmate writes anew behind each run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from console.core.expected_base import Dumped
from console.core.ports import Files, Project
from console.core.statements import Statement
from console.frameworks.dbmate.ledger import ledger_tables
from console.readers.sources.dumps import dump_text, recorded_in, statements_of

USUAL = "db/schema.sql"


@dataclass(frozen=True, slots=True)
class DbmateFiles(Files):
    """With the file that keeps the schema."""

    dump: Dumped | None = None
    """None where there is none, or it cannot be read."""


def dump_of(project: Project, dialect: str, home: str) -> Dumped | None:
    """The file of a project, as dbmate is told where it lies."""
    folder, place = Path(project.folder), project.settings.get("schema_file") or USUAL
    path = folder / place
    if project.bare or not path.is_file():
        return None
    found = dump_text(path, folder)
    if found.unread:
        return None
    statements, versions = _read(found.text, ledger_tables(project)[0][1], dialect, home)
    return Dumped(place, statements, frozenset(versions))


@lru_cache(maxsize=16)
def _read(text: str, table: str, dialect: str, home: str) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    versions = tuple(recorded_in(text, table, dialect, "version", 0))
    return statements_of(text, frozenset({table}), dialect, home, whole=True), versions
