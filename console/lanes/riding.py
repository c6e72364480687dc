"""Looking over the connection that acts, where the server has no other one left.

A full server may have a single slot for a responder. The acting connection takes it; the lanes then read over that one,
each in its turn, and try for one of their own now and then. An observer has no acting connection: its lanes report that
the server is full.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from console.core.faults import FullFault, LinkLostFault, UnreachableFault
from console.core.observation import Runs, Server
from console.core.ports import Link, Right, TableRows
from console.core.schema import Schema
from console.core.session import Lock, Progress, Session
from console.core.statements import DataProbe
from console.core.storage import Storage
from console.core.write_rates import Counts, TableName
from console.lanes.lane import quietly

if TYPE_CHECKING:
    from console.core.causes import Answer, Question
    from console.core.moment import Moment, Pace
    from console.core.proof import Power, Tried

_AGAIN = 5.0
"""Seconds between two tries for a connection of its own."""
NOTE = "The server has no connection left: Halfway looks over the one that acts, so pictures come later."


@dataclass(frozen=True)
class Lender:
    """The acting connection, as far as it lends itself to reading."""

    ready: Callable[[], None]
    """Returns once it was opened, or could not be: it comes first."""
    read: Callable[[str, tuple[Any, ...]], Any]
    """What a method of `Link` of that name gives over it. A Fault where it is not there or may not be lent."""


def opened(open_own: Callable[[], Link], lender: Lender) -> Link:
    """A link of one's own, else one that reads over the acting connection. FullFault when neither is to be had."""
    lender.ready()
    try:
        return open_own()
    except FullFault as full:
        rider = Rider(open_own, lender)
        try:
            rider.server()
        except UnreachableFault:
            raise full from None
        return rider


class Rider:
    """What `Link` promises, over the acting connection until there is one of its own."""

    def __init__(self, open_own: Callable[[], Link], lender: Lender) -> None:
        """It has just been tried to open one."""
        self._open_own = open_own
        self._lender = lender
        self._own: Link | None = None
        self._tried = time.monotonic()

    def server(self) -> Server:
        """Which server this is, and that it is full."""
        found: Server = self._ask("server")
        return found if self._own is not None else replace(found, notes=(*found.notes, NOTE))

    def rights(self) -> tuple[Right, ...]:
        """What the role may see."""
        return self._ask("rights")  # type: ignore[no-any-return]

    def doubt(self) -> None:
        """Take nothing for unchanged."""
        self._ask("doubt")

    def fingerprint(self) -> str:
        """Whether anything changed."""
        return self._ask("fingerprint")  # type: ignore[no-any-return]

    def schema(self) -> Schema:
        """Everything there is."""
        return self._ask("schema")  # type: ignore[no-any-return]

    def sessions(self) -> tuple[Session, ...]:
        """All sessions."""
        return self._ask("sessions")  # type: ignore[no-any-return]

    def locks(self) -> tuple[Lock, ...]:
        """The lock table."""
        return self._ask("locks")  # type: ignore[no-any-return]

    def progress(self) -> tuple[Progress, ...]:
        """Running DDL."""
        return self._ask("progress")  # type: ignore[no-any-return]

    def tables_named(self, name: str) -> tuple[str, ...]:
        """Schemas that hold a table of that name."""
        return self._ask("tables_named", name)  # type: ignore[no-any-return]

    def rows(self, schema: str, table: str) -> TableRows:
        """All rows of a small table."""
        return self._ask("rows", schema, table)  # type: ignore[no-any-return]

    def runs(self, sql: str) -> Runs | None:
        """How often a statement of this wording ran."""
        return self._ask("runs", sql)  # type: ignore[no-any-return]

    def writes(self, tables: Sequence[TableName]) -> Counts:
        """Rows written to tables."""
        return self._ask("writes", tables)  # type: ignore[no-any-return]

    def storage(self, tables: Sequence[TableName]) -> Storage:
        """Where the data lies."""
        return self._with_own().storage(tables)

    def count(self, probe: DataProbe, seconds: float) -> int:
        """The answer of a probe."""
        return self._with_own().count(probe, seconds)

    def ask(self, question: Question, seconds: float) -> Answer:
        """How many rows are in the way."""
        return self._with_own().ask(question, seconds)

    def wording(self, question: Question) -> str:
        """How it would be asked."""
        return self._with_own().wording(question)

    def moment(self, tables: Sequence[TableName]) -> Moment:
        """What the server says of itself just now."""
        return self._with_own().moment(tables)

    def pace(self, table: TableName, seconds: float) -> Pace | None:
        """How fast a part of the table is read."""
        return self._with_own().pace(table, seconds)

    def try_to_write(self) -> Tried:
        """Whether it is refused a write."""
        return self._with_own().try_to_write()

    def powers(self) -> tuple[Power, ...]:
        """What the login could do."""
        return self._with_own().powers()

    def cancel(self) -> None:
        """What the acting connection does is never cancelled from here."""
        if self._own is not None:
            self._own.cancel()

    def close(self) -> None:
        """The acting connection stays."""
        if self._own is not None:
            quietly(self._own.close)

    def _ask(self, name: str, *given: Any) -> Any:  # noqa: ANN401 - what the method of that name gives
        self._try()
        if self._own is not None:
            return getattr(self._own, name)(*given)
        return self._lender.read(name, given)

    def _with_own(self) -> Link:
        """What needs a second connection to watch it is not done over a borrowed one."""
        self._try()
        if self._own is None:
            raise FullFault("This is not asked now", "the server has no connection left")
        return self._own

    def _try(self) -> None:
        if self._own is not None or time.monotonic() - self._tried < _AGAIN:
            return
        self._tried = time.monotonic()
        try:
            self._own = self._open_own()
        except (UnreachableFault, LinkLostFault):
            return
