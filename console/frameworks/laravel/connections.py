"""A connection of config/database.php as Laravel itself would use it: URL taken apart, write host chosen, as one URL.

Every value may be unknown; what is not known makes no URL and says which value is missing, never what the others are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from console.core.urls import URL
from console.readers.php.values import Listing, Unknown, Value

if TYPE_CHECKING:
    from console.frameworks.laravel.configuration import Configuration

PUBLIC = "public"
_ALIASES = {"mysql2": "mysql", "postgres": "pgsql", "postgresql": "pgsql", "sqlite3": "sqlite", "mssql": "sqlsrv"}
_BACKENDS = {
    "pgsql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
}
DIALECTS = {
    "postgres": ("pgsql",),
    "mysql": ("mysql", "mariadb"),
    "mariadb": ("mariadb", "mysql"),
    "sqlite": ("sqlite",),
}
"""What Halfway calls a server -> the drivers that lead to one, likeliest first."""
_TLS = ("sslmode", "sslcert", "sslkey", "sslrootcert")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_SCHEMA_NAME = re.compile(r"[^\s,\"']+")
_SEARCH_PATH_SINCE = 9
_DIRECT_SINCE = 13
_OWN_URL = re.compile(r"(sqlite3?):///")


@dataclass(frozen=True, slots=True)
class Setting:
    """One connection, with its URL and its write host applied."""

    name: str
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    why: str = ""
    """Why nothing is known of it."""

    @property
    def driver(self) -> str:
        """pgsql, mysql, mariadb, sqlite, sqlsrv, ...; empty: not known."""
        return self.text("driver")

    def text(self, key: str) -> str:
        """A value as text; empty when it is not there or not known."""
        value = self.values.get(key)
        if isinstance(value, str):
            return value
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""

    def flag(self, key: str, default: bool) -> bool:
        """A value as PHP's condition takes it; an unknown one is the default."""
        value = self.values.get(key, default)
        if isinstance(value, Unknown):
            return default
        return value not in (None, False, 0, "", "0")

    def unknown(self, *keys: str) -> str:
        """Why the first unknown one of these values is not known; empty when all of them are."""
        found = (self.values.get(key) for key in keys)
        return next((value.why for value in found if isinstance(value, Unknown)), "")


def default_name(configuration: Configuration) -> str:
    """The connection Laravel uses when none is named; empty: not known."""
    name = configuration.get("database.default")
    return name if isinstance(name, str) else ""


def names_of(configuration: Configuration) -> tuple[str, ...]:
    """Every configured connection."""
    found = configuration.get("database.connections")
    return tuple(str(key) for key, _ in found.items) if isinstance(found, Listing) else ()


def setting_of(configuration: Configuration, name: str, laravel: int) -> Setting:
    """The connection of that name."""
    found = configuration.get("database.connections")
    if isinstance(found, Listing):
        found = dict(found.items).get(name, Unknown(f"there is no connection {name}"))
    if not isinstance(found, Listing):
        return Setting(name, why=found.why if isinstance(found, Unknown) else f"connection {name} is no array")
    values = {str(key): value for key, value in found.items}
    try:
        values = _written_to(_with_url(values))
    except ValueError:
        return Setting(name, values, "its URL cannot be read")
    return Setting(name, _direct(values) if laravel >= _DIRECT_SINCE else values)


def _with_url(values: dict[str, Value]) -> dict[str, Value]:
    """The parts of `url` count more than the values beside it."""
    url = values.pop("url", None)
    if isinstance(url, Unknown):
        # whatever it says would replace all of these
        return {**values, **dict.fromkeys(("host", "database", "username", "password"), url)}
    return {**values, **_url_parts(url)} if isinstance(url, str) and url else values


def _url_parts(url: str) -> dict[str, Value]:
    parts = urlsplit(_OWN_URL.sub(r"\1://null/", url))
    if parts.scheme and not parts.netloc.rpartition("@")[2]:
        raise ValueError
    path = unquote(parts.path)
    authority = parts.netloc.rpartition("@")
    user, _, password = authority[0].partition(":")
    host, port = _host(authority[2])
    found: dict[str, Value] = {
        "driver": _ALIASES.get(parts.scheme, parts.scheme) or None,
        "database": path[1:] if path not in ("", "/") else None,
        "host": unquote(host) or None,
        "port": port,
        "username": unquote(user) if authority[1] else None,
        "password": unquote(password) if ":" in authority[0] else None,
    }
    known = {key: value for key, value in found.items() if value is not None}
    return known | {key: _WORDS.get(value, value) for key, value in parse_qsl(parts.query, keep_blank_values=True)}


def _host(text: str) -> tuple[str, int | None]:
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        return text, None
    return host, int(port) if port else None


def _written_to(values: dict[str, Value]) -> dict[str, Value]:
    """With a host of their own for reading, migrations go to the one for writing."""
    if values.get("read") is None:
        return values
    write = values.get("write")
    if isinstance(write, Listing) and isinstance(first := write.get(0), Listing):
        write = first
    own = {str(key): value for key, value in write.items} if isinstance(write, Listing) else {}
    if isinstance(write, Unknown):
        own = {"host": write}
    return {key: value for key, value in {**values, **own}.items() if key not in ("read", "write")}


