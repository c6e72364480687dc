"""The databases of a project as URLs: `config/database.yml` for one environment, and DATABASE_URL above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.core.faults import ProjectFault
from console.core.urls import URL, make_url
from console.frameworks.rails.yaml_erb import UNKNOWN, databases
from console.readers.settings import read_text

FILE = "config/database.yml"
_BACKENDS = {
    "postgresql": "postgresql", "postgres": "postgresql", "postgis": "postgresql", "mysql2": "mysql", "mysql": "mysql",
    "trilogy": "mysql", "sqlite3": "sqlite", "sqlite": "sqlite",
}  # fmt: skip
_TLS = ("sslmode", "sslcert", "sslkey", "sslrootcert")
_PLACE = {
    "postgresql": ("host", "hostaddr", "port", "service"), "mysql": ("host", "port", "socket"), "sqlite": (),
}  # fmt: skip
_OURS = {"socket": "unix_socket"}


@dataclass(frozen=True, slots=True)
class Database:
    """One configured database."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    url: URL | None = field(default=None, repr=False)
    why: str = ""
    """Why there is no URL."""
    origin: str = FILE

    def text(self, key: str) -> str:
        """A setting as text; '' where it is not set or not known."""
        value = self.values.get(key)
        return str(value) if isinstance(value, str | int) and UNKNOWN not in str(value) else ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The folders its migrations are in, from the project's root."""
        given = self.values.get("migrations_paths")
        if isinstance(given, list):
            return tuple(str(one) for one in given)
        return (str(given),) if given else ("db/migrate",)

    @property
    def migrates(self) -> bool:
        """Whether Rails runs migrations on it at all."""
        return not self.values.get("replica") and self.values.get("database_tasks") is not False


def databases_of(folder: Path, environ: Mapping[str, str], env: str) -> tuple[Database, ...]:
    """Every database of one environment, the first one first."""
    text = read_text(folder / FILE)
    try:
        found = databases(text, environ, env, FILE) if text is not None else {}
    except ProjectFault as fault:
        return (Database("primary", why=f"it is not plain YAML ({fault.why})"),)
    made = [_database(name, values, folder, environ) for name, values in found.items()]
    given = environ.get("DATABASE_URL", "")
    if not made and given:
        return (_from_url("primary", {}, given, "DATABASE_URL"),)
    return tuple(made)


def _database(name: str, values: Mapping[str, Any], folder: Path, environ: Mapping[str, str]) -> Database:
    """A variable of its own stands above the file: DATABASE_URL for the first, ANIMALS_DATABASE_URL for `animals`."""
    variable = "DATABASE_URL" if name == "primary" else f"{name.upper()}_DATABASE_URL"
    given = environ.get(variable, "") or (environ.get("PRIMARY_DATABASE_URL", "") if name == "primary" else "")
    if given:
        return _from_url(name, values, given, variable)
    url = values.get("url")
    if isinstance(url, str) and url and UNKNOWN not in url:
        return _from_url(name, values, url, FILE)
    if isinstance(url, str) and UNKNOWN in url:
        return Database(name, values, None, "its URL is worked out by code")
    made, why = _made(values, folder)
    return Database(name, values, made, why)


def _from_url(name: str, values: Mapping[str, Any], text: str, origin: str) -> Database:
    try:
        url = make_url(text)
    except ValueError:
        return Database(name, values, None, "its URL cannot be read", origin)
    backend = _BACKENDS.get(url.drivername)
    if backend is None:
        return Database(name, values, None, f"its adapter is {url.drivername}, which Halfway does not read", origin)
    kept = (*_TLS, *_PLACE[backend])
    query = {_OURS.get(key, key): value for key, value in url.query.items() if key in kept}
    return Database(name, values, url.set(drivername=backend, query=query), "", origin)


def _made(values: Mapping[str, Any], folder: Path) -> tuple[URL | None, str]:
    unknown = [key for key in ("adapter", "host", "port", "database", "username", "password", "socket")
               if UNKNOWN in str(values.get(key, ""))]  # fmt: skip
    if unknown:
        return None, f"its {unknown[0]} is worked out by code"
    backend = _BACKENDS.get(str(values.get("adapter") or ""))
    if backend is None:
        return None, f"its adapter is {values.get('adapter') or 'not named'}, which Halfway does not read"
    name = str(values.get("database") or "")
    if backend == "sqlite":
        return (URL.create("sqlite", database=str(folder / name)), "") if name else (None, "it names no database")
    port = str(values.get("port") or "")
    if port and not port.isdigit():
        return None, "its port is no number"
    return _networked(backend, values, port), ""


def _networked(backend: str, values: Mapping[str, Any], port: str) -> URL:
    query = {key: str(values[key]) for key in _TLS if values.get(key) and backend == "postgresql"}
    if values.get("socket") and backend == "mysql":
        query["unix_socket"] = str(values["socket"])
    path = str(values.get("schema_search_path") or "")
    if backend == "postgresql" and path and path != "public":
        query["options"] = "-csearch_path=" + path.replace(" ", "")
    return URL.create(
        backend,
        str(values.get("username") or "") or None,
        str(values.get("password") or "") or None,
        str(values.get("host") or "") or None,
        int(port) if port else None,
        str(values.get("database") or "") or None,
        query,
    )
