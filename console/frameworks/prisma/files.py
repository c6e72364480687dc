"""Prisma's files: `prisma/migrations/<name>/migration.sql`, each sent as one text; the check sum is of its bytes.

The schema file is read for the database it names, and never evaluated: a variable is looked up where Prisma does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING

from console.core.ports import Files, Project
from console.readers.settings import read_text
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import Told, origin, project_of, variables

if TYPE_CHECKING:
    from console.readers.sources import SourceFile
    from console.readers.sqlfiles.files import Script

FILE = "migration.sql"
LOCK_FILE = "migration_lock.toml"
_SCHEMAS = ("prisma/schema.prisma", "schema.prisma", "prisma/schema/schema.prisma")
_PLACES = ("prisma/migrations", "migrations", "prisma/schema/migrations")
_SOURCE = re.compile(r"^datasource\s+\w+\s*\{(?P<body>.*?)^\}", re.MULTILINE | re.DOTALL)
_URL = re.compile(
    r"^\s*(?P<key>directUrl|url)\s*=\s*(?:env\(\s*\"(?P<name>\w+)\"\s*\)|\"(?P<text>[^\"]*)\")", re.MULTILINE
)
_CONFIGS = ("prisma.config.ts", "prisma.config.mts", "prisma.config.js", "prisma.config.mjs", ".config/prisma.ts",
            ".config/prisma.js")  # fmt: skip
_ADAPTER = re.compile(r"^\s*(?:async\s+)?adapter\b", re.MULTILINE)
"""A driver of node stands between: its engine then sends each statement alone (measured with 6.19)."""
_MOVED = re.compile(
    r"(?:^|[{,])\s*migrations\s*:\s*\{[^{}]*?\bpath\s*:\s*(?:(['\"`])(?P<path>[^'\"`$\n]+)\1\s*[,}\n]|\S)", re.MULTILINE
)
"""The configuration's own word for the folder, from where it lies itself."""
_BY_CODE = "its configuration names the folder of its migrations by code, which is not run"
SINGLY = "a driver adapter is configured, which sends each statement alone: no transaction is around them"
_PROVIDER = re.compile(r"^\s*provider\s*=\s*\"(\w+)\"", re.MULTILINE)


def wanted(name: str) -> bool:
    """Whether Prisma takes a file of that name."""
    return name == FILE


def _place(folder: Path) -> str | None:
    """Where its migrations are; the file that names the provider lies among them."""
    usual = next((place for place in _PLACES if (folder / place / LOCK_FILE).is_file()), None)
    return _moved(folder) or usual


def _moved(folder: Path) -> str | None:
    """Where the configuration says that they are; None where it does not, '' where it does by code."""
    file, found = next(
        ((name, match) for name in _CONFIGS if (match := _MOVED.search(read_text(folder / name) or ""))), ("", None)
    )
    if found is None:
        return None
    return normpath(f"{PurePosixPath(file).parent}/{found['path']}") if found["path"] else ""


def _schema(folder: Path) -> Path | None:
    return next((folder / name for name in _SCHEMAS if (folder / name).is_file()), None)


def holds(folder: Path) -> bool:
    """Whether it is the root of a project: not the folder `prisma` inside of one."""
    place = _place(folder)
    return place is not None and (place != "migrations" or folder.name != "prisma")


SIGN = Sign("Prisma", holds)


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no migrations of Prisma lie there."""
    return project_of("prisma", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    config = "\n".join(read_text(folder / name) or "" for name in _CONFIGS)
    settings = {"place": _place(folder) or _PLACES[0], "singly": "true" if _ADAPTER.search(config) else "",
                "coded": "true" if _moved(folder) == "" else ""}  # fmt: skip
    path = _schema(folder)
    block = _SOURCE.search(read_text(path) or "") if path is not None else None
    found = {match["key"]: match for match in _URL.finditer(block["body"])} if block is not None else {}
    known = {**variables(folder / "prisma", {}), **variables(folder, environ)}
    for key in ("directUrl", "url"):
        if key in found:
            text, by = _value(found[key], known, folder, environ)
            if text:
                return Told(text, by, settings)
    if known.get("DATABASE_URL"):
        return Told(known["DATABASE_URL"], origin(folder, "DATABASE_URL", environ), settings)
    return Told(settings=settings)


def _value(match: re.Match[str], known: Mapping[str, str], folder: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    if match["name"]:
        return known.get(match["name"], ""), origin(folder, match["name"], environ)
    return match["text"], "schema.prisma"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    from console.readers.sqlfiles.files import gathered, migration

    if given is None and project.settings.get("coded"):
        return Files(unread=_BY_CODE)
    files, unread = gathered(project, given, project.settings.get("place", _PLACES[0]), wanted, name_of)
    folders = [file for file in files if name_of(file)]
    singly = bool(project.settings.get("singly"))
    made = (migration(file, _script(file, singly=singly), dialect, home) for file in sorted(folders, key=name_of))
    return Files(tuple(made), unread=unread if folders or not project.bare else "")


def name_of(file: SourceFile) -> str:
    """The name of its folder."""
    return file.inside.rpartition("/")[0].rpartition("/")[2]


def _script(file: SourceFile, *, singly: bool) -> Script:
    from console.readers.sqlfiles.files import Script

    name = name_of(file)
    described = re.sub(r"^\d{14}_", "", name).replace("_", " ")
    total = hashlib.sha256(file.data).hexdigest()
    note = SINGLY if singly else ""
    return Script(name, described, file.text, transactional=False, at_once=not singly, checksum=total, note=note)


def sums(data: bytes) -> frozenset[str]:
    """The check sums that Prisma takes for this file: with the line ends of any system."""
    unix = data.replace(b"\r\n", b"\n")
    return frozenset(hashlib.sha256(each).hexdigest() for each in (data, unix, unix.replace(b"\n", b"\r\n")))
