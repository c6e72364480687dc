"""The migration files of a Laravel project, or of what --migrations named, in the order Laravel runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.migration import Migration
from console.core.ports import Files, Project
from console.frameworks.laravel.application import Application, application_of
from console.frameworks.laravel.dumps import Dump, dump_of
from console.frameworks.laravel.given import gathered
from console.frameworks.laravel.places import MAIN, places_of
from console.frameworks.laravel.project import SIGN, table_of
from console.frameworks.laravel.reading import Context, migration_of, name_of
from console.readers.settings import environ_of
from console.readers.sources import Deployment, SourceFile, deployment_of, from_folder, merged
from console.readers.sources.folders import from_file

_ONLY_GIVEN = "only what --migrations named was read: it may come from a package"
ALONE = "only one file was given, so nothing is said of the files of other migrations"


@dataclass(frozen=True, slots=True)
class LaravelFiles(Files):
    """What `php artisan migrate` runs, and the files beside that the ledger may speak of."""

    tenant: tuple[Migration, ...] = ()
    """For the databases of tenants."""
    below: tuple[Migration, ...] = ()
    """In sub folders of database/migrations: they are only run by name."""
    loose: tuple[Migration, ...] = ()
    """In packages that are not known to register them."""
    dump: Dump | None = None
    elsewhere: str = ""
    """Why a row without a file here may have one all the same."""
    doubtful: frozenset[str] = frozenset()
    """Paths of files that are registered only under a condition."""
    assumed: str = ""
    """The version the files were read for, when it is not known: `12`."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Files of one folder of a project, by what they are for."""

    run: tuple[SourceFile, ...] = ()
    tenant: tuple[SourceFile, ...] = ()
    below: tuple[SourceFile, ...] = ()
    loose: tuple[SourceFile, ...] = ()
    doubtful: frozenset[str] = frozenset()


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    if given is not None:
        return _read_given(project, given, dialect, home)
    folder = Path(project.folder)
    application = application_of(folder, environ_of(project.settings))
    try:
        found, applications = _of_project(application)
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None
    contexts = {name: _context(of, dialect, home) for name, of in applications.items()}
    context = _context(application, dialect, home)
    contexts[None] = context
    table = f"{context.connection.prefix}{table_of(application)}"
    dump = dump_of(folder, context.chosen or application.default, table, dialect, context.connection.home)
    vendor = "" if project.settings.get("vendor") else "there is no vendor folder here: it may come from a package"
    there = found.run or found.tenant or (folder / MAIN).is_dir()
    return LaravelFiles(
        _migrations(found.run, contexts),
        unread="" if there else f"there is no folder {MAIN}",
        tenant=_migrations(found.tenant, contexts),
        below=_migrations(found.below, contexts),
        loose=_migrations(found.loose, contexts),
        dump=dump,
        elsewhere=vendor,
        doubtful=found.doubtful,
        assumed=_assumed(application),
    )


def _context(application: Application, dialect: str, home: str) -> Context:
    return Context(application, application.chosen(dialect), dialect, home)


def _migrations(files: Iterable[SourceFile], contexts: Mapping[str | None, Context]) -> tuple[Migration, ...]:
    """Each file read with the release it is in: what it speaks of may be as new as itself."""
    ordered = sorted(files, key=lambda file: (name_of(file.name).encode(), file.path))
    return tuple(migration_of(file, contexts.get(file.release, contexts[None])) for file in ordered)


def _read_given(project: Project, given: str, dialect: str, home: str) -> Files:
    """The project around what was given tells how to read it; a tar may bring its own."""
    environ = environ_of(project.settings)
    found = gathered(given)
    folder = Path(project.folder)
    if project.bare:
        around = SIGN.root_of(Path(given).expanduser().resolve(), environ) if given != "-" else None
        folder = around or folder
    application = application_of(folder, environ)
    if found.version is not None and not application.version.origin:
        application = replace(application, given_version=found.version)
    context = _context(application, dialect, home)
    migrations = _migrations(_last_of_each(found.files), {None: context})
    return LaravelFiles(
        migrations, unread=ALONE if found.alone else "", elsewhere=_ONLY_GIVEN, assumed=_assumed(application)
    )


def _assumed(application: Application) -> str:
    return "" if application.version.origin else str(application.laravel)


def _of_project(application: Application) -> tuple[_Found, dict[str | None, Application]]:
    """Its files, and the application in each release."""
    deployment = deployment_of(application.folder)
    if deployment is None or not deployment.names:
        return _of_folder(application), {}
    folder = application.folder.resolve()
    inside = folder.relative_to(deployment.folder(deployment.named)) if deployment.named else Path()
    places = {name: deployment.folder(name) / inside for name in deployment.names}
    applications: dict[str | None, Application] = {
        name: application_of(place, application.environ) for name, place in places.items() if place.is_dir()
    }
    return _of_releases(deployment, applications), applications


def _of_releases(deployment: Deployment, applications: Mapping[str | None, Application]) -> _Found:
    by_release = {name: _of_folder(applications[name]) for name in deployment.names if name in applications}

    def together(part: Callable[[_Found], Sequence[SourceFile]]) -> tuple[SourceFile, ...]:
        parts = {name: part(found) for name, found in by_release.items()}
        return tuple(merged(deployment, parts, lambda file: file.name))

    return _Found(
        together(lambda found: found.run),
        together(lambda found: found.tenant),
        together(lambda found: found.below),
        together(lambda found: found.loose),
        frozenset(path for found in by_release.values() for path in found.doubtful),
    )


def _of_folder(application: Application) -> _Found:
    folder = application.folder
    places = places_of(application)
    main = from_folder(folder / MAIN, wanted, folder) if (folder / MAIN).is_dir() else []
    own = {folder / MAIN / file.inside: file for file in main}
    run = [file for place in places.run for file in _in(place, folder, own)]
    tenant = [file for place in places.tenant for file in _in(place, folder, own)]
    known = {file.path for file in (*run, *tenant)}
    below = [file for file in main if "/" in file.inside and file.path not in known]
    loose = [file for place in places.loose for file in _in(place, folder, own) if file.path not in known]
    doubtful = frozenset(file.path for place in places.conditional for file in _in(place, folder, own))
    return _Found(tuple(_last_of_each(run)), tuple(tenant), tuple(below), tuple(loose), doubtful)


def wanted(name: str) -> bool:
    """Whether Laravel would take a file of that name for a migration."""
    return name.endswith(".php") and "_" in name and not name.startswith(".")


def _in(place: Path, folder: Path, known: Mapping[Path, SourceFile]) -> Iterator[SourceFile]:
    """The files of one place, not of the folders inside it; `known` ones are not read again."""
    try:
        paths = [place] if place.suffix == ".php" else sorted(p for p in place.iterdir() if wanted(p.name))
        found = [known.get(path) or from_file(path, folder, "utf-8", root=place) for path in paths]
    except (OSError, ValueError):
        return
    yield from (file for file in found if file is not None)


def _last_of_each(files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """Of files of one name Laravel takes the last; where they differ, that is said."""
    groups: dict[str, list[SourceFile]] = {}
    for file in files:
        groups.setdefault(name_of(file.name), []).append(file)
    for group in groups.values():
        last = group[-1]
        others = ", ".join(dict.fromkeys(file.path for file in group[:-1] if file.text != last.text))
        if others:
            last = replace(last, notes=(*last.notes, f"it counts instead of {others}, which has the same name"))
        yield last
