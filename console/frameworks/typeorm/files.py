"""TypeORM's files: each class with up and down in them is one migration, known by its name; read and never run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.typeorm.names import time_of
from console.frameworks.typeorm.project import ALL, EACH, PLACE, is_one, mode_of, wanted
from console.frameworks.typeorm.reading import Read, statements_of
from console.frameworks.typeorm.words import Way
from console.readers.javascript import module as javascript
from console.readers.javascript.failures import not_waited, quietly
from console.readers.javascript.values import Class, Undefined
from console.readers.sources import SourceFile
from console.readers.sqlfiles.files import gathered, own_control, said

OWN_WISH = "it says itself whether it wants a transaction"
_TOGETHER = "some of it is sent at one time, so its order is not certain"
_OBTAIN = 'what it sends there a run on a copy of the database prints, with logging: ["query"] in the data source'
_ENDS = re.compile(r"[-_]?[0-9]{13}\Z")


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    files, unread = gathered(project, given, project.settings.get("place", PLACE), wanted, lambda file: file.name)
    files = [file for file in files if is_one(file.text) or file.unreadable]
    mode, way = mode_of(project.settings), Way(dialect, home, project.settings.get("version", ""))
    made = [one for file in sorted(files, key=lambda file: file.inside)
            for one in _migrations(file, way, mode)]  # fmt: skip
    made.sort(key=lambda one: time_of(one.id) or 0)
    return Files(tuple(made), unread=unread if made or not project.bare else "")


def _migrations(file: SourceFile, way: Way, mode: str) -> Iterator[Migration]:
    module = javascript.read(file.text, file.name)
    why = file.unreadable or module.unreadable
    found = [one for one in module.classes if "up" in one.methods]
    if not found:
        why = why or "it gives nobody a class with a method that is called up"
        name = file.name.rpartition(".")[0]
        yield replace(_empty(file, name), unreadable=why)
        return
    for one in found:
        yield _migration(file, one, way, mode)


def _empty(file: SourceFile, name: str) -> Migration:
    return Migration(
        id=name,
        description=_ENDS.sub("", name),
        file=file.path,
        statements=(),
        source="static",
        text=file.text,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        note=said(*file.notes),
    )


def _migration(file: SourceFile, found: Class, way: Way, mode: str) -> Migration:
    given = found.fields.get("name")
    if given is not None and not isinstance(given, (str, Undefined)):
        return replace(_empty(file, found.name), unreadable="its name is not known without running the file")
    name = given if isinstance(given, str) and given else found.name
    wish = found.fields.get("transaction")
    own = wish is not None and not isinstance(wish, Undefined)
    up, down = (statements_of(found, method, way) for method in ("up", "down"))
    controlled = up.control or _controlled(up.sent, way.name)
    held = _held(mode, wish if own else None) and way.name in ("postgres", "sqlite") and not controlled
    back = mode != "none" and way.name in ("postgres", "sqlite") and not down.control
    return replace(
        _empty(file, name),
        statements=_statements(tuple(up.sent), way.name, way.home, transactional=held),
        down=_statements(tuple(down.sent), way.name, way.home, transactional=back),
        transactional=held,
        note=said(*file.notes, *_odd(up, own=own)),
    )


def _odd(up: Read, *, own: bool) -> Iterator[str]:
    if own:
        yield OWN_WISH
    if up.together:
        yield _TOGETHER
    yield from quietly(up.quiet)
    yield from not_waited(up.loose)
    if any(not one.sql for one in up.sent):
        yield _OBTAIN


def _held(mode: str, wish: object) -> bool:
    return wish is True if wish is not None else mode in (ALL, EACH)


def _controlled(sent: Iterable[Sent], dialect: str) -> bool:
    return any(own_control(one.sql, dialect) for one in sent if one.sql)


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], dialect: str, home: str, *, transactional: bool) -> tuple[Statement, ...]:
    found = read_sent(sent, dialect, home, transactional=transactional)
    return tuple(replace(statement, n=n) for n, statement in enumerate(found, 1))
