"""What a token of SQL is, and what the names and constants of PostgreSQL mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

NAME_BYTES = 63
"""PostgreSQL cuts identifiers after this many bytes (NAMEDATALEN - 1)."""


class TokenKind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted identifier"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    COMMENT = "comment"
    BLANK = "blank"
    PARAMETER = "parameter"
    META = "psql line"
    """A line for the client: `\\i more.sql`, `DELIMITER //`."""
    COPY_DATA = "copy data"
    MARK = "end of an executable comment"
    """`/*!80000` or its `*/`: silent, but what stands between them is executed."""
    DELIMITER = "delimiter"
    """What ends a statement after a DELIMITER line."""
    UNTERMINATED = "unterminated"
    OTHER = "other"


_SILENT = frozenset({TokenKind.BLANK, TokenKind.COMMENT, TokenKind.MARK})
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is `source[start:end]`."""

    kind: TokenKind
    text: str
    start: int
    end: int
    line: int
    """1-based line of its first character."""

    @property
    def silent(self) -> bool:
        """Blanks and comments mean nothing."""
        return self.kind in _SILENT

    @property
    def folded(self) -> str:
        """The name an identifier means: lower case unless quoted, cut as the server cuts it."""
        if self.kind is TokenKind.QUOTED:
            return _truncated(_unquoted(self.text))
        return _truncated(self.text.translate(_ASCII_LOWER))

    @property
    def word(self) -> str:
        """Upper-case keyword or the text of an operator; '' for whatever can never be a keyword."""
        if self.kind is TokenKind.WORD:
            return self.text.upper()
        return self.text if self.kind in (TokenKind.OPERATOR, TokenKind.OTHER) else ""

    @property
    def value(self) -> str:
        """What a string constant holds."""
        return string_value(self.text)


def _truncated(name: str) -> str:
    raw = name.encode("utf-8", "surrogatepass")
    return name if len(raw) <= NAME_BYTES else raw[:NAME_BYTES].decode("utf-8", "ignore")


def _unquoted(text: str) -> str:
    if text[:1] in "uU":
        return _unicode_escapes(text[3:-1].replace('""', '"'))
    return text[1:-1].replace('""', '"')


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_UNICODE_ESCAPE = re.compile(r"\\(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4})|(\\))")
_LETTER = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def string_value(text: str) -> str:
    """What a string constant holds, whatever its quoting."""
    if text.startswith("$"):
        edge = text.index("$", 1) + 1
        return text[edge:-edge]
    head, body = text.split("'", 1)
    body = body[:-1].replace("''", "'")
    if head.lower() == "e":
        return _ESCAPE.sub(_unescaped, body)
    return _unicode_escapes(body) if head.lower() == "u&" else body


def _unescaped(match: re.Match[str]) -> str:
    four, eight, hexadecimal, octal, letter = match.groups()
    if letter is not None:
        return _LETTER.get(letter, letter)
    return _character(int(octal, 8) if octal else int(four or eight or hexadecimal, 16), match.group())


def _unicode_escapes(body: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        six, four, backslash = match.groups()
        return "\\" if backslash else _character(int(six or four, 16), match.group())

    return _UNICODE_ESCAPE.sub(replaced, body)


def _character(code: int, written: str) -> str:
    return chr(code) if code < 0x110000 else written
