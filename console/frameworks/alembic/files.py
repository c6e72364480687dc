"""The revisions of a project, or of what --migrations named, with the graph that they make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.forms import Form
from console.core.kept import kept
from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.alembic.conventions import UNREAD
from console.frameworks.alembic.graph import Graph, Node
from console.readers.python.alembic import AlembicFile, Setting, read_revision
from console.readers.sources import STDIN, SourceFile, deployment_of, from_folder, gather_given, merged

ALONE = "only one file was given, so nothing is said of the files of other migrations"
_REVISION = re.compile(r"^revision\b[^=\n]*=", re.MULTILINE)
_BEGIN, _COMMIT = "BEGIN", "COMMIT"
_KEPT = Form(AlembicFile)
_TRANSACTIONAL = frozenset({"postgres"})


@dataclass(frozen=True, slots=True)
class AlembicFiles(Files):
    """All revisions, and how they stand on each other."""

    nodes: tuple[Node, ...] = ()
    refused: tuple[str, ...] = ()
    """Files that make Alembic refuse the whole folder: they name no revision."""
    partly: bool = False
    """What was given may not be everything there is."""

    @property
    def graph(self) -> Graph:
        """The graph of all revisions."""
        return Graph(self.nodes)


@dataclass(frozen=True)
class _Context:
    """How the files of one project are read."""

    setting: Setting
    transactional: bool


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All revisions of a project, or those that `given` names."""
    context = _context(project.settings, dialect, home)
    if given is not None:
        found = [file for file in gather_given(given, wanted) if wanted(file.name) or _is_revision(file)]
        files = _made(found, context, strict=False)
        alone = len(found) == 1 and given != "-" and not Path(given).is_dir()
        return replace(files, unread=ALONE if alone or (found[:1] and found[0].name == STDIN) else "", partly=True)
    try:
        sources = _of_project(project)
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None
    places = [Path(place) for place in project.settings.get("versions", "").splitlines()]
    there = sources or any(place.is_dir() for place in places)
    files = _made(sources, context, strict=True)
    return files if there else replace(files, unread=f"there is no folder {', '.join(map(str, places))}")


def _is_revision(file: SourceFile) -> bool:
    """What came without a name may be of any tool: Alembic's says which revision it is."""
    return file.name == STDIN and _REVISION.search(file.text) is not None


def wanted(name: str) -> bool:
    """Whether Alembic would load a file of that name."""
    return name.endswith(".py") and not name.startswith((".#", "__init__"))


def _context(settings: Mapping[str, str], dialect: str, home: str) -> _Context:
    conventions = settings.get("naming_convention", "")
    known = json.loads(conventions) if conventions not in {"", UNREAD} else {}
    setting = Setting(
        dialect, settings.get("engine", ""), home, tuple(sorted(known.items())), nameless=conventions != UNREAD
    )
    asked = settings.get("transactional_ddl", "")
    transactional = asked == "True" if asked in {"True", "False"} else dialect in _TRANSACTIONAL
    return _Context(setting, transactional and settings.get("autocommit") != "true")


def _of_project(project: Project) -> list[SourceFile]:
    """Its files; with release folders those of the linked release and all newer ones."""
    folder = Path(project.folder)
    places = [Path(place) for place in project.settings.get("versions", "").splitlines()]
    deep = project.settings.get("recursive") == "true"
    deployment = deployment_of(folder)
    if deployment is None or not deployment.names or deployment.named is None:
        return _of_places(places, folder, deep=deep)
    release = deployment.folder(deployment.named)
    inside = [
        place.resolve().relative_to(release.resolve())
        for place in places
        if place.resolve().is_relative_to(release.resolve())
    ]
    by_release = {
        name: _of_places([deployment.folder(name) / place for place in inside], deployment.folder(name), deep=deep)
        for name in deployment.names
    }
    return merged(deployment, by_release, lambda file: file.name)


def _of_places(places: Iterable[Path], folder: Path, *, deep: bool) -> list[SourceFile]:
    found: dict[str, SourceFile] = {}
    for place in places:
        if place.is_dir():
            files = from_folder(place, wanted, folder)
            found |= {file.path: file for file in files if deep or "/" not in file.inside}
    return list(found.values())


def _made(sources: Iterable[SourceFile], context: _Context, *, strict: bool) -> AlembicFiles:
    """A folder that was given may hold other Python files; in a project's own folder Alembic refuses them."""
    migrations: dict[str, Migration] = {}
    nodes: dict[str, Node] = {}
    refused: list[str] = []
    for file in sources:
        read_file = (
            AlembicFile(unreadable=file.unreadable) if file.unreadable else _revision(file.text, context.setting)
        )
        if read_file.no_revision:
            refused += [file.path] if strict else []
            continue
        migration = _migration(file, read_file, context)
        if migration.id in migrations:
            before = migrations.pop(migration.id).file
            migration = replace(migration, note=f"it counts instead of {before}, which has the same revision")
        migrations[migration.id] = migration
        if read_file.revision:
            nodes[migration.id] = Node(
                migration.id, read_file.down_revision, read_file.depends_on, read_file.branch_labels
            )
    return AlembicFiles(tuple(migrations.values()), nodes=tuple(nodes.values()), refused=tuple(refused))


@lru_cache(maxsize=4096)
def _revision(text: str, setting: Setting) -> AlembicFile:
    return kept(_KEPT, read_revision, text, setting)


def _migration(file: SourceFile, found: AlembicFile, context: _Context) -> Migration:
    return Migration(
        id=found.revision or file.name.removesuffix(".py"),
        description=found.message,
        file=file.path,
        statements=_statements(found.up, context),
        down=_statements(found.down, context),
        source="static",
        text=file.text,
        transactional=context.transactional and not any(one.sql == _COMMIT for one in found.up),
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=found.unreadable,
        note="; ".join(file.notes),
    )


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], context: _Context) -> tuple[Statement, ...]:
    """Where a block commits what came before it, the file is several transactions."""
    setting = context.setting
    if not context.transactional:
        sent = tuple(one for one in sent if one.sql not in {_BEGIN, _COMMIT})
    several = any(one.sql == _COMMIT for one in sent)
    kept = (Sent(_BEGIN), *sent, Sent(_COMMIT)) if several else sent
    read = read_sent(kept, setting.grammar, setting.home, transactional=context.transactional and not several)
    return tuple(replace(statement, n=n) for n, statement in enumerate(read, 1))
