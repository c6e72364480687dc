"""Doctrine's files: `Version*.php` in the folder of each namespace, in the order of their classes' full names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.ports import Files, Project
from console.frameworks.doctrine.reading import NAME, Context, is_one, migration_of
from console.readers.sources import SourceFile, from_folder, merged
from console.readers.sources.around import deployed
from console.readers.sqlfiles.files import gathered


def wanted(name: str) -> bool:
    """Whether Doctrine takes a file of that name."""
    return NAME.fullmatch(name) is not None


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All versions of a project, or those that `given` names."""
    if given is not None:
        files, unread = gathered(project, given, "", wanted, lambda file: file.name)
        files = [file for file in files if not project.bare or is_one(file.text)]
        unread = unread if files or not project.bare else ""
    else:
        files, unread = _of_project(project)
    settings = project.settings
    dbal = settings.get("dbal", "")
    context = Context(
        dialect, home, settings.get("transactional") != "false", int(dbal) if dbal.isdigit() else 0, project.folder
    )
    made = [migration_of(file, context) for file in files]
    return Files(tuple(sorted(made, key=lambda m: (m.id.encode(), m.file))), unread=unread)


def _of_project(project: Project) -> tuple[list[SourceFile], str]:
    folder = Path(project.folder)
    places = [place for place in project.settings.get("places", "").split("\n") if place]
    if not places:
        return [], f"{project.settings.get('config', 'its configuration')} names no folder of migrations"
    recursive = bool(project.settings.get("recursive"))
    try:
        return _gathered(folder, places, lambda place: list(_in(place, recursive=recursive)))
    except OSError as error:
        raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None


def _gathered(
    folder: Path, places: list[str], files_in: Callable[[tuple[Path, Path]], list[SourceFile]]
) -> tuple[list[SourceFile], str]:
    deployment = deployed(folder)
    if deployment is None:
        there = [folder / place for place in places if (folder / place).is_dir()]
        found = [file for place in there for file in files_in((place, folder))]
        return found, "" if there else f"there is no folder {places[0]}"
    inside = folder.resolve().relative_to(deployment.folder(deployment.named)) if deployment.named else Path()
    roots = {name: deployment.folder(name) / inside for name in deployment.names}
    by_release = {
        name: [file for place in places if (root / place).is_dir() for file in files_in((root / place, root))]
        for name, root in roots.items()
    }
    some = any(by_release.values())
    return merged(deployment, by_release, lambda file: file.name), "" if some else "no release has such a folder"


def _in(place: tuple[Path, Path], *, recursive: bool) -> Iterator[SourceFile]:
    folder, root = place
    yield from (file for file in from_folder(folder, wanted, root) if recursive or "/" not in file.inside)
