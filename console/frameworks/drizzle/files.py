"""Drizzle's files: those that `meta/_journal.json` names, cut at their breakpoints; the configuration is not run.

Of drizzle.config only what is written down plainly counts: folder, table, schema, and the variable of the URL.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.migration import Migration
from console.core.ports import Files, Project
from console.readers.settings import read_text
from console.readers.sources.around import Sign
from console.readers.sqlfiles.projects import Told, origin, project_of, variables

if TYPE_CHECKING:
    from console.readers.sources import SourceFile

JOURNAL = "_journal.json"
BREAKPOINT = "--> statement-breakpoint"
_PLACES = ("drizzle", "drizzle/migrations", "migrations", "db/migrations", "src/db/migrations", "src/drizzle",
           "src/migrations", "src/db/drizzle", "server/db/migrations")  # fmt: skip
_CONFIGS = ("drizzle.config.ts", "drizzle.config.js", "drizzle.config.mjs", "drizzle.config.json")
_OUT = re.compile(r"""["']?\bout["']?\s*:\s*["']([^"'\n]+)["']""")
_URL = re.compile(
    r"""["']?\burl["']?\s*:\s*(?:process\.env\.(\w+)|process\.env\[\s*["'](\w+)["']\s*\]|["']([^"'\n]+)["'])"""
)
_KEPT = re.compile(r"""\bmigrations["']?\s*:\s*\{([^{}]*)\}""")
_WORD = r"""["']?\b{}["']?\s*:\s*["']([^"'\n]+)["']"""


@dataclass(frozen=True, slots=True)
class DrizzleFiles(Files):
    """Migrations with the times by which Drizzle knows them."""

    when: Mapping[str, int] = field(default_factory=dict)
    """Milliseconds, by the name of the file."""


def wanted(name: str) -> bool:
    """The journal, and all SQL beside it."""
    return name == JOURNAL or name.endswith(".sql")


def _config(folder: Path) -> str:
    return next((text for name in _CONFIGS if (text := read_text(folder / name)) is not None), "")


def _place(folder: Path) -> str | None:
    out = _OUT.search(_config(folder))
    places = (out[1].removeprefix("./").rstrip("/"), *_PLACES) if out is not None else _PLACES
    return next((place for place in places if (folder / place / "meta" / JOURNAL).is_file()), None)


SIGN = Sign("Drizzle", lambda folder: _place(folder) is not None, frozenset({"meta"}))


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when no journal of Drizzle lies there."""
    return project_of("drizzle", SIGN, folder, environ, _told)


def _told(folder: Path, environ: Mapping[str, str]) -> Told:
    text = _config(folder)
    kept = _KEPT.search(text)
    settings = {"place": _place(folder) or _PLACES[0]}
    for word in ("table", "schema"):
        found = re.search(_WORD.format(word), kept[1]) if kept is not None else None
        settings[word] = found[1] if found is not None else ""
    known, url = variables(folder, environ), _URL.search(text)
    if url is not None and url[3]:
        return Told(url[3], "drizzle.config", settings)
    name = (url[1] or url[2]) if url is not None else "DATABASE_URL"
    return Told(known.get(name, ""), origin(folder, name, environ), settings)


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """The files that the journal names, in its order."""
    from console.readers.sqlfiles.files import gathered

    files, unread = gathered(
        project, given, project.settings.get("place", _PLACES[0]), wanted, lambda file: file.inside
    )
    journal = next((file for file in files if file.name == JOURNAL), None)
    if journal is None:
        return DrizzleFiles(unread="" if project.bare else unread or f"there is no meta/{JOURNAL}")
    entries = _entries(journal.text)
    if entries is None:
        return DrizzleFiles(unread=f"meta/{JOURNAL} is not one that Drizzle writes")
    by_name = {file.name.removesuffix(".sql"): file for file in files if file.name.endswith(".sql")}
    return DrizzleFiles(tuple(_migrations(entries, by_name, dialect, home)), unread=unread, when=entries)


def _entries(text: str) -> dict[str, int] | None:
    """Time by name, in the order of the journal; None where it is no journal."""
    try:
        found = {entry["tag"]: entry["when"] for entry in json.loads(text)["entries"]}
    except (ValueError, KeyError, TypeError):
        return None
    plain = all(isinstance(tag, str) and isinstance(when, int) for tag, when in found.items())
    return found if plain else None


def _migrations(
    entries: Mapping[str, int], files: Mapping[str, SourceFile], dialect: str, home: str
) -> Iterator[Migration]:
    from console.readers.sqlfiles.files import Script, migration

    for tag in entries:
        described = re.sub(r"^\d+_", "", tag).replace("_", " ")
        if tag not in files:
            why = "the journal names it and its file is not here: Drizzle refuses to run any"
            yield Migration(tag, described, f"{tag}.sql", (), unreadable=why)
            continue
        file = files[tag]
        total = hashlib.sha256(file.data).hexdigest()
        yield migration(file, Script(tag, described, cut(file.text), checksum=total), dialect, home)


def cut(text: str) -> str:
    """The text with the end of a statement at each breakpoint, everything else where it was."""
    return text.replace(BREAKPOINT, ";" + " " * (len(BREAKPOINT) - 1))
