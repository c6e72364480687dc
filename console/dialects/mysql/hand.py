"""The one connection that acts on a MySQL or MariaDB. Every statement is sent once; an observer never imports this.

KILL takes no condition, so the target is read just before; afterwards it is read again until it is gone, still there,
or being undone: InnoDB goes on undoing what a session did after the session itself has left every list.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pymysql

from console.core.faults import Fault, LinkLostFault, NotPermittedFault, ReadFault, RefusedFault
from console.core.plan import Outcome, Owner, Settings, Step, Word
from console.core.session import Session
from console.dialects.mysql import link_for
from console.dialects.mysql.errors import read_fault
from console.dialects.mysql.wire import Wire
from console.holding import Holder, HoldsOff

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_WAIT = "5"
"""Seconds to wait for a lock before a plan's own settings say otherwise."""
_PATIENCE = 3.0
"""Seconds until a session that was told to end is called still there: from when the server took the order."""
_LOOK_EVERY = 0.15
"""Seconds between two looks: more than the 0.1 s for which InnoDB keeps its answer."""
_SLACK = 2.0
"""Seconds by which two readings of one moment may differ: ages come in whole seconds."""
_NO_SUCH, _NOT_YOURS = ("1094", "1957"), (1095, 1227, 1142, 1370)
_LOST = (2006, 2013, 2014, 2055, 1053, 1077, 1080, 1927, 4031)


_KEEP_ALIVE = ((socket.TCP_KEEPIDLE, 10), (socket.TCP_KEEPINTVL, 5), (socket.TCP_KEEPCNT, 3))
"""A link that is dead is noticed within half a minute; the driver alone would wait for two hours."""
_SILENT = 17.5
"""Seconds without an answer to a kill until the link counts as lost."""
_ONE_HAND = "SELECT get_lock(concat('halfway ', left(sha2(database(), 256), 40)), 0)"
"""A lock of this database that ends with the session: two consoles on two machines do not change one schema at once,
and what was lost sight of and still runs keeps a second try out."""
_NOT_LEFT_OPEN = ("SET SESSION wait_timeout = 30", f"SET SESSION wait_timeout = {Wire.idle}")


class _ActingWire(Wire):
    """Not read-only, and patient with what it was asked to do."""

    def _settle(self) -> None:
        held = vars(self._connection)["_sock"]
        with suppress(OSError):  # a Unix socket has no such thing
            for option, value in _KEEP_ALIVE:
                held.setsockopt(socket.IPPROTO_TCP, option, value)
        super()._settle()

    def _limit(self) -> None:
        names = ("lock_wait_timeout", "innodb_lock_wait_timeout")
        limits = {**dict.fromkeys(names, _WAIT), "wait_timeout": self.idle}
        self._apply({**limits, "time_zone": "'+00:00'", "sql_mode": "''"})

    @contextmanager
    def reading(self) -> Iterator[None]:
        """For the block as careful as a connection that only reads."""
        super()._limit()
        self._wait_at_most(_SILENT)
        try:
            yield
        finally:
            if not self.closed:
                self.read("SET SESSION TRANSACTION READ WRITE")
                self._apply({"max_statement_time" if self.is_mariadb else "max_execution_time": "0"})
                self._limit()
                self._wait_at_most(self.seconds + 2.5)

    def send(self, sql: str, patience: float | None) -> None:
        """One statement, exactly these characters, however long it takes (or so many seconds)."""
        self._wait_at_most(patience)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
        finally:
            self._wait_at_most(self.seconds + 2.5)


