"""What acts on a file of SQLite. Every statement is sent once; an observer's process never imports this.

A file has no sessions: it is opened for one step and closed again, so nothing of ours lies open beside the application.
Who takes the write lock first goes on; others wait for as long as a step may, or are refused.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from console.core.faults import Fault, LinkLostFault, NotPermittedFault, ReadFault, RefusedFault
from console.core.lexer import significant, tokens
from console.core.plan import Outcome, Owner, Settings, Step, StepKind
from console.core.session import Session
from console.core.tool_lock import Hold
from console.dialects.sqlite.errors import code_of, is_busy
from console.dialects.sqlite.file import SOMEBODY
from console.dialects.sqlite.link import SQLiteLink
from console.dialects.sqlite.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_PATIENCE = 5.0
"""Seconds to wait for whoever writes, where a step does not say."""
_ENDLESS = 86_400.0
_FORBIDDEN = frozenset({3, 8, 14, 23})
_BROKEN = 10
"""The disk: whether a COMMIT came through is not known then."""
_ROWS = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"})
_WRITES = (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)
_ALONG = "a foreign key would change rows of {table} along with it, and whether the tool lets keys do so is not known"
_NOBODY = "SQLite has no sessions: every program opens the file by itself"


class SQLiteHand:
    """What `console.core.ports_acting.Hand` promises, as far as a file can keep it."""

    def __init__(self, url: URL) -> None:
        """Nothing is opened yet; UnreachableFault or NotPermittedFault where there is nothing to open."""
        self._wire = Wire(url.database or "", "hand")
        self._link = SQLiteLink(self._wire)
        self._settings = Settings()

    def identity(self) -> str:
        """The very file."""
        return ":".join(map(str, self._wire.look().identity))

    def whoami(self) -> str:
        """The process: there is no session."""
        return str(os.getpid())

    def look(self, session: str) -> Session | None:
        """There is none."""
        return None

    def read(self, name: str, given: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401 - what that method of a link gives
        """What a link would read."""
        return getattr(self._link, name)(*given)

    def kill(self, step: Step, acting: int = 0) -> Outcome:
        """Nobody can be ended from here."""
        raise RefusedFault("No session is ended", _NOBODY)

    def settle(self, settings: Settings) -> None:
        """Refused where SQLite would leave files that the application may not write."""
        look, file = self._wire.look(), self._wire.file
        owner = file.path.stat().st_uid
        if not file.may_write:
            raise RefusedFault("Nothing is run on this file", "this user may not write to it and its folder")
        if os.geteuid() not in (0, owner) and look.is_wal:
            why = (
                f"it belongs to user {owner}, who could not write the log any more that this user would make beside it"
            )
            raise RefusedFault("Nothing is run on this file", why, "Act as that user")
        self._settings = settings

    def run(self, step: Step, acting: int = 0) -> None:
        """Send the step's statements, once, and close the file again."""
        patience = _PATIENCE if step.patience is None else step.patience or _ENDLESS
        try:
            with closing(self._opened(patience)) as connection:
                self._same()
                for sql in (*self._settings.sql, f"PRAGMA foreign_keys = {int(_checks_keys(step))}"):
                    connection.execute(sql)
                self._send(connection, step)
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def _same(self) -> None:
        """A file that was put in its place since is another database."""
        try:
            self._wire.look()
        except LinkLostFault as fault:
            raise RefusedFault("It was not sent", fault.what) from None

    def _opened(self, patience: float) -> sqlite3.Connection:
        path = f"file:{quote(str(self._wire.file.path))}?mode=rw"
        return sqlite3.connect(path, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)

    def _send(self, connection: sqlite3.Connection, step: Step) -> None:
        if not step.atomic:
            for sql in step.sql:
                _sent(connection, sql, step)
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            for sql in step.sql:
                _sent(connection, sql, step)
            connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _fault(self, error: sqlite3.Error) -> Fault:
        said, code = " ".join(str(error).split()), code_of(error) & 0xFF
        if is_busy(error):
            why = f"{self._wire.file.writer() or SOMEBODY} is writing to it"
            return RefusedFault("SQLite refused it", f"{self._wire.name} is locked: {why}", "", "SQLITE_BUSY")
        if code == _BROKEN:
            return LinkLostFault(f"{self._wire.name} could not be written to its end", said)
        if code in _FORBIDDEN:
            return NotPermittedFault(f"{self._wire.name} may not be written", said)
        return RefusedFault("SQLite refused it", said)

    def hold(self, holds: Sequence[Hold]) -> str:
        """Nobody can be held off."""
        raise RefusedFault("Nobody is held off", "SQLite has no such locks")

    def lost_hold(self) -> str:
        """Nothing was taken."""
        return ""

    def let_go(self) -> None:
        """Nothing was taken."""

    def outlast(self) -> None:
        """What was sent has ended when it returned: it ran in this process."""

    def owner(self, tables: Sequence[tuple[str, str]]) -> Owner:
        """A table has no owner."""
        return Owner()

    def count(self, sql: str, seconds: float) -> int | None:
        """The number a SELECT gives; None when it took longer or was locked."""
        try:
            return int(self._wire.read(lambda reader: reader.rows(sql), seconds=seconds)[0][0])
        except LinkLostFault:
            raise
        except ReadFault:
            return None

    def rest(self) -> None:
        """There is no server that could end it."""

    def close(self) -> None:
        """Nothing stays open between two steps."""
        self._wire.close()


def _checks_keys(step: Step) -> bool:
    """Rows are written under the eyes of foreign keys; a table that is dropped would take its children's rows along."""
    begun = [_begins(sql) for sql in step.sql]
    return any(first in _ROWS for first, _ in begun) and ("DROP", "TABLE") not in begun


def _begins(sql: str) -> tuple[str, str]:
    """Its first two words, behind whatever is said about it."""
    words = [token.word for token in significant(tokens(sql, "sqlite"))[:2]]
    return (*words, "", "")[0], (*words, "", "")[1]


def _sent(connection: sqlite3.Connection, sql: str, step: Step) -> None:
    """Not where a key would take along what no plan has shown; rows of a ledger are changed as the tool itself does."""
    if step.kind is not StepKind.LEDGER and _begins(sql)[0] in _ROWS:
        table = _taken_along(connection, sql)
        if table:
            raise RefusedFault("It was not sent", _ALONG.format(table=table), "Run it by hand as the tool would")
    connection.execute(sql)


def _taken_along(connection: sqlite3.Connection, sql: str) -> str:
    """A table whose rows a foreign key deletes or empties by that statement; '': there is none."""
    written: list[tuple[int, str]] = []

    def told(action: int, table: str | None, _: str | None, __: str | None, trigger: str | None) -> int:
        if action in _WRITES and trigger is None and table is not None:
            written.append((action, table))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(told)
    try:
        connection.execute(f"EXPLAIN {sql}").close()
    finally:
        connection.set_authorizer(None)
    (action, own), *others = written or [(0, "")]
    odd = (t for a, t in others if t != own or sqlite3.SQLITE_DELETE in (a, action))
    return next(odd, "")


def make(url: URL) -> SQLiteHand:
    """The hand; UnreachableFault or NotPermittedFault where it can reach nothing."""
    return SQLiteHand(url)
