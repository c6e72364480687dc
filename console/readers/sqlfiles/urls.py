"""Database URLs as the tools of Go and Node write them, as SQLAlchemy's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from console.core.urls import URL, make_url

_BACKENDS = {
    **dict.fromkeys(("postgres", "postgresql", "pgx", "pgx4", "pgx5", "pg"), "postgresql"),
    **dict.fromkeys(("mysql", "mysql2"), "mysql"), "mariadb": "mariadb",
    **dict.fromkeys(("sqlite", "sqlite3", "file"), "sqlite"),
}  # fmt: skip
_TLS = ("sslmode", "sslcert", "sslkey", "sslrootcert")
_GO_ADDRESS = re.compile(r"@(?P<kind>tcp|unix)\((?P<where>[^)]*)\)")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+]*):(?P<rest>.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    """A database that a project names."""

    url: URL | None = field(default=None, repr=False)
    why: str = ""
    """Why there is no URL, without a word of it: it holds a password."""
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands behind its question mark: some of it is for the tool."""


def named(text: str, folder: Path) -> Named:
    """The database that a tool's URL names; a file is meant from `folder`."""
    found = _SCHEME.match(text.strip().strip("'\""))
    if found is None:
        return Named(why="its URL cannot be read")
    backend = _BACKENDS.get(found["scheme"].lower().partition("+")[0])
    if backend is None:
        return Named(why=f"its URL is for {found['scheme'][:20]}, which Halfway does not speak")
    query = dict(parse_qsl(found["rest"].partition("?")[2], keep_blank_values=True))
    if backend == "sqlite":
        path = found["rest"].partition("?")[0].removeprefix("//")
        return Named(URL.create("sqlite", database=str(folder / path)), "", query)
    return _networked(backend, found["rest"], query)


def _networked(backend: str, rest: str, query: dict[str, str]) -> Named:
    address = _GO_ADDRESS.search(rest)
    socket = address["where"] if address is not None and address["kind"] == "unix" else ""
    if address is not None:
        rest = rest[: address.start()] + "@" + ("" if socket else address["where"]) + rest[address.end() :]
    try:
        url = make_url(f"{backend}:{rest if rest.startswith('//') else '//' + rest}")
    except ValueError:
        return Named(why="its URL cannot be read")
    kept = {name: query[name] for name in _TLS if name in query and backend == "postgresql"}
    if backend == "postgresql" and query.get("search_path"):
        kept["options"] = f"-csearch_path={query['search_path'].replace(' ', '')}"
    socket = socket or query.get("socket", "")
    if socket and backend != "postgresql":
        kept["unix_socket"] = socket
    if backend == "postgresql" and query.get("host"):
        kept["host"] = query["host"]
    return Named(url.set(query=kept), "", query)
