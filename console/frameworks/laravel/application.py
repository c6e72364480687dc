"""One Laravel project as far as its files tell: version, environment, configuration, packages, providers.

Put together once and kept while none of the files it was made of changes: they are looked at every few seconds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from console.frameworks.laravel.configuration import Configuration
from console.frameworks.laravel.connections import DIALECTS, Setting, default_name, home_of, names_of, setting_of
from console.frameworks.laravel.environment import Environment, environment_of
from console.frameworks.laravel.packages import Autoload, Package, packages_of
from console.frameworks.laravel.providers import Provider, provider_at
from console.frameworks.laravel.versions import Version, version_of
from console.readers.php.draft import Connection
from console.readers.php.values import Listing

_MADE_OF = ("composer.json", "composer.lock", "vendor/composer/installed.json", "bootstrap/cache/config.php",
            "bootstrap/providers.php", "bootstrap/app.php", "modules_statuses.json")  # fmt: skip
_FOLDERS = ("config", "app", "Modules", "src", "domain")
_MOST = 20_000
"""PHP files whose time stamps are looked at."""


@dataclass(frozen=True, eq=False)
class Application:
    """The project in `folder`, started with the variables `environ`."""

    folder: Path
    environ: Mapping[str, str]
    mark: int = 0
    """Another number when one of its files changed."""
    given_version: Version | None = None
    """Known from elsewhere: a lock file that came in a tar."""

    @cached_property
    def version(self) -> Version:
        """Its Laravel."""
        return self.given_version or version_of(self.folder)

    @property
    def laravel(self) -> int:
        """The major version."""
        return self.version.number[0]

    @cached_property
    def environment(self) -> Environment:
        """What env() may see."""
        return environment_of(self.folder, self.environ)

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """What Composer installed."""
        return packages_of(self.folder)

    @cached_property
    def autoload(self) -> Autoload:
        """Where its classes are."""
        return Autoload(self.folder, self.packages)

    @cached_property
    def configuration(self) -> Configuration:
        """What config() gives."""
        return Configuration(self.folder, self.environment, self.laravel, self.packages, self.autoload)

    def setting(self, name: str) -> Setting:
        """The connection of that name."""
        return setting_of(self.configuration, name, self.laravel)

    @cached_property
    def default(self) -> str:
        """The name of the default connection; empty: not known."""
        return default_name(self.configuration)

    def chosen(self, dialect: str) -> str:
        """The connection that leads to a server of that dialect: the default one if it can, else the first one."""
        drivers = DIALECTS.get(dialect, ())
        usable = [name for name in names_of(self.configuration) if self.setting(name).driver in drivers]
        if self.default in usable:
            return self.default
        usable.sort(key=lambda name: drivers.index(self.setting(name).driver))
        return usable[0] if usable else ""

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """The service providers of the project itself."""
        found = (provider_at(path, self.folder) for path in dict.fromkeys(self._provider_files()))
        return tuple(provider for provider in found if provider is not None)

    def _provider_files(self) -> Iterator[Path]:
        yield from sorted((self.folder / "app" / "Providers").rglob("*.php"))[:200]
        named = self.configuration.get("app.providers")
        for name in named.values if isinstance(named, Listing) else ():
            path = self.autoload.file_of(name) if isinstance(name, str) else None
            if path is not None and path.is_relative_to(self.folder) and "vendor" not in path.parts:
                yield path

    def connection(self, name: str, dialect: str, home: str) -> Connection:
        """What of a connection decides the SQL; `dialect` and `home` are those of the server looked at."""
        setting = self.setting(name) if name else Setting("")
        drivers = DIALECTS.get(dialect, ("pgsql",))
        environment = self.configuration.get("app.env")
        made = Connection(
            driver=setting.driver or drivers[0],
            laravel=self.version.number,
            is_mariadb=dialect == "mariadb" or setting.driver == "mariadb",
            database=setting.text("database"),
            prefix=setting.text("prefix"),
            prefix_indexes=setting.flag("prefix_indexes", default=False),
            charset=setting.text("charset"),
            collation=setting.text("collation"),
            engine=setting.text("engine"),
            home=home_of(setting, self.laravel, home) if setting.driver in ("", "pgsql") else home,
            environment=environment if isinstance(environment, str) else "production",
        )
        return self._with_defaults(made)

    def _with_defaults(self, connection: Connection) -> Connection:
        """As the project's providers set the schema builder; the last one wins."""
        for provider in self.providers:
            set_there = provider.defaults
            connection = replace(
                connection,
                string_length=provider.length(connection.string_length, connection.driver),
                time_precision=set_there.get("time_precision", connection.time_precision),
                morph_key=set_there.get("morph_key", connection.morph_key),
                native_changes=set_there.get("native_changes", connection.native_changes),
            )
        return connection


def application_of(folder: Path, environ: Mapping[str, str]) -> Application:
    """The project in `folder`, the one of before when nothing changed."""
    return _application(folder, tuple(sorted(environ.items())), _mark(folder, environ))


@lru_cache(maxsize=16)
def _application(folder: Path, environ: tuple[tuple[str, str], ...], mark: int) -> Application:
    return Application(folder, dict(environ), mark)


def _mark(folder: Path, environ: Mapping[str, str]) -> int:
    names = [*_MADE_OF, ".env", f".env.{environ.get('APP_ENV', '')}"]
    return hash(tuple(_stamp(path) for path in [*(folder / name for name in names), *_php_files(folder)]))


def _php_files(folder: Path) -> Iterator[Path]:
    count = 0
    for name in _FOLDERS:
        for place, folders, files in os.walk(folder / name):
            folders.sort()
            for file in sorted(files):
                if file.endswith(".php"):
                    count += 1
                    yield Path(place, file)
            if count > _MOST:
                return


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), status.st_mtime_ns, status.st_size)
