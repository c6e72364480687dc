"""One connection that cannot hang behind the incident, and the way statements travel over it.

Limits go with the connection from its first moment (start-up options). A pooler may refuse or drop them; then every
read is a short read-only transaction that brings its limits along, because a plain SET would stay on a connection
that the pooler hands to the application next.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import make_conninfo

from console import tunnel
from console.core.faults import LinkLostFault
from console.dialects.postgres.credentials import password_for
from console.dialects.postgres.errors import Silence, connection_fault, options_refused, read_fault

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

RV = TypeVar("RV")
Row = tuple[Any, ...]

_SECONDS = {"schema": 15.0}
_DEFAULT_SECONDS = 2.0
_GRACE = 2.5
"""How much longer than its own time-out a server may be silent before the socket is dropped."""
_AT_A_TIME = 2000
"""Rows."""
_IDLE = 55
"""Seconds after which the server ends a session of ours that nobody uses: longer than a lane keeps one. Before 14 only
the keep-alives do, where the machine that looks is lost."""
_LIMITS = {
    "lock_timeout": "250ms",
    "idle_in_transaction_session_timeout": "5s",
    "row_security": "off",
    "DateStyle": "ISO,YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""`row_security=off` makes hidden rows an error instead of a smaller table."""
_TEXT_TYPES = ("text", "name", "varchar", "bpchar", '"char"', 705, 0)
_FACTS = """
SELECT pg_catalog.current_setting('lock_timeout'),
       coalesce(pg_catalog.current_schema(), 'public'),
       pg_catalog.current_setting('search_path'),
       pg_catalog.current_setting('default_transaction_read_only') = 'on',
       (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(n.nspname), ', ')
          FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
         WHERE n.nspname NOT IN ('pg_catalog', coalesce(pg_catalog.current_schema(), 'public'))),
       pg_catalog.quote_ident(coalesce(pg_catalog.current_schema(), 'public')),
       pg_catalog.pg_backend_pid(),
       (SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
"""


class _Tolerant(Loader):
    """Text in any encoding: bytes that mean nothing in it are shown in hexadecimal instead of stopping the read."""

    def load(self, data: Buffer) -> str:
        encoding = self.connection.info.encoding if self.connection else "utf-8"
        return bytes(data).decode("utf-8" if encoding == "ascii" else encoding, "backslashreplace")


class PatientConnection(psycopg.Connection[Row]):
    """A connection that gives up on a server that stays silent."""

    patience = _DEFAULT_SECONDS + _GRACE
    """Seconds."""

    def wait(self, gen: PQGen[RV], *args: Any, **kwargs: Any) -> RV:  # noqa: ANN401 - whatever psycopg passes
        """What psycopg waits with, for as long as there is patience."""
        return super().wait(_within(gen, self.patience), *args, **kwargs)


def _within(gen: PQGen[RV], patience: float) -> PQGen[RV]:
    """`gen`, as long as something comes: a link of a few bytes a second is no silence."""
    deadline = time.monotonic() + patience
    try:
        state = next(gen)
        while True:
            ready = yield state
            if ready:
                deadline = time.monotonic() + patience
            elif time.monotonic() > deadline:
                raise Silence("no answer")
            state = gen.send(ready)
    except StopIteration as end:
        return cast("RV", end.value)


def conninfo(url: URL, lane: str, options: str) -> str:
    """What libpq is given: the URL with our name, `options` for the server and a quick end of a dead link."""
    given: dict[str, Any] = {}
    for name, value in url.query.items():
        given[name] = value if isinstance(value, str) else ",".join(value)
    given.pop(tunnel.OPTION, None)
    parts = {"user": url.username, "password": url.password, "host": url.host, "port": url.port, "dbname": url.database}
    given |= {name: value for name, value in parts.items() if value is not None}
    if way := tunnel.way(url):
        given |= {"password": password_for(given, os.environ), "hostaddr": way[0], "port": way[1]}
    given["options"] = f"{given.get('options', '')} {options}".strip()
    own = {"application_name": f"halfway {lane}", "connect_timeout": "4", "keepalives": "1", "keepalives_idle": "5",
           "keepalives_interval": "2", "keepalives_count": "3", "tcp_user_timeout": "10000"}  # fmt: skip
    return make_conninfo(**{**given, **own})


