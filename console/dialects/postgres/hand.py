"""The one connection that acts on a PostgreSQL. Every statement is sent once; an observer's process never imports this.

What is sent is exactly what the plan shows, by the simple protocol and without parameters. Afterwards the target is
read again, and only what that shows is said.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq

from console.core.faults import Fault, LinkLostFault, NotPermittedFault, ReadFault, RefusedFault
from console.core.plan import Outcome, Owner, Settings, Step, Word
from console.core.session import Session
from console.dialects.postgres import activity, queries
from console.dialects.postgres.errors import Silence, connection_fault
from console.dialects.postgres.link import PostgresLink
from console.dialects.postgres.queries import pick
from console.dialects.postgres.quoting import literal, quoted
from console.dialects.postgres.wire import BorrowedWire, PatientConnection, Row, conninfo
from console.holding import Holder, HoldsOff

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_LIMITS = (
    "-c lock_timeout=3s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c TimeZone=UTC"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
"""For its own reads and for ending sessions; a plan's settings replace them. The keep-alives end a session whose
console is cut off, never one that runs something."""
_SILENT = 6.0
"""Seconds without an answer to a read until the link counts as lost."""
_GRACE = 2.5
"""How much longer than its own time-out a server may be silent."""
_TIMEOUT = 15.0
"""Seconds, as in the limits."""
_ONE_HAND = "SELECT pg_catalog.pg_try_advisory_lock(7234017283807667303)"
"""`halfwayg`, a lock of this database that ends with the session: two consoles on two machines do not change one
schema at once, and what was lost sight of and still runs keeps a second try out."""
_NOT_LEFT_OPEN = "SET LOCAL idle_in_transaction_session_timeout = '30s'"
_CANCELLED = "57014"
_LOST = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
_FIRST_LOCK = "55P03"
_PATIENCE = 3.0
"""Seconds until a session that was told to end is called still there: from when the server took the order."""
_LOOK_EVERY = 0.05
OWNERS = """
SELECT DISTINCT pg_catalog.pg_get_userbyid(c.relowner)::text, pg_catalog.pg_has_role(c.relowner, 'MEMBER')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE (n.nspname, c.relname) IN ({places}) AND c.relkind IN ('r', 'p')
"""
_ONE_SESSION = "pg_stat_get_activity(NULL)"
_STILL = "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_get_activity({pid}) AS a WHERE {same}"
_WHOAMI = "SELECT a.pid, a.backend_start FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) AS a"


class PostgresHand(HoldsOff):
    """What `console.core.ports_acting.Hand` promises, on psycopg."""

    def __init__(self, url: URL, lane: str = "hand") -> None:
        """Connect; UnreachableFault, NotPermittedFault or UsageFault when that cannot be done."""
        self._url = url
        self._link: PostgresLink | None = None
        self._holder = Holder(partial(PostgresHand, url, "hold"))
        try:
            self._connection = PatientConnection.connect(conninfo(url, lane, _LIMITS), autocommit=True)
        except psycopg.Error as error:
            raise connection_fault(error) from error
        self._connection.prepare_threshold = None
        self._version = self._connection.info.server_version
        self._since: dict[int, str] = {}
        self._pid = self._connection.info.backend_pid

    def identity(self) -> str:
        """Which server this is, as `Server.identity` says it."""
        started = self._read("SELECT pg_catalog.pg_postmaster_start_time()")[0][0]
        system = ""
        with suppress(NotPermittedFault):
            system = str(self._read(queries.IDENTITY)[0][0])
        return f"{system} {started.astimezone(UTC).isoformat()}".strip()

    def whoami(self) -> str:
        """`4711 since 2026-01-31T12:00:00+00:00`."""
        pid, began = self._read(_WHOAMI)[0]
        if began is not None:  # hidden from a role that is not the one who logged in
            self._since[pid] = began.astimezone(UTC).isoformat()
        return f"{pid} since {self._since[pid]}" if pid in self._since else str(pid)

    def look(self, session: str) -> Session | None:
        """The session as it is now; None when it is gone."""
        sql = pick(queries.SESSIONS, self._version).replace(_ONE_SESSION, f"pg_stat_get_activity({int(session)})")
        rows = self._read(sql)
        if not rows:
            return None
        return activity.session(rows[0], {}, {})

    def read(self, name: str, given: tuple[Any, ...] = ()) -> Any:  # noqa: ANN401 - what that method of a link gives
        """What a link would read."""
        self._connection.patience = _TIMEOUT + _GRACE
        if self._link is None:
            self._link = PostgresLink(BorrowedWire(self._url, self._connection), self._url)
        return getattr(self._link, name)(*given)

    def kill(self, step: Step, acting: int = 0) -> Outcome:
        """End the session, once, if it still is the one; then read again."""
        assert step.target is not None
        meant, began, word = step.target.session, time.monotonic(), Word.STILL_THERE
        detail = f"{meant.id} was told to end and has not yet"
        try:
            rows = self._read(step.sql[0], _TIMEOUT + _GRACE)
        except RefusedFault as fault:
            if fault.code != _CANCELLED:
                return Outcome(step.n, Word.REFUSED, fault.why, time.monotonic() - began)
            rows, word, detail = [()], Word.UNKNOWN, f"this was stopped while it told {meant.id} to end: {fault.why}"
        except NotPermittedFault as fault:
            return Outcome(step.n, Word.REFUSED, str(fault), time.monotonic() - began)
        if not rows:
            return self._not_the_one(step.n, meant, time.monotonic() - began)
        told = time.monotonic()
        while not self._is_over(meant, step):
            if time.monotonic() - told > _PATIENCE:
                return Outcome(step.n, word, detail, time.monotonic() - began)
            # whether a session has ended can only be asked again: the server tells nobody
            time.sleep(_LOOK_EVERY)
        return Outcome(step.n, Word.GONE, seconds=time.monotonic() - began)

    def _not_the_one(self, n: int, meant: Session, seconds: float) -> Outcome:
        now = self.look(meant.id)
        if now is None or now.started_at != meant.started_at:
            return Outcome(n, Word.GONE, f"{meant.id} had ended before: nothing was sent to it", seconds, sent=False)
        why = f"{meant.id} has changed since the dialog opened: it is {now.state} now"
        return Outcome(n, Word.REFUSED, why, seconds, sent=False)

    def _is_over(self, meant: Session, step: Step) -> bool:
        now = self.look(meant.id)
        if now is None or now.started_at != meant.started_at:
            return True
        cancels = "pg_cancel_backend" in step.sql[0]
        return cancels and (now.state != "active" or now.query_at != meant.query_at)

    def settle(self, settings: Settings) -> None:
        """Be like the tool's own session, and the only hand in this database."""
        if self._is_pooled():
            why = "a pooler stands between, and what is set for one session would meet another"
            raise RefusedFault("Nothing is run over this connection", why, "Name the server itself in the URL")
        if not self._read(_ONE_HAND)[0][0]:
            why = "another console changes this database, or what one sent still runs"
            raise RefusedFault("Nothing is run beside another hand", why, "Wait for its end")
        self.whoami()
        for sql in settings.sql:
            self._send(sql)

    def run(self, step: Step, acting: int = 0) -> None:
        """Send the step's statements, once."""
        with self._waiting(step.patience):
            self._run(step)

    def _run(self, step: Step) -> None:
        if not step.atomic:
            for sql in step.sql:
                self._send(sql)
            return
        self._send("BEGIN")
        try:
            for sql in (_NOT_LEFT_OPEN, *step.sql):
                self._send(sql)
        except Fault:
            with suppress(Fault):
                self._send("ROLLBACK")
            raise
        self._send("COMMIT")

    @contextmanager
    def _waiting(self, seconds: float | None) -> Iterator[None]:
        """A lock is waited for as long as the step says."""
        if seconds is None:
            yield
            return
        self._send(f"SET lock_timeout = {int(seconds * 1000)}")
        try:
            yield
        finally:
            with suppress(Fault):
                self._send("RESET lock_timeout")

    def outlast(self) -> None:
        """Go on holding others off while what was lost sight of still runs."""
        if self._connection.closed:
            since = self._since.get(self._pid)
            same = f"a.backend_start IS NULL OR a.backend_start = {literal(since)}" if since else "true"
            self._holder.outlast(_STILL.format(pid=self._pid, same=same))

    def stay(self) -> str:
        """As a session that holds others off: the keep-alives of the limits end it when its console is cut off."""
        if self._is_pooled():
            return "a pooler stands between, and the lock would be another session's"
        if self._version >= 140000:
            self._send("SET idle_session_timeout = 0")
        return ""

    def ask(self, sql: str) -> object:
        """The one value that a SELECT gives."""
        return self._read(sql)[0][0]

    def rest(self) -> None:
        """Nothing ends it for its silence; the keep-alives end it when its console is cut off."""

    def _is_pooled(self) -> bool:
        """Whether the session is another one than the server's greeting said."""
        return bool(self.ask("SELECT pg_catalog.pg_backend_pid()") != self._connection.info.backend_pid)

    def owner(self, tables: Sequence[tuple[str, str]]) -> Owner:
        """Who owns these tables, and whether this session can be that role."""
        places = ", ".join(f"({literal(schema)}, {literal(name)})" for schema, name in tables)
        if not places:
            return Owner()
        found = self._read(OWNERS.format(places=places))
        owners = {str(owner): bool(may) for owner, may in found}
        if len(owners) > 1:
            return Owner(refused=f"The tables have several owners ({', '.join(sorted(owners))}).")
        role, may = next(iter(owners.items()), ("", True))
        if not may:
            return Owner(
                role, f'This user cannot be "{role}", who owns the tables (GRANT {quoted(role)} TO this user).'
            )
        me = self._read("SELECT current_user::text")[0][0]
        return Owner("" if role == me else role)

    def count(self, sql: str, seconds: float) -> int | None:
        """The number a SELECT gives; None when it took longer or would have waited behind a lock."""
        before = self.ask("SHOW statement_timeout")
        try:
            self._send(f"SET statement_timeout = {int(seconds * 1000)}")
            return int(self._read(sql, seconds + _GRACE)[0][0])
        except (RefusedFault, ReadFault):
            return None
        finally:
            with suppress(LinkLostFault):
                self._send(f"SET statement_timeout = '{before}'")

    def close(self) -> None:
        """End the connection; what it runs is not cancelled."""
        self._holder.let_go()
        self._connection.close()

    def _read(self, sql: str, patience: float = _SILENT) -> list[Row]:
        """Rows of what answers soon; a server that stays silent is a link lost."""
        self._connection.patience = patience
        with self._faults():
            return self._connection.execute(sql).fetchall()

    def _send(self, sql: str) -> None:
        """One statement by the simple protocol: exactly these bytes."""
        with self._faults():
            result = self._connection.pgconn.exec_(sql.encode(_encoding(self._connection)))
            if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY):
                raise psycopg.errors.error_from_result(result)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        if self._connection.closed:
            raise LinkLostFault("The connection to PostgreSQL broke", "it is closed")
        try:
            yield
        except psycopg.Error as error:
            if isinstance(error, Silence):
                self._connection.close()
            raise _fault(error, closed=self._connection.closed) from error


def _fault(error: psycopg.Error, *, closed: bool) -> Exception:
    state = error.sqlstate or ""
    why = error.diag.message_primary or " ".join(str(error).split())
    if not state or state.startswith(_LOST) or closed or isinstance(error, psycopg.InterfaceError):
        return LinkLostFault("The connection to PostgreSQL broke", why)
    if state == "42501":
        return NotPermittedFault("The role may not do this", why)
    return RefusedFault("PostgreSQL refused it", why, code=state, first_lock=state == _FIRST_LOCK)


def _encoding(connection: psycopg.Connection[Any]) -> str:
    name = connection.info.encoding
    return "utf-8" if name == "ascii" else name


def make(url: URL) -> PostgresHand:
    """The connection that acts; UnreachableFault, NotPermittedFault or UsageFault when it cannot be made."""
    return PostgresHand(url)
