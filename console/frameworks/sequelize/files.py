"""Sequelize's files: each a module with up and down, run in the order of their names; read and never run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.sequelize.known import Known
from console.frameworks.sequelize.project import FAMILY, PLACE, is_one, wanted
from console.frameworks.sequelize.reading import Read, statements_of
from console.frameworks.sequelize.words import Way
from console.readers.javascript import module as javascript
from console.readers.javascript.failures import not_waited, quietly
from console.readers.sources import SourceFile
from console.readers.sqlfiles.files import gathered, said

_MIXED = "only some of its calls are given the transaction that it opens"
_TOGETHER = "some of it is sent at one time, so its order is not certain"
_OBTAIN = 'what it sends there a run on a copy of the database prints, with "logging": true in the configuration'
_NUMBER = re.compile(r"^[0-9]+[-_]")


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    files, unread = gathered(project, given, project.settings.get("place", PLACE), wanted, lambda file: file.name)
    if project.bare:
        files = [file for file in files if is_one(file.text)]
    files = [file for file in files if "/" not in file.inside.strip("/") or given is not None]
    ordered = sorted(files, key=lambda file: file.name)
    made = tuple(_migrations(ordered, _way(project, dialect), dialect, home))
    return Files(made, unread=unread if made or not project.bare else "")


def _way(project: Project, dialect: str) -> Way:
    """As the project's own configuration writes, where that is for this sort of server."""
    named = FAMILY.get(project.settings.get("dialect", ""), dialect)
    same = {named, dialect} <= {"mysql", "mariadb"} or named == dialect
    return Way(named if same else dialect, project.settings.get("schema", ""))


def _migrations(files: Iterable[SourceFile], way: Way, dialect: str, home: str) -> Iterator[Migration]:
    known = Known()
    for file in files:
        yield _migration(file, way, known, dialect, home)


def _migration(file: SourceFile, way: Way, known: Known, dialect: str, home: str) -> Migration:
    module = javascript.read(file.text, file.name)
    function, back = module.function("up"), module.function("down")
    why = file.unreadable or module.unreadable
    if function is None and not why:
        why = "it gives nobody a function that is called up"
    up = statements_of(function, way, known, home) if function is not None and not why else Read()
    down = statements_of(back, way, known.copied(), home) if back is not None and not why else Read()
    if why:
        known.forget()
    held = dialect in ("postgres", "sqlite")
    transactional = held and up.transactional
    return Migration(
        id=file.name,
        description=_NUMBER.sub("", file.name).rpartition(".")[0].replace("-", " ").replace("_", " "),
        file=file.path,
        statements=_statements(tuple(up.sent), dialect, home, transactional=transactional),
        down=_statements(tuple(down.sent), dialect, home, transactional=held and down.transactional),
        source="static",
        text=file.text,
        transactional=transactional,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=why,
        note=said(*file.notes, *_odd(up, held=held)),
    )


def _odd(up: Read, *, held: bool) -> Iterator[str]:
    if up.mixed and held:
        yield _MIXED
    if up.together:
        yield _TOGETHER
    yield from quietly(up.quiet)
    yield from not_waited(up.loose)
    if any(not one.sql for one in up.sent):
        yield _OBTAIN


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], dialect: str, home: str, *, transactional: bool) -> tuple[Statement, ...]:
    found = read_sent(sent, dialect, home, transactional=transactional)
    return tuple(replace(statement, n=n) for n, statement in enumerate(found, 1))
