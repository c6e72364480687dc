"""What a person asked the data: how many rows are left, or what is in the way. One connection per question.

Nothing here runs by itself. A question gives way to anybody who waits behind it (the link sees to that), and what is
not known stays not known: None, never 0.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from console.core.assessment import JudgedFramework
from console.core.clues import Clues
from console.core.faults import Fault
from console.core.observation import Answered, Observation
from console.core.ports import Link
from console.core.schema import Schema
from console.core.statements import DataProbe
from console.core.storage import Room, Storage
from console.lanes.lane import quietly

if TYPE_CHECKING:
    from console.core.causes import Question

SECONDS = 10.0
"""How long one question may take."""

A = TypeVar("A")

Counts = tuple[tuple[str, int, int | None], ...]


class Asker:
    """Asks, and keeps the answers."""

    def __init__(
        self,
        open_link: Callable[[str], Link],
        *,
        redact: bool = False,
        look: Callable[[], Clues] = Clues,
        room: Callable[[Storage], Room] | None = None,
    ) -> None:
        """`open_link` makes a connection of the lane it is given. `redact`: no value of a row is kept. `look` looks
        for what stands outside the database, `room` for what is free where its server keeps it."""
        self._open_link = open_link
        self._redact, self._look, self._room = redact, look, room
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
        from console.core.causes import Answer
        from console.core.causes_shown import shown

        problem = None
        answer = question.told
        if answer is None:
            answer, problem = self._ask(lambda link: link.ask(question, SECONDS))
        found = answer or Answer(None)
        why = str(problem) if problem is not None else "no query can tell" if found.rows is None else ""
        sample = shown(question, found, redact=self._redact)
        told = Answered(migration, question.n, question.words(home), found.rows, sample, found.sql, why)
        kept = (a for a in self.answers if (a.migration, a.n, a.question) != (told.migration, told.n, told.question))
        self.answers = (*kept, told)
        return problem

    def told(self, observation: Observation) -> Observation:
        """With everything that was asked so far."""
        return replace(observation, counts=self.counts, answers=self.answers, clues=self.clues)

    def why(
        self, frameworks: tuple[JudgedFramework, ...], schema: Schema | None, migration_id: str, n: int
    ) -> Fault | None:
        """Ask everything about one statement; why something could not be asked. What is outside the database is only
        looked for: that it is not there is no problem."""
        self.clues = replace(self._look(), room=self._room_for(frameworks, migration_id, n))
        problem = None
        for ask in self._to_ask(frameworks, schema, migration_id, n):
            problem = ask() or problem
        return problem

    def _to_ask(
        self, frameworks: tuple[JudgedFramework, ...], schema: Schema | None, migration_id: str, n: int
    ) -> Iterator[Callable[[], Fault | None]]:
        """What can be asked of this database: a statement sent elsewhere is not its business."""
        from console.core.causes import questions

        for migration in (m for framework in frameworks for m in framework.migrations if m.id == migration_id):
            here = tuple(j for j in migration.statements if not j.statement.database)
            for judgement in here:
                probe = judgement.statement.probe
                if judgement.statement.n == n and probe is not None:
                    yield partial(self.count, migration_id, n, probe)
            for question in questions(here, schema) if schema is not None else ():
                if question.n == n:
                    yield partial(self.explain, migration_id, question, schema.home if schema else "")

    def _room_for(self, frameworks: tuple[JudgedFramework, ...], migration_id: str, n: int) -> Room:
        found = [j.statement.tables for f in frameworks for m in f.migrations if m.id == migration_id
                 for j in m.statements if j.statement.n == n]  # fmt: skip
        if self._room is None or not found:
            return Room()
        storage, problem = self._ask(lambda link: link.storage(found[0]))
        return (
            self._room(storage) if storage is not None else Room(unseen=str(problem or "nobody was asked").rstrip("."))
        )

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
