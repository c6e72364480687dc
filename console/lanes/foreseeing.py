"""Asks the server, or a replica of it, what a preflight needs to know of the rows: within a budget, on one connection.

Each question gives way to anybody who waits behind it (the link sees to that). What does not answer in time, or is not
asked because the time is up, is not known, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from console.core.causes import Answer, Question
from console.core.faults import Fault, LinkLostFault
from console.core.moment import Moment, Pace
from console.core.observation import Server
from console.core.plain import one_line
from console.core.ports import Link
from console.core.preflight.data import Reply
from console.core.schema import Schema
from console.core.storage import Storage
from console.core.write_rates import TableName
from console.lanes.lane import quietly

EACH = 10.0
"""Seconds that one question may take, whatever is left."""
_LEAST = 0.1
_A_PACE = 1.0

A = TypeVar("A")
Opened = Callable[[str], Link]
"""A connection of the lane it is given."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long may be asked."""

    seconds: float = 30.0
    """All questions together."""
    each: float = EACH


class Foresight:
    """One connection for all that is asked; opened when the first question comes, closed by `close`."""

    def __init__(self, opened: Opened, budget: Budget | None = None) -> None:
        """Nothing is opened yet."""
        self._opened = opened
        self._budget = budget or Budget()
        self._link: Link | None = None
        self._ends = 0.0

    def wordings(self, questions: Sequence[Question]) -> tuple[str, ...]:
        """How each is asked; '' where that is not known."""
        found, _ = self._asked(lambda link: tuple(link.wording(question) for question in questions))
        return found or ("",) * len(questions)

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """What the server says of this moment."""
        found, problem = self._asked(lambda link: link.moment(tables))
        return found or Moment(untold=(_because("the state of the server could not be read", problem),))

    def storage(self, tables: Sequence[TableName]) -> Storage:
        """Where the server keeps its data."""
        found, problem = self._asked(lambda link: link.storage(tables))
        return found or Storage(why=_because("where the server keeps its data could not be read", problem))

    def itself(self) -> tuple[Server, Schema]:
        """Which server it is, and what is there; the fault where that cannot be read."""
        found, problem = self._asked(lambda link: (link.server(), link.schema()))
        if found is None:
            assert problem is not None
            raise problem
        return found

    def replies(self, questions: Sequence[Question]) -> Iterator[Reply]:
        """The answer to each, in their order, until the budget is used up."""
        self._ends = time.monotonic() + self._budget.seconds
        for question in questions:
            left = min(self._budget.each, self._ends - time.monotonic())
            if left < _LEAST:
                yield Reply(
                    None, f"the budget of {self._budget.seconds:g} s was used up", self.wordings((question,))[0]
                )
            else:
                yield self._reply(question, left / 2)  # it is a count and a sample

    def _reply(self, question: Question, seconds: float) -> Reply:
        found, problem = self._asked(lambda link: (link.wording(question), link.ask(question, seconds)))
        sql, answer = found or ("", None)
        if problem is not None:
            return Reply(None, one_line(str(problem), 300), sql or self.wordings((question,))[0])
        return Reply(answer or Answer(None), "", sql)

    def paces(self, tables: Sequence[TableName]) -> Iterator[Pace]:
        """How fast a part of each is read, as far as there is time left."""
        for table in tables:
            left = self._ends - time.monotonic()
            if left < _LEAST:
                return
            found, _ = self._asked(lambda link, name=table, most=left: link.pace(name, min(_A_PACE, most)))  # type: ignore[misc]
            if found is not None:
                yield found

    def cancel(self) -> None:
        """Stop what is being asked, on the server; any thread."""
        self._ends = 0.0
        if self._link is not None:
            quietly(self._link.cancel)

    def close(self) -> None:
        """End the connection."""
        if self._link is not None:
            quietly(self._link.close)
            self._link = None

    def _asked(self, ask: Callable[[Link], A]) -> tuple[A | None, Fault | None]:
        try:
            if self._link is None:
                self._link = self._opened("count")
            return ask(self._link), None
        except LinkLostFault as problem:
            self.close()
            return None, problem
        except Fault as problem:
            return None, problem


def _because(what: str, problem: Fault | None) -> str:
    return one_line(f"{what}: {problem}" if problem is not None else what, 300)


@contextmanager
def foresight(opened: Opened, budget: Budget | None = None) -> Iterator[Foresight]:
    """One that is closed at the end; what it asks is cancelled on the server when the block is left in the middle."""
    asking = Foresight(opened, budget)
    try:
        yield asking
    except BaseException:
        asking.cancel()
        raise
    finally:
        asking.close()
