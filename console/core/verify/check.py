"""One check and what came of it; nothing that was not looked at is said to hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.core.journal import Entry, Topic


class Found(StrEnum):
    """The value is the word on screen."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what shows it."""

    what: str
    found: Found
    evidence: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number that was asked of the server."""

    what: str
    sql: str
    rows: int | None = None
    """None: it took too long, was refused, or was not asked."""
    asked: bool = True
    """False: the budget was spent before."""


def verdict(found: Sequence[Check]) -> str:
    """All of them in one sentence."""
    failed = [check.what for check in found if check.found is Found.FAILS]
    unknown = [check.what for check in found if check.found is Found.UNKNOWN]
    if failed:
        return f"attention: {', '.join(failed)} {'does' if len(failed) == 1 else 'do'} not hold"
    if unknown:
        return f"attention: not verified: {', '.join(unknown)}"
    return f"verified: all {len(found)} checks hold"


def told(found: Iterable[Check]) -> dict[str, str]:
    """For the journal."""
    return {check.what: f"{check.found.value}: {check.evidence}" for check in found}


def newest(entries: Iterable[Entry], topic: Topic) -> Entry | None:
    """The last entry of that kind."""
    return max((entry for entry in entries if entry.topic is topic), key=lambda entry: entry.n, default=None)
