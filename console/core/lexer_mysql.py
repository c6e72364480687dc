"""How MySQL and MariaDB read text, for the lexer: quotes, comments that are executed, and the client's DELIMITER.

What stands in `/*! ... */` is executed, unless its version says that it is for another server; so its two ends are
marks and what is between them is read like the rest. The client's DELIMITER line changes what ends a statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from console.core.lexer_token import Token, TokenKind

# As in lexer.py: letters are all but ASCII's others.
_WORD = r"[^\x00-#%-@\[-^`{-\x7f][^\x00-#%-/:-@\[-^`{-\x7f]*"
_STRING = r"'(?:[^'\\]+|\\.|'')*+'|\"(?:[^\"\\]+|\\.|\"\")*+\""

PATTERN = re.compile(
    rf"""
    (?P<BLANK>[ \t\r\n\f\v\ufeff\0]+)
  | (?P<COMMENT>\#[^\n]*|--(?=[\0-\x20\x7f]|\Z)[^\n]*|/\*)
  | (?P<STRING>[bBxX]'[^']*'|[nN]?(?:{_STRING}))
  | (?P<QUOTED>`(?:[^`]+|``)*+`)
  | (?P<PARAMETER>@@?(?:`[^`]*`|'[^']*'|"[^"]*"|[\w$.]+)?)
  | (?P<UNTERMINATED>[bBxXnN]?['"`].*)
  | (?P<NUMBER>0x[0-9a-fA-F]+(?![\w$])|0b[01]+(?![\w$])
      |(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w$]))
  | (?P<WORD>{_WORD}|[0-9]+{_WORD})
  | (?P<OPERATOR><=>|->>|->|:=|<=|>=|<>|!=|<<|>>|&&|\|\||[-+*/%<>=!~^&|(),.;:?\[\]{{}}])
  | (?P<OTHER>.)
    """,
    re.VERBOSE | re.DOTALL,
)

EXECUTABLE = re.compile(r"/\*(M?)!([0-9]{5,6})?")
DELIMITER_LINE = re.compile(r"delimiter[ \t]+(\S+)[^\n]*", re.IGNORECASE)
_LOOSE = frozenset({"WORD", "NUMBER", "PARAMETER", "OPERATOR"})
_FOREVER = 100_000
"""From here on a version in `/*!` is one of MariaDB's."""
_NEVER = 999_999
"""No server is that new: mariadb-dump opens its files with such a comment, for its own client."""


def _runs_on_mysql(mark: str, version: int) -> bool:
    """Whether MySQL executes what stands behind `/*!version`; how new the server is, is not known here."""
    return not mark and version < _FOREVER


def _runs_on_mariadb(mark: str, version: int) -> bool:
    """MariaDB leaves out what is meant for MySQL 5.7 and newer."""
    return version != _NEVER and (bool(mark) or not 50_700 <= version < _FOREVER)


_ESCAPED = re.compile(r"\\(.)|''|\"\"", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a", "%": "\\%", "_": "\\_"}


def text_of(written: str) -> str:
    """What a string constant holds."""
    head, quote, body = written[:1], written[0], written[1:-1]
    if head in "nN":
        quote, body = written[1], written[2:-1]
    elif head in "bBxX":
        return written[2:-1]
    doubled = quote * 2

    def plain(match: re.Match[str]) -> str:
        letter = match.group(1)
        if letter is not None:
            return _LETTERS.get(letter, letter)
        return quote if match.group() == doubled else match.group()

    return _ESCAPED.sub(plain, body)


def name_of(written: str) -> str:
    """The name an identifier means, in its own case."""
    return written[1:-1].replace("``", "`") if written[:1] == "`" else written


@dataclass(frozen=True, slots=True)
class MyToken(Token):
    """A token of MySQL: names keep their case, a backslash escapes in every string."""

    @property
    def folded(self) -> str:
        """The name an identifier means, in its own case."""
        return name_of(self.text)

    @property
    def value(self) -> str:
        """What a string constant holds."""
        return text_of(self.text)


def scan_mysql(text: str) -> Iterator[Token]:
    """The tokens of a text for MySQL."""
    return _Scanner(text, _runs_on_mysql).run()


def scan_mariadb(text: str) -> Iterator[Token]:
    """The tokens of a text for MariaDB."""
    return _Scanner(text, _runs_on_mariadb).run()


class _Scanner:
    """Reads from left to right, knowing whether it is inside an executable comment and what ends a statement."""

    def __init__(self, text: str, runs: Callable[[str, int], bool]) -> None:
        self.text = text
        self.runs = runs
        self.position = 0
        self.delimiter = ""
        """'' while it is the semicolon."""
        self.fresh = True
        """No statement has begun."""
        self.executable = 0

    def run(self) -> Iterator[Token]:
        line = 1
        while self.position < len(self.text):
            kind, end = self.next()
            token = MyToken(kind, self.text[self.position : end], self.position, end, line)
            self.saw(token)
            yield token
            line += token.text.count("\n")
            self.position = end

    def saw(self, token: Token) -> None:
        if token.kind is TokenKind.DELIMITER or token.text == ";":
            self.fresh = True
        elif not token.silent and token.kind is not TokenKind.META:
            self.fresh = False

    def next(self) -> tuple[TokenKind, int]:
        """Kind and end of the token that begins here."""
        at = self.position
        if self.delimiter and self.text.startswith(self.delimiter, at):
            return TokenKind.DELIMITER, at + len(self.delimiter)
        if self.executable and self.text.startswith("*/", at):
            self.executable -= 1
            return TokenKind.MARK, at + 2
        match = PATTERN.match(self.text, at)
        if match is None or match.lastgroup is None:
            return TokenKind.OTHER, at + 1
        kind = TokenKind[match.lastgroup]
        if match.group() == "/*":
            return self.comment()
        if kind is TokenKind.WORD and self.fresh and (line := self.delimiter_line()):
            return TokenKind.META, line
        return kind, self.shortened(match)

    def shortened(self, match: re.Match[str]) -> int:
        """The end of a token; a delimiter may begin inside what reads as one word (`END$$`)."""
        inside = match.group().find(self.delimiter, 1) if self.delimiter and match.lastgroup in _LOOSE else -1
        return match.start() + inside if inside > 0 else match.end()

    def delimiter_line(self) -> int:
        """The end of a DELIMITER line that begins here, 0 when none does."""
        begin = self.text.rfind("\n", 0, self.position) + 1
        match = DELIMITER_LINE.match(self.text, self.position)
        if match is None or self.text[begin : self.position].strip():
            return 0
        self.delimiter = "" if match.group(1) == ";" else match.group(1)
        return match.end()

    def comment(self) -> tuple[TokenKind, int]:
        at = self.position
        mark = EXECUTABLE.match(self.text, at)
        if mark and self.runs(mark.group(1), int(mark.group(2) or 0)):
            self.executable += 1
            return TokenKind.MARK, mark.end()
        end = self.text.find("*/", at + 2)
        return (TokenKind.COMMENT, end + 2) if end >= 0 else (TokenKind.UNTERMINATED, len(self.text))
