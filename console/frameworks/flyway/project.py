"""Finding a Flyway project on disk, its database, and the folders its migrations are in.

A responder starts anywhere: in the project, below it, in a release, or beside several projects. So the given folder
is tried first, then the ones above it, then those just below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.ports import Project
from console.frameworks.flyway.layers import Found, overlaid
from console.frameworks.flyway.names import parse_name
from console.frameworks.flyway.native import from_build, from_environment, from_files
from console.frameworks.flyway.options import Options, options_of
from console.frameworks.flyway.spring import from_spring
from console.readers.sources import Deployment, deployment_of

CLASSPATHS = (
    "src/main/resources",
    "target/classes",
    "build/resources/main",
    "BOOT-INF/classes",
    "WEB-INF/classes",
    "resources",
    "",
)
DEFAULT_PLACES = (
    "src/main/resources/db/migration",
    "db/migration",
    "db/migrations",
    "sql",
    "migrations",
    "target/classes/db/migration",
    "build/resources/main/db/migration",
    "BOOT-INF/classes/db/migration",
    "WEB-INF/classes/db/migration",
    "flyway/sql",
    "resources/db/migration",
    "database/migrations",
    ".",
)
VENDORS = {"postgres": "postgresql"}
_HIGHEST = 8
_MOST_BELOW = 200
"""A home folder is not searched for minutes."""
_SKIPPED = frozenset({"node_modules", "target", "build", "venv", "__pycache__", "releases", "shared"})
_REMOTE = re.compile(r"(s3|gcs|gs|http|https):")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a project's migrations are."""

    folders: tuple[Path, ...]
    missing: tuple[str, ...] = ()


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Flyway."""
    try:
        deployment = deployment_of(folder)
        if deployment is not None and deployment.names:
            made = _deployed(deployment, environ)
        else:
            made = _standing(folder.resolve(), environ)
    except OSError as error:
        raise ProjectFault(f"{folder} cannot be read", error.strerror or type(error).__name__) from None
    lone = from_environment(environ)
    return _project(folder, lone) if made is None and lone.evidence else made


def _standing(folder: Path, environ: Mapping[str, str]) -> Project | None:
    near = _first([folder, *_above(folder, environ)], environ) or _inside(folder, environ)
    if near is None:
        return None
    best = near
    for higher in _above(near[0], environ):
        wider = _first([higher], environ, patient=True)
        if wider and wider[1].evidence and _covers(wider, near) and (wider[1].connection() or not best[1].connection()):
            best = wider
    return _project(*best)


def _first(places: Iterable[Path], environ: Mapping[str, str], patient: bool = False) -> tuple[Path, Found] | None:
    """The first folder with a sign of Flyway. A broken file matters only if nothing better is found."""
    fault: ProjectFault | None = None
    for place in places:
        try:
            found = settings_at(place, environ)
            if found.evidence or _has_files(place, options_of(found.settings)):
                return place, found
        except ProjectFault as error:
            fault = fault or error
        except OSError:
            continue
    if fault is not None and not patient:
        raise fault
    return None


def _covers(wider: tuple[Path, Found], near: tuple[Path, Found]) -> bool:
    """Whether the project above reads the very folders that were found."""
    outer, inner = (
        {folder.resolve() for folder in places_of(place, options_of(found.settings), "postgres").folders}
        for place, found in (wider, near)
    )
    return bool(inner) and all(any(folder.is_relative_to(other) for other in outer) for folder in inner)


def settings_at(folder: Path, environ: Mapping[str, str]) -> Found:
    """Everything the files of one folder say, Flyway's own word above the build's, that above Spring's."""
    own = overlaid(from_build(folder, environ), from_files(folder, environ), one_tool=True)
    given = replace(from_environment(environ), evidence=False)
    return overlaid(from_spring(folder, environ), overlaid(own, given, one_tool=True))


def _deployed(deployment: Deployment, environ: Mapping[str, str]) -> Project | None:
    release = deployment.folder(deployment.linked or deployment.names[-1])
    found = settings_at(release, environ)
    has_files = any(_has_files(deployment.folder(name), options_of(found.settings)) for name in deployment.names)
    if not found.evidence and not has_files:
        below = _first(_below(release, 2), environ)
        return _project(*below, deployment) if below else None
    return _project(release, found, deployment)


def _project(folder: Path, found: Found, deployment: Deployment | None = None) -> Project:
    connection = found.connection()
    missing = list(found.missing)
    if connection is None:
        missing.append("No database is named: no flyway.url, FLYWAY_URL or spring.datasource.url was found.")
    elif connection.why:
        missing.append(f"{found.origins.get('flyway.url', 'The project')}: {connection.why}.")
    settings = found.settings
    if connection and connection.schemas and not options_of(settings).schema:
        settings["flyway.defaultSchema"] = connection.schemas[0]
    if deployment is not None and deployment.linked is None:
        missing.append(f"{deployment.root / 'current'} points to no release; all releases are read.")
    places = places_of(folder, options_of(settings), "postgres")
    if deployment is None:
        missing += places.missing
    return Project(
        framework="flyway",
        folder=str(folder),
        url=connection.url if connection else None,
        url_from=found.url_from if connection and connection.url else "",
        settings=settings,
        releases=deployment.names if deployment else (),
        current_release=deployment.linked if deployment else None,
        missing=tuple(missing),
    )


