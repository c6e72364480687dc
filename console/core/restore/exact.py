"""Whether a server reads a statement just as it was read here: what was judged must be what runs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.core.lexer import Token, TokenKind

_OURS_ALONE = frozenset({TokenKind.OTHER, TokenKind.UNTERMINATED, TokenKind.META, TokenKind.DELIMITER})
_FREE = frozenset({TokenKind.STRING, TokenKind.QUOTED})
"""What stands between quotes is read alike, whatever its characters."""
_BEGIN = re.compile(r"/\*M?!([1-9][0-9]{4,5})?")


def misread(tokens: Sequence[Token], dialect: str, version: int) -> str:
    """Why that is not certain, one sentence without a full stop; '' where it is. `tokens`: all that would be sent."""
    if any(token.kind in _OURS_ALONE for token in tokens):
        return "a statement in it holds what is no SQL"
    if any(token.kind is TokenKind.COMMENT for token in tokens):
        return "a comment stands within a statement of it"
    if any(token.text == ";" for token in tokens):
        return "two of its statements are read as one"
    kinds = (TokenKind.BLANK,) if dialect == "postgres" else tuple(set(TokenKind) - _FREE)
    if any(token.kind in kinds and not token.text.isascii() for token in tokens):
        return "a statement in it holds odd characters outside of quotes"
    return _marked([token.text for token in tokens if token.kind is TokenKind.MARK], version)


def _marked(marks: Sequence[str], version: int) -> str:
    """`/*!80000 ... */` is passed over by an older server, up to the first end: one that may stand in a string."""
    begins = [_BEGIN.fullmatch(mark) for mark in marks]
    if len(marks) % 2 or any((begin is None) is (n % 2 == 0) for n, begin in enumerate(begins)):
        return "a conditional part of a statement in it does not begin and end"
    newer = any(int(begin[1] or 0) > version for begin in begins if begin)
    return "a part of a statement in it is for a newer server than the scratch server" if newer else ""
