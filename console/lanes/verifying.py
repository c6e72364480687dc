"""Asks what verifying needs, one count after the other within a budget; nothing is asked while somebody waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from console.core.assessment import Assessment, JudgedMigration
from console.core.faults import NotPermittedFault
from console.core.verify.asked import judged_orphans, judged_replicas, nulls, of_server, orphans
from console.core.verify.check import Check, Counted, Found
from console.core.verify.seen import checks

BUDGET = 20.0
"""Seconds for all counts of rows together."""
EACH = 5.0
Count = Callable[[str, float], int | None]


class Verifier:
    """Looks at everything once."""

    def __init__(
        self, observe: Callable[[], Assessment], count: Count, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`count` gives the number of a SELECT, or None where it took longer than so many seconds."""
        self._observe = observe
        self._count = count
        self._now = now

    def verified(self, framework: str, migration: str) -> tuple[Check, ...]:
        """Every check, everything read after this was called."""
        seen = self._observe()
        found = _migration(seen, framework, migration)
        server = seen.observation.server.value
        keys = self.counted(orphans(seen, found), seen) if found is not None else ()
        answered = self.counted(of_server(server), seen) if server is not None else ()
        lost = () if found is not None else (Check("migration", Found.FAILS, f"there is no {migration} any more"),)
        return (*lost, *checks(seen), judged_orphans(keys), judged_replicas(answered, server))

    def watched(self, framework: str, migration: str) -> tuple[Counted, ...]:
        """NULLs in new columns, and errors, as they are now."""
        seen = self._observe()
        found = _migration(seen, framework, migration)
        server = seen.observation.server.value
        if found is None or server is None:
            return ()
        errors = tuple(each for each in of_server(server) if "error" in each.what)
        return self.counted((*nulls(seen, found), *errors), seen)

    def counted(self, questions: Sequence[Counted], seen: Assessment) -> tuple[Counted, ...]:
        """Each with its answer; what the budget does not reach is told so."""
        end = self._now() + BUDGET
        if seen.blocked.waiting:
            return tuple(replace(question, asked=False) for question in questions)
        return tuple(self._answered(question, end) for question in questions)

    def _answered(self, question: Counted, end: float) -> Counted:
        left = end - self._now()
        if left <= 0:
            return replace(question, asked=False)
        with suppress(NotPermittedFault):
            return replace(question, rows=self._count(question.sql, min(EACH, left)))
        return question


def _migration(seen: Assessment, framework: str, migration: str) -> JudgedMigration | None:
    found = (m for f in seen.frameworks if f.framework == framework for m in f.migrations if m.id == migration)
    return next(found, None)
