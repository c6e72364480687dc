"""The migration files of a Rails project: which there are, and each read after the ones before it.

A statement may depend on the tables that earlier files have made, so all of them are read in Rails' order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from console.core.faults import ProjectFault
from console.core.forms import Form
from console.core.kept import kept
from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.rails.dumps import FIRST, Dump, dump
from console.frameworks.rails.project import SIGN
from console.frameworks.rails.shape import Shape, shape_of
from console.readers.ruby.catalogue import Catalogue
from console.readers.ruby.compile import compiled
from console.readers.ruby.guards import Place
from console.readers.ruby.migration import RubyMigration, Version, read_migration
from console.readers.sources import STDIN, SourceFile, deployment_of, from_folder, gather_given, merged

NAME = re.compile(r"([0-9]+)_([_a-z0-9]*)\.?([_a-z0-9]*)?\.rb")
_INSIDE = "/db/migrate/"
_NEWEST = (8, 1)
_USUAL = (6, 1)
ALONE = "only one file was given, so nothing is said of the files of other migrations"
_ONLY_GIVEN = "only what --migrations named was read"


@dataclass(frozen=True, slots=True)
class RailsFiles(Files):
    """What `bin/rails db:migrate` runs on the first database, and what it runs on others."""

    others: Mapping[str, tuple[Migration, ...]] = field(default_factory=dict)
    """By the name of the database."""
    dumps: Mapping[str, Dump] = field(default_factory=dict)
    """What stands for the migrations of a database, by its name; the first one is `primary`."""
    elsewhere: str = ""
    """Why a row without a file here may have one all the same."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What one file says, and what it sends in its place among the others."""

    up: tuple[Sent, ...]
    down: tuple[Sent, ...]
    class_name: str
    version: Version
    ddl_transaction: bool
    unreadable: str
    notes: tuple[str, ...]


_KEPT = Form(_Read)


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    if given is not None:
        return _read_given(project, given, dialect, home)
    folder = Path(project.folder)
    named = {key.partition(".")[2]: paths.split("\n") for key, paths in project.settings.items() if _is_paths(key)}
    named.setdefault("", ["db/migrate"])
    try:
        found = {name: _of_project(folder, paths) for name, paths in named.items()}
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None
    there = any((folder / path).is_dir() for path in named[""])
    made = {name: _migrations(files, project, folder, dialect, home) for name, files in found.items()}
    first = made.pop("")
    return RailsFiles(
        first,
        unread="" if there else f"there is no folder {named[''][0]}",
        others=made,
        dumps=dict(_dumps(project, (FIRST, *made), dialect, home)),
    )


def _dumps(project: Project, names: Iterable[str], dialect: str, home: str) -> Iterator[tuple[str, Dump]]:
    for name in names:
        if (found := dump(project, dialect, home, name)) is not None:
            yield name, found


def _is_paths(key: str) -> bool:
    return key == "paths" or key.startswith("paths.")


def wanted(name: str) -> bool:
    """Whether Rails would take a file of that name for a migration."""
    return NAME.fullmatch(name) is not None


def _of_project(folder: Path, paths: Iterable[str]) -> list[SourceFile]:
    deployment = deployment_of(folder)
    if deployment is None or not deployment.names:
        return [file for path in paths for file in _in(folder, path)]
    inside = folder.resolve().relative_to(deployment.folder(deployment.named)) if deployment.named else Path()
    places = {name: deployment.folder(name) / inside for name in deployment.names}
    several = {name: [file for path in paths for file in _in(place, path)] for name, place in places.items()}
    return merged(deployment, several, lambda file: file.name)


def _in(folder: Path, path: str) -> list[SourceFile]:
    place = folder / path
    return from_folder(place, wanted, folder) if place.is_dir() else []


def _read_given(project: Project, given: str, dialect: str, home: str) -> Files:
    every = [file for file in gather_given(given, wanted) if _is_migration(file)]
    own = [file for file in every if _INSIDE in f"/{file.inside}"] or every
    alone = [file.name for file in every] in ([STDIN], [Path(given).name])
    folder = Path(project.folder)
    if project.bare and given != "-":
        folder = SIGN.root_of(Path(given).expanduser().resolve(), {}) or folder
    made = _migrations(own, project, folder, dialect, home)
    return RailsFiles(made, unread=ALONE if alone else "", elsewhere=_ONLY_GIVEN)


