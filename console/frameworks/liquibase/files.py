"""Liquibase's project and its changelog: which file it is, where the files that it includes lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from console.core.ports import Files, Project
from console.frameworks.liquibase import spring
from console.frameworks.liquibase.library import Library, wanted
from console.readers.changelog import ENDINGS, UnreadError
from console.readers.settings import properties, read_text
from console.readers.sources.around import Sign
from console.readers.sources.git import changed_files
from console.readers.sqlfiles.projects import Told, lying_in, origin, project_of, variables

if TYPE_CHECKING:
    from console.frameworks.liquibase.changelog import Found

CONFIG = "liquibase.properties"
_ROOTS = ("", "src/main/resources")
_PLACES = ("db/changelog", "src/main/resources/db/changelog", "changelog", "changelogs", "db", "liquibase", "sql", "")
_MASTER = re.compile(r"(?:.*[-._])?(?:master|root|main)(?:[-._].*)?|(?:db[-._])?change-?log")
_MOST = 5000
_PARAMETER = "parameter."

__all__ = ["SIGN", "detect", "read", "wanted"]


def is_one(text: str) -> bool:
    """Whether a file is a changelog: formatted SQL says so in its first line, the others by their root."""
    from console.frameworks.liquibase.formatted import header

    return header(text) is not None or "databaseChangeLog" in text


def _config(folder: Path) -> Mapping[str, str]:
    text = read_text(folder / CONFIG)
    found = properties(text) if text is not None else {}
    return {re.sub(r"[^a-z]", "", name.lower().rpartition(".")[2]): value for name, value in found.items()}


def holds(folder: Path) -> bool:
    """Whether it is the root of a project."""
    if (folder / CONFIG).is_file() or lying_in(folder, _PLACES[:-1], wanted, is_one) is not None:
        return True
    return bool(spring.told(folder, {}).get("changelogfile"))


SIGN = Sign("Liquibase", holds, frozenset({"target", "build"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no changelog of Liquibase lies there."""
    return project_of("liquibase", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    known = variables(folder, environ)
    own, application = _config(folder), spring.told(folder, known)
    found = own or application
    changelog = known.get("LIQUIBASE_COMMAND_CHANGELOG_FILE") or found.get("changelogfile", "")
    settings = {"changelog": changelog, "place": lying_in(folder, _PLACES, wanted, is_one) or "",
                "search": found.get("searchpath", ""), "table": found.get("databasechangelogtablename", ""),
                **_parameters(folder), **_given(application)}  # fmt: skip
    by, url = CONFIG if own else "Spring's settings", found.get("url", "")
    user, password = found.get("username", ""), found.get("password", "")
    if known.get("LIQUIBASE_COMMAND_URL"):
        by = origin(folder, "LIQUIBASE_COMMAND_URL", environ)
        url = known["LIQUIBASE_COMMAND_URL"]
        user = known.get("LIQUIBASE_COMMAND_USERNAME", user)
        password = known.get("LIQUIBASE_COMMAND_PASSWORD", password)
    return Told(_with_user(url.removeprefix("jdbc:"), user, password), by, settings)


def _parameters(folder: Path) -> Mapping[str, str]:
    """Values that the settings give to the changelog (`parameter.name`)."""
    return _given(properties(read_text(folder / CONFIG) or ""))


def _given(found: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in found.items() if name.startswith(_PARAMETER)}


def _with_user(url: str, user: str, password: str) -> str:
    """A JDBC URL without its first word, with who connects."""
    scheme, slashes, rest = url.partition("://")
    said = dict(parse_qsl(rest.partition("?")[2]))
    user, password = user or said.get("user", ""), password or said.get("password", "")
    if not slashes or not user or "@" in rest.partition("/")[0]:
        return url
    from console.core.urls import URL

    who = URL.create("x", user, password or None, "h").render_as_string(hide_password=False)
    return f"{scheme}://{who.removeprefix('x://').removesuffix('h')}{rest}"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """The changesets of the changelog, in its order."""
    from console.frameworks.liquibase.changelog import walked
    from console.frameworks.liquibase.reading import Reading, migration
    from console.readers.sqlfiles.files import ALONE

    library = _library(project, given)
    try:
        root, why = _root(project, library, given)
    except UnreadError as problem:
        return Files(unread=str(problem))
    if not root:
        return Files(unread=why)
    known = {name.removeprefix(_PARAMETER): value for name, value in project.settings.items()
             if name.startswith(_PARAMETER)}  # fmt: skip
    found: list[Found] = []
    unread = ALONE if given is not None and len(library.given) == 1 and not Path(given).is_dir() else ""
    try:
        found.extend(walked(library, root, dialect, known))
    except UnreadError as reason:
        unread = str(reason)
    reading = Reading(library, dialect, home)
    ordered = _ordered(_noted(project, found))
    return Files(tuple(migration(each, reading, ordered) for each in ordered), unread=unread)


def _ordered(found: list[Found]) -> list[Found]:
    """RunOrder takes a changeset to the front or to the end."""
    places = {"first": -1, "last": 1}
    return sorted(found, key=lambda each: places.get(each.node.get("runOrder").lower(), 0))


def _library(project: Project, given: str | None) -> Library:
    from console.readers.sources import gather_given

    if given is not None:
        return Library(given=[file for file in gather_given(given, wanted) if wanted(file.name)])
    search = [path.strip() for path in project.settings.get("search", "").split(",") if path.strip()]
    inside = [path for path in search if not Path(path).is_absolute() and ".." not in Path(path).parts]
    return Library(Path(project.folder), (*inside, *_ROOTS))


def _noted(project: Project, found: list[Found]) -> list[Found]:
    """The files with what git says of them."""
    if not project.folder or not found:
        return found
    names = tuple(dict.fromkeys(each.file.inside for each in found))
    changed = changed_files(Path(project.folder), names)
    return [replace(each, file=replace(each.file, uncommitted=True)) if each.file.inside in changed else each
            for each in found]  # fmt: skip


def _root(project: Project, library: Library, given: str | None) -> tuple[str, str]:
    """The name of the changelog, as Liquibase calls it; without one the reason."""
    from console.frameworks.liquibase.changelog import plain

    changelog = plain(project.settings.get("changelog", ""))
    if changelog:
        if library.file(changelog) is not None:
            return changelog, ""
        if given is None:
            return "", f"its changelog {changelog} is not here"
    candidates = dict(_candidates(project, library))
    if not candidates:
        return "", "" if project.bare else "no changelog was found"
    names = list(candidates) if len(candidates) == 1 else _first(library, candidates)
    if len(names) == 1:
        return names[0], ""
    return "", f"several files are changelogs ({', '.join(sorted(names)[:3])}), and none is said to be the first"


def _candidates(project: Project, library: Library) -> Iterator[tuple[str, str]]:
    """Changelogs by the names that they have when nobody says another."""
    if library.folder is None:
        yield from ((file.inside, file.text) for file in library.given if is_one(file.text))
        return
    place = project.settings.get("place", "")
    root = next((root for root in reversed(_ROOTS) if root and place.startswith(root)), "")
    inside = place.removeprefix(root).strip("/")
    for path in sorted((library.folder / place).glob("*"))[:_MOST]:
        name = f"{inside}/{path.name}".lstrip("/")
        text = library.text(name) if wanted(path.name) and path.is_file() else None
        if text is not None and is_one(text):
            yield name, text


def _first(library: Library, candidates: Mapping[str, str]) -> list[str]:
    """Those that no other one includes; of several the one whose name says that it is the first."""
    documents = [name for name in candidates if name.lower().endswith(ENDINGS)]
    included: set[str] = set()
    for name in documents:
        included |= _reached(library, name) - {_inside(library, name)}
    left = [name for name in candidates if _inside(library, name) not in included]
    named = [name for name in left if _MASTER.fullmatch(name.rpartition("/")[2].rpartition(".")[0].lower())]
    return named if len(named) == 1 else left


def _inside(library: Library, name: str) -> str:
    """The file of that name, by which two names of one file are the same."""
    file = library.file(name)
    return file.inside if file is not None else name


def _reached(library: Library, name: str) -> set[str]:
    """The files that a changelog leads to."""
    return {found.file.inside for found in _walked(library, name)}


def _walked(library: Library, name: str) -> Iterator[Found]:
    """As far as it can be followed."""
    from console.frameworks.liquibase.changelog import walked

    try:
        yield from walked(library, name, "", {})
    except UnreadError:
        return
