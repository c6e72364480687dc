"""goose's files: `<number>_<name>.sql` with annotations; `.go` files are programs, and those are not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import USUAL, Told, lying_in, origin, project_of, variables

if TYPE_CHECKING:
    from console.frameworks.goose.annotated import Annotated, Part
    from console.readers.sources import SourceFile
    from console.readers.sqlfiles.files import Script

NAME = re.compile(r"([0-9]{1,18})_(.*)\.(sql|go)")
_GO = "it is a Go program: what it sends is not read"
_SUBSTITUTES = "it puts values of the environment into its text (ENVSUB), and those are not known here"
_CUT = "goose cuts a statement of it in two: it needs +goose StatementBegin around it"
REFUSES = "goose refuses it: "


def wanted(name: str) -> bool:
    """Whether goose takes a file of that name."""
    match = NAME.fullmatch(name)
    return match is not None and int(match[1]) > 0 and not name.endswith("_test.go")


def _place(folder: Path) -> str | None:
    places = (*USUAL, "sql/schema", "sql", "")
    return lying_in(folder, places, lambda name: wanted(name) and name.endswith(".sql"), _is_annotated)


def _is_annotated(text: str) -> bool:
    from console.frameworks.goose.annotated import is_one

    return is_one(text)


SIGN = Sign("goose", lambda folder: _place(folder) is not None, frozenset({"vendor", "testdata"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no annotated file lies there."""
    return project_of("goose", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    known = variables(folder, environ)
    name = next((name for name in ("GOOSE_DBSTRING", "DATABASE_URL") if known.get(name)), "")
    text = _as_url(known.get("GOOSE_DRIVER", ""), known[name]) if name else ""
    settings = {"place": known.get("GOOSE_MIGRATION_DIR") or _place(folder) or USUAL[0],
                "table": known.get("GOOSE_TABLE", "")}  # fmt: skip
    return Told(text, origin(folder, name, environ), settings)


def _as_url(driver: str, text: str) -> str:
    """A data source as Go's drivers take it, as a URL."""
    if "://" in text:
        return text
    if driver in {"sqlite", "sqlite3"}:
        return f"sqlite:{text}"
    if driver in {"mysql", "mariadb"}:
        return f"mysql://{text}"
    return _of_words(text)


def _of_words(text: str) -> str:
    """`host=db user=me dbname=app`; '' where it is none of that."""
    words = dict(re.findall(r"(\w+)=('[^']*'|\S+)", text))
    plain = {name: value.strip("'") for name, value in words.items()}
    if "dbname" not in plain and "host" not in plain:
        return "unknown:"
    from console.core.urls import URL

    port = plain.get("port", "")
    return URL.create(
        "postgresql", plain.get("user"), plain.get("password"), plain.get("host"),
        int(port) if port.isdigit() else None, plain.get("dbname"),
        {"sslmode": plain["sslmode"]} if "sslmode" in plain else {},
    ).render_as_string(hide_password=False)  # fmt: skip


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    from console.frameworks.goose.annotated import is_one
    from console.readers.sqlfiles.files import gathered

    files, unread = gathered(project, given, project.settings.get("place", USUAL[0]), wanted, lambda file: file.name)
    if project.bare:
        files = [file for file in files if file.name.endswith(".sql") and is_one(file.text)]
    made = tuple(_migrations(files, dialect, home))
    return Files(
        tuple(sorted(made, key=lambda m: (int(m.id), m.file))), unread=unread if made or not project.bare else ""
    )


def _migrations(files: list[SourceFile], dialect: str, home: str) -> Iterator[Migration]:
    from console.readers.sqlfiles.files import migration

    for file in files:
        name = NAME.fullmatch(file.name)
        if name is not None:
            yield migration(file, _script(file, name, dialect), dialect, home)


def _script(file: SourceFile, name: re.Match[str], dialect: str) -> Script:
    from console.frameworks.goose.annotated import read as parts_of
    from console.readers.sqlfiles.files import Script, lines_of

    version, described = str(int(name[1])), name[2].replace("_", " ")
    if name[3] == "go":
        return Script(version, described, unreadable=_GO)
    found = parts_of(file.text)
    lines = file.text.split("\n")
    up, down = lines_of(lines, found.up.lines), lines_of(lines, found.down.lines)
    why, back = _why(found, found.up, up, dialect), _why(found, found.down, down, dialect)
    return Script(
        version,
        described,
        up,
        "" if back else down,
        transactional=found.transaction,
        unreadable=why,
        note=f"its way back: {back}" if back and not why else "",
    )


def _why(found: Annotated, part: Part, text: str, dialect: str) -> str:
    """Why the statements of a part are not known."""
    if refused := found.refused or part.refused:
        return REFUSES + refused
    if found.substitutes:
        return _SUBSTITUTES
    return _CUT if _is_cut(part, text, dialect) else ""


def _is_cut(part: Part, text: str, dialect: str) -> bool:
    """Whether goose sees other statements than the server does."""
    from console.readers.sqlfiles.files import statements_in

    return sum(statements_in(sent, dialect) for sent in part.sent) != statements_in(text, dialect)
