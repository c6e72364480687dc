"""The question whose answer 0 means that an UPDATE or DELETE of MySQL has nothing left to do.

The same as for PostgreSQL, with what is different here: OR may be written `||`, strings compare without case and
accents and as numbers, and IGNORE, ORDER BY and LIMIT leave rows behind.
"""

from __future__ import annotations

from console.core.lexer import TokenKind
from console.core.statements.cursor import Cursor
from console.core.statements.probe import data_probe as plain_probe
from console.core.statements.statement import DataProbe

_LEAVE_ROWS = frozenset("IGNORE LIMIT ORDER || XOR && JOIN REGEXP RLIKE PARTITION LOW_PRIORITY QUICK".split())


def data_probe(cursor: Cursor, verb: str) -> DataProbe | None:
    """The question for this statement; None where there is none that proves anything."""
    if any(token.word in _LEAVE_ROWS or token.kind is TokenKind.PARAMETER for token in cursor.found):
        return None
    strings = [token.value.strip() for token in cursor.found if token.kind is TokenKind.STRING]
    numbers = [text for text in strings if text[:1] in tuple("0123456789+-.")]
    accents = len(strings) > 1 and not all(text.isascii() for text in strings)
    if accents or len(numbers) > 1:
        return None
    return plain_probe(cursor, verb)
