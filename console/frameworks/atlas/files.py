"""Atlas' files: `<version>_<name>.sql` beside an atlas.sum; directives stand at the top, apart from the rest.

Of atlas.hcl only what is written down plainly counts: the folder, and the variable of the URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.frameworks.atlas.sums import Sums
from console.readers.settings import read_text
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import USUAL, Told, lying_in, origin, project_of, variables

if TYPE_CHECKING:
    from console.readers.sources import SourceFile

_CONFIG = "atlas.hcl"
_DIR = re.compile(r'^\s*dir\s*=\s*"file://([^"?\n]+)', re.MULTILINE)
_URL = re.compile(r'^\s*url\s*=\s*(?:getenv\(\s*"(\w+)"\s*\)|"([^"$\n]+)")', re.MULTILINE)
_OTHERS = re.compile(r"\.(?:up|down)\.sql\Z|\A[VUR][\d._]*__.*\.sql\Z")
_MARKED = re.compile(r"^\s*--\s*(?:\+goose\s|migrate:up\b|liquibase formatted)", re.MULTILINE | re.IGNORECASE)
_READ_ELSEWHERE = ("delimiter", "import")
_WHOLE = frozenset({"none", "file"})


@dataclass(frozen=True, slots=True)
class AtlasFiles(Files):
    """Migrations, with what binds them together."""

    sums: Sums = field(default_factory=Sums)
    checkpoints: frozenset[str] = frozenset()
    """Versions of files that stand for all before them."""


def wanted(name: str) -> bool:
    """The sum, and all SQL beside it."""
    from console.frameworks.atlas.sums import SUM

    return name == SUM or name.endswith(".sql")


def _place(folder: Path) -> str | None:
    from console.frameworks.atlas.sums import SUM

    named = _DIR.search(read_text(folder / _CONFIG) or "")
    places = (named[1].removeprefix("./"), *USUAL) if named is not None else USUAL
    there = (place for place in places if (folder / place / SUM).is_file())
    return next((place for place in there if not _is_anothers(folder, place)), None)


def _is_anothers(folder: Path, place: str) -> bool:
    """Whether the files beside an atlas.sum are written for another tool: Atlas binds those, too, and then another
    table says what ran."""
    named = lying_in(folder, (place,), lambda name: _OTHERS.search(name) is not None)
    marked = lying_in(folder, (place,), wanted, lambda text: _MARKED.search(text) is not None)
    return named is not None or marked is not None


SIGN = Sign("Atlas", lambda folder: _place(folder) is not None, frozenset({"vendor", "testdata"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no atlas.sum lies there."""
    return project_of("atlas", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    settings = {"place": _place(folder) or USUAL[0]}
    known = variables(folder, environ)
    found = _URL.search(read_text(folder / _CONFIG) or "")
    if found is not None and found[2]:
        return Told(found[2], _CONFIG, settings)
    name = found[1] if found is not None else "DATABASE_URL"
    return Told(known.get(name, ""), origin(folder, name, environ), settings)


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    from console.frameworks.atlas.sums import SUM, directives, sums_of
    from console.readers.sqlfiles.files import gathered

    place = project.settings.get("place", USUAL[0])
    files, unread = gathered(project, given, place, wanted, lambda file: file.name)
    total = next((file for file in files if file.name == SUM), None)
    if project.bare and total is None:
        return AtlasFiles()
    scripts = sorted((file for file in files if file.name != SUM), key=lambda file: file.name)
    marked = frozenset(_named(f.name)[0] for f in scripts if any(d[0] == "checkpoint" for d in directives(f.text)))
    found = tuple(_migrations(scripts, dialect, home))
    return AtlasFiles(found, unread=unread, sums=sums_of(scripts, total), checkpoints=marked)


def _named(name: str) -> tuple[str, str]:
    version, _, described = name.removesuffix(".sql").partition("_")
    return version, described


def _migrations(files: list[SourceFile], dialect: str, home: str) -> Iterator[Migration]:
    from console.frameworks.atlas.sums import directives
    from console.readers.sqlfiles.files import Script, migration

    for file in files:
        version, described = _named(file.name)
        found = directives(file.text)
        modes = [value for name, value in found if name == "txmode"]
        other = next((name for name, _ in found if name in _READ_ELSEWHERE), "")
        why = f"its directive atlas:{other} is not read" if other else ""
        if any(mode not in _WHOLE for mode in modes) or len(modes) > 1:
            why = f"Atlas refuses it: its atlas:txmode is {' and '.join(modes)}"
        script = Script(version, described, file.text, transactional=modes != ["none"], unreadable=why)
        yield migration(file, script, dialect, home)
