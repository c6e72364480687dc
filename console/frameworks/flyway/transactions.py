"""Does Flyway run a file in a transaction? Its own list of statements decides, not what the server would allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from console.core.forms import Form
from console.core.kept import kept
from console.core.lexer import TokenKind, tokens
from console.core.statements import split

_OUTSIDE = re.compile(
    r"(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)\b"
    r"|ALTER SYSTEM\b"
    r"|(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\b"
    r"|REINDEX( VERBOSE)? (SCHEMA|DATABASE|SYSTEM)\b"
    r"|VACUUM\b"
    r"|DISCARD ALL\b"
    r"|PRAGMA FOREIGN_KEYS\b"
)
_MOST_WORDS = 10
REFUSED = "Flyway refuses it unless mixed=true: some of its statements run in a transaction and some cannot"


@dataclass(frozen=True, slots=True)
class Way:
    """How a file is run."""

    transactional: bool
    note: str = ""


_KEPT = Form(Way)


@lru_cache(maxsize=8192)
def way_of(text: str, dialect: str, mixed: bool, in_transaction: bool, own: bool | None) -> Way:
    """`own` is the file's .conf, which beats everything; `mixed` and `in_transaction` are the project's settings."""
    return kept(_KEPT, _way_of, text, dialect, mixed, in_transaction, own)


def _way_of(text: str, dialect: str, mixed: bool, in_transaction: bool, own: bool | None) -> Way:
    if dialect in {"mysql", "mariadb"}:
        return Way(False)
    if own is not None:
        return Way(own)
    if not in_transaction:
        return Way(False)
    kinds = {outside(piece.text, dialect) for piece in split(text, dialect)} - {None}
    if True not in kinds:
        return Way(True)
    if False in kinds and not mixed:
        return Way(False, REFUSED)
    return Way(False)


def outside(sql: str, dialect: str) -> bool | None:
    """Whether Flyway keeps a statement out of transactions; None when there is no statement."""
    words: list[str] = []
    for token in tokens(sql, dialect):
        if token.silent or token.text == ";":
            continue
        if token.kind is TokenKind.WORD:
            words.append(token.text.upper())
        elif not words:
            words.append(token.text)
        if len(words) >= _MOST_WORDS:
            break
    return bool(_OUTSIDE.match(" ".join(words))) if words else None
