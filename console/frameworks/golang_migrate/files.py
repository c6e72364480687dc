"""golang-migrate's files: `<number>_<title>.up.sql` and `.down.sql`, each sent as one text (facts: frameworks.md 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import USUAL, Told, from_variables, lying_in, project_of

if TYPE_CHECKING:
    from console.readers.sources import SourceFile

NAME = re.compile(r"([0-9]{1,18})_(.*)\.(down|up)\.sql")
_VARIABLES = ("DATABASE_URL", "POSTGRESQL_URL", "POSTGRES_URL", "MYSQL_URL", "DB_URL")
NO_UP = "it has no up file: golang-migrate only writes its version"
TWICE = "two files have this version and direction: golang-migrate refuses to run any"
_ANOTHERS = ("Cargo.toml",)
"""Beside these, such files are another tool's (sqlx names them the same)."""


def wanted(name: str) -> bool:
    """Whether golang-migrate takes a file of that name."""
    return NAME.fullmatch(name) is not None


def _place(folder: Path) -> str | None:
    if any((folder / name).is_file() for name in _ANOTHERS):
        return None
    return lying_in(folder, USUAL, wanted)


SIGN = Sign("golang-migrate", lambda folder: _place(folder) is not None, frozenset({"vendor", "testdata"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no such pair of files lies there."""
    return project_of("golang-migrate", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    found = from_variables(folder, environ, _VARIABLES)
    return Told(found.url, found.url_from, {"place": _place(folder) or USUAL[0]}, found.missing)


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    from console.readers.sqlfiles.files import gathered

    place = project.settings.get("place", USUAL[0])
    files, unread = gathered(project, given, place, wanted, lambda file: file.name)
    singly = project.settings.get("url.x-multi-statement") == "true"
    pairs = _paired(files)
    made = (_migration(version, pairs[version], dialect, home, singly=singly) for version in sorted(pairs))
    return Files(tuple(made), unread=unread)


def _paired(files: Iterable[SourceFile]) -> dict[int, dict[str, list[SourceFile]]]:
    """By version and direction."""
    found: dict[int, dict[str, list[SourceFile]]] = {}
    for file, parts in _named(files):
        found.setdefault(int(parts[1]), {}).setdefault(parts[3], []).append(file)
    return found


def _named(files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, re.Match[str]]]:
    for file in files:
        if (parts := NAME.fullmatch(file.name)) is not None:
            yield file, parts


def _migration(
    version: int, pair: Mapping[str, list[SourceFile]], dialect: str, home: str, *, singly: bool
) -> Migration:
    from console.readers.sqlfiles.files import Script, migration

    ups, downs = pair.get("up", []), pair.get("down", [])
    file = (ups or downs)[0]
    name = NAME.fullmatch(file.name)
    twice = TWICE if max(len(ups), len(downs)) > 1 else ""
    script = Script(
        str(version),
        name[2].replace("_", " ") if name is not None else "",
        ups[0].text if ups else "",
        downs[0].text if downs else "",
        # its SQLite driver begins a transaction of its own, the others send the whole file as it is
        transactional=dialect == "sqlite",
        at_once=not singly,
        note=twice or ("" if ups else NO_UP),
    )
    return migration(file, script, dialect, home)
