"""What a migration file takes from the rest of its project: configuration, environment, classes, connections."""

from __future__ import annotations

from typing import Protocol

from console.readers.php.draft import Connection
from console.readers.php.values import Unknown, Value


class Lookup(Protocol):
    """The project as far as it can be read; a framework implements it."""

    def config(self, key: str) -> Value:
        """`config('a.b')`; Unknown when it is not known or missing (a package may fill it in), None when it is null."""

    def env(self, key: str) -> Value:
        """`env('A')`; None when it is known not to be set, Unknown when that is not known."""

    def class_source(self, name: str) -> str | None:
        """The text of the file that holds a class of the project, by its full name."""

    def connection(self, name: str) -> Connection | None:
        """The connection of a name."""

    def same_database(self, name: str) -> bool:
        """Whether that connection leads to the database looked at."""


class NoLookup:
    """A file without a project."""

    def config(self, key: str) -> Value:
        """Nothing is known."""
        return Unknown(f"config('{key}') is not known")

    def env(self, key: str) -> Value:
        """Nothing is known."""
        return Unknown(f"env('{key}') is not known")

    def class_source(self, name: str) -> str | None:
        """Nothing is known."""
        return None

    def connection(self, name: str) -> Connection | None:
        """Nothing is known."""
        return None

    def same_database(self, name: str) -> bool:
        """A name is only written down to mean another one."""
        return False
