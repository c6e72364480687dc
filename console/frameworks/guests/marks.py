"""Somebody else's marks: where they fail nothing is written, and nothing but rows of their own ledger ever is.

Only what acts imports this module, and the module `marks` beside the framework with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from console.core.ledger_sql import table
from console.core.observation import Server, Tracking
from console.core.plain import one_line
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.core.statements import split
from console.frameworks.guests import Announced, said
from console.frameworks.guests.asking import PATIENCE, Asking, Patience
from console.frameworks.guests.shapes import WRITTEN, odd

if TYPE_CHECKING:
    from console.core.ports_acting import Marker

V = TypeVar("V")
_MARKS = ("mark_ran", "mark_not_ran", "session_settings")
_RAISED = (Exception, SystemExit)
_MOST = 160
"""Letters of a statement that are repeated."""


class GuestMarks:
    """What `console.core.ports_acting.Marker` promises, of another package."""

    def __init__(self, one: Announced, project: Project | None, patience: Patience = PATIENCE) -> None:
        """They are in the module `marks` beside the framework."""
        self._one, self._wait, self._seconds = one, Asking(), patience.looks
        self._by = f"{one.name} of the package {one.package}"
        self._own: Marker | None = None
        self._beside, self._why = "", ""
        try:
            own, self._beside = self._wait("to be loaded", lambda: _loaded(one, project), self._seconds)
        except _RAISED as problem:
            self._why = said(problem)
            return
        missing = [name for name in _MARKS if not callable(getattr(own, name, None))]
        self._own, self._why = (None, f"it has no {', '.join(missing)}") if missing else (own, "")

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """As its own, where that is rows of its ledger and nothing else."""
        edit = self._asked("mark_ran", lambda own: own.mark_ran(tracking, migration, server), LedgerEdit)
        return self._within(edit, tracking, server)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """The same."""
        edit = self._asked("mark_not_ran", lambda own: own.mark_not_ran(tracking, migration, server), LedgerEdit)
        return self._within(edit, tracking, server)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """As its own; without marks there is no session of its to be like."""
        if self._own is None:
            return {}
        return self._asked("session_settings", lambda own: own.session_settings(server), Mapping[str, str])

    def _asked(self, what: str, ask: Callable[[Marker], V], hint: object) -> V:
        own = self._own
        if own is None:
            raise CannotWriteError(f"{self._by} does not say how its ledger is written: {self._why}.")
        try:
            found = self._wait(what, lambda: ask(own), self._seconds)
            wrong = odd(found, hint, "its answer", WRITTEN)
        except CannotWriteError:
            raise
        except _RAISED as problem:
            raise CannotWriteError(f"{self._by} failed in {what}: {said(problem)}.") from problem
        if wrong:
            raise CannotWriteError(f"{self._by} failed in {what}: it gave {one_line(wrong, _MOST)}.")
        return found

    def _within(self, edit: LedgerEdit, tracking: Tracking, server: Server) -> LedgerEdit:
        """The edit. CannotWriteError where it would do anything but write rows of the ledger."""
        ledger = tracking.ledger.name
        tables = [table(ledger, server), *_tables_beside(ledger, self._beside, server)]
        beyond = [sql for sql in (*edit.sql, *edit.undo) if not _writes_rows(sql, tables, server)]
        beyond += [check.sql for check in edit.checks if not _is_one(check.sql, ("SELECT ",), server)]
        if edit.table != ledger or not edit.sql:
            beyond.append(f"an edit of {edit.table or 'no table'}")
        if beyond:
            shown = one_line(beyond[0], _MOST)
            raise CannotWriteError(f"{self._by} would do more than write rows of {one_line(ledger, 80)}: {shown}.")
        return edit


def _loaded(one: Announced, project: Project | None) -> tuple[Marker, str]:
    """Its marks, and the table that it keeps beside its ledger."""
    own: Marker = import_module(f"{one.point.module}.marks").Marks(project)
    return own, str(getattr(one.point.load(), "beside", ""))


def _tables_beside(ledger: str, beside: str, server: Server) -> Iterator[str]:
    schema, _, plain = ledger.rpartition(".")
    if beside:
        named = beside.replace("{}", plain)
        yield table(f"{schema}.{named}" if schema else named, server)


def _writes_rows(sql: str, tables: list[str], server: Server) -> bool:
    """Whether it is one statement about rows of one of these tables, as `console.core.ledger_sql` writes it."""
    begins = (
        words.format(each) for each in tables for words in ("INSERT INTO {} (", "DELETE FROM {} ", "UPDATE {} SET ")
    )
    return _is_one(sql, tuple(begins), server)


def _is_one(sql: str, begins: tuple[str, ...], server: Server) -> bool:
    return sql.startswith(begins) and len(split(sql, server.grammar)) == 1
