"""Liquibase's changelog, where it is one file of formatted SQL; one in XML, YAML or JSON is said not to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.frameworks.liquibase.formatted import PARAMETER, Changeset, changesets, header, is_one
from console.readers.settings import properties, read_text
from console.readers.sources import SourceFile
from console.readers.sources.around import Sign
from console.readers.sqlfiles.files import Script, gathered, lines_of, migration, said
from console.readers.sqlfiles.projects import Told, lying_in, origin, project_of, variables

CONFIG = "liquibase.properties"
_ROOTS = ("", "src/main/resources")
_PLACES = ("db/changelog", "src/main/resources/db/changelog", "changelog", "changelogs", "db", "liquibase", "sql", "")
_OTHERS = (".xml", ".yaml", ".yml", ".json")
_OURS = {"postgres": ("postgresql",), "mysql": ("mysql",), "mariadb": ("mariadb",), "sqlite": ("sqlite",)}
NEVER = "never runs here: "


@dataclass(frozen=True, slots=True)
class _Setting:
    """What decides how every changeset of a file is read."""

    file: SourceFile
    path: str
    """As Liquibase calls the file."""
    dialect: str
    home: str


def wanted(name: str) -> bool:
    """Formatted SQL has no name of its own."""
    return name.endswith(".sql")


def _config(folder: Path) -> Mapping[str, str]:
    text = read_text(folder / CONFIG)
    found = properties(text) if text is not None else {}
    return {re.sub(r"[^a-z]", "", name.lower().rpartition(".")[2]): value for name, value in found.items()}


def holds(folder: Path) -> bool:
    """Whether it is the root of a project."""
    return (folder / CONFIG).is_file() or lying_in(folder, _PLACES[:-1], wanted, is_one) is not None


SIGN = Sign("Liquibase", holds, frozenset({"target", "build"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no changelog of Liquibase lies there."""
    return project_of("liquibase", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    found, known = _config(folder), variables(folder, environ)
    changelog = known.get("LIQUIBASE_COMMAND_CHANGELOG_FILE") or found.get("changelogfile", "")
    settings = {"changelog": changelog, "place": lying_in(folder, _PLACES, wanted, is_one) or "",
                "table": found.get("databasechangelogtablename", "")}  # fmt: skip
    by, url = CONFIG, found.get("url", "")
    user, password = found.get("username", ""), found.get("password", "")
    if known.get("LIQUIBASE_COMMAND_URL"):
        by = origin(folder, "LIQUIBASE_COMMAND_URL", environ)
        url = known["LIQUIBASE_COMMAND_URL"]
        user = known.get("LIQUIBASE_COMMAND_USERNAME", user)
        password = known.get("LIQUIBASE_COMMAND_PASSWORD", password)
    return Told(_with_user(url.removeprefix("jdbc:"), user, password), by, settings)


def _with_user(url: str, user: str, password: str) -> str:
    """A JDBC URL without its first word, with who connects."""
    scheme, slashes, rest = url.partition("://")
    if not slashes or not user or "@" in rest.partition("/")[0]:
        return url
    from sqlalchemy.engine import URL

    who = URL.create("x", user, password or None, "h").render_as_string(hide_password=False)
    return f"{scheme}://{who.removeprefix('x://').removesuffix('h')}{rest}"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """The changesets of the changelog, in its order."""
    changelog = project.settings.get("changelog", "")
    if given is None and changelog.lower().endswith(_OTHERS):
        return Files(unread=f"its changelog {changelog} is not formatted SQL, and nothing else is read yet")
    place = project.settings.get("place", "") if not changelog else _root(Path(project.folder), changelog)
    files, unread = gathered(project, given, place, wanted, lambda file: file.path)
    ours = [file for file in files if is_one(file.text)]
    if changelog and given is None:
        ours = [file for file in ours if file.inside == _plain(changelog)]
        unread = unread or ("" if ours else f"its changelog {changelog} is not here, or is no formatted SQL")
    if len(ours) > 1:
        return Files(unread="several files are formatted SQL, and their order stands in a changelog that is not read")
    if not ours:
        return Files(unread="" if project.bare else unread or "no file of formatted SQL was found")
    setting = _Setting(ours[0], path_of(ours[0], changelog), dialect, home)
    return Files(tuple(_migrations(setting)), unread=unread)


def _root(folder: Path, changelog: str) -> str:
    return next((root for root in _ROOTS if (folder / root / _plain(changelog)).is_file()), "")


def _plain(path: str) -> str:
    """A path as Liquibase keeps it."""
    return path.replace("\\", "/").removeprefix("classpath:").removeprefix("./").lstrip("/")


def path_of(file: SourceFile, changelog: str) -> str:
    """What stands in the column of the file."""
    named = (header(file.text) or {}).get("logicalfilepath", "")
    return _plain(named or changelog or file.inside)


def _migrations(setting: _Setting) -> Iterator[Migration]:
    lines = setting.file.text.split("\n")
    for found in changesets(setting.file.text):
        path = _plain(found.attributes.get("logicalfilepath", "")) or setting.path
        up = lines_of(lines, found.lines)
        script = Script(
            f"{found.id}::{found.author}::{path}",
            found.id,
            up,
            _back(found),
            transactional=found.is_set("runInTransaction", "true"),
            note=said(*_notes(found, setting.dialect)),
            unreadable=_why(found, up),
        )
        yield migration(setting.file, script, setting.dialect, setting.home)


def _back(found: Changeset) -> str:
    """What takes it back; `empty` is Liquibase's word for nothing."""
    text = "\n".join(found.rollback)
    return "" if text.strip().lower() in ("", "empty", "not required") else text


def _why(found: Changeset, text: str) -> str:
    """Why its statements are not known."""
    parameter = PARAMETER.search(text)
    if parameter is not None:
        return f"it puts the value of ${{{parameter[1]}}} into its text, and that is not known here"
    if found.odd:
        return f"its line --{found.odd} is not read"
    delimiter = found.attributes.get("enddelimiter", ";")
    return f"its statements end in {delimiter}, which is not read" if delimiter != ";" else ""


def _notes(found: Changeset, dialect: str) -> Iterator[str]:
    """What only a run decides."""
    if found.is_set("ignore", "false") or not _is_ours(found.attributes.get("dbms", ""), dialect):
        yield NEVER + (f"it is for {found.attributes['dbms']}" if "dbms" in found.attributes else "it is ignored")
    for name in ("context", "contexts", "contextfilter", "labels"):
        if name in found.attributes:
            yield f"whether it runs is up to {name} {found.attributes[name]}"
    if found.preconditions:
        yield "it has preconditions, which are not asked"
    if found.is_set("runAlways", "false"):
        yield "it runs every time"
    elif found.is_set("runOnChange", "false"):
        yield "it runs again when it changes, and whether it did is not known"
    if not found.is_set("failOnError", "true"):
        yield "a refusal does not stop Liquibase"


def _is_ours(dbms: str, dialect: str) -> bool:
    names = {name.strip().lower() for name in dbms.split(",") if name.strip()}
    own = set(_OURS.get(dialect, ()))
    if not names or "all" in names:
        return True
    if "none" in names or any(f"!{name}" in names for name in own):
        return False
    return bool(names & own) or all(name.startswith("!") for name in names)
