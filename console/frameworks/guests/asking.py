"""Asks somebody else's code, and waits no longer than a responder can: what does not answer is left behind.

It is asked on a thread of its own. One that is still busy is asked nothing more: each question would leave one thread
more behind.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from typing import TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    looks: float = 5.0
    """For what every start waits for: being loaded, finding its project."""
    reads: float = 60.0
    """For files and rows: there may be many."""
    runs: float = 300.0
    """For its dry run: a person asked for it."""


PATIENCE = Patience()


class SlowError(Exception):
    """It has not answered; the text says for how long."""


class Asking:
    """All that is asked of one framework."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self._busy: tuple[str, Thread] | None = None

    def __call__(self, what: str, ask: Callable[[], V], seconds: float) -> V:
        """What it answers, or raises; SlowError."""
        if self._busy is not None and self._busy[1].is_alive():
            raise SlowError(f"it is not asked, for it has not answered {self._busy[0]} so far")
        answers, raised = list[V](), list[BaseException]()

        def work() -> None:
            try:
                answers.append(ask())
            except BaseException as problem:  # noqa: BLE001 - raised again where it was asked
                raised.append(problem)

        thread = Thread(target=copy_context().run, args=(work,), name=f"guest {what}", daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            self._busy = what, thread
            raise SlowError(f"it did not answer within {seconds:g} seconds")
        if raised:
            raise raised[0]
        return answers[0]
