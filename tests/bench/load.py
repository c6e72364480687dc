"""What a console at rest costs: its own processor time, the server's, and its statements, beside the monitors.

Two hundred sessions: 100 idle, a chain of 50, 50 that sleep, so that what the server uses is used for who looks at it.
Both servers are measured at the same time, each with one monitor after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy.engine import URL

from console.drill.private import PrivateServer
from console.drill.server import PrivatePostgres, available
from tests.bench import crowd, peers, serverlog
from tests.bench.crowd import MARK
from tests.bench.peers import Peer
from tests.bench.pty import child
from tests.bench.shop import USEFUL, Shop, shop
from tests.bench.table import LOAD, Row
from tests.bench.watch import SETTLED, Minute, counted, minute, used
from tests.mysql_servers import MyConnection, ask, open_connection, private

_OURS, _THEIRS, _ALONE = 15.0, 6.0, 20.0
"""Seconds of a window: files are looked at again every 15 s; a monitor does the same each time; nobody looks."""
_SWEEP = 2.0
"""Seconds from one to the next, as the console is started."""
_SWEEPS = 15
_STATEMENTS, _SERVER, _CLIENT = 4.0, 0.3, 0.6
ROOM = {"max_connections": "400"}
MY_ROOM = {"max-connections": "400", "innodb-lock-wait-timeout": "3600"}


@dataclass(frozen=True)
class Watched:
    """One server with a monitor after the other."""

    title: str
    statements: float
    """A sweep."""
    alone: float
    """Seconds of a processor that the server takes a minute when nobody looks."""
    ours: Minute
    peer: Peer
    theirs: Minute | None
    why: str
    """Why there is no peer."""


def rows() -> Iterator[Row]:
    """Each server with its peer."""
    with ThreadPoolExecutor(2) as both:
        for done in both.map(lambda work: work(), (_on_postgres, _on_mysql)):
            yield from _told(done)


def _on_postgres() -> Watched:
    with PrivatePostgres(max(available()), {**serverlog.SETTINGS, **ROOM}) as server:

        def statements(seconds: float) -> int:
            with serverlog.heard(server) as log:
                used(server.pid or 0, seconds)
                return sum(each.is_statement for each in log.ours())

        return _watched(server, peers.PG_ACTIVITY, peers.pg_activity, statements)


def _on_mysql() -> Watched:
    with private("mysql", MY_ROOM) as server, open_connection(server.url) as session:
        return _watched(
            server, peers.DOLPHIE, peers.dolphie, lambda seconds: counted(lambda: _questions(session), seconds) - 1
        )


def _questions(session: MyConnection) -> int:
    """Those of everybody: the crowd rests, and this one asks itself."""
    return int(ask(session, "SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])


def _watched(
    server: PrivateServer,
    peer: Peer,
    line: Callable[[URL], Sequence[str]],
    statements: Callable[[float], int],
) -> Watched:
    pid = server.pid or 0
    with shop(server.url) as made, crowd.crowd(made.url, churning=False):
        alone = used(pid, _ALONE) * 60 / _ALONE
        ours, sent = _ours(made, pid, statements)
        why = peers.why_not(peer)
        theirs = None if why else _theirs(line(server.url), peer.environ(HOME=str(made.home)), pid)
    return Watched(server.title, sent / _SWEEPS, alone, ours, peer, theirs, why)


def _ours(made: Shop, server: int, statements: Callable[[float], int]) -> tuple[Minute, int]:
    with child(made.line(), made.environ()) as console:
        console.until(USEFUL)
        console.settle(SETTLED)
        return minute(console, server, _OURS), statements(_SWEEP * _SWEEPS)


def _theirs(line: Sequence[str], environ: Mapping[str, str], server: int) -> Minute:
    with child(line, environ) as monitor:
        monitor.until(MARK)
        monitor.settle(SETTLED)
        return minute(monitor, server, _THEIRS)


def _told(done: Watched) -> Iterator[Row]:
    yield Row.within(LOAD, f"{done.title}: statements a sweep", done.statements, "", _STATEMENTS)
    yield from _cpu(done, "server CPU a minute", done.alone, _SERVER, lambda each: each.server)
    yield from _cpu(done, "client CPU a minute", 0.0, _CLIENT, lambda each: each.client)


def _cpu(done: Watched, what: str, less: float, bar: float, of: Callable[[Minute], float]) -> Iterator[Row]:
    title, ours = f"{done.title}: {what}", of(done.ours) - less
    if done.theirs is None:
        yield Row.within(LOAD, title, ours, "s", bar)
        yield Row.missing(LOAD, f"{title} of {done.peer.name}", done.why)
    else:
        yield Row.beside(LOAD, title, ours, "s", bar, done.peer.title, of(done.theirs) - less)
