"""A script cut into pieces whose texts, joined, are the script again.

sqlglot must not do this: it cuts compound bodies in the middle and drops what it does not understand. The rule is
psql's own: a semicolon ends a statement unless it stands in a string, a comment, parentheses or the `BEGIN ATOMIC ...
END` body of a function or procedure.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.core.lexer import Token, TokenKind, tokens
from console.core.statements.mysql.splitting import Bodies
from console.core.statements.sqlite.splitting import Triggers


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement with everything around it: blanks and comments before, its semicolon and inline data behind."""

    text: str
    start: int
    """Offset of its first character in the script."""
    line: int
    """1-based line of its first character."""


def split(text: str, dialect: str = "postgres") -> tuple[Piece, ...]:
    """The pieces of a script."""
    return tuple(Piece(text[p[0].start : p[-1].end], p[0].start, p[0].line) for p in pieces(text, dialect))


def pieces(text: str, dialect: str = "postgres") -> list[tuple[Token, ...]]:
    """The tokens of each piece."""
    found: list[tuple[Token, ...]] = []
    current: list[Token] = []
    depth = _ENDS.get(dialect, _Depth)()
    for token in tokens(text, dialect):
        if token.kind is TokenKind.COPY_DATA and not current and found:
            found[-1] = (*found[-1], token)
            continue
        if token.kind is TokenKind.META and not any(not t.silent for t in current):
            found.append((*current, token))
            current = []
            depth.ends_with(token)
            continue
        current.append(token)
        if depth.ends_with(token):
            found.append(tuple(current))
            current = []
    if current:
        found.append(tuple(current))
    return found


class _Depth:
    """How deep in parentheses and in the body of a SQL function the reading is."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new statement."""
        self.parentheses = 0
        self.body = 0
        self.first: list[str] = []

    def ends_with(self, token: Token) -> bool:
        """Whether the piece ends with this token."""
        word = token.word
        if word in ("(", ")"):
            self.parentheses = max(self.parentheses + (1 if word == "(" else -1), 0)
        elif word == ";":
            ends = not self.parentheses and not self.body
            if ends:
                self.begin()
            return ends
        elif token.kind is TokenKind.WORD:
            self._keyword(word)
        return False

    def _keyword(self, word: str) -> None:
        if len(self.first) < 4:
            self.first.append(word)
        elif self._makes_routine() and not self.parentheses:
            if word == "BEGIN" or (self.body and word == "CASE"):
                self.body += 1
            elif self.body and word == "END":
                self.body -= 1

    def _makes_routine(self) -> bool:
        made = self.first[3] if self.first[1:3] == ["OR", "REPLACE"] else self.first[1]
        return self.first[0] == "CREATE" and made in ("FUNCTION", "PROCEDURE")


_ENDS: dict[str, type[Bodies | Triggers]] = {"mysql": Bodies, "mariadb": Bodies, "sqlite": Triggers}
"""Who knows where a statement ends, for servers with bodies of their own."""
