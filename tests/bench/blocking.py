"""Who blocks whom among 2,000 sessions, of which 1,000 wait: asked, judged and drawn, and a key pressed meanwhile."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.observation import Health, Observation, Reading
from console.core.ports import Link
from console.dialects import open_dialect
from console.drill.server import PrivatePostgres, available
from screens.locks import page
from screens.look import Look
from tests.bench.measure import alternately, median_of, timed
from tests.bench.pty import Child, child
from tests.bench.shop import USEFUL, Shop, shop
from tests.bench.table import BLOCKING, Row
from tests.servers import conninfo, run
from tests.waiting import eventually

SESSIONS, WAITERS = 2_000, 1_000
_BARS = {"sweep": 250.0, "drawn": 50.0, "keys": 50.0}
"""Milliseconds."""
_WIDTH, _KEYS = 100, 15
_BETWEEN = 0.35
"""Seconds between two keys: no divisor of the time between two looks."""
_WAITING = b"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
_SPARE = 100


def rows() -> Iterator[Row]:
    """An ALTER waits for one who reads, and everybody else behind it; then each excludes each other."""
    settings = {"max_connections": str(SESSIONS + _SPARE), "deadlock_timeout": "10min"}
    with PrivatePostgres(max(available()), settings) as server, shop(server.url) as made:
        links = [open_dialect("postgresql").open(made.url, lane) for lane in ("sessions", "locks")]
        for title, statement in (("readers", b"SELECT FROM storm"), ("writers", b"ALTER TABLE storm ADD a integer")):
            with _storm(made.url, statement):
                yield from _measured(title, *links)
                if title == "readers":
                    yield _keys(made)


def _measured(title: str, sessions: Link, locks: Link) -> Iterator[Row]:
    def sweep() -> Assessment:
        now = datetime.now(UTC)
        said = Reading(sessions.sessions(), Health.OK, taken_at=now)
        held = Reading(locks.locks(), Health.OK, taken_at=now)
        return assess(Observation(now, sessions=said, locks=held))

    found = sweep()
    assert found.blocked.waiting == WAITERS, found.blocked.waiting
    folded, whole = Look(), Look(unfolded=True)
    took, drawn, unfolded = alternately(
        timed(sweep), timed(lambda: page(found, folded, _WIDTH)), timed(lambda: page(found, whole, _WIDTH))
    )
    what = f"{found.blocked.total:,} sessions, {found.blocked.waiting:,} {title} wait"
    yield Row.within(BLOCKING, f"{what}: read and judged", took * 1000, "ms", _BARS["sweep"])
    yield Row.within(BLOCKING, f"{what}: drawn as it opens", drawn * 1000, "ms", _BARS["drawn"])
    yield Row.within(BLOCKING, f"{what}: drawn with every line unfolded", unfolded * 1000, "ms", _BARS["drawn"])


def _keys(made: Shop) -> Row:
    """Help over the tree and back, in a console that looks again and again."""
    with child(made.line(), made.environ(), (_WIDTH, 30)) as console:
        console.until(USEFUL)
        console.answers(b"4", lambda text: "blocked by" in text)
        took = median_of(lambda: _opened(console), _KEYS)
    return Row.within(BLOCKING, "a key, while it looks again and again", took * 1000, "ms", _BARS["keys"])


def _opened(console: Child) -> float:
    took = console.answers(b"?", lambda text: "blocked by" not in text)
    console.answers(b"\x1b", lambda text: "blocked by" in text)
    console.settle(_BETWEEN)
    return took


@contextmanager
def _storm(server: URL, statement: bytes) -> Iterator[None]:
    """The server's own checks for deadlocks would freeze a queue like this: they are put off."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    run(server, "DROP TABLE IF EXISTS storm", "CREATE TABLE storm (id integer)")
    opened = [psycopg.connect(conninfo(server), autocommit=True) for _ in range(SESSIONS)]
    watch, holder, alter = opened[:3]
    try:
        holder.execute("BEGIN")
        holder.execute("SELECT * FROM storm")
        alter.pgconn.send_query(b"ALTER TABLE storm ADD a integer")
        eventually(lambda: watch.execute(_WAITING).fetchone() == (1,), 60)
        for waiter in opened[3 : WAITERS + 2]:
            waiter.pgconn.send_query(statement)
        eventually(lambda: watch.execute(_WAITING).fetchone() == (WAITERS,), 60)
        yield
    finally:
        for session in opened:
            session.close()
