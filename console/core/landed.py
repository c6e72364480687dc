"""Which statements landed: the heart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.core.statements import Statement


class Verdict(StrEnum):
    """DESIGN 2; the value is the word in JSON."""

    LANDED = "landed"
    NOT_LANDED = "not_landed"
    PARTIAL = "partial"
    UNKNOWABLE = "unknowable"

    @property
    def word(self) -> str:
        """The word on screen: `NOT LANDED`; UNKNOWABLE is `CANNOT TELL`."""
        return "CANNOT TELL" if self is Verdict.UNKNOWABLE else self.value.replace("_", " ").upper()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict of one statement and what supports it."""

    statement: Statement
    verdict: Verdict
    evidence: str
    """One sentence."""
    inferred: bool = False
    """Only the order of statements supports it."""
    wants: str = ""
    """For a partial one: what the statement asks for, in the server's words."""
    has: str = ""
    """For a partial one: what is there instead."""
    remaining_rows: int | None = None
    waiting: str = ""
    """Session id that is waiting to run, or running, this statement right now."""
