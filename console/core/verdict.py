"""What is said of one statement, and what that stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from console.core.schema import Ref, Schema
from console.core.state import Attrs
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
    obstacle: str = ""
    """For one that did not land: what is there already, by hand, and makes the server refuse it."""
    skipped: bool = False
    """The file sends it only under a condition that does not hold: nothing is missing, and nothing was done."""
    untold: str = ""
    """For an unknowable one: what nobody told and would have decided it. It could be any verdict."""

    @property
    def word(self) -> str:
        """The word on screen: `NOT LANDED`, `NOT SENT`."""
        return "NOT SENT" if self.skipped else self.verdict.word


@dataclass(frozen=True, slots=True)
class Ground:
    """What the verdicts of one migration stand on."""

    schema: Schema
    since: int | None = None
    """Stamp of the newest good ledger row that is not this migration's own; None: nothing to compare with."""
    counts: Mapping[int, int | None] = field(default_factory=dict)
    """Statement number -> rows still to do, where a person asked for it."""
    asked: Schema | None = None
    """Where the conditions of the file are asked, when that is another database than the one judged."""
    former: Mapping[Ref, Attrs] = field(default_factory=dict)
    """What the recorded migrations left of things this one touches, where nothing else may have changed them since."""
    unmade: Mapping[Ref, str] = field(default_factory=dict)
    """What migrations before this one have still to make, and which: that it is gone shows nothing."""
    perhaps_unmade: Mapping[Ref, str] = field(default_factory=dict)
    """What they may have still to make: nobody told whether it is there."""
