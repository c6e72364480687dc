"""`config('a.b.c')` of a Laravel project: the cached configuration when there is one, else config/*.php; never run.

A package's own file fills in what the project did not publish, and from Laravel 11 on the framework fills in database
connections that config/database.php leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from console.core.faults import ProjectFault
from console.frameworks.laravel.environment import Environment
from console.frameworks.laravel.packages import Autoload, Package
from console.readers.php.configuration import read_config
from console.readers.php.values import Listing, Unknown, Value
from console.readers.settings import read_text

CACHE = "bootstrap/cache/config.php"
_FILLED_IN_SINCE = 11
_DATABASE = """<?php return [
    'default' => env('DB_CONNECTION', 'sqlite'),
    'connections' => [
        'sqlite' => ['driver' => 'sqlite', 'url' => env('DB_URL'),
            'database' => env('DB_DATABASE', database_path('database.sqlite')), 'prefix' => ''],
        'mysql' => ['driver' => 'mysql', 'unix_socket' => env('DB_SOCKET', ''), 'port' => env('DB_PORT', '3306'),
            'charset' => env('DB_CHARSET', 'utf8mb4'), 'collation' => env('DB_COLLATION', 'utf8mb4_unicode_ci'), %s],
        'mariadb' => ['driver' => 'mariadb', 'unix_socket' => env('DB_SOCKET', ''), 'port' => env('DB_PORT', '3306'),
            'charset' => env('DB_CHARSET', 'utf8mb4'), 'collation' => env('DB_COLLATION', 'utf8mb4_unicode_ci'), %s],
        'pgsql' => ['driver' => 'pgsql', 'port' => env('DB_PORT', '5432'), 'charset' => env('DB_CHARSET', 'utf8'),
            'search_path' => 'public', 'sslmode' => 'prefer', %s],
        'sqlsrv' => ['driver' => 'sqlsrv', 'port' => env('DB_PORT', '1433'), %s],
    ],
    'migrations' => ['table' => 'migrations'],
];"""
_SERVER = """'url' => env('DB_URL'), 'host' => env('DB_HOST', '127.0.0.1'), 'database' => env('DB_DATABASE', 'laravel'),
            'username' => env('DB_USERNAME', 'root'), 'password' => env('DB_PASSWORD', ''),
            'prefix' => '', 'prefix_indexes' => true"""
_FRAMEWORKS_OWN = {
    "database": _DATABASE.replace("%s", _SERVER),
    "app": "<?php return ['env' => env('APP_ENV', 'production')];",
}
"""What Laravel says itself when the project does not; of other files nothing that migrations ask for."""


class Configuration:
    """The configuration of the project in `folder`."""

    def __init__(
        self, folder: Path, environment: Environment, laravel: int, packages: tuple[Package, ...], autoload: Autoload
    ) -> None:
        """Nothing is read before it is asked for."""
        self._folder = folder
        self._given = environment
        self._fills_in = laravel >= _FILLED_IN_SINCE
        self._packages = packages
        self._autoload = autoload
        self._files: dict[str, Value] = {}
        self.problems: list[str] = []
        """Files that could not be read, one sentence each."""
        self.assumed: dict[str, None] = {}
        """Variables that are not known here, so that the configuration has its own default instead."""

    @cached_property
    def cache(self) -> Value:
        """The cached configuration; None: there is none, so the files count."""
        text = self._text(self._folder / (self._given.text("APP_CONFIG_CACHE") or CACHE))
        return None if text is None else self._read(text)

    @property
    def origin(self) -> str:
        """What the configuration was read from."""
        if self.cache is not None:
            return CACHE
        return "config/database.php" if (self._folder / "config/database.php").is_file() else "Laravel's own defaults"

    @cached_property
    def environment(self) -> Environment:
        """What env() sees in a migration."""
        return self._given if self.cache is None else self._given.cached()

    def get(self, key: str) -> Value:
        """The value of a dotted key; Unknown when it is not known, None when it is null."""
        name, *rest = key.split(".")
        if self.cache is not None:
            return _walk(self.cache, [name, *rest], certain=True)
        found = self._file(name)
        for at in range(1, len(rest)):
            if isinstance(found, Unknown) and (self._folder / "config" / Path(name, *rest[:at])).is_dir():
                found, rest = self._file("/".join([name, *rest[:at]])), rest[at:]
        return _walk(found, rest, certain=False)

    def _file(self, name: str) -> Value:
        if name not in self._files:
            self._files[name] = self._merged(name)
        return self._files[name]

    def _merged(self, name: str) -> Value:
        """The project's file above what a package or the framework would fill in."""
        text = self._text(self._folder / "config" / f"{name}.php")
        own = Unknown(f"there is no config/{name}.php") if text is None else self._read(text)
        below = self._filled_in(name)
        if below is None or (isinstance(own, Unknown) and text is not None):
            return own
        if not isinstance(own, Listing):
            return below
        merged = merge(below, own)
        if name == "database" and isinstance(own.get("connections"), Listing):
            return merge(merged, Listing((("connections", _both(below, own, "connections")),)))
        return merged

    def _filled_in(self, name: str) -> Listing | None:
        if name in _FRAMEWORKS_OWN:
            below = self._read(_FRAMEWORKS_OWN[name]) if self._fills_in else None
            return below if isinstance(below, Listing) else None
        found = [self._read(text) for text in self._of_packages(name)]
        return found[0] if len(found) == 1 and isinstance(found[0], Listing) else None

    def _of_packages(self, name: str) -> Iterator[str]:
        """The text of every package's file of that name that its provider merges in."""
        if "/" in name:
            return
        for package in self._packages:
            path = package.folder / "config" / f"{name}.php"
            if package.providers and path.is_file() and any(map(self._merges, package.providers)):
                text = self._text(path)
                if text is not None:
                    yield text

    def _merges(self, provider: str) -> bool:
        path = self._autoload.file_of(provider)
        text = (self._text(path) if path else None) or ""
        return "mergeConfigFrom" in text or "hasConfigFile" in text

    def _text(self, path: Path) -> str | None:
        try:
            return read_text(path)
        except ProjectFault as fault:
            self.problems.append(str(fault))
            return None

    def _read(self, text: str) -> Value:
        return read_config(text, self._variable)

    def _variable(self, name: str) -> Value:
        found = self._given.value(name)
        if isinstance(found, Unknown):
            self.assumed[name] = None
        return found


def _walk(value: Value, path: list[str], *, certain: bool) -> Value:
    """`certain`: what has no entry is null."""
    for name in path:
        if not isinstance(value, Listing):
            break
        keys = dict(value.items)
        key: int | str = int(name) if name.isdecimal() and int(name) in keys else name
        if key not in keys:
            return None if certain else Unknown(f"the configuration has no {'.'.join(path)}")
        value = keys[key]
    else:
        return value
    return value if isinstance(value, Unknown) else None


def merge(below: Listing, above: Listing) -> Listing:
    """`array_merge` of two arrays with names as keys."""
    return Listing(tuple({**dict(below.items), **dict(above.items)}.items()))


def _both(below: Listing, above: Listing, key: str) -> Value:
    inner, outer = below.get(key), above.get(key)
    return merge(inner, outer) if isinstance(inner, Listing) and isinstance(outer, Listing) else outer