def _direct(values: dict[str, Value]) -> dict[str, Value]:
    """Migrations go around a pooler when the configuration names the way."""
    direct = values.get("direct")
    own = {str(key): value for key, value in direct.items if value is not None} if isinstance(direct, Listing) else {}
    if not own or values.get("driver") != "pgsql":
        return values
    return {key: value for key, value in {**values, **own}.items() if not key.startswith("connect_via_")}


def schemas_of(setting: Setting, laravel: int) -> tuple[str, ...]:
    """The search path Laravel sets on PostgreSQL, first one first; empty: it sets none, or it is not known."""
    if setting.driver != "pgsql":
        return ()
    keys = ("search_path", "schema") if laravel >= _SEARCH_PATH_SINCE else ("schema",)
    value = next((setting.values[key] for key in keys if setting.values.get(key) is not None), None)
    if isinstance(value, str):
        return tuple(_SCHEMA_NAME.findall(value)) if laravel >= _SEARCH_PATH_SINCE else (value,)
    names = value.values if isinstance(value, Listing) else ()
    return tuple(name.strip("'\"") for name in names if isinstance(name, str))


def home_of(setting: Setting, laravel: int, otherwise: str) -> str:
    """The schema unqualified names mean on this connection; `public` is what every server begins with anyway."""
    first = next(iter(schemas_of(setting, laravel)), "")
    return first if first not in ("", PUBLIC, "$user") else otherwise


def hosts_of(setting: Setting) -> tuple[str, ...]:
    """The hosts it may connect to: Laravel takes any of several."""
    value = setting.values.get("host")
    hosts = value.values if isinstance(value, Listing) else (value,)
    return tuple(host.strip("[]") for host in hosts if isinstance(host, str) and host)


def url_of(setting: Setting, folder: Path, laravel: int) -> tuple[URL | None, str]:
    """The URL, or why there is none, without any of its values."""
    if setting.why:
        return None, setting.why
    driver = setting.driver
    unknown = setting.unknown("driver", "host", "port", "database", "username", "password", "unix_socket")
    if unknown:
        return None, unknown
    if driver not in _BACKENDS:
        return None, f"its driver is {driver or 'not named'}, which Halfway does not read"
    if driver == "sqlite":
        return _sqlite(setting, folder)
    port = setting.text("connect_via_port") or setting.text("port")
    if port and not port.isdecimal():
        return None, "its port is no number"
    return (_postgres(setting, port, laravel) if driver == "pgsql" else _mysql(setting, port)), ""


def _made(setting: Setting, host: str | None, port: str, query: Mapping[str, str | tuple[str, ...]]) -> URL:
    database = setting.text("connect_via_database") or setting.text("database")
    return URL.create(
        _BACKENDS[setting.driver],
        setting.text("username") or None,
        setting.text("password") or None,
        host,
        int(port) if port else None,
        database or None,
        query,
    )


def _sqlite(setting: Setting, folder: Path) -> tuple[URL | None, str]:
    database = setting.text("database")
    if not database or ":memory:" in database or "mode=memory" in database:
        return None, "its database is in memory"
    return URL.create("sqlite", database=str(folder / database.removeprefix("{base}/"))), ""


def _postgres(setting: Setting, port: str, laravel: int) -> URL:
    query: dict[str, str | tuple[str, ...]] = {key: text for key in _TLS if (text := setting.text(key))}
    path = schemas_of(setting, laravel)
    if path not in ((), (PUBLIC,)):
        # a pooler may refuse options, so what is the default anyway is not asked for
        query["options"] = "-csearch_path=" + ",".join(map(_quoted, path))
    hosts = hosts_of(setting)
    if len(hosts) > 1:
        several = {"host": hosts, "port": (port or "5432",) * len(hosts)}
        return _made(setting, None, "", {**query, **several})
    return _made(setting, hosts[0] if hosts else None, port, query)


def _quoted(name: str) -> str:
    """A name of the search path, as it stands in start-up options."""
    text = '"' + name.replace('"', '""') + '"'
    return text.replace("\\", "\\\\").replace(" ", "\\ ")


def _mysql(setting: Setting, port: str) -> URL:
    socket = setting.text("unix_socket")
    if socket:
        return _made(setting, None, "", {"unix_socket": socket})
    hosts = hosts_of(setting)
    return _made(setting, hosts[0] if hosts else None, port, {})


def same_database(one: Setting, other: Setting) -> bool:
    """Whether two connections lead to one database; users may differ, the first schema may not."""
    if one.driver != other.driver or one.why or other.why:
        return False
    keys = ("port", "database", "unix_socket", "host")
    if one.unknown(*keys) or other.unknown(*keys):
        return False
    return list(_identity(one)) == list(_identity(other))


def _identity(setting: Setting) -> Iterator[object]:
    yield tuple(sorted(hosts_of(setting)))
    yield setting.text("port") or {"pgsql": "5432"}.get(setting.driver, "3306")
    yield setting.text("database")
    yield setting.text("unix_socket")
    yield schemas_of(setting, _SEARCH_PATH_SINCE)[:1] or (PUBLIC,)
