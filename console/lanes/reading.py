"""One read as a Reading: the value, or the last one that was had and the words for what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, cast

from console.core.faults import (
    Fault,
    LinkLostFault,
    LockedFault,
    NotInstrumentedFault,
    NotPermittedFault,
    NotSupportedFault,
    TimedOutFault,
    UnreachableFault,
)
from console.core.observation import Health, Reading
from console.core.ports import Clock

V = TypeVar("V")

_HEALTH = (
    (NotPermittedFault, Health.NOT_PERMITTED),
    (NotInstrumentedFault, Health.NOT_INSTRUMENTED),
    (NotSupportedFault, Health.NOT_SUPPORTED),
    (LockedFault, Health.LOCKED),
    (TimedOutFault, Health.TIMED_OUT),
)
_MOST_SURPRISES = 20


class Reader:
    """Reads, and remembers what no read should ever raise."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates the readings."""
        self.clock = clock
        self.surprises: list[BaseException] = []

    def read(self, ask: Callable[[], V], old: Reading[V]) -> Reading[V]:
        """Only a lost link is raised, for it concerns the whole lane; a mistake of ours costs this reading alone."""
        began = self.clock.now()
        try:
            value = ask()
        except (LinkLostFault, UnreachableFault):
            raise
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is shown
            return self.failed(problem, old)
        now = self.clock.now()
        empty = isinstance(value, tuple) and not value
        kept = old.value if isinstance(value, tuple) and old.value == value else value
        return Reading(kept, Health.NONE if empty else Health.OK, taken_at=now, took=(now - began).total_seconds())

    def failed(self, problem: BaseException, old: Reading[V]) -> Reading[V]:
        """What could be read all the same, or the old value, with what went wrong; what is not a fault is a mistake
        of ours and is remembered."""
        if not isinstance(problem, Fault):
            self.surprise(problem)
        elif problem.partial is not None:
            old = Reading(cast("V", problem.partial), taken_at=self.clock.now())
        return failed(problem, old)

    def surprise(self, problem: BaseException) -> None:
        """Remember a mistake of ours, each once."""
        if problem not in self.surprises:
            self.surprises = [*self.surprises, problem][-_MOST_SURPRISES:]


def failed(problem: BaseException, old: Reading[V]) -> Reading[V]:
    """The old value with what went wrong; without an old value there is nothing to be stale."""
    health = next((word for kind, word in _HEALTH if isinstance(problem, kind)), Health.NOT_READ)
    if isinstance(problem, UnreachableFault) or (health is Health.NOT_READ and old.value is not None):
        health = Health.STALE if old.value is not None else Health.NOT_READ
    grant = problem.grant if isinstance(problem, Fault) else ""
    return replace(old, health=health, reason=reason(problem), grant=grant)


def reason(problem: BaseException) -> str:
    """The sentence for a person."""
    if isinstance(problem, Fault):
        return str(problem)
    return f"Halfway itself failed ({type(problem).__name__}): HALFWAY_DEBUG=1 halfway assess shows where."


def unanswered(old: Reading[V], seconds: float) -> Reading[V]:
    """The old value of a lane that has not answered for `seconds` (0: not for long yet)."""
    if seconds:
        return replace(old, health=Health.TIMED_OUT, reason=f"no answer within {seconds:g} s", grant="")
    return old if old.value is not None or old.reason else replace(old, reason="no answer yet")
