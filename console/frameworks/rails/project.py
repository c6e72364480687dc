"""Finding a Rails project on disk, and the database it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.ports import OtherDatabase, Project
from console.readers.settings import read_text
from console.readers.sources.around import Sign, no_current

if TYPE_CHECKING:
    from console.frameworks.rails.connections import Database
    from console.readers.sources import Deployment

_LOCKED = re.compile(r"^ {4}(?:activerecord|rails) \((\d+)\.(\d+)(?:\.[0-9A-Za-z.]+)?\)", re.MULTILINE)
_SETTING = re.compile(
    r"""\b(table_name_prefix|table_name_suffix|schema_migrations_table_name)\s*=\s*["']([\w.]*)["']""", re.MULTILINE
)
_FORMAT = re.compile(r"^[^#\n]*\bschema_format\s*=\s*:(ruby|sql)\b", re.MULTILINE)
_PROTECTED = re.compile(r"^[^#\n]*\bprotected_environments\s*=\s*(?:%w\[([\w ]*)\]|\[([^\]]*)\])", re.MULTILINE)
_NAMES = {"table_name_prefix": "prefix", "table_name_suffix": "suffix",
          "schema_migrations_table_name": "schema_migrations"}  # fmt: skip


def is_rails(folder: Path) -> bool:
    """Whether a folder is the root of a Rails application."""
    if not any((folder / name).is_file() for name in ("bin/rails", "config/application.rb", "Rakefile")):
        return False
    from console.frameworks.rails.connections import FILE

    return (folder / "db/migrate").is_dir() or (folder / FILE).is_file()


SIGN = Sign("Rails", is_rails, frozenset({"vendor", "log", "tmp", "storage"}), depth=1)


def detect(folder: Path, environ: Mapping[str, str]) -> Project | None:
    """The project at, above or just below `folder`; None when there is no sign of Rails."""
    found = SIGN.place(folder, environ)
    return project_at(found[0], environ, found[1]) if found is not None else None


def project_at(folder: Path, environ: Mapping[str, str], deployment: Deployment | None = None) -> Project:
    """The application in `folder` as a Project."""
    from console.frameworks.rails.connections import FILE, Database, databases_of

    env = environ.get("RAILS_ENV") or environ.get("RACK_ENV") or "development"
    missing: list[str] = []
    if not environ.get("RAILS_ENV") and not environ.get("RACK_ENV"):
        missing.append("RAILS_ENV is not set here, so it is the database of development, as for Rails itself.")
    found = databases_of(folder, environ, env)
    first = found[0] if found else Database("primary", why=f"{FILE} has no {env}")
    version, told = version_of(folder)
    missing += told
    if first.url is None:
        missing.append(f"{FILE}: {first.why}.")
    missing += no_current(deployment)
    return Project(
        framework="rails",
        folder=str(folder),
        url=first.url,
        url_from=first.origin if first.url is not None else "",
        settings={**_settings(found, env, version), **_configured(folder), **_paths(found)},
        releases=deployment.names if deployment else (),
        current_release=deployment.linked if deployment else None,
        others=tuple(OtherDatabase(one.name, one.url, one.why) for one in found[1:] if one.migrates),
        missing=tuple(missing),
    )


def version_of(folder: Path) -> tuple[str, list[str]]:
    """`7.1`, and what is to be said where it is not known."""
    text = read_text(folder / "Gemfile.lock")
    found = _LOCKED.search(text) if text is not None else None
    if found is None:
        return "", ["Gemfile.lock names no Rails: its files are read as the newest one of them says."]
    return f"{found[1]}.{found[2]}", []


def _settings(found: tuple[Database, ...], env: str, version: str) -> dict[str, str]:
    values = {"version": version, "environment": env}
    for at, one in enumerate(found):
        behind = "" if at == 0 else f".{one.name}"
        values[f"search_path{behind}"] = one.text("schema_search_path")
        values[f"advisory_locks{behind}"] = "no" if one.values.get("advisory_locks") is False else ""
    return {name: value for name, value in values.items() if value}


def _paths(found: tuple[Database, ...]) -> dict[str, str]:
    """`paths` of the first database, `paths.animals` of another: as many as there are, a line each."""
    named = {("paths" if at == 0 else f"paths.{one.name}"): one.paths for at, one in enumerate(found) if one.migrates}
    return {name: "\n".join(paths) for name, paths in named.items()}


def _configured(folder: Path) -> dict[str, str]:
    """What the application changes, where it is written down plainly."""
    text = read_text(folder / "config/application.rb") or ""
    values = {_NAMES[name]: value for name, value in _SETTING.findall(text) if value}
    if (written := _FORMAT.search(text)) is not None:
        values["schema_format"] = written[1]
    if (guarded := _PROTECTED.search(text)) is not None:
        values["protected"] = " ".join(re.findall(r"\w+", guarded[1] or guarded[2] or ""))
    return values
