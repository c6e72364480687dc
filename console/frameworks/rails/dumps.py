"""What stands for the migrations before it: `db/schema.rb` or `db/structure.sql`, and the versions it holds.

`dump` is for whoever needs the schema as it should be: the statements of the file on an empty database, without Rails'
own tables and without dropping anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from console.core.migration import Migration
from console.core.ports import Project
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.rails.ledger import BESIDE, is_version, table_of
from console.frameworks.rails.shape import Shape, shape_of
from console.readers.ruby.catalogue import Catalogue
from console.readers.ruby.compile import compiled
from console.readers.ruby.guards import Place
from console.readers.ruby.schema import read_schema
from console.readers.sources.dumps import DumpText, dump_text, recorded_in, statements_of

FIRST = "primary"
_BEFORE_NAMED = (6, 1)
"""The newest Rails whose `schema.rb` does not say for which Rails it was written."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One such file."""

    migration: Migration
    """The whole of it as one unit."""
    version: str = ""
    """The newest version it stands for."""
    versions: frozenset[str] = frozenset()
    """All of them, where it names them: structure.sql does."""

    @property
    def unread(self) -> str:
        """Why it is not read."""
        return self.migration.unreadable

    def holds(self, version: str) -> bool:
        """Whether it stands for a migration: loading schema.rb records every file up to its version too."""
        if self.versions:
            return version in self.versions
        return self.version.isdigit() and int(version) <= int(self.version)


def dump(project: Project, dialect: str, home: str, name: str = FIRST) -> Dump | None:
    """The file of one database of a project; None where it has none."""
    folder, before = Path(project.folder), "" if name == FIRST else f"{name}_"
    places = {"ruby": folder / f"db/{before}schema.rb", "sql": folder / f"db/{before}structure.sql"}
    wanted = project.settings.get("schema_format", "ruby")
    for kind in (wanted, *(other for other in places if other != wanted)):
        path = places.get(kind)
        if path is not None and path.is_file():
            shape = shape_of(project, folder, dialect, home)
            found, shown = dump_text(path, folder), path.relative_to(folder).as_posix()
            return _of_ruby(found, shown, shape) if kind == "ruby" else _of_sql(found, shown, project, shape)
    return None


def _of_ruby(found: DumpText, shown: str, shape: Shape) -> Dump:
    if found.unread:
        return Dump(_migration(found, shown, ()))
    ruby = read_schema(found.text, Place(shape.dialect, shape.home))
    installed = shape.rails or ruby.language or _BEFORE_NAMED
    context = shape.context(installed, ruby.language or installed, Catalogue())
    sent = compiled(ruby.items, context)
    return Dump(_migration(found, shown, _read(sent, shape.dialect, shape.home), ruby.unreadable), ruby.version)


@lru_cache(maxsize=16)
def _read(sent: tuple[Sent, ...], dialect: str, home: str) -> tuple[Statement, ...]:
    return read_sent(sent, dialect, home)


def _of_sql(found: DumpText, shown: str, project: Project, shape: Shape) -> Dump:
    statements, names = _sql(found.text, table_of(project), shape.dialect, shape.home)
    newest = max(names, key=int, default="")
    return Dump(_migration(found, shown, statements), newest, frozenset(names))


@lru_cache(maxsize=16)
def _sql(text: str, table: str, dialect: str, home: str) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    rows = recorded_in(text, table, dialect, "version", 0)
    return statements_of(text, frozenset({table, BESIDE}), dialect, home, whole=True), tuple(_numbers(rows))


def _numbers(rows: Iterator[str]) -> Iterator[str]:
    return (str(int(row)) for row in rows if is_version(row))


def _migration(found: DumpText, shown: str, statements: tuple[Statement, ...], why: str = "") -> Migration:
    return Migration(
        id=shown,
        description="the schema of all migrations",
        file=shown,
        statements=statements,
        source="static",
        text=found.text,
        transactional=False,
        modified_at=found.modified_at,
        unreadable=found.unread or why,
        note="; ".join(found.notes),
    )
