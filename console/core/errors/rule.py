"""One row of the tables: codes and words of a refusal, what it means, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from console.core.causes_values import Doubt


class Sort(StrEnum):
    """Of which sort a refusal is."""

    DATA = "data"
    """Rows are in the way."""
    DEFINITION = "definition"
    """What is there, or is not, whatever the rows."""
    LOCK = "lock"
    TIME = "time-out"
    ENDED = "ended"
    """The session, or the server, was ended."""
    LOST = "lost connection"
    SPACE = "no space"
    MEMORY = "no memory"
    READ_ONLY = "read only"
    RIGHTS = "rights"
    WAY = "way it was run"
    """In a transaction, with an algorithm, by a statement that cannot be run so."""
    WRITING = "writing"
    """The SQL itself is wrong."""
    AFTERWARDS = "follows another"
    """Only tells that something failed before."""


@dataclass(frozen=True)
class Rule:
    """One row."""

    codes: tuple[str, ...]
    """SQLSTATEs of PostgreSQL, error numbers of MySQL and MariaDB; () where only words tell."""
    words: str
    """What the server writes, as a pattern; groups name the objects it speaks of."""
    sort: Sort
    means: str
    """One sentence, without a full stop."""
    next: str
    """One sentence."""
    doubt: Doubt | None = None
    """The question that finds the rows behind it."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled once."""
        return re.compile(self.words, re.IGNORECASE)
