"""Two hundred sessions on a server: 100 idle, a chain of 50 of which each waits for the one before, 50 that work.

`python -m tests.bench.crowd URL rest|churn` makes them, says `ready` and goes on until its stdin ends. It is a process
of its own: what churns must not take turns with who measures.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import URL, make_url

from tests.headless import ROOT, environment
from tests.mysql_servers import ask, open_connection
from tests.servers import conninfo
from tests.waiting import eventually

IDLE, CHAIN, WORKING = 100, 50, 50
MARK = "halfway_bench"
"""Stands in every list of sessions: what works is called so, or says so."""
_LONG = 3600
_SHORT = (0.1, 1.0)
"""Seconds that a short statement takes."""

Session = Callable[[str], list[tuple[Any, ...]]]
"""Runs one statement to its end; the rows."""


def _postgres(url: URL) -> Session:
    connection = psycopg.connect(conninfo(url), autocommit=True, application_name=MARK)

    def run(sql: str) -> list[tuple[Any, ...]]:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []

    return run


def _my(url: URL) -> Session:
    connection = open_connection(url, program_name=MARK)
    return lambda sql: ask(connection, sql)


@dataclass(frozen=True)
class _Kind:
    """What a kind of server calls things."""

    opener: Callable[[URL], Session]
    sleep: str
    patience: str
    waiting: str


_KINDS: Mapping[str, _Kind] = {
    "postgresql": _Kind(
        _postgres,
        "pg_sleep",
        "SET lock_timeout = '{0}s'",
        f"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '{MARK}'",
    ),
    "mysql": _Kind(
        _my,
        "sleep",
        "SET innodb_lock_wait_timeout = {0}",
        "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    ),
}


@contextmanager
def crowd(url: URL, *, churning: bool) -> Iterator[None]:
    """All of them, until the block ends."""
    line = [sys.executable, "-m", "tests.bench.crowd", url.render_as_string(hide_password=False)]
    process = subprocess.Popen(
        [*line, "churn" if churning else "rest"], cwd=ROOT, env=environment(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", "the crowd did not come"
        yield
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    """Come, work, and go with whoever asked for it."""
    url, churning = make_url(sys.argv[1]), sys.argv[2] == "churn"
    kind = _KINDS["postgresql" if url.get_backend_name() == "postgresql" else "mysql"]
    idle = [kind.opener(url) for _ in range(IDLE)]
    chain = _chain(kind, url)
    eventually(lambda: idle[0](kind.waiting) >= [(CHAIN - 1,)], 60)
    for n in range(WORKING):
        work = _churn if churning else _rest
        Thread(target=work, args=(kind, kind.opener(url), n), daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    assert len(chain) == CHAIN, "who is let go of hangs up"


def _chain(kind: _Kind, url: URL) -> list[Session]:
    """The first one waits for nobody, and none of them gives up."""
    sessions = [kind.opener(url) for _ in range(CHAIN)]
    sessions[0]("CREATE TABLE halfway_bench_chain (n integer PRIMARY KEY, a integer)")
    sessions[0](f"INSERT INTO halfway_bench_chain VALUES {', '.join(f'({n}, 0)' for n in range(CHAIN))}")
    for n, session in enumerate(sessions):
        session(kind.patience.format(_LONG))
        session("BEGIN")
        session(_wanted(n))
        if n:
            Thread(target=_quietly, args=(session, _wanted(n - 1)), daemon=True).start()
    return sessions


def _wanted(n: int) -> str:
    return f"SELECT n FROM halfway_bench_chain WHERE n = {n} FOR UPDATE"


def _rest(kind: _Kind, session: Session, number: int) -> None:
    _quietly(session, f"SELECT {kind.sleep}({_LONG}), '{MARK} {number}'")


def _churn(kind: _Kind, session: Session, number: int) -> None:
    """Short statements, each another one; every second one waits for a lock that it does not get."""
    chance = random.Random(number)
    session(kind.patience.format(1))
    for n in range(1_000_000):
        _quietly(session, f"SELECT {kind.sleep}({chance.uniform(*_SHORT):.2f}), '{MARK} {n}'")
        _quietly(session, f"{_wanted(number % CHAIN)} /* {n} */")


def _quietly(session: Session, sql: str) -> None:
    with suppress(psycopg.Error, pymysql.Error):
        session(sql)


if __name__ == "__main__":
    main()