def _is_migration(file: SourceFile) -> bool:
    return wanted(file.name) or (file.name == STDIN and "ActiveRecord::Migration" in file.text)


def clash(migrations: Sequence[Migration]) -> str:
    """Two files of one version or one name: Rails compares both before it runs anything."""
    ids = [migration.id for migration in migrations]
    if twice := next((one for one in ids if ids.count(one) > 1), ""):
        return f"two files have the version {twice}: Rails refuses to run any"
    names = [_named(PurePosixPath(migration.file).name)[1] for migration in migrations]
    twice = next((one for one in names if one and names.count(one) > 1), "")
    return f"two files have the name {twice}: Rails refuses to run any" if twice else ""


def _migrations(
    files: Iterable[SourceFile], project: Project, folder: Path, dialect: str, home: str
) -> tuple[Migration, ...]:
    ordered = tuple(sorted(files, key=lambda file: (version_key(file.name), file.path)))
    return tuple(_read_all(ordered, shape_of(project, folder, dialect, home)))


def version_key(name: str) -> int:
    """A file's version as a number."""
    found = NAME.fullmatch(name)
    return int(found[1]) if found is not None else -1


def _read_all(files: Sequence[SourceFile], shape: Shape) -> list[Migration]:
    read_files = _together(tuple((file.text, file.unreadable) for file in files), shape)
    newest = max((each.version for each in read_files), default=_USUAL)
    rails = shape.rails or newest
    return [_migration(file, each, shape, rails) for file, each in zip(files, read_files, strict=True)]


@lru_cache(maxsize=32)
def _together(files: tuple[tuple[str, str], ...], shape: Shape) -> tuple[_Read, ...]:
    """(text, why there is none) of all files in Rails' order: what one sends may depend on those before it."""
    return kept(_KEPT, _compiled, files, shape)


def _compiled(files: tuple[tuple[str, str], ...], shape: Shape) -> tuple[_Read, ...]:
    place = Place(shape.dialect, shape.home)
    parsed = [RubyMigration(unreadable=why) if why else _ruby(text, place) for text, why in files]
    newest = max((ruby.version for ruby in parsed), default=_USUAL)
    catalogue = Catalogue()
    made: list[_Read] = []
    for ruby in parsed:
        context = shape.context(shape.rails or newest, ruby.version, catalogue)
        up = compiled(ruby.up, context)
        catalogue = context.catalogue
        back = replace(context, catalogue=catalogue.copied())
        if ruby.unreadable:
            catalogue.forget()
        down = compiled(ruby.down, back)
        made.append(_Read(up, down, ruby.class_name, ruby.version, ruby.ddl_transaction, ruby.unreadable, ruby.notes))
    return tuple(made)


@lru_cache(maxsize=4096)
def _ruby(text: str, place: Place) -> RubyMigration:
    return read_migration(text, place)


def _migration(file: SourceFile, ruby: _Read, shape: Shape, rails: Version) -> Migration:
    version, name = _named(file.name)
    transactional = shape.dialect in ("postgres", "sqlite") and ruby.ddl_transaction
    return Migration(
        id=version,
        description=name.replace("_", " ") if name else ruby.class_name,
        file=file.path,
        statements=_statements(ruby.up, shape.dialect, shape.home, transactional=transactional),
        down=_statements(ruby.down, shape.dialect, shape.home, transactional=transactional),
        source="static",
        text=file.text,
        transactional=transactional,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=ruby.unreadable,
        note="; ".join((*file.notes, *_odd(ruby, name, rails), *ruby.notes)),
    )


def _named(name: str) -> tuple[str, str]:
    found = NAME.fullmatch(name)
    return (str(int(found[1])), found[2]) if found is not None else (name, "")


def _odd(ruby: _Read, name: str, rails: Version) -> Iterable[str]:
    wanted_class = name.replace("_", "").lower()
    if name and ruby.class_name and ruby.class_name.replace("::", "").lower() != wanted_class:
        yield f"Rails looks for another class in it than {ruby.class_name}: it stops there"
    if ruby.version > rails or ruby.version > _NEWEST:
        yield f"it asks for Rails {ruby.version[0]}.{ruby.version[1]}, which is newer than what is installed"


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], dialect: str, home: str, *, transactional: bool) -> tuple[Statement, ...]:
    read_all = read_sent(sent, dialect, home, transactional=transactional)
    return tuple(replace(statement, n=n) for n, statement in enumerate(read_all, 1))
