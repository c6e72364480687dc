"""Finding a Flyway project on disk, its database, and the folders its migrations are in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import ProjectFault
from console.core.ports import Project
from console.frameworks.flyway.layers import Found, overlaid
from console.frameworks.flyway.names import parse_name
from console.frameworks.flyway.native import from_build, from_environment, from_files
from console.frameworks.flyway.options import Options, options_of
from console.frameworks.flyway.spring import from_spring
from console.readers.sources.around import above, below, deployed, newest, no_current, readable, the_one

if TYPE_CHECKING:
    from console.readers.sources import Deployment

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
_SKIPPED = frozenset({"target", "build"})
_REMOTE = re.compile(r"(s3|gcs|gs|http|https):")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a project's migrations are."""

    folders: tuple[Path, ...]
    missing: tuple[str, ...] = ()


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Flyway."""
    with readable(folder):
        deployment = deployed(folder)
        made = _deployed(deployment, environ) if deployment else _standing(folder.resolve(), environ)
    lone = from_environment(environ)
    return _project(folder, lone) if made is None and lone.evidence else made


def _standing(folder: Path, environ: Mapping[str, str]) -> Project | None:
    near = _first([folder, *above(folder, environ)], environ) or _inside(folder, environ)
    if near is None:
        return None
    best = near
    for higher in above(near[0], environ):
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
    release = newest(deployment)
    found = settings_at(release, environ)
    has_files = any(_has_files(deployment.folder(name), options_of(found.settings)) for name in deployment.names)
    if not found.evidence and not has_files:
        inner = _first(below(release, _SKIPPED), environ)
        return _project(*inner, deployment) if inner else None
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
    missing += no_current(deployment)
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
    """The one project just below."""
    found: list[tuple[Path, Found]] = []
    fault: ProjectFault | None = None
    for place in below(folder, _SKIPPED):
        try:
            near = _first([place], environ)
        except ProjectFault as error:
            fault = fault or error
            continue
        if near is not None and not any(place.is_relative_to(known) for known, _ in found):
            found.append(near)
    if fault is not None and not found:
        raise fault
    the_one("Flyway", folder, [place for place, _ in found])
    return found[0] if found else None


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