def _inside(folder: Path, environ: Mapping[str, str]) -> tuple[Path, Found] | None:
    """The one project just below; where there are several, which one is meant must be said."""
    if folder == Path(folder.anchor):
        return None
    found: list[tuple[Path, Found]] = []
    fault: ProjectFault | None = None
    for place in islice(_below(folder, 2), _MOST_BELOW):
        try:
            near = _first([place], environ)
        except ProjectFault as error:
            fault = fault or error
            continue
        if near is not None and not any(place.is_relative_to(known) for known, _ in found):
            found.append(near)
    if fault is not None and not found:
        raise fault
    if len(found) > 1:
        names = ", ".join(str(place.relative_to(folder)) for place, _ in found[:4])
        raise ProjectFault(f"there are several Flyway projects below {folder}", names, "Name one with --project DIR")
    return found[0] if found else None


def _above(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The folders above, up to the repository's root and never as far as the home folder."""
    home = Path(environ["HOME"]) if environ.get("HOME") else None
    inner = folder
    for place in folder.parents[:_HIGHEST]:
        if (inner / ".git").exists() or place in {home, Path(place.anchor), Path("/tmp")}:  # noqa: S108
            return
        yield place
        inner = place


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inner = sorted(p for p in folder.iterdir() if p.name[:1] != "." and p.name not in _SKIPPED and p.is_dir())
    except OSError:
        return
    yield from inner
    if depth > 1:
        for place in inner[:50]:
            yield from _below(place, depth - 1)


def is_migration(name: str, options: Options) -> bool:
    """Whether Flyway would take a file of that name for a migration."""
    return parse_name(name, options) is not None


def holds_migrations(folder: Path, options: Options) -> bool:
    """Whether a migration lies in the folder or just below."""
    try:
        for path in folder.iterdir():
            if is_migration(path.name, options):
                return True
            if path.is_dir() and path.name[:1] != "." and any(is_migration(p.name, options) for p in path.iterdir()):
                return True
    except OSError:
        return False
    return False


def _has_files(folder: Path, options: Options) -> bool:
    return any(
        any(is_migration(path.name, options) for path in place.iterdir())
        for name in DEFAULT_PLACES
        if (place := folder / name).is_dir()
    )


def places_of(folder: Path, options: Options, dialect: str) -> Places:
    """The folders that the configured locations mean; Flyway's usual ones when none are configured."""
    if not options.locations:
        usual = [folder / name for name in DEFAULT_PLACES if name != "." and (folder / name).is_dir()]
        full = [place for place in (*usual, folder) if holds_migrations(place, options)] or usual
        return Places(tuple(full[:1]), () if full else ("No folder with migrations was found.",))
    folders: list[Path] = []
    missing: list[str] = []
    for location in options.locations:
        text = location.replace("{vendor}", VENDORS.get(dialect, dialect))
        if _REMOTE.match(text):
            missing.append(f"Migrations in {location} are not on this machine.")
            continue
        matches = [place for place in _matches(folder, text) if place.is_dir()]
        folders += matches
        if not matches:
            missing.append(f"The location {location} is not there.")
    return Places(_outermost(folders), tuple(missing))


def _matches(folder: Path, location: str) -> list[Path]:
    kind, separator, path = location.partition(":")
    if separator and kind == "filesystem":
        return _globbed(folder, path)
    path = (path if separator and kind == "classpath" else location).strip("/")
    for root in (folder, *sorted(folder.glob("*/src/main/resources"))[:50]):
        for base in CLASSPATHS if root == folder else ("",):
            if found := [place for place in _globbed(root / base, path) if place.is_dir()]:
                return found
    return []


def _globbed(base: Path, path: str) -> list[Path]:
    if not re.search(r"[*?]", path):
        return [base / path]
    anchor, pattern = (Path("/"), path.lstrip("/")) if path.startswith("/") else (base, path)
    return sorted(anchor.glob(pattern))


def _outermost(folders: list[Path]) -> tuple[Path, ...]:
    """Each folder once; one inside another is read with it."""
    real = {place: place.resolve() for place in dict.fromkeys(folders)}
    kept: list[Path] = []
    for place, where in real.items():
        if not any(where.is_relative_to(real[other]) for other in kept):
            kept = [other for other in kept if not real[other].is_relative_to(where)]
            kept.append(place)
    return tuple(kept)
