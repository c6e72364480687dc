"""Knex's files: every file of its folders with an ending that it loads, sorted by name; its key is the whole name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.knex.project import EXTENSIONS, READ, places, wanted
from console.frameworks.knex.sending import Place, sent_by
from console.frameworks.knex.words import Writer
from console.readers.javascript.failures import quietly
from console.readers.javascript.module import Module
from console.readers.javascript.module import read as read_module
from console.readers.javascript.values import UNDEFINED, Pairs, why_not
from console.readers.sources import SourceFile
from console.readers.sqlfiles.files import gathered, said

_Lines: TypeAlias = tuple[int, ...]
_Found: TypeAlias = tuple[dict[str, tuple[Sent, ...]], _Lines, _Lines, _Lines]
REFUSES = "Knex refuses it"
_NEITHER = f"{REFUSES}, and with it every run: it must have both an up and a down function"
_HOW = "`debug: true` in the knexfile makes Knex print what it sends: ask it on a copy of the database"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All of them, in Knex's order."""
    endings = tuple(project.settings.get("extensions", "").split()) or EXTENSIONS
    found: list[SourceFile] = []
    unread = ""
    for place in places(project):
        more, why = gathered(project, given, place, wanted, lambda file: file.name)
        found += sorted((file for file in more if Path(file.name).suffix in endings), key=lambda file: file.name)
        unread = unread or why
        if given is not None:
            break
    if not project.settings.get("apart"):
        found.sort(key=lambda file: file.name)
    if project.bare:
        found = [file for file in found if "knex" in file.text.lower()]
    target = Place(_writer(project, dialect), home)
    made = tuple(_migration(file, target, project) for file in found)
    return Files(made, unread=_unread(project) or unread)


def _unread(project: Project) -> str:
    return "its migrationSource says which there are, and is not run" if project.settings.get("sourced") else ""


def _writer(project: Project, dialect: str) -> Writer:
    known = project.settings
    return Writer(dialect, *(known.get(name, "") for name in ("client", "charset", "collate", "renames")))


def _migration(file: SourceFile, place: Place, project: Project) -> Migration:
    module = Module(unreadable=file.unreadable) if file.unreadable else _module(file.text, file.name)
    own, odd = _transaction(module)
    wants = own if own is not None else not project.settings.get("no_transactions")
    transactional = wants and place.writer.grammar in ("postgres", "sqlite")
    sent, lazy, together, quiet = _sent(file.text, file.name, place) if not module.unreadable else ({}, (), (), ())
    notes = tuple(f"line {line} is built and never awaited: Knex sends nothing of it" for line in sorted(set(lazy)))
    if together and not transactional:
        notes = (*notes, f"what stands on line {together[0]} is sent at one time, in no certain order")
    notes = (*notes, *quietly(quiet))
    unsure = any(one.unreadable for one in sent.get("up", ()))
    return Migration(
        id=file.name,
        description=re.sub(r"^\d+_", "", Path(file.name).stem).replace("_", " "),
        file=file.path,
        statements=_statements(sent.get("up", ()), place, transactional=transactional),
        down=_statements(sent.get("down", ()), place, transactional=transactional),
        source="static",
        text=file.text,
        transactional=transactional,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=module.unreadable or _refused(module),
        note=said(*file.notes, odd, *notes, _HOW if unsure else ""),
    )


def _module(text: str, name: str) -> Module:
    if not name.endswith(READ):
        return Module(unreadable=f"{Path(name).suffix} is not read")
    return read_module(text, name)


def _refused(module: Module) -> str:
    if all(module.function(way) is not None for way in ("up", "down")):
        return ""
    for way in ("up", "down"):
        if module.function(way) is None and (why := why_not(module.value(way))):
            return f"{way}: {why}"
    return _NEITHER


def _transaction(module: Module) -> tuple[bool | None, str]:
    """What the file itself says of a transaction, and what is odd about that."""
    config = module.value("config")
    if config == UNDEFINED:
        return None, ""
    value = config.values.get("transaction", UNDEFINED) if isinstance(config, Pairs) else config
    if isinstance(value, bool):
        return value, ""
    return None, f"whether it wants a transaction is not known: {why}" if (why := why_not(value)) else ""


@lru_cache(maxsize=4096)
def _sent(text: str, name: str, place: Place) -> _Found:
    """What each way sends, the lines of what is never sent, sent at one time, and where failures end."""
    module = _module(text, name)
    found: dict[str, tuple[Sent, ...]] = {}
    lazy: tuple[int, ...] = ()
    together: tuple[int, ...] = ()
    quiet: tuple[int, ...] = ()
    for way in ("up", "down"):
        function = module.function(way)
        if function is not None:
            reading = sent_by(function, place)
            found[way] = tuple(reading.sent)
            lazy, together = (*lazy, *reading.lazy), (*together, *reading.together)
            quiet = (*quiet, *reading.quiet)
    return found, lazy, together, quiet


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], place: Place, *, transactional: bool) -> tuple[Statement, ...]:
    return read_sent(sent, place.writer.grammar, place.home, transactional=transactional)


def refused(migrations: Iterable[Migration]) -> Iterator[Migration]:
    """Those for which Knex stops before it runs any."""
    return (one for one in migrations if one.unreadable.startswith(REFUSES))
