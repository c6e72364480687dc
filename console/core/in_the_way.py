"""Who holds what a statement will want: an idle session with a lock on its table makes it wait, and all behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from console.core.assessment import Assessment
from console.core.intent import Intent
from console.core.killing import suggested
from console.core.session import Lock, Session
from console.core.statements import Statement

_MOST = 3


@dataclass(frozen=True, slots=True)
class Holder:
    """A session with a lock on a table that a plan touches."""

    session: Session
    lock: Lock

    @property
    def words(self) -> str:
        """One sentence."""
        session, likely = self.session, " likely" if self.lock.inferred else ""
        return (
            f"{session.id} {session.who} ({session.state}){likely} holds {self.lock.mode} on {self.lock.object}: "
            "what is sent would wait for it, and give up. End it first."
        )


def holders(statements: Iterable[Statement], assessment: Assessment) -> tuple[Holder, ...]:
    """Everybody else's sessions with a lock on a table of these statements, each once."""
    tables = {table for statement in statements for table in statement.tables}
    known = {s.id: s for s in assessment.observation.sessions.value or () if not s.own}
    found: dict[str, Holder] = {}
    for lock in assessment.observation.locks.value or ():
        if lock.granted and lock.relation in tables and lock.session in known:
            found.setdefault(lock.session, Holder(known[lock.session], lock))
    return tuple(found.values())


def warnings(found: tuple[Holder, ...]) -> Iterator[str]:
    """A sentence for each of the first few."""
    yield from (holder.words for holder in found[:_MOST])
    if len(found) > _MOST:
        yield f"{len(found) - _MOST} more sessions hold locks on the same tables."


def ways_out(found: tuple[Holder, ...], assessment: Assessment) -> Iterator[Intent]:
    """Ending all of them, where that is possible."""
    intent = suggested(assessment, [holder.session.id for holder in found]) if found else None
    if intent is not None:
        yield intent
