"""A connection of those who play in a drill: the same few verbs on every server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

Row = tuple[Any, ...]


class Refused(Exception):
    """The server, or the way to it, said no."""

    def __init__(self, code: str, text: str) -> None:
        """`code` is PostgreSQL's SQLSTATE or MySQL's number."""
        super().__init__(text)
        self.code = code


class Session(ABC):
    """One connection; every statement commits by itself unless a transaction was begun."""

    def __enter__(self) -> Self:
        """Connected."""
        return self

    def __exit__(self, *_: object) -> None:
        """The connection ends."""
        self.close()

    @abstractmethod
    def run(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of one statement, none for one that gives none. Refused."""

    @abstractmethod
    def read_slowly(self, sql: str) -> None:
        """Take the first row of a query and leave the others on their way."""

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    def number(self, sql: str, values: Sequence[object] = ()) -> int:
        """The one number that a query gives."""
        return int(self.run(sql, values)[0][0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in it or nothing, as far as the server can."""
        self.run("BEGIN")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK")
            raise
        self.run("COMMIT")
