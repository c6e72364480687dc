"""A place in the tokens of one statement of SQLite: names without case, texts in canonical spelling."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.lexer_sqlite import folded, name_of
from console.core.schema import Kind, Ref
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.sqlite import spelled, spelled_type

_NAMES = (TokenKind.WORD, TokenKind.QUOTED, TokenKind.STRING)
_NO_TYPE = frozenset(
    "CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES GENERATED AS DEFERRABLE ON".split()
)


def address(kind: Kind, schema: str, table: str, written: str) -> Ref:
    """The address of what is called `written`: no name has a case here, not even that of a table."""
    name = folded(written)
    return Ref(kind, folded(schema), folded(table), name, written if written != name else "")


class LiteCursor(Cursor):
    """Significant tokens, and the position in them."""

    @classmethod
    def at_start(cls, text: str, home: str) -> Self:
        """At the beginning of `text`."""
        return cls(text, significant(tokens(text, "sqlite")), home)

    def written(self) -> str:
        """An identifier, or the string that may stand for one, in its own case."""
        token = self.step()
        if token.kind not in _NAMES:
            raise Unreadable
        return name_of(token.text)

    def name(self) -> str:
        """The same, folded."""
        return folded(self.written())

    def ref(self, kind: Kind) -> Ref:
        """A possibly qualified name."""
        first = self.written()
        if self.accept("."):
            return address(kind, first, "", self.written())
        return address(kind, self.home, "", first)

    def type(self) -> str:
        """The words of a type, of which there may be none."""
        start = self.at
        while self.token is not None and self.token.kind in _NAMES and self.word() not in _NO_TYPE:
            self.at += 1
        if self.at > start and self.word() == "(":
            self.skip_group()
        return spelled_type(self.found[start : self.at])

    def said(self, start: int, end: int | None = None) -> str:
        """The canonical text of tokens `start` up to here."""
        return spelled(self.found[start : self.at if end is None else end])

    def everything(self) -> str:
        """The canonical text of everything left, stepped over."""
        start, self.at = self.at, len(self.found)
        return self.said(start)

    def grouped(self) -> str:
        """The canonical text inside the parentheses that come next."""
        text = self.group().everything()
        if not text:
            raise Unreadable
        return text

    def up_to(self, stops: Collection[str]) -> str:
        """The canonical text up to a top-level word of `stops`."""
        start = self.at
        self.until(stops)
        return self.said(start)

    def if_not_exists(self) -> bool:
        """IF NOT EXISTS, stepped over."""
        return self.accept("IF", "NOT", "EXISTS")

    def if_exists(self) -> bool:
        """IF EXISTS, stepped over."""
        return self.accept("IF", "EXISTS")


def behind_conflict(cursor: LiteCursor) -> None:
    """ON CONFLICT x, stepped over: it says what happens to rows, not what they must be."""
    if cursor.accept("ON", "CONFLICT"):
        cursor.step()


def plain_token(token: Token | None) -> bool:
    """Whether it may be the name of a column."""
    return token is not None and token.kind in _NAMES
