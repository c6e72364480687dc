"""The steps over tokens that the expression parser is made of, and how tightly each operator binds."""

from __future__ import annotations

from console.core.expression_tree import NotAnExpression
from console.core.lexer import Token, TokenKind
from console.core.types.postgres import NotAType, read_type

_LEVEL = {"OR": 1, "AND": 2, "IS": 4, "ISNULL": 4, "NOTNULL": 4, "AT": 11, "COLLATE": 12, "[": 14, "::": 15}
_LEVEL |= dict.fromkeys(("<", ">", "=", "<=", ">=", "<>", "!="), 5)
_LEVEL |= dict.fromkeys(("BETWEEN", "IN", "LIKE", "ILIKE", "NOT"), 6)
_LEVEL |= {"+": 8, "-": 8, "*": 9, "/": 9, "%": 9, "^": 10}
NOT, OTHER, UNARY = 3, 7, 13


class Reader:
    """Tokens and the position in them."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self.found = found
        self.at = 0

    def word(self, ahead: int = 0) -> str:
        """Keyword or operator `ahead` tokens from here."""
        place = self.at + ahead
        return self.found[place].word if place < len(self.found) else ""

    def step(self) -> Token:
        """The next token, stepped over."""
        if self.at >= len(self.found):
            raise NotAnExpression
        self.at += 1
        return self.found[self.at - 1]

    def accept(self, *words: str) -> bool:
        """Step over these words if they come next."""
        if any(self.word(ahead) != word for ahead, word in enumerate(words)):
            return False
        self.at += len(words)
        return True

    def expect(self, word: str) -> None:
        """Step over this word, which must come next."""
        if not self.accept(word):
            raise NotAnExpression

    def level(self) -> int | None:
        """How tightly the operator that comes next binds; None when none does."""
        word = self.word()
        if word == "NOT" and self.word(1) not in ("BETWEEN", "IN", "LIKE", "ILIKE"):
            return None
        if word in _LEVEL:
            return _LEVEL[word]
        if word == "OPERATOR" and self.word(1) == "(":
            return OTHER
        is_operator = self.at < len(self.found) and self.found[self.at].kind is TokenKind.OPERATOR
        return OTHER if is_operator and word not in (",", ")", "]", "(", ";", ":", ".", ":=", "..") else None

    def type(self) -> str:
        """A type name, canonical."""
        try:
            name, self.at = read_type(self.found, self.at, "public")
        except NotAType:
            raise NotAnExpression from None
        return name

    def dotted(self) -> list[str]:
        """`a.b.c`, each folded."""
        parts = []
        while True:
            token = self.step()
            if token.kind not in (TokenKind.WORD, TokenKind.QUOTED) and token.text != "*":
                raise NotAnExpression
            parts.append(token.folded)
            if not self.accept("."):
                return parts
