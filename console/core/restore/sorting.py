"""Which statements of a dump are sent to the scratch database: tables, their keys and their rows, and nothing else.

What is not on the list is left out, whatever it is. What only a hostile file holds makes the whole dump refused. No
code of a dump is ever sent: no function, trigger, view, event, rule or policy, so none of it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.core.lexer import Token, TokenKind


class Fate(StrEnum):
    """What becomes of a statement."""

    SEND = "send"
    COPY = "copy"
    QUIET = "quiet"
    """Left out, and nobody misses it: owners, grants, comments, settings."""
    LEFT_OUT = "left out"
    """Left out, and said."""
    REFUSED = "refused"
    """The whole dump is refused for it."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """What becomes of one statement."""

    fate: Fate
    what: str = ""
    """Left out: what it is, in a word or two. Refused: why, one sentence without a full stop."""


SEND = Sorted(Fate.SEND)
QUIET = Sorted(Fate.QUIET)
_CONSTANT = frozenset({TokenKind.STRING, TokenKind.NUMBER})
_BETWEEN = frozenset({",", "(", ")", "-", "+", ";", "::", "[", "]"})
_CONSTANT_WORDS = frozenset({"NULL", "TRUE", "FALSE", "DEFAULT"})


def left_out(what: str) -> Sorted:
    """It is said."""
    return Sorted(Fate.LEFT_OUT, what)


def refused(why: str) -> Sorted:
    """Nothing of the dump is loaded."""
    return Sorted(Fate.REFUSED, why)


def words_of(tokens: Sequence[Token]) -> list[str]:
    """Keywords and operators in upper case; names and constants as ''."""
    return [token.word for token in tokens]


def constant_rows(tokens: Sequence[Token], is_constant_word: Callable[[str], bool]) -> bool:
    """INSERT INTO a name, perhaps columns, VALUES and constants: nothing in it is called, read or selected."""
    words = words_of(tokens)
    if "VALUES" not in words:
        return False
    at = words.index("VALUES")
    head = [t for t in tokens[:at] if t.kind not in (TokenKind.WORD, TokenKind.QUOTED) and t.text not in ",()."]
    row = (t.kind in _CONSTANT or t.text in _BETWEEN or t.word in _CONSTANT_WORDS or is_constant_word(t.text)
           for t in tokens[at + 1 :])  # fmt: skip
    return not head and "SELECT" not in words and all(row)


def made(words: Sequence[str], kinds: Sequence[str]) -> str:
    """Which of these a CREATE, ALTER or DROP is about, in its own words; '' for none of them."""
    return next((word for word in words[1:8] if word in kinds), "")
