"""DATABASES as URLs: its dictionaries, and the URLs of dj-database-url and django-environ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.core.urls import URL, make_url
from console.readers.python.django_values import Made, Reference, Unsure

_ENGINES = {
    "django.db.backends.postgresql": "postgresql",
    "django.db.backends.postgresql_psycopg2": "postgresql",
    "django.contrib.gis.db.backends.postgis": "postgresql",
    "django_prometheus.db.backends.postgresql": "postgresql",
    "django_tenants.postgresql_backend": "postgresql",
    "tenant_schemas.postgresql_backend": "postgresql",
    "django.db.backends.mysql": "mysql",
    "django.contrib.gis.db.backends.mysql": "mysql",
    "django.db.backends.sqlite3": "sqlite",
}
_SCHEMES = {"postgres": "postgresql", "postgresql": "postgresql", "psql": "postgresql", "pgsql": "postgresql",
            "postgis": "postgresql", "postgresql+psycopg2": "postgresql", "mysql": "mysql", "mysql2": "mysql",
            "mysqlgis": "mysql", "sqlite": "sqlite"}  # fmt: skip
_TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "service")
_PLACE = {"postgresql": ("host", "hostaddr", "port"), "mysql": ("host", "port", "unix_socket")}


def url_of(database: Any, folder: Path) -> tuple[URL | None, str]:  # noqa: ANN401 - what the settings say
    """The URL of one entry of DATABASES, or why there is none, without any of its values."""
    if not isinstance(database, dict):
        return None, "it is put together when the settings are loaded"
    if isinstance(database.get("URL"), str):
        return _from_url(database["URL"], folder)
    unknown = [word for word in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
               if isinstance(database.get(word), (Unsure, Reference))]  # fmt: skip
    if unknown:
        return None, f"its {unknown[0]} is only known when the settings are loaded"
    backend = _ENGINES.get(str(database.get("ENGINE")), "")
    if not backend:
        return None, "its ENGINE is none that Halfway reads"
    if backend == "sqlite":
        return _sqlite(database.get("NAME"), folder)
    return _server(backend, database)


def _from_url(text: str, folder: Path) -> tuple[URL | None, str]:
    scheme, separator, rest = text.partition("://")
    backend = _SCHEMES.get(scheme)
    if not separator or backend is None:
        return None, "its URL is none that Halfway reads"
    if backend == "sqlite":
        name = rest.removeprefix("/")
        return _sqlite(name, folder)
    try:
        url = make_url(f"{backend}://{rest}")
    except ValueError:
        return None, "its URL cannot be read"
    kept = {key: value for key, value in url.query.items() if key in (*_TLS, *_PLACE.get(backend, ()))}
    return url.set(query=kept), ""


def _sqlite(name: Any, folder: Path) -> tuple[URL | None, str]:  # noqa: ANN401 - a text or a path
    if isinstance(name, Made) and name.path == "/" and name.args and isinstance(name.args[-1], str):
        name = name.args[-1]
    if not isinstance(name, str) or not name or ":memory:" in name:
        return None, "the file of its database is not known"
    return URL.create("sqlite", database=str(folder / name)), ""


def _server(backend: str, database: Mapping[str, Any]) -> tuple[URL | None, str]:
    options = database.get("OPTIONS")
    options = options if isinstance(options, dict) else {}
    query: dict[str, str] = {key: str(options[key]) for key in _TLS if isinstance(options.get(key), str)}
    if "read_default_file" in options:
        return None, "its credentials are in a file that OPTIONS names"
    host = str(database.get("HOST") or "")
    socket = str(options.get("unix_socket") or "") or (host if host.startswith("/") else "")
    if socket:
        query["host" if backend == "postgresql" else "unix_socket"] = socket
        host = "" if host.startswith("/") else host
    if backend == "postgresql" and isinstance(options.get("options"), str):
        query["options"] = options["options"]
    port = str(database.get("PORT") or "")
    if port and not port.isdecimal():
        return None, "its port is no number"
    made = URL.create(
        backend,
        str(database.get("USER") or "") or None,
        str(database.get("PASSWORD") or "") or None,
        host or ("localhost" if backend == "mysql" and not socket else None),
        int(port) if port else None,
        str(database.get("NAME") or "") or None,
        query,
    )
    return made, ""
