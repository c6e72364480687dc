"""Whether somebody may still be at work on what looks left behind: told by what sessions run, or not told at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.core.altering import alters_tables
from console.core.session import Session, SessionKind


@dataclass(frozen=True, slots=True)
class Watch:
    """The sessions of the moment, ours left out."""

    sessions: tuple[Session, ...] = ()
    complete: bool = False
    """False: there may be more than are seen; then nothing is offered to be cleaned up."""
    dialect: str = "postgres"
    """How their texts are read."""

    @classmethod
    def over(cls, sessions: Iterable[Session], *, complete: bool, dialect: str = "postgres") -> Watch:
        """Those of clients."""
        found = tuple(sessions)
        mine = tuple(s for s in found if not s.own and s.kind is not SessionKind.PREPARED)
        hidden = any(not s.visible for s in mine)
        return cls(mine, complete and bool(found) and not hidden, dialect)

    def mentions(self, *words: str) -> bool:
        """Whether a session runs, or ran last, something with one of these words in it, or is called so."""
        wanted = [_word(word) for word in words]
        return any(pattern.search(f"{s.query} {s.application}") for s in self.sessions for pattern in wanted)

    def runs(self, *words: str) -> bool:
        """Whether one session is at something with all of these words in it, or is inside a transaction after it."""
        wanted = [_word(word) for word in words]
        return any(s.state != "idle" and all(pattern.search(s.query) for pattern in wanted) for s in self.sessions)

    def comes_from(self, *homes: str) -> bool:
        """Whether a session comes from one of these machines, by name or address."""
        return any((s.address or "").lower() in {home.lower() for home in homes} for s in self.sessions if s.address)

    def is_busy(self, session: str) -> bool:
        """Whether the session of that number is at anything, whatever its text says of it."""
        return any(s.id == session and s.state != "idle" for s in self.sessions)

    def alters(self) -> bool:
        """Whether a session changes a schema right now."""
        return any(s.state != "idle" and alters_tables(s.query, self.dialect) for s in self.sessions)


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$]){re.escape(word)}(?![\w$])", re.IGNORECASE)