class MySQLHand(HoldsOff):
    """What `console.core.ports_acting.Hand` promises, on PyMySQL."""

    def __init__(self, url: URL, lane: str = "hand") -> None:
        """Connect; UnreachableFault, NotPermittedFault or UsageFault when that cannot be done."""
        self._holder = Holder(partial(MySQLHand, url, "hold"))
        self._wire = _ActingWire(url, lane)
        self._link = link_for(self._wire)

    def identity(self) -> str:
        """Which server this is, as `Server.identity` says it."""
        return self._link.server().identity

    def whoami(self) -> str:
        """`4711 on <server>`: numbers are not used again before the server starts anew."""
        return f"{self._wire.id} on {self.identity()}"

    def look(self, session: str) -> Session | None:
        """The session as it is now, or what is still undone of it; None when it is gone."""
        return next((s for s in self._link.sessions() if s.id == session), None)

    def read(self, name: str, given: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401 - what that method of a link gives
        """What a link would read."""
        with self._wire.reading():
            return getattr(self._link, name)(*given)

    def kill(self, step: Step, acting: int = 0) -> Outcome:
        """End the session, once, if it still is the one; then read again."""
        assert step.target is not None
        meant, began = step.target.session, time.monotonic()
        try:
            now = self.look(meant.id)
        except ReadFault as fault:
            why = f"{meant.id} could not be looked at again, so nothing was sent: {fault}"
            return Outcome(step.n, Word.REFUSED, why, sent=False)
        if now is None:
            return Outcome(step.n, Word.GONE, f"{meant.id} had ended before: nothing was sent to it", sent=False)
        cancels = "QUERY" in step.sql[0].upper()
        if changed := _changed(meant, now, cancels=cancels):
            return Outcome(step.n, Word.REFUSED, changed, sent=False)
        try:
            self._send(step.sql[0], _SILENT)
        except RefusedFault as fault:
            if fault.code not in _NO_SUCH:
                return Outcome(step.n, Word.REFUSED, fault.why, time.monotonic() - began)
        except NotPermittedFault as fault:
            return Outcome(step.n, Word.REFUSED, str(fault), time.monotonic() - began)
        return self._followed(step.n, meant, began, cancels=cancels)

    def _followed(self, n: int, meant: Session, began: float, *, cancels: bool) -> Outcome:
        told = time.monotonic()
        while True:
            now = self.look(meant.id)
            seconds = time.monotonic() - began
            if now is None or (cancels and _runs_other(meant, now)):
                return Outcome(n, Word.GONE, seconds=seconds)
            if time.monotonic() - told > _PATIENCE:
                break
            # whether a session has ended can only be asked again: the server tells nobody
            time.sleep(_LOOK_EVERY)
        if now.state == "rolling back":
            left = now.rows_modified
            rows = (
                f"{left:,} rows are still to be undone" if left is not None else "how many rows are left is not known"
            )
            return Outcome(n, Word.ROLLING_BACK, rows, seconds, rows_left=left)
        return Outcome(n, Word.STILL_THERE, f"{meant.id} was told to end and has not yet", seconds)

    def settle(self, settings: Settings) -> None:
        """Be like the tool's own session, and the only hand in this database."""
        try:
            alone = self._wire.read(_ONE_HAND)[0][0]
        except LinkLostFault:
            raise
        except ReadFault as fault:
            raise RefusedFault("Whether another hand is at work cannot be told", fault.why) from fault
        if alone != 1:
            why = "another console changes this database, or what one sent still runs"
            raise RefusedFault("Nothing is run beside another hand", why, "Wait for its end")
        for sql in settings.sql:
            self._send(sql)

    def run(self, step: Step, acting: int = 0) -> None:
        """Send the step's statements, once."""
        if not step.atomic:
            for sql in step.sql:
                self._send(sql)
            return
        self._send(_NOT_LEFT_OPEN[0])
        self._send("START TRANSACTION")
        try:
            for sql in step.sql:
                self._send(sql)
        except Fault:
            with suppress(Fault):
                self._send("ROLLBACK")
            raise
        self._send("COMMIT")
        with suppress(Fault):
            self._send(_NOT_LEFT_OPEN[1])

    def outlast(self) -> None:
        """Go on holding others off while what was lost sight of still runs."""
        if self._wire.closed:
            self._holder.outlast(f"SELECT count(*) FROM information_schema.processlist WHERE id = {self._wire.id}")

    def stay(self) -> str:
        """As a session that holds others off: it is asked every few seconds, and ends when nobody does any more."""
        return "a proxy stands between, and the lock would be another session's" if self._wire.proxied else ""

    def ask(self, sql: str) -> object:
        """The one value that a SELECT gives."""
        return self._wire.read(sql)[0][0]

    def owner(self, tables: Sequence[tuple[str, str]]) -> Owner:
        """Tables have no owners here."""
        return Owner()

    def count(self, sql: str, seconds: float) -> int | None:
        """The number a SELECT gives; None when it took longer or would have waited behind a lock."""
        try:
            with self._wire.patient(seconds):
                return int(self._wire.read(sql)[0][0])
        except LinkLostFault:
            raise
        except (ReadFault, RefusedFault):
            return None

    def rest(self) -> None:
        """The server ends who says nothing for `Wire.idle` seconds: a console whose machine is lost holds nothing."""
        self.ask("SELECT 1")

    def close(self) -> None:
        """End the connection; what it runs is not cancelled."""
        self._holder.let_go()
        self._wire.close()

    def _send(self, sql: str, patience: float | None = None) -> None:
        if self._wire.closed:
            raise LinkLostFault("The connection to MySQL broke", "it is closed")
        try:
            self._wire.send(sql, patience)
        except pymysql.Error as error:
            raise _fault(error, closed=self._wire.closed) from error


def _fault(error: pymysql.Error, *, closed: bool) -> Fault:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    if closed or code in _LOST or not code:
        return LinkLostFault("The connection to MySQL broke", " ".join(str(part) for part in error.args[1:]))
    said = " ".join(str(part) for part in error.args[1:])
    if code in _NOT_YOURS:
        known = read_fault(error, cancelled=False)
        return NotPermittedFault("The account may not do this", said, grant=known.grant)
    return RefusedFault("The server refused it", f"{code} {said}", code=str(code))


def _changed(meant: Session, now: Session, *, cancels: bool) -> str:
    """Why this is not what the dialog showed any more; '' when it is."""
    if (meant.user, meant.address, meant.port) != (now.user, now.address, now.port):
        return f"{meant.id} is another session now: {now.who}"
    if not _near(meant.transaction_at, now.transaction_at) and not _of_its_statement(meant, now):
        if _runs_still(meant, now):
            return ""
        return f"{meant.id} has changed since the dialog opened: it is {now.state} now, in another transaction"
    if cancels and _runs_other(meant, now):
        return f"{meant.id} has changed since the dialog opened: it runs something else now"
    return ""


def _of_its_statement(meant: Session, now: Session) -> bool:
    """The transaction is that of the one statement which ran already: the server tells of it after a second."""
    return meant.transaction_at is None and meant.query_at is not None and _near(meant.query_at, now.transaction_at)


def _runs_still(meant: Session, now: Session) -> bool:
    """The same statement, and so the same transaction, whatever the ages say that a busy server tells of it."""
    return meant.state == now.state == "active" and not _runs_other(meant, now)


def _runs_other(meant: Session, now: Session) -> bool:
    if meant.query_id and now.query_id:
        return meant.query_id != now.query_id
    return now.state.startswith("idle") or now.query != meant.query or not _near(meant.query_at, now.query_at)


def _near(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs((one - other).total_seconds()) <= _SLACK


def make(url: URL) -> MySQLHand:
    """The connection that acts; UnreachableFault, NotPermittedFault or UsageFault when it cannot be made."""
    return MySQLHand(url)
