"""What a person asked the data: how many rows are left, or what is in the way. One connection per question.

Nothing here runs by itself. A question gives way to anybody who waits behind it (the link sees to that), and what is
not known stays not known: None, never 0.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from console.core.causes import Answer, Question
from console.core.causes_shown import shows_values
from console.core.clues import Clues
from console.core.faults import Fault
from console.core.masks import mask
from console.core.observation import Answered
from console.core.ports import Link
from console.core.statements import DataProbe
from console.lanes.lane import quietly

SECONDS = 10.0
"""How long one question may take."""

A = TypeVar("A")

Counts = tuple[tuple[str, int, int | None], ...]


class Asker:
    """Asks, and keeps the answers."""

    def __init__(
        self, open_link: Callable[[str], Link], *, redact: bool = False, look: Callable[[], Clues] = Clues
    ) -> None:
        """`open_link` makes a connection of the lane it is given. `redact`: no value of a row is kept. `look` looks
        for what stands outside the database."""
        self._open_link = open_link
        self._redact, self._look = redact, look
        self.clues = Clues()
        """What the last look outside the database found."""
        self._running: list[tuple[Link, threading.Thread]] = []
        self._stopped = threading.Event()
        self.counts: Counts = ()
        """(migration id, statement n, rows still to do); the same tuple until something is asked again."""
        self.answers: tuple[Answered, ...] = ()
        """What explains refusals."""

    def count(self, migration: str, n: int, probe: DataProbe) -> Fault | None:
        """How many rows a data statement still has to do; why it could not be counted."""
        rows, problem = self._ask(lambda link: link.count(probe, SECONDS))
        kept = (count for count in self.counts if count[:2] != (migration, n))
        self.counts = tuple(sorted((*kept, (migration, n, rows)), key=lambda count: count[:2]))
        return problem

    def explain(self, migration: str, question: Question, home: str) -> Fault | None:
        """What is in the way of a statement; why that could not be asked. Nobody is asked what the schema tells."""
        problem = None
        answer = question.told
        if answer is None:
            answer, problem = self._ask(lambda link: link.ask(question, SECONDS))
        found = answer or Answer(None)
        why = str(problem) if problem is not None else "no query can tell" if found.rows is None else ""
        sample = tuple(mask(value) for value in found.sample) if shows_values(question, redact=self._redact) else ()
        told = Answered(migration, question.n, question.words(home), found.rows, sample, found.sql, why)
        kept = (a for a in self.answers if (a.migration, a.n, a.question) != (told.migration, told.n, told.question))
        self.answers = (*kept, told)
        return problem

    def look(self) -> Fault | None:
        """For an error, outside the database; what is not there to be read is no problem."""
        self.clues = self._look()
        return None

    def stop(self) -> None:
        """Cancel what is being asked; returns when the server was told."""
        self._stopped.set()
        for link, _ in self._running:
            quietly(link.cancel)

    def join(self, seconds: float) -> None:
        """Wait for what is being asked, at most that long each."""
        for _, thread in tuple(self._running):
            if thread is not threading.current_thread():
                thread.join(seconds)

    def _ask(self, ask: Callable[[Link], A]) -> tuple[A | None, Fault | None]:
        try:
            link = self._open_link("count")
        except Fault as problem:
            return None, problem
        here = (link, threading.current_thread())
        self._running.append(here)
        try:
            return (None if self._stopped.is_set() else ask(link)), None
        except Fault as problem:
            return None, problem
        finally:
            quietly(link.close)
            self._running.remove(here)
