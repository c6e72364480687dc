"""What a migration file may ask of its project, answered from the project's files."""

from __future__ import annotations

from console.core.faults import ProjectFault
from console.frameworks.laravel.application import Application
from console.frameworks.laravel.connections import names_of, same_database
from console.readers.php.draft import Connection
from console.readers.php.values import Value
from console.readers.settings import read_text
from console.readers.sources.grounds import strays


class ProjectLookup:
    """A project seen from the connection that leads to the database looked at."""

    def __init__(self, application: Application, chosen: str, dialect: str, home: str) -> None:
        """`chosen` is that connection's name."""
        self._application = application
        self._chosen = chosen
        self._dialect = dialect
        self._home = home

    def config(self, key: str) -> Value:
        """The default connection is the one that is looked at, whatever an environment elsewhere says."""
        if key == "database.default" and self._chosen:
            return self._chosen
        return self._application.configuration.get(key)

    def env(self, key: str) -> Value:
        """As a migration sees it: nothing of .env once the configuration is cached."""
        return self._application.configuration.environment.value(key)

    def class_source(self, name: str) -> str | None:
        """The text of the file that holds a class."""
        path = self._application.autoload.file_of(name)
        try:
            return read_text(path) if path is not None and not strays(path, self._application.folder) else None
        except ProjectFault:
            return None

    def connection(self, name: str) -> Connection | None:
        """The connection of that name, when it is configured."""
        if name != self._chosen and name not in names_of(self._application.configuration):
            return None
        home = self._home if self.same_database(name) else "public"
        return self._application.connection(name, self._dialect, home)

    def same_database(self, name: str) -> bool:
        """Whether that connection leads to the database looked at."""
        if name == self._chosen:
            return True
        setting = self._application.setting
        return bool(self._chosen) and same_database(setting(self._chosen), setting(name))
