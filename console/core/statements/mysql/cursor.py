"""A place in the tokens of one statement of MySQL or MariaDB: names in their own case, types with their attributes."""

from __future__ import annotations

from typing import Self

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.schema import Kind, Ref, uncased
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.mysql import TypeRead, read_type


class MyCursor(Cursor):
    """Significant tokens, the position in them, and which of the two servers is meant."""

    def __init__(self, text: str, found: tuple[Token, ...], home: str = "", dialect: str = "mysql") -> None:
        super().__init__(text, found, home)
        self.dialect = dialect

    @classmethod
    def at_start(cls, text: str, home: str, dialect: str) -> Self:
        """At the beginning of `text`."""
        return cls(text, significant(tokens(text, dialect)), home, dialect)

    def within(self, found: tuple[Token, ...]) -> Self:
        """A cursor of the same sort over some of the tokens."""
        return type(self)(self.text, found, self.home, self.dialect)

    def kind_of_type(self) -> TypeRead:
        """A type, stepped over."""
        try:
            read = read_type(self.found, self.at, self.dialect)
        except ValueError:
            raise Unreadable from None
        self.at = read.end
        return read

    def table(self) -> Ref:
        """The name of a table, perhaps with its database."""
        return self.ref(Kind.TABLE)

    def code(self, kind: Kind) -> Ref:
        """The name of a routine or event, which has no case."""
        return uncased(self.ref(kind))

    def part(self, kind: Kind, table: Ref) -> Ref:
        """The name of a part of `table`."""
        return part_of(kind, table, self.name())

    def text_value(self) -> str:
        """A string, whose parts may follow each other."""
        value = self.string()
        while self.token is not None and self.token.kind is TokenKind.STRING:
            value += self.string()
        return value

    def word_value(self) -> str:
        """A name, a number or a string behind an option, as text."""
        token = self.step()
        return token.value if token.kind is TokenKind.STRING else token.folded

    def if_not_exists(self) -> bool:
        """IF NOT EXISTS, stepped over."""
        return self.accept("IF", "NOT", "EXISTS")

    def if_exists(self) -> bool:
        """IF EXISTS, stepped over."""
        return self.accept("IF", "EXISTS")

    def lower_names(self) -> tuple[str, ...]:
        """`(a, b)`: names of columns."""
        found = tuple(name.lower() for name in self.names())
        if not found:
            raise Unreadable
        return found


def part_of(kind: Kind, table: Ref, name: str) -> Ref:
    """The address of a column, index or constraint of `table`."""
    return uncased(Ref(kind, table.schema, table.name, name))
