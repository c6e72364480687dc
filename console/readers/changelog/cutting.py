"""A text of SQL cut into what Liquibase sends of it, at the delimiter that its change names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.statements import split
from console.readers.changelog.node import UnreadError

_LITERAL = re.compile(r"(?:\\[^\w\s]|[^\w\s\\()\[\]{}?*+.|^])+\Z")
_WORD = re.compile(r"(?:\\n|\(\?m\)\^|\^|\s)*(?:\(\?i\))?(?P<word>go|/)(?:\\s\*|\$|\\n|\s)*\Z", re.IGNORECASE)
_GO = re.compile(r"^[ \t]*go[ \t]*$", re.IGNORECASE | re.MULTILINE)
_QUOTED = r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?\*/"


def cut(text: str, dialect: str, *, whole: bool = False, delimiter: str = "") -> Iterator[tuple[str, int]]:
    """Each piece, and how many lines stand before it. UnreadError for a delimiter that is a pattern."""
    if whole:
        yield from _trimmed(text, 0)
    elif delimiter in ("", ";"):
        yield from _by_semicolons(text, dialect)
    else:
        yield from _by(text, _pattern(delimiter))


def _by_semicolons(text: str, dialect: str) -> Iterator[tuple[str, int]]:
    if _GO.search(text):
        raise UnreadError("a line of it is GO, which ends a statement for Liquibase and is not read")
    lines = 0
    for piece in split(text, dialect):
        yield from _trimmed(piece.text, lines)
        lines += piece.text.count("\n")


def _pattern(delimiter: str) -> str:
    if _LITERAL.match(delimiter):
        return re.escape(re.sub(r"\\(.)", r"\1", delimiter))
    word = _WORD.match(delimiter)
    if word is None:
        raise UnreadError(f"its statements end in {delimiter}, which is not read")
    return rf"(?im:^[ \t]*{re.escape(word['word'])}[ \t]*$)"


def _by(text: str, pattern: str) -> Iterator[tuple[str, int]]:
    start = 0
    for match in re.finditer(f"{_QUOTED}|(?P<end>{pattern})", text, re.DOTALL):
        if match["end"] is not None:
            yield from _trimmed(text[start : match.start()], text.count("\n", 0, start))
            start = match.end()
    yield from _trimmed(text[start:], text.count("\n", 0, start))


def _trimmed(text: str, lines: int) -> Iterator[tuple[str, int]]:
    body = text.strip()
    if body:
        yield body, lines + text[: len(text) - len(text.lstrip())].count("\n")
