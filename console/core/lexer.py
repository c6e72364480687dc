"""SQL text to tokens, without losing a character.

Everything that reads SQL (the splitter, the grammar, the comparison of expressions) stands on these tokens and cuts
its slices out of the original text, because what a person is shown and what is run must be what the file says. The
lexer is total: any text gives tokens, their texts joined are the text again, and what never ends (a string without
its closing quote) becomes one token of its own kind. What a token is differs per server and is data, keyed by dialect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from console.core.lexer_token import NAME_BYTES, Token, TokenKind, string_value

__all__ = ["NAME_BYTES", "RULES", "Token", "TokenKind", "reading", "significant", "string_value", "tokens"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How one server reads text."""

    pattern: re.Pattern[str]
    """One alternative a token kind; the group names are those of `TokenKind`."""
    nested_comments: bool
    copy_data: bool
    """`COPY ... FROM STDIN;` is followed by rows up to `\\.`."""


# Letters are all but ASCII's others: a set up to U+10FFFF takes re a hundred times as long to compile, 3 ms each.
_IDENTIFIER = r"[^\x00-@\[-^`{-\x7f][^\x00-#%-/:-@\[-^`{-\x7f]*"
_TAG = r"(?:[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*)?"
_OPERATOR_END = r"(?!--|/\*)"

_POSTGRES = Rules(
    pattern=re.compile(
        rf"""
        (?P<BLANK>[ \t\r\n\f\v\ufeff]+)
      | (?P<COMMENT>--[^\r\n]*|/\*)
      | (?P<STRING>[eE]'(?:[^'\\]+|\\.|'')*+'|(?:[bBxXnN]|[uU]&)?'(?:[^']+|'')*+'
          |\$(?P<tag>{_TAG})\$.*?\$(?P=tag)\$)
      | (?P<QUOTED>(?:[uU]&)?"(?:[^"]+|"")*+")
      | (?P<UNTERMINATED>(?:[eEbBxXnN]|[uU]&)?'.*|(?:[uU]&)?".*|\${_TAG}\$.*)
      | (?P<WORD>{_IDENTIFIER})
      | (?P<PARAMETER>\$[0-9]+)
      | (?P<NUMBER>0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+
          |(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)
      | (?P<OPERATOR>::|:=|\.\.|[,()\[\].;:]|(?:{_OPERATOR_END}[-+*/<>=~!@#%^&|`?])+)
      | (?P<OTHER>.)
        """,
        re.VERBOSE | re.DOTALL,
    ),
    nested_comments=True,
    copy_data=True,
)

RULES: dict[str, Rules] = {"postgres": _POSTGRES}
"""One entry a server that one pattern is enough for."""
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_COPY_END = re.compile(r"^\\\.[^\S\n]*(?:\n|\Z)", re.MULTILINE)
_OPERATOR_TAIL = frozenset("~!@#%^&|`?")


def tokens(text: str, dialect: str = "postgres") -> tuple[Token, ...]:
    """All tokens of `text`; their texts joined are `text`."""
    return tuple(reading(text, dialect))


def reading(text: str, dialect: str) -> Iterator[Token]:
    """The same, one after the other: for who needs only the first ones of a long text."""
    scan = _scanner(dialect)
    return scan(text) if scan else _scan(text, RULES[dialect])


@cache
def _scanner(dialect: str) -> Callable[[str], Iterator[Token]] | None:
    """Of a server that reads in a way of its own; its patterns take long to make, so only who needs them does."""
    if dialect in ("mysql", "mariadb"):
        from console.core.lexer_mysql import scan_mariadb, scan_mysql

        return scan_mysql if dialect == "mysql" else scan_mariadb
    if dialect == "sqlite":
        from console.core.lexer_sqlite import scan_sqlite

        return scan_sqlite
    return None


def significant(found: Iterable[Token]) -> tuple[Token, ...]:
    """Those that mean something."""
    return tuple(token for token in found if not token.silent)


def _scan(text: str, rules: Rules) -> Iterator[Token]:
    position, line = 0, 1
    copying = _CopyWatch() if rules.copy_data else None
    while position < len(text):
        kind, end = _next(text, position, rules)
        if copying and copying.data_starts:
            copying.data_starts = False
            data = _COPY_END.search(text, position)
            if data:
                kind, end = TokenKind.COPY_DATA, data.end()
        token = Token(kind, text[position:end], position, end, line)
        yield token
        if copying:
            copying.saw(token)
        line += token.text.count("\n")
        position = end


def _next(text: str, position: int, rules: Rules) -> tuple[TokenKind, int]:
    """Kind and end of the token at `position`."""
    match = rules.pattern.match(text, position)
    if match is None or match.lastgroup is None:
        return TokenKind.OTHER, position + 1
    kind = TokenKind[match.lastgroup]
    if kind is TokenKind.COMMENT and match.group() == "/*":
        return _block_comment(text, position, rules.nested_comments)
    if kind is TokenKind.OPERATOR:
        return kind, position + _operator_length(match.group())
    if match.group() == "\\" and not text[text.rfind("\n", 0, position) + 1 : position].strip():
        newline = text.find("\n", position)
        return TokenKind.META, len(text) if newline < 0 else newline
    return kind, match.end()


def _block_comment(text: str, position: int, nested: bool) -> tuple[TokenKind, int]:
    depth, at = 0, position
    while edge := _COMMENT_EDGE.search(text, at):
        at = edge.end()
        if edge.group() == "/*":
            depth = depth + 1 if nested else 1
        else:
            depth -= 1
            if depth == 0:
                return TokenKind.COMMENT, at
    return TokenKind.UNTERMINATED, len(text)


def _operator_length(text: str) -> int:
    """`=-1` is `=` and `-1`: only operators with an unusual character may end in plus or minus."""
    length = len(text)
    if not _OPERATOR_TAIL & set(text):
        while length > 1 and text[length - 1] in "+-":
            length -= 1
    return length


class _CopyWatch:
    """Notices when the rows of an inline COPY begin: on the line after `COPY ... FROM STDIN ...;`."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.data_starts = False

    def saw(self, token: Token) -> None:
        if token.silent or token.kind in (TokenKind.META, TokenKind.COPY_DATA):
            return
        if token.text != ";":
            # COPY is short; more words cannot be one, and a large script must not be kept here.
            if len(self.words) < 2000:
                self.words.append(token.word)
            return
        reads = self.words[:1] == ["COPY"] and any(
            pair == ("FROM", "STDIN") for pair in zip(self.words, self.words[1:], strict=False)
        )
        self.data_starts = reads
        self.words = []
