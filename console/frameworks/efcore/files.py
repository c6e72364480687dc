"""EF Core's migrations by the names in their designer files, their statements out of the scripts that lie there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import Told, project_of

if TYPE_CHECKING:
    from console.frameworks.efcore.script import Part
    from console.readers.sources import SourceFile

_ID = re.compile(r"\[Migration\(\s*@?\"(?P<id>[^\"]+)\"\s*\)\]")
_VERSION = re.compile(r"\"ProductVersion\"\s*,\s*\"(?P<version>[^\"]+)\"")
_CONTEXT = re.compile(r"\[DbContext\(typeof\((?:\w+\.)*(?P<name>\w+)\)\)\]")
_DESIGNER = ".Designer.cs"
_LIMIT = 65536
_MOST = 60
MAKE = "dotnet ef migrations script --idempotent --output efcore.sql"
_NONE = f"it is C#, which is not read: `{MAKE}` writes its statements, and that file is read here"
_OLD = f"the script here does not have it: `{MAKE}` writes it anew"
_SKIPPED = frozenset({"bin", "obj", "node_modules", "packages", "wwwroot", "TestResults"})


@dataclass(frozen=True, slots=True)
class EfFiles(Files):
    """With what the history is to hold of each migration."""

    versions: Mapping[str, str] = field(default_factory=dict)
    """The version of EF Core that its row has, by id."""
    snake: bool = False
    """The history's columns are written in lower case."""
    scripts: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    """The contexts that migrations are of."""


def _holds(folder: Path) -> bool:
    if any(folder.glob("*.csproj")) and next(_designers(folder), None) is not None:
        return True
    return any(_is_script(path) for path in sorted(folder.glob("*.sql"))[:_MOST])


def _designers(folder: Path) -> Iterator[Path]:
    """The designer files below, a few folders deep."""
    for pattern in ("*", "*/*", "*/*/*", "*/*/*/*"):
        for path in sorted(folder.glob(f"{pattern}{_DESIGNER}")):
            if not _SKIPPED & set(path.relative_to(folder).parts):
                yield path


def _is_script(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            begins = stream.read(_LIMIT).decode("utf-8", "replace")
    except OSError:
        return False
    return "MigrationsHistory" in begins or _has_mark(begins)


SIGN = Sign("EF Core", _holds, _SKIPPED, depth=3)


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`: with designer files, or with a script that EF Core wrote."""
    return project_of("efcore", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    from console.frameworks.efcore.settings import told

    return told(folder, environ)


def wanted(name: str) -> bool:
    """Whether a file of that name may hold anything of EF Core's."""
    return name.endswith((".sql", _DESIGNER))


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migrations of a project, or those that `given` names."""
    from console.readers.sources import gather_given
    from console.readers.sqlfiles.files import ALONE

    if given is not None:
        files = [file for file in gather_given(given, wanted) if wanted(file.name)]
    else:
        files = _below(Path(project.folder))
    scripts = [file for file in files if file.name.endswith(".sql") and _has_mark(file.text)]
    designers = [file for file in files if file.name.endswith(_DESIGNER) and _ID.search(file.text)]
    if not scripts and not designers:
        return Files(unread="" if project.bare else "it has no migration, and no script of them")
    made = _made(designers, sorted(scripts, key=_age), dialect, home)
    alone = given is not None and not designers and not Path(given).is_dir()
    return replace(made, unread=ALONE if alone and len(made.migrations) == 1 else "")


def _below(folder: Path) -> list[SourceFile]:
    from console.readers.sources import from_folder

    found = from_folder(folder, wanted, folder)
    return [file for file in found if not _SKIPPED & set(file.inside.split("/")[:-1])]


def _has_mark(text: str) -> bool:
    words = text.lower()
    if "migrationid" not in words and "migration_id" not in words:
        return False
    from console.frameworks.efcore.script import MARK

    return MARK.search(text) is not None


def _age(file: SourceFile) -> tuple[float, str]:
    """The newest counts."""
    return (file.modified_at.timestamp() if file.modified_at else 0.0, file.path)


@dataclass(slots=True)
class _Known:
    """What is known of one migration."""

    designer: SourceFile | None = None
    version: str = ""
    up: tuple[SourceFile, Part] | None = None
    down: tuple[SourceFile, Part] | None = None


def _made(designers: Sequence[SourceFile], scripts: Sequence[SourceFile], dialect: str, home: str) -> EfFiles:
    from console.frameworks.efcore.script import read as parts_of

    known: dict[str, _Known] = {}
    names: dict[str, str] = {}
    contexts: dict[str, None] = {}
    for file in designers:
        found, version, context = _ID.search(file.text), _VERSION.search(file.text), _CONTEXT.search(file.text)
        if found is not None:
            names[found["id"].lower()] = found["id"]
            known[found["id"].lower()] = _Known(file, version["version"] if version else "")
        contexts |= {context["name"]: None} if context is not None else {}
    snake = False
    for file in scripts:
        script = parts_of(file.text, dialect)
        for part in script.up:
            one = known.setdefault(names.setdefault(part.id.lower(), part.id).lower(), _Known())
            one.up, one.version, snake = (file, part), one.version or part.version, snake or part.snake
        for part in script.down:
            one = known.setdefault(names.setdefault(part.id.lower(), part.id).lower(), _Known())
            one.down = (file, part)
    made = [_migration(names[key], one, bool(scripts), dialect, home) for key, one in sorted(known.items())]
    versions = {names[key]: one.version for key, one in known.items() if one.version}
    return EfFiles(
        tuple(made),
        versions=versions,
        snake=snake,
        scripts=tuple(file.path for file in scripts),
        contexts=tuple(contexts),
    )


def _migration(name: str, known: _Known, scripted: bool, dialect: str, home: str) -> Migration:
    from console.readers.sqlfiles.files import Script, migration

    described = name.partition("_")[2] or name
    file = known.up[0] if known.up else known.designer or (known.down[0] if known.down else None)
    assert file is not None
    if known.up is None:
        return migration(file, Script(name, described, unreadable=_OLD if scripted else _NONE), dialect, home)
    part = known.up[1]
    down = known.down[1].text if known.down else ""
    script = Script(name, described, part.text, down, transactional=part.whole, note=_note(known))
    made = migration(file, script, dialect, home)
    return replace(made, checksum=None)


def _note(known: _Known) -> str:
    from console.readers.sqlfiles.files import said

    where = known.designer.path if known.designer is not None else ""
    up = f"read from {known.up[0].path}" if known.up else ""
    back = f"its way back from {known.down[0].path}" if known.down else ""
    return said(where.removesuffix(_DESIGNER), up, back)
