"""How SQLite reads text, for the lexer: four ways to quote a name, and names that have no case at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.core.lexer_token import Token, TokenKind

# As in lexer.py: letters are all but ASCII's others.
_LETTER = r"[^\x00-@\[-^`{-\x7f]"
_MORE = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
PATTERN = re.compile(
    rf"""
    (?P<BLANK>[ \t\r\n\f\ufeff]+)
  | (?P<COMMENT>--[^\n]*|/\*(?:.*?\*/|.*))
  | (?P<STRING>[xX]?'(?:[^']+|'')*+')
  | (?P<QUOTED>"(?:[^"]+|"")*+"|`(?:[^`]+|``)*+`|\[[^\]]*\])
  | (?P<UNTERMINATED>[xX]?'.*|".*|`.*|\[.*)
  | (?P<PARAMETER>\?[0-9]*|[@:$\#]{_MORE}+(?:::{_MORE}+)*)
  | (?P<WORD>{_LETTER}{_MORE}*)
  | (?P<NUMBER>0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)
  | (?P<OPERATOR>->>|->|\|\||<=|>=|<>|==|!=|<<|>>|[-+*/%<>=~&|(),.;:])
  | (?P<OTHER>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def folded(name: str) -> str:
    """A name as SQLite compares it: only the letters of ASCII have no case."""
    return name.translate(_LOWER)


def name_of(written: str) -> str:
    """The name an identifier means, in its own case; a string may stand where a name is wanted."""
    head = written[:1]
    if head in "\"`'":
        return written[1:-1].replace(head * 2, head)
    return written[1:-1] if head == "[" else written


@dataclass(frozen=True, slots=True)
class LiteToken(Token):
    """A token of SQLite."""

    @property
    def folded(self) -> str:
        """The name an identifier means."""
        return folded(name_of(self.text))

    @property
    def value(self) -> str:
        """What a string constant holds; a blob its digits."""
        return name_of(self.text.lstrip("xX"))


def scan_sqlite(text: str) -> Iterator[Token]:
    """The tokens of a text for SQLite."""
    position, line = 0, 1
    while position < len(text):
        match = PATTERN.match(text, position)
        kind = TokenKind[match.lastgroup] if match and match.lastgroup else TokenKind.OTHER
        end = match.end() if match else position + 1
        token = LiteToken(kind, text[position:end], position, end, line)
        yield token
        line += token.text.count("\n")
        position = end
