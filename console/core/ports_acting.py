"""What acting needs from outside, as Protocols; apart from `ports`, because an observer's process has none of it.

A `Hand` is the only thing that writes to the database that is looked at. A `Renderer` writes the SQL that is shown and
sent, a `Marker` the rows of one tool's ledger, a `Journal` keeps the account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from console.core.intent import Verb
from console.core.journal import Entry, Topic
from console.core.lock_rows import LockRow
from console.core.observation import Server, Tracking
from console.core.operations import Operation
from console.core.plan import Check, LedgerEdit, Outcome, Owner, Settings, Step, Target
from console.core.schema import Index, Schema, Thing
from console.core.session import Session
from console.core.tool_lock import Hold


class Renderer(Protocol):
    """Writes the SQL of plans, and nothing else does; pure. Names are quoted here."""

    def kill(self, target: Target, verb: Verb, server: Server) -> tuple[str, ...]:
        """What ends a session or what it runs, with its identity in it where the server allows that."""
        ...

    def operation(self, operation: Operation, schema: Schema) -> tuple[str, ...]:
        """The statements that make one schema change. CannotWriteError where it cannot be said exactly."""
        ...

    def drop_index(self, index: Index) -> tuple[str, ...]:
        """Drop it without holding anybody up. CannotWriteError where that cannot be done."""
        ...

    def clean(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[str, ...]:
        """What ends, mends or takes away what a failure left. CannotWriteError where that is not known."""
        ...

    def clean_checks(self, verb: Verb, thing: Thing | Session | LockRow) -> tuple[Check, ...]:
        """What is asked of the server just before, where the server can be asked."""
        ...

    def count_values(self, schema: str, table: str, column: str | None) -> str:
        """How many rows have a value there; without a column, how many rows there are."""
        ...

    def settings(self, tool: Mapping[str, str], role: str) -> Settings:
        """What makes a session like the tool's own. `tool` is what its project sets: search_path, sql_mode,
        time_zone, charset, foreign_key_checks; `role` owns the tables ('' when the session's user does)."""
        ...


class Hand(Protocol):
    """The one connection that acts. Each statement is sent once, whatever happens to it."""

    def identity(self) -> str:
        """Which server this is, as `Server.identity` says it: compared with the observed one before each act."""
        ...

    def whoami(self) -> str:
        """The identity of this session on its server, for the journal: `4711 since 2026-01-31T12:00:00Z`."""
        ...

    def look(self, session: str) -> Session | None:
        """The session as it is now; None when it is gone. Cheap, and answers in a lock storm."""
        ...

    def read(self, name: str, given: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401 - what that method gives
        """What a method of `ports.Link` gives over this connection: where the server has no other one left."""
        ...

    def kill(self, step: Step, acting: int = 0) -> Outcome:
        """End the session of `step.target` (or what it runs), once, if it still is the one; then read again.
        `acting` is the journal's number of this act, for who has to record its end when the console is gone."""
        ...

    def settle(self, settings: Settings) -> None:
        """Be like the tool's own session. RefusedFault when that cannot be: then nothing may be run."""
        ...

    def run(self, step: Step, acting: int = 0) -> None:
        """Send the step's statements, once. RefusedFault: the server said no. LinkLostFault: nobody knows."""
        ...

    def hold(self, holds: Sequence[Hold]) -> str:
        """Hold other runs of these tools off, over a session of its own; which one that is. RefusedFault where that
        cannot be, with the session that has such a lock as its `code`."""
        ...

    def lost_hold(self) -> str:
        """Why nobody is held off any more, asked just now; '' while everything that was taken is held."""
        ...

    def let_go(self) -> None:
        """Hold nobody off any more; closing does the same."""
        ...

    def outlast(self) -> None:
        """Where the link was lost, hold others off until what was sent has ended; returns when it has."""
        ...

    def owner(self, tables: Sequence[tuple[str, str]]) -> Owner:
        """Who owns these tables (those of them that are there), and whether this session can be that role."""
        ...

    def count(self, sql: str, seconds: float) -> int | None:
        """The number a SELECT gives; None when it took longer or would have waited behind a lock."""
        ...

    def rest(self) -> None:
        """Nobody had anything to ask for a while: have the server keep this session, which it would end otherwise."""
        ...

    def close(self) -> None:
        """End the connection; what it runs is not cancelled."""
        ...


class Journal(Protocol):
    """Where the account is kept. Append only."""

    def append(self, topic: Topic, text: str, details: Mapping[str, str] | None = None) -> Entry:
        """Write and flush one entry. JournalFault when it cannot be kept: then nothing may be done. BarredFault where
        this console may not write it: another one has the wheel."""
        ...

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        """All entries about this incident behind number `after`, oldest first."""
        ...

    def in_flight(self) -> tuple[Entry, ...]:
        """ACTING entries of this incident without an OUTCOME, of any run."""
        ...


class Marker(Protocol):
    """Writes one project's ledger as the tool itself would; pure. Made with the project, when one was found."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The rows the tool itself would have written. CannotWriteError where that cannot be known."""
        ...

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """What makes the tool run it again (the row goes), as the tool itself would do it. CannotWriteError."""
        ...

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """What the tool's own session is set to (see `Renderer.settings`)."""
        ...


@runtime_checkable
class MarksBack(Marker, Protocol):
    """Of a tool whose history is kept: a mark is undone by the opposite one, and both stay told."""

    undoes_by_mark: bool
    """True."""
