"""dbmate's files: one or more sections, each an up and a down block; what it refuses to run is said and not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.ports import Project
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import (
    USUAL,
    Told,
    from_variables,
    lying_in,
    project_of,
    variables,
)

if TYPE_CHECKING:
    from console.frameworks.dbmate.dumps import DbmateFiles
    from console.readers.sources import SourceFile
    from console.readers.sqlfiles.files import Script

NAME = re.compile(r"([0-9]+).*\.sql", re.DOTALL)
_BLOCK = re.compile(r"^--\s*migrate:(up|down)(?:[ \t\r]*$|[ \t]+\S+.*$)", re.MULTILINE)
_PLACE = "db/migrations"
_WITHOUT = "dbmate refuses it: it has no migrate:{} block"
_BEFORE = "dbmate refuses it: statements stand before its migrate:up block"


def wanted(name: str) -> bool:
    """Whether dbmate takes a file of that name."""
    return NAME.fullmatch(name) is not None


def is_one(text: str) -> bool:
    """Whether it is a file of dbmate's: others begin with digits, too."""
    return any(block[1] == "up" for block in _BLOCK.finditer(text))


def _place(folder: Path) -> str | None:
    return lying_in(folder, (_PLACE, *USUAL), wanted, is_one)


SIGN = Sign("dbmate", lambda folder: _place(folder) is not None, frozenset({"vendor", "testdata"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no file with such sections lies there."""
    return project_of("dbmate", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    known, found = variables(folder, environ), from_variables(folder, environ, ("DATABASE_URL",))
    settings = {"place": known.get("DBMATE_MIGRATIONS_DIR") or _place(folder) or _PLACE,
                "table": known.get("DBMATE_MIGRATIONS_TABLE", ""),
                "schema_file": known.get("DBMATE_SCHEMA_FILE", "")}  # fmt: skip
    return Told(found.url, found.url_from, settings)


def read(project: Project, given: str | None, dialect: str, home: str) -> DbmateFiles:
    """All migration files of a project, or those that `given` names."""
    from console.frameworks.dbmate.dumps import DbmateFiles, dump_of
    from console.readers.sqlfiles.files import gathered, migration

    files, unread = gathered(project, given, project.settings.get("place", _PLACE), wanted, lambda file: file.name)
    if project.bare:
        files = [file for file in files if is_one(file.text)]
    made = (migration(file, script_of(file), dialect, home) for file in sorted(files, key=lambda file: file.name))
    why = unread if files else "" if project.bare else unread
    return DbmateFiles(tuple(made), unread=why, dump=dump_of(project, dialect, home))


def script_of(file: SourceFile) -> Script:
    """What dbmate finds in a file."""
    from console.readers.sqlfiles.files import Script

    name = NAME.fullmatch(file.name)
    version = name[1] if name is not None else file.name
    described = file.name.removesuffix(".sql")[len(version) :].strip("_").replace("_", " ")
    blocks = list(_BLOCK.finditer(file.text))
    if why := _refused(file.text, blocks):
        return Script(version, described, unreadable=why)
    ups = list(_texts(file.text, blocks, "up"))
    whole = len(ups) == 1 and "transaction:false" not in blocks[0][0].split()
    several = f"{len(ups)} sections, each run on its own" if len(ups) > 1 else ""
    return Script(
        version,
        described,
        _together(ups),
        _together(list(_texts(file.text, blocks, "down"))),
        transactional=whole,
        at_once=len(ups) == 1,
        note=several,
    )


def _refused(text: str, blocks: list[re.Match[str]]) -> str:
    for kind in ("up", "down"):
        if not any(block[1] == kind for block in blocks):
            return _WITHOUT.format(kind)
    before = text[: next(block.start() for block in blocks if block[1] == "up")]
    loud = (line for line in before.split("\n") if line.strip() and not line.lstrip().startswith("--"))
    if next(loud, None) is not None or blocks[0][1] != "up":
        return _BEFORE
    after_another = [a[1] == b[1] for a, b in pairwise(blocks)]
    if any(after_another) or blocks[-1][1] != "down":
        return "dbmate refuses it: an up block is not followed by its down block"
    return ""


def _texts(text: str, blocks: list[re.Match[str]], kind: str) -> Iterator[str]:
    from console.readers.sqlfiles.files import only

    ends = [*(block.start() for block in blocks[1:]), len(text)]
    for block, end in zip(blocks, ends, strict=True):
        if block[1] == kind:
            yield only(text, block.end(), end)


def _together(texts: list[str]) -> str:
    """Several sections in one text, each on its own lines."""
    whole = texts[0] if texts else ""
    for more in texts[1:]:
        whole += more[whole.count("\n") :]
    return whole
