"""The migration files of a Django project, or of what --migrations named, with the statements each one sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from console.core.faults import ProjectFault
from console.core.forms import Form
from console.core.kept import Ask, Asked, Questions, asking, still_so
from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Guard, Sent, Statement, read_sent
from console.frameworks.django.application import Application, application_of
from console.frameworks.django.graph import graph_of
from console.frameworks.django.project import SIGN
from console.frameworks.django.routers import guards_of
from console.readers.python.django_fields import Bases
from console.readers.python.django_file import DjangoFile, Key, read_file
from console.readers.python.django_replay import Told, replay
from console.readers.python.django_state import Engine
from console.readers.settings import environ_of
from console.readers.sources import SourceFile, from_folder, gather_given
from console.readers.sources.folders import from_file

ALONE = "only one file was given, so nothing is said of the files of other migrations"
_DIALECTS = frozenset({"postgres", "mysql", "mariadb", "sqlite"})
_IN_TRANSACTIONS = frozenset({"postgres", "sqlite"})
_Text = tuple[Key, str, str, str]
"""A file's key, its text, the package it is in, and why there is no text."""
_KEPT = Form(Told)


@dataclass(frozen=True, slots=True)
class DjangoFiles(Files):
    """The migrations, and what they say of each other."""

    said: Mapping[Key, DjangoFile] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """Settings that name a model -> its app."""
    apps: frozenset[str] = frozenset()
    """Labels of the apps whose migrations are here."""
    absent: frozenset[str] = frozenset()
    """Labels of installed apps whose packages are not here."""
    part: str = ""
    """Why a row without a file here may have one all the same."""


@dataclass(frozen=True, slots=True)
class Target:
    """The database that the statements are meant for."""

    dialect: str
    home: str
    version: str = ""
    """Of the server; '' when it is not known."""


@dataclass(frozen=True)
class _Source:
    """One file with its key."""

    key: Key
    file: SourceFile
    package: str


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migrations of a project, or those that `given` names."""
    environ = environ_of(project.settings)
    folder = Path(project.folder)
    if given is not None:
        sources = list(_given(given))
        root = SIGN.root_of(folder.resolve(), environ) if project.bare and given != "-" else folder
        application = application_of(root if root is not None else folder, environ)
        around = [] if root is None else [s for s in _of_project(application) if s.key not in {g.key for g in sources}]
        unread = ALONE if len(sources) == 1 and not Path(given).is_dir() else ""
        found = _made(application, sources, around, Target(dialect, home, project.server_version))
        return replace(found, unread=unread, part="only what --migrations named was read")
    application = application_of(folder, environ)
    try:
        sources = list(_of_project(application))
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None
    unread = "" if application.settings else "the settings of the project could not be read"
    part = "" if application.apps_known else "INSTALLED_APPS is not known whole"
    return replace(
        _made(application, sources, [], Target(dialect, home, project.server_version)), unread=unread, part=part
    )


def wanted(name: str) -> bool:
    """Whether Django would take a file of that name for a migration."""
    return name.endswith(".py") and name[0] not in "_~."


def _of_project(application: Application) -> Iterator[_Source]:
    for app in application.apps:
        if app.migrations is None:
            continue
        for file in _in(app.migrations, application.folder):
            if "/" not in file.inside:
                yield _Source((app.label, file.name.removesuffix(".py")), file, app.package)


def _in(place: Path, folder: Path) -> list[SourceFile]:
    """The project's own files with what git says of them; those of packages as they lie there."""
    if place.is_relative_to(folder) and "site-packages" not in place.parts:
        return from_folder(place, wanted, folder)
    paths = sorted(path for path in place.iterdir() if wanted(path.name))
    found = (from_file(path, place.parent.parent, "utf-8", root=place) for path in paths)
    return [file for file in found if file is not None]


def _given(given: str) -> Iterator[_Source]:
    """Files that were named: the app is the folder that `migrations` is in."""
    around = Path(given).expanduser().resolve() if given != "-" else Path("stdin")
    for file in gather_given(given, wanted):
        parts = [*around.parts[-3:], *PurePosixPath(file.inside).parts] if around.is_dir() else list(around.parts[-4:])
        if not around.is_dir() and file.inside != around.name:
            parts = list(PurePosixPath(file.inside).parts)
        if "migrations" in parts[:-1]:
            at = len(parts) - 2 - parts[:-1][::-1].index("migrations")
            if at == len(parts) - 2:
                yield _Source((parts[at - 1] if at else "", file.name.removesuffix(".py")), file, "")
        elif file.text and "Migration" in file.text:
            yield _Source((parts[-2] if len(parts) > 1 else "", file.name.removesuffix(".py")), file, "")


