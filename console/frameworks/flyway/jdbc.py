"""JDBC URLs as SQLAlchemy URLs: hosts, credentials and the parameters that decide where and how to connect."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from console.core.urls import URL

_SCHEME = re.compile(
    r"jdbc:(?:aws-wrapper:|otel:|p6spy:|log4jdbc:|datadog:|tracing:)?(?P<kind>[a-z0-9+]+):(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_FILE_PARAMETERS = ("sslrootcert", "sslcert", "sslkey")
_TARGETS = {"any": "any", "master": "read-write", "primary": "read-write", "slave": "any", "secondary": "any"}


@dataclass(frozen=True, slots=True)
class Converted:
    """A JDBC URL, understood or not."""

    url: URL | None = None
    schemas: tuple[str, ...] = ()
    """`currentSchema`: what unqualified names mean."""
    why: str = ""
    """Why there is no URL, one sentence without the URL itself."""


@dataclass(frozen=True, slots=True)
class _Parts:
    hosts: tuple[tuple[str, int | None], ...]
    database: str | None
    parameters: dict[str, str]
    user: str | None
    password: str | None


def from_jdbc(text: str, user: str | None = None, password: str | None = None) -> Converted:
    """The URL that connects to what a JDBC URL names; `user` and `password` are those given beside it."""
    match = _SCHEME.match(text.strip())
    if match is None:
        return Converted(why="its URL is no JDBC URL")
    kind = match["kind"].lower()
    make = _MAKERS.get(kind)
    if make is None:
        return Converted(why=f"its URL is for {kind}, which Halfway does not speak")
    if kind == "sqlite":
        return Converted(URL.create("sqlite", database=match["rest"].partition("?")[0] or None))
    try:
        parts = _parts(match["rest"])
    except ValueError:
        return Converted(why="its JDBC URL has a port that is no number")
    return make(
        parts,
        user or parts.parameters.get("user") or parts.user,
        password or parts.parameters.get("password") or parts.password,
    )


def _parts(rest: str) -> _Parts:
    address, _, query = rest.partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    if not address.startswith("//"):
        return _Parts((), unquote(address.lstrip("/")) or None, parameters, None, None)
    authority, _, database = address[2:].partition("/")
    credentials, _, hosts = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    return _Parts(
        tuple(_host(host.strip()) for host in hosts.split(",") if host.strip()),
        unquote(database) or None,
        parameters,
        unquote(user) or None,
        unquote(password) or None,
    )


def _host(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, int(port.lstrip(":")) if port.lstrip(":") else None
    host, _, port = text.partition(":")
    return host, int(port) if port else None


def _postgres(parts: _Parts, user: str | None, password: str | None) -> Converted:
    query: dict[str, str | tuple[str, ...]] = {**_tls(parts.parameters)}
    if seconds := parts.parameters.get("connectTimeout"):
        query["connect_timeout"] = seconds
    if target := _TARGETS.get(parts.parameters.get("targetServerType", "").lower()):
        query["target_session_attrs"] = target
    schemas = tuple(
        name.strip().strip('"') for name in parts.parameters.get("currentSchema", "").split(",") if name.strip()
    )
    options = [parts.parameters["options"]] if parts.parameters.get("options") else []
    if schemas:
        path = ",".join(name.strip() for name in parts.parameters["currentSchema"].split(","))
        options.append("-csearch_path=" + path.replace("\\", "\\\\").replace(" ", "\\ "))
    if options:
        query["options"] = " ".join(options)
    host, port = parts.hosts[0] if parts.hosts else ("localhost", None)
    if len(parts.hosts) > 1:
        query["host"] = tuple(f"{name}:{number or 5432}" for name, number in parts.hosts)
    several = len(parts.hosts) > 1
    made = URL.create(
        "postgresql",
        user,
        password,
        None if several else host,
        None if several else port,
        parts.database or user,
        query,
    )
    return Converted(made, schemas)


def _tls(parameters: dict[str, str]) -> dict[str, str]:
    found = {name: value for name in _FILE_PARAMETERS if (value := parameters.get(name)) and not value.endswith(".pk8")}
    mode = parameters.get("sslmode", "")
    if not mode and parameters.get("ssl", "false").lower() in {"true", ""}:
        factory = parameters.get("sslfactory", "")
        mode = "require" if "NonValidating" in factory else "verify-full"
    return found | ({"sslmode": mode} if mode else {})


def _mysql(kind: str) -> Callable[[_Parts, str | None, str | None], Converted]:
    def make(parts: _Parts, user: str | None, password: str | None) -> Converted:
        host, port = parts.hosts[0] if parts.hosts else ("localhost", None)
        return Converted(URL.create(kind, user, password, host, port, parts.database))

    return make


_MAKERS: dict[str, Callable[[_Parts, str | None, str | None], Converted]] = {
    "postgresql": _postgres,
    "pgsql": _postgres,
    "mysql": _mysql("mysql"),
    "mariadb": _mysql("mariadb"),
    "sqlite": _postgres,
}
