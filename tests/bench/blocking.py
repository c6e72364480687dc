"""Who blocks whom in a storm: one flat scan and our own edges against asking the server for every session."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import URL

from console.core.blocking import edges
from console.dialects import open_dialect
from tests.bench.measure import compare, seconds
from tests.servers import conninfo, run
from tests.waiting import eventually

WAITERS = 900
_ASK_ALL = "SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity"
_WAITING = b"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def measure(server: URL) -> None:
    """900 sessions wait in one queue for the same exclusive lock."""
    link = open_dialect("postgresql").open(server, "bench")
    with _storm(server) as watch:
        found = len(edges(link.locks()))
        ours = seconds(lambda: edges(link.locks()))
        flat = seconds(lambda: watch.execute("SELECT * FROM pg_locks").fetchall())
        asked = seconds(lambda: watch.execute(_ASK_ALL).fetchall(), runs=1)
    link.close()
    compare(
        f"{WAITERS} waiters, {found} edges",
        ("rows of pg_locks", flat),
        ("halfway: locks and edges", ours),
        ("pg_blocking_pids of every session", asked),
    )


@contextmanager
def _storm(server: URL) -> Iterator[psycopg.Connection]:
    """Every waiter excludes every other. The server's own deadlock checks would freeze it: they are put off."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    run(server, "CREATE TABLE storm (id integer)")
    watch, holder, *waiters = (_session(server) for _ in range(WAITERS + 2))
    holder.execute("BEGIN")
    holder.execute("SELECT * FROM storm")
    try:
        for waiter in waiters:
            waiter.pgconn.send_query(b"ALTER TABLE storm ADD a integer")
        eventually(lambda: watch.execute(_WAITING).fetchone() == (WAITERS,), 60)
        yield watch
    finally:
        for session in (*waiters, holder, watch):
            session.close()


def _session(server: URL) -> psycopg.Connection:
    return psycopg.connect(conninfo(server), autocommit=True, options="-c deadlock_timeout=10min")
