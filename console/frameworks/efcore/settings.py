"""Where an EF Core project says which database it is about: connection strings of appsettings, and its providers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.urls import URL
from console.readers.settings import read_text
from console.readers.sqlfiles.projects import Told

_PROVIDERS = {
    "npgsql.entityframeworkcore.postgresql": "postgresql",
    "pomelo.entityframeworkcore.mysql": "mysql",
    "mysql.entityframeworkcore": "mysql",
    "microsoft.entityframeworkcore.sqlite": "sqlite",
}
_PACKAGE = re.compile(r"<Package(?:Reference|Version)\s[^>]*?Include=\"([^\"]+)\"", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_COMMA = re.compile(r",(?=\s*[}\]])")
_PAIR = re.compile(r"\s*([^=;]+?)\s*=\s*(\"[^\"]*\"|'[^']*'|[^;]*)(?:;|\Z)")
_KEYS = {
    "host": ("host", "server", "data source", "datasource", "address", "addr", "network address"),
    "port": ("port",),
    "user": ("username", "user id", "userid", "uid", "user", "user name"),
    "password": ("password", "pwd"),
    "database": ("database", "initial catalog"),
}
_BEFORE = "ConnectionStrings__"
_USUAL = ("DefaultConnection", "Default")
_FOLDERS = 40


def told(folder: Path, environ: Mapping[str, str]) -> Told:
    """What a project says of itself."""
    providers = sorted({name for path in _projects(folder) for name in _provided(path)})
    strings = _strings(folder, environ)
    name = next((one for one in _USUAL if one in strings), next(iter(strings)) if len(strings) == 1 else "")
    settings = {"provider": providers[0] if len(providers) == 1 else ""}
    if not name:
        several = f"It names several databases: {', '.join(sorted(strings))}." if strings else ""
        return Told(settings=settings, missing=(several,) if several else ())
    text, origin = strings[name]
    return Told(url_of(text, settings["provider"], folder), f"{origin} ({name})", settings)


def _projects(folder: Path) -> Iterator[Path]:
    """The project files here and just below."""
    yield from chain(sorted(folder.glob("*.csproj")), sorted(folder.glob("*/*.csproj"))[:_FOLDERS],
                     sorted(folder.glob("*/*/*.csproj"))[:_FOLDERS])  # fmt: skip


def _provided(path: Path) -> Iterator[str]:
    for found in _PACKAGE.finditer(read_text(path) or ""):
        if found[1].lower() in _PROVIDERS:
            yield _PROVIDERS[found[1].lower()]


def _strings(folder: Path, environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Each connection string by its name, and where it stands; the environment counts more than any file."""
    environment = environ.get("ASPNETCORE_ENVIRONMENT") or environ.get("DOTNET_ENVIRONMENT") or "Production"
    found: dict[str, tuple[str, str]] = {}
    for place in (folder, *sorted(path.parent for path in _projects(folder)), folder.parent):
        for file in ("appsettings.json", f"appsettings.{environment}.json"):
            for name, text in _in(place / file):
                if place == folder or name not in found or found[name][1].startswith(str(place)):
                    found[name] = (text, file)
    for key, value in environ.items():
        if key.startswith(_BEFORE) and value:
            found[key.removeprefix(_BEFORE)] = (value, key)
    return found


def _in(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = read_text(path)
        document = json.loads(_COMMA.sub("", _COMMENT.sub("", text))) if text else {}
    except (ValueError, ProjectFault, RecursionError):
        return
    strings = document.get("ConnectionStrings") if isinstance(document, dict) else None
    if isinstance(strings, dict):
        yield from ((str(name), text) for name, text in strings.items() if isinstance(text, str) and text)


def url_of(text: str, provider: str, folder: Path) -> str:
    """A connection string of .NET as a URL; '' where its server is not known."""
    pairs = {found[1].lower(): found[2].strip().strip("\"'") for found in _PAIR.finditer(text)}
    values = {key: next((pairs[name] for name in names if name in pairs), "") for key, names in _KEYS.items()}
    kind = provider or _guessed(pairs)
    if kind == "sqlite":
        return f"sqlite:{folder / values['host']}"
    if not kind:
        return ""
    host, _, port = values["host"].partition(":" if kind == "postgresql" else ",")
    number = values["port"] or port
    url = URL.create(kind, values["user"] or None, values["password"] or None, host or None,
                     int(number) if number.isdigit() else None, values["database"] or None)  # fmt: skip
    return url.render_as_string(hide_password=False)


def _guessed(pairs: Mapping[str, str]) -> str:
    """`Host` is Npgsql's word, `Uid` MySQL's; a data source alone is a file."""
    if "host" in pairs and "username" in pairs:
        return "postgresql"
    if set(pairs) <= {"data source", "datasource", "filename", "mode", "cache", "foreign keys"} and pairs:
        return "sqlite"
    return "mysql" if "uid" in pairs and "server" in pairs else ""
