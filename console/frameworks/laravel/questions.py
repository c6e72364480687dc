"""What the reading of one file asks its project, as questions that can be asked again: only then is it still so."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from console.core.kept import Ask
from console.readers.php.draft import Connection
from console.readers.php.lookup import Lookup
from console.readers.php.values import Value


class Asking:
    """A `Lookup` that asks in words."""

    def __init__(self, ask: Ask) -> None:
        """`ask` answers, and may keep what was asked."""
        self._ask = ask

    def config(self, key: str) -> Value:
        """As Lookup says."""
        return cast("Value", self._ask("config", key))

    def env(self, key: str) -> Value:
        """The same."""
        return cast("Value", self._ask("env", key))

    def class_source(self, name: str) -> str | None:
        """The same."""
        return cast("str | None", self._ask("class", name))

    def connection(self, name: str) -> Connection | None:
        """The same."""
        return cast("Connection | None", self._ask("connection", name))

    def same_database(self, name: str) -> bool:
        """The same."""
        return bool(self._ask("same database", name))

    def text_of(self, inside: str) -> str | None:
        """Another file of the project."""
        return cast("str | None", self._ask("file", inside))


def answering(lookup: Lookup, text_of: Callable[[str], str | None]) -> Ask:
    """Who answers; each question once."""
    ways: dict[str, Callable[[str], object]] = {
        "config": lookup.config,
        "env": lookup.env,
        "class": lookup.class_source,
        "connection": lookup.connection,
        "same database": lookup.same_database,
        "file": text_of,
    }
    known: dict[tuple[str, str], object] = {}

    def ask(question: str, about: str) -> object:
        if (question, about) not in known:
            known[question, about] = ways[question](about)
        return known[question, about]

    return ask
