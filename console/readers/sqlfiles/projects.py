"""Finding a project whose migrations are SQL files: by the files themselves, where they usually lie or are said to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.ports import Project
from console.readers.settings import Settings, dotenv, read_text
from console.readers.sources.around import Sign, no_current

if TYPE_CHECKING:
    from console.readers.sources import Wanted

USUAL = (
    "migrations",
    "db/migrations",
    "database/migrations",
    "db/migration",
    "sql/migrations",
    "internal/migrations",
    "internal/db/migrations",
    "internal/database/migrations",
    "schema/migrations",
    "migration",
)
"""Where people put them."""
_LOOKED_AT = 8
"""Files of a folder that are looked into."""
_BEGINNING = 65536


@dataclass(frozen=True, slots=True)
class Told:
    """What a project says of itself."""

    url: str = field(default="", repr=False)
    url_from: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def project_of(
    name: str, sign: Sign, folder: Path, environ: Mapping[str, str], tell: Callable[[Path, Mapping[str, str]], Told]
) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of the tool."""
    from console.readers.sqlfiles.urls import named

    found = sign.place(folder, environ)
    if found is None:
        return None
    root, deployment = found
    told = tell(root, environ)
    database = named(told.url, root) if told.url else None
    missing = list(told.missing)
    if database is None:
        missing.append("No database is named.")
    elif database.why:
        missing.append(f"{told.url_from}: {database.why}.")
    query = {f"url.{key}": value for key, value in database.query.items()} if database is not None else {}
    return Project(
        framework=name,
        folder=str(root),
        url=database.url if database is not None else None,
        url_from=told.url_from if database is not None and database.url is not None else "",
        settings=Settings({**query, **told.settings}, environ),
        releases=deployment.names if deployment else (),
        current_release=deployment.linked if deployment else None,
        missing=(*missing, *no_current(deployment)),
    )


def variables(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment on top of an `.env` file beside the project."""
    return dotenv(read_text(folder / ".env") or "") | dict(environ)


def origin(folder: Path, name: str, environ: Mapping[str, str]) -> str:
    """Where a variable comes from, for people."""
    return name if environ.get(name) else f".env ({name})"


def from_variables(folder: Path, environ: Mapping[str, str], names: Sequence[str]) -> Told:
    """The URL in the first of these variables that is set."""
    known = variables(folder, environ)
    name = next((name for name in names if known.get(name)), "")
    return Told(known[name], origin(folder, name, environ)) if name else Told()


def lying_in(
    folder: Path, places: Sequence[str], wanted: Wanted, is_one: Callable[[str], bool] | None = None
) -> str | None:
    """The first of these places that holds a file of that name, and with such a text where that is asked."""
    for place in places:
        for count, path in enumerate(_files(folder / place, wanted)):
            if is_one is None or (count < _LOOKED_AT and is_one(_begins(path))):
                return place
            if count >= _LOOKED_AT:
                break
    return None


def _files(place: Path, wanted: Wanted) -> Iterator[Path]:
    try:
        yield from sorted(path for path in place.iterdir() if wanted(path.name) and path.is_file())
    except OSError:
        return


def _begins(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_BEGINNING).decode(errors="replace")
    except OSError:
        return ""