class Wire:
    """A connection, used by one thread; `cancel` may come from another."""

    def __init__(self, url: URL, lane: str) -> None:
        """Connect; UnreachableFault, NotPermittedFault or UsageFault when that cannot be done."""
        self.seconds = _SECONDS.get(lane.partition(" ")[0], _DEFAULT_SECONDS)
        self._limits = {**_LIMITS, "statement_timeout": f"{int(self.seconds * 1000)}ms"}
        self._wrapped = False
        self.pooled = False
        """Something between takes a connection of its own to the server, and may take another one next time."""
        self._cancelled = False
        self._ended = "it is closed"
        self._connection = self._connect(url, lane)
        self._pid = self._connection.info.backend_pid
        self._connection.prepare_threshold = None
        self._connection.patience = self.seconds + _GRACE
        self.version = self._connection.info.server_version
        try:
            self._settle()
        except BaseException:
            self.close()
            raise

    def _connect(self, url: URL, lane: str) -> PatientConnection:
        options = " ".join(f"-c {name}={value}" for name, value in self._limits.items())
        with tunnel.explained(url):
            try:
                return _connected(url, lane, options)
            except psycopg.OperationalError as error:
                if not options_refused(error):
                    raise connection_fault(error) from error
            except psycopg.Error as error:
                raise connection_fault(error) from error
            self._wrapped = self.pooled = True
            try:
                return _connected(url, lane, "")
            except psycopg.Error as error:
                raise connection_fault(error) from error

    def _settle(self) -> None:
        """Read what the session is like, then make it read-only and its names definite."""
        info = self._connection.info
        server_encoding = info.parameter_status("server_encoding") or "UTF8"
        if server_encoding == "SQL_ASCII":
            self._be_tolerant()
        facts = self.read(_FACTS)[0]
        timeout, self.home, self.search_path, self.read_only, extensions, quoted_home, pid, self.database = facts
        dropped = not self._wrapped and timeout != _LIMITS["lock_timeout"]
        self.pooled = self.pooled or dropped or pid != info.backend_pid
        self._wrapped = self._wrapped or self.pooled
        path = f"{quoted_home}, {extensions}" if extensions else quoted_home
        settings = {"default_transaction_read_only": "on", "search_path": path}
        if info.parameter_status("client_encoding") != server_encoding:
            settings["client_encoding"] = f"'{server_encoding}'"
        self._limits |= settings
        if not self._wrapped:
            self._command("; ".join(f"SET {name} = {value}" for name, value in settings.items()))
            self._notice_when_we_are_gone()

    def _notice_when_we_are_gone(self) -> None:
        if self.version >= 140000:
            self._command(f"SET idle_session_timeout = '{_IDLE}s'")
            try:
                self._connection.execute("SET client_connection_check_interval = '2s'")
            except psycopg.DatabaseError:
                return  # some systems cannot tell; then the time-outs are what ends an abandoned read

    def _be_tolerant(self) -> None:
        for name in _TEXT_TYPES:
            self._connection.adapters.register_loader(name, _Tolerant)

    def _command(self, sql: str) -> None:
        with self._faults():
            self._connection.execute(sql)

    def read(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a query."""
        return self.made(sql, list, parameters)

    def made(
        self,
        sql: str,
        make: Callable[[Iterable[Row]], RV],
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
    ) -> RV:
        """What `make` makes of the rows, of which few are kept at a time. It may see them twice."""
        try:
            with self.cursor(sql, parameters) as cursor:
                return make(_fetched(cursor))
        except UnicodeDecodeError:
            self._be_tolerant()
            with self.cursor(sql, parameters) as cursor:
                return make(_fetched(cursor))

    def texts(self, sql: str) -> tuple[tuple[str, ...], list[tuple[str | None, ...]]]:
        """Column names and all rows, every value as the server writes it."""
        name = self._connection.info.encoding
        encoding = "utf-8" if name == "ascii" else name

        def text(value: bytes | None) -> str | None:
            return None if value is None else value.decode(encoding, "backslashreplace")

        with self.cursor(sql) as cursor:
            result = cursor.pgresult
            if result is None:
                return (), []
            width = range(result.nfields)
            columns = tuple(text(result.fname(c)) or "" for c in width)
            return columns, [tuple(text(result.get_value(r, c)) for c in width) for r in range(result.ntuples)]

    @contextmanager
    def cursor(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> Iterator[psycopg.Cursor[Row]]:
        """Run a query; its rows are to be fetched inside the block."""
        with self._faults(), self._limited():
            yield self._connection.execute(sql, parameters)

    @contextmanager
    def with_settings(self, settings: Mapping[str, str]) -> Iterator[None]:
        """Other settings for the reads in the block."""
        before = self._limits
        self._limits = {**before, **settings}
        try:
            if not self._wrapped:
                self._command("; ".join(f"SET {name} = {_literal(name, value)}" for name, value in settings.items()))
            yield
        finally:
            self._limits = before
            if not self._wrapped and not self._connection.closed:
                self._command("; ".join(f"SET {name} = {_literal(name, before[name])}" for name in settings))

    @contextmanager
    def _limited(self) -> Generator[None, None, None]:
        if not self._wrapped:
            yield
            return
        settings = "; ".join(f"SET LOCAL {name} = {_literal(name, value)}" for name, value in self._limits.items())
        begun = self._connection.execute(f"BEGIN READ ONLY; {settings}; SELECT pg_catalog.pg_backend_pid()")
        while begun.nextset():
            pass
        self._pid = (begun.fetchone() or (0,))[0]
        try:
            yield
        finally:
            self._pid = 0
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _faults(self) -> Generator[None, None, None]:
        self._cancelled = False
        if self._connection.closed:
            raise LinkLostFault("The connection to PostgreSQL broke", self._ended)
        try:
            yield
        except psycopg.Error as error:
            if isinstance(error, Silence):
                self._ended = f"it gave no answer for {self._connection.patience:g} s"
                self._connection.close()
            raise read_fault(error, closed=self._connection.closed, cancelled=self._cancelled) from error

    def fileno(self) -> int:
        """Its socket."""
        return self._connection.fileno()

    @property
    def pid(self) -> int:
        """Its process on the server; behind a pooler the one that reads now, 0 while none does."""
        return self._pid

    @property
    def host(self) -> str:
        """Where the server is: a host name, an address or a socket folder."""
        return self._connection.info.host

    def patient(self, seconds: float) -> None:
        """How long a read may take from now on, as far as this end is concerned."""
        self._connection.patience = seconds + _GRACE

    def cancel(self) -> None:
        """Ask the server to stop what it does for this connection; any thread."""
        self._cancelled = True
        try:
            self._connection.cancel_safe(timeout=2.0)
        except psycopg.Error as error:
            raise LinkLostFault("The read could not be cancelled", " ".join(str(error).split())) from error

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class BorrowedWire(Wire):
    """Reads over a connection that is somebody else's: every read brings its limits along and leaves nothing set."""

    def __init__(self, url: URL, connection: PatientConnection) -> None:
        """`connection` leads to `url` and runs nothing now."""
        self._lent = connection
        super().__init__(url, "schema")

    def _connect(self, url: URL, lane: str) -> PatientConnection:
        self._wrapped = True
        return self._lent

    def close(self) -> None:
        """It stays open."""


def _connected(url: URL, lane: str, options: str) -> PatientConnection:
    return PatientConnection.connect(conninfo(url, lane, options), autocommit=True)


def _fetched(cursor: psycopg.Cursor[Row]) -> Iterator[Row]:
    while rows := cursor.fetchmany(_AT_A_TIME):
        yield from rows


def _literal(name: str, value: str) -> str:
    return value if name in ("search_path", "client_encoding") else f"'{value}'"
