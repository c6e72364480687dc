"""Phinx's files: `<number>_<name>.php` in the folders its configuration names, in the order of their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.migration import Migration
from console.core.ports import Files, Project
from console.frameworks.phinx.grammar import Shape
from console.frameworks.phinx.reading import NAME, migration_of
from console.frameworks.phinx.settings import numbers
from console.readers.sources import SourceFile, from_folder, merged
from console.readers.sources.around import deployed
from console.readers.sqlfiles.files import gathered

_LATEST = (0, 16)
_IS_ONE = re.compile(r"\b(?:Phinx\\Migration\\AbstractMigration|Migrations\\(?:AbstractMigration|BaseMigration))\b")
_DRIVERS = {"postgres": "pgsql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}
_NO = ("false", "0", "no", "off")


@dataclass(frozen=True, slots=True)
class PhinxFiles(Files):
    """With what is not known of the Phinx that runs them."""

    assumed: str = ""
    """The version the files were read for, when it is not known."""


def wanted(name: str) -> bool:
    """Whether Phinx takes a file of that name."""
    return NAME.fullmatch(name) is not None


def is_one(text: str) -> bool:
    """Whether it is a migration of Phinx's: files of other tools begin with digits, too."""
    return _IS_ONE.search(text) is not None


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    if dialect not in _DRIVERS:
        return Files(unread=f"what Phinx sends to {dialect} is not read")
    if given is not None:
        files, unread = gathered(project, given, "", wanted, lambda file: file.name)
        found = [(file, "") for file in files if not project.bare or is_one(file.text)]
        unread = unread if found else "" if project.bare else unread
    else:
        found, unread = _of_project(project)
    shape = shape_of(project, dialect, home)
    made = [migration_of(file, shape, dialect, home, space, project.folder) for file, space in found]
    assumed = "" if project.settings.get("version") else "0.16"
    return PhinxFiles(tuple(_ordered(made)), unread=unread, assumed=assumed)


def _ordered(made: list[Migration]) -> list[Migration]:
    return sorted(made, key=lambda m: (int(m.id) if m.id.isdigit() else 0, m.file))


def shape_of(project: Project, dialect: str, home: str) -> Shape:
    """What decides the SQL."""
    settings = project.settings
    phinx = numbers(settings.get("version", ""))[:2] or _LATEST
    flags = phinx >= (0, 13)
    server = "" if dialect == "mariadb" else project.server_version
    collation = "utf8mb4_unicode_ci" if flags else "utf8_general_ci"
    return Shape(
        _DRIVERS[dialect],
        (phinx[0], phinx[1] if len(phinx) > 1 else 0),
        next(iter(numbers(server)), 0),
        settings.get("schema") or ("public" if dialect == "postgres" else home),
        settings.get("table_prefix", ""),
        settings.get("table_suffix", ""),
        null_default=flags and settings.get("column_null_default", "").lower() not in _NO,
        unsigned_keys=flags and settings.get("unsigned_primary_keys", "").lower() not in _NO,
        timestamps_as_datetime=settings.get("add_timestamps_use_datetime", "").lower() in ("true", "1"),
        engine=settings.get("engine") or "InnoDB",
        collation=settings.get("collation") or collation,
    )


def _of_project(project: Project) -> tuple[list[tuple[SourceFile, str]], str]:
    folder = Path(project.folder)
    places = [place for place in project.settings.get("places", "").split("\n") if place]
    if not places:
        return [], f"{project.settings.get('config', 'its configuration')} names no folder of migrations"
    try:
        return _gathered(folder, places, project)
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None


def _gathered(folder: Path, places: list[str], project: Project) -> tuple[list[tuple[SourceFile, str]], str]:
    deployment = deployed(folder)
    roots: dict[str | None, Path] = {None: folder}
    if deployment is not None:
        inside = folder.resolve().relative_to(deployment.folder(deployment.named)) if deployment.named else Path()
        roots = {name: deployment.folder(name) / inside for name in deployment.names}
    found: list[tuple[SourceFile, str]] = []
    there = False
    for at, place in enumerate(places):
        space = project.settings.get(f"space.{at}", "")
        own = _below(place, folder)
        parts = {name: list(_in(root, own)) for name, root in roots.items()}
        there = there or any(_there(root, own) for root in roots.values())
        files = parts[None] if deployment is None else merged(
            deployment, {str(name): part for name, part in parts.items()}, lambda file: file.name
        )  # fmt: skip
        found += [(file, space) for file in files]
    return found, "" if there else f"there is no folder {places[0]}"


def _below(place: str, folder: Path) -> str:
    """A path as the configuration has it, from the project's own folder where it lies there."""
    path = Path(place)
    if path.is_absolute() and path.is_relative_to(folder):
        return str(path.relative_to(folder))
    return place


def _there(root: Path, place: str) -> list[Path]:
    """The folders a path or a pattern means; braces are Phinx's own (GLOB_BRACE)."""
    patterns = [place]
    while any("{" in one and "}" in one for one in patterns):
        patterns = [made for one in patterns for made in _unbraced(one)]
    found = [path for one in patterns for path in sorted(glob(one, root_dir=root))]  # noqa: PTH207 - it takes any path
    return [path for path in dict.fromkeys(root / one for one in found) if path.is_dir()]


def _unbraced(pattern: str) -> list[str]:
    before, _, rest = pattern.partition("{")
    inside, closed, after = rest.partition("}")
    return [f"{before}{one}{after}" for one in inside.split(",")] if closed else [pattern.replace("{", "[{]")]


def _in(root: Path, place: str) -> Iterator[SourceFile]:
    for folder in _there(root, place):
        names = {path.name for path in folder.iterdir()}
        yield from (file for file in from_folder(folder, wanted, root) if file.name in names and "/" not in file.inside)