def _made(application: Application, sources: list[_Source], around: list[_Source], target: Target) -> DjangoFiles:
    every = {s.key: read_file(s.file.text, s.package) for s in (*around, *sources) if not s.file.unreadable}
    lost = {s.key: DjangoFile(unreadable=s.file.unreadable) for s in sources if s.file.unreadable}
    said = {**every, **lost}
    texts = tuple((s.key, s.file.text, s.package, s.file.unreadable) for s in (*around, *sources))
    told, guards = _told(application, texts, said, target), guards_of(application.routers)
    migrations = tuple(
        _migration(s, said[s.key], _under(guards, told.get(s.key, Told())), target)
        for s in sorted(sources, key=lambda s: s.key)
    )
    return DjangoFiles(
        migrations,
        said=said,
        labels=application.labels,
        apps=frozenset(key[0] for key in said) | {app.label for app in application.apps if app.found},
        absent=frozenset(app.label for app in application.apps if not app.found),
    )


def _told(
    application: Application, files: tuple[_Text, ...], said: Mapping[Key, DjangoFile], target: Target
) -> dict[Key, Told]:
    """The statements of all: squashes are played in the place of what they replace, and the replaced ones without."""
    if target.dialect not in _DIALECTS:
        return {}
    return _played(application, files, said, application.engine(target.dialect, target.home, target.version))


def _played(application: Application, files: tuple[_Text, ...], said: Mapping[Key, DjangoFile], engine: Engine
            ) -> dict[Key, Told]:  # fmt: skip
    """As it was told before while settings, migrations and the classes that fields come from are as they were."""

    def base_of(_: str, path: str) -> str:
        return application.base_of(path)

    def replayed(ask: Ask) -> dict[Key, Told]:
        return _replayed(said, application.labels, engine, lambda path: str(ask("base", path)))

    known = _known(files, (repr(engine), repr(sorted(application.labels.items()))))
    for told, asked in known:
        if still_so(asked, base_of):
            return told
    questions = Questions(base_of)
    given = (files, engine, sorted(application.labels.items()))
    found = asking(_KEPT, "all Django migrations of a project", given, questions, replayed)
    known[:] = [(found, questions.asked)]
    return found


@lru_cache(maxsize=8)
def _known(files: tuple[_Text, ...], around: tuple[str, str]) -> list[tuple[dict[Key, Told], Asked]]:
    """What they tell, and what was asked of the project for it."""
    return []


def _replayed(
    said: Mapping[Key, DjangoFile], labels: Mapping[str, str], engine: Engine, bases: Bases
) -> dict[Key, Told]:
    squashes = {key: file for key, file in said.items() if file.replaces}
    told: dict[Key, Told] = {}
    if any(old in said for file in squashes.values() for old in file.replaces):
        without = {key: file for key, file in said.items() if not any(old in said for old in file.replaces)}
        order = graph_of(without, frozenset(), labels).order
        told = replay(((key, without[key]) for key in order), engine, bases)
    order = graph_of(said, frozenset(), labels).order
    return {**told, **replay(((key, said[key]) for key in order), engine, bases)}


def _under(guards: tuple[Guard, ...], told: Told) -> Told:
    """All of it under a condition of the project's."""
    if not guards:
        return told
    up, down = (tuple(replace(sent, guards=guards) for sent in way) for way in (told.up, told.down))
    return Told(up, down)


def _migration(source: _Source, said: DjangoFile, told: Told, target: Target) -> Migration:
    dialect, home = target.dialect, target.home
    file = source.file
    transactional = dialect in _IN_TRANSACTIONS and said.atomic
    return Migration(
        id=".".join(source.key),
        description=source.key[1].partition("_")[2].replace("_", " ") or source.key[1],
        file=file.path,
        statements=_statements(told.up, dialect, home, transactional),
        down=_statements(told.down, dialect, home, transactional),
        source="static",
        text=file.text,
        transactional=transactional,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=said.unreadable,
        note="; ".join(_notes(file.notes, said)),
    )


def _notes(notes: Iterable[str], said: DjangoFile) -> Iterator[str]:
    yield from notes
    if said.doubt:
        yield said.doubt
    if said.replaces:
        yield f"a squash of {len(said.replaces)} migrations"


@lru_cache(maxsize=8192)
def _statements(sent: tuple[Sent, ...], dialect: str, home: str, transactional: bool) -> tuple[Statement, ...]:
    read = read_sent(sent, dialect if dialect in _DIALECTS else "postgres", home, transactional=transactional)
    return tuple(replace(statement, n=n) for n, statement in enumerate(read, 1))
