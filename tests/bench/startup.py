"""How long until there is something to read: the console and its peers on a pty, and `halfway assess` by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread

import psycopg
import pymysql
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres, available
from tests.bench import peers, serverlog
from tests.bench.measure import alternately, timed
from tests.bench.pty import child
from tests.bench.shop import USEFUL, Shop, shop
from tests.bench.table import ASSESS, PAINT, Row
from tests.headless import ROOT
from tests.mysql_servers import MyConnection, ask, open_connection, private
from tests.servers import conninfo

MARK = "halfway_bench"
"""A session that works is called so, or says so: it stands in the first picture of a monitor that has one."""
_LONG = 3600
_RUNS = 7
_IMPORTS = "import sqlalchemy, psycopg"
_OF_PG_ACTIVITY, _OF_DOLPHIE = 1.3, 0.25


def rows() -> Iterator[Row]:
    """A small project each time."""
    with PrivatePostgres(max(available()), serverlog.SETTINGS) as server, shop(server.url) as made:
        with _working(server.url):
            yield _beside_pg_activity(made, server.url)
        yield from _assessed(made, server)
    with private("mysql") as my, shop(my.url) as made, _working_there(my.url):
        yield _beside_dolphie(made, my.url)


def _beside_pg_activity(made: Shop, server: URL) -> Row:
    what = f"the migration's state at 160x50, PostgreSQL {max(available())}"
    if why := peers.why_not(peers.PG_ACTIVITY):
        return Row.missing(PAINT, what, why)
    theirs = _until(peers.pg_activity(server), peers.PG_ACTIVITY.environ(), MARK)
    took = alternately(_ours(made), theirs, runs=_RUNS)
    return Row.against(PAINT, what, took[0], "s", peers.PG_ACTIVITY.title, took[1], _OF_PG_ACTIVITY)


def _beside_dolphie(made: Shop, server: URL) -> Row:
    what = "the migration's state at 160x50, MySQL"
    if why := peers.why_not(peers.DOLPHIE):
        return Row.missing(PAINT, what, why)
    theirs = _until(peers.dolphie(server), peers.DOLPHIE.environ(HOME=str(made.home)), MARK)
    took = alternately(_ours(made), theirs, runs=_RUNS)
    return Row.against(PAINT, what, took[0], "s", peers.DOLPHIE.title, took[1], _OF_DOLPHIE)


def _ours(made: Shop) -> Callable[[], float]:
    """As the peers are started: installed on a path of its own, without the hooks of a checkout's environment."""
    python, *words = made.line()
    paths = os.pathsep.join((str(ROOT), sysconfig.get_paths()["purelib"]))
    return _until([python, "-S", "-s", *words], {**made.environ(), "PYTHONPATH": paths}, USEFUL)


def _until(line: Sequence[str], environ: Mapping[str, str], text: str) -> Callable[[], float]:
    def sample() -> float:
        with child(line, environ) as started:
            return started.until(text)

    return sample


def _assessed(made: Shop, server: PrivatePostgres) -> Iterator[Row]:
    """The server's time for what was asked is taken off: the bar is for all the rest."""
    assess, imports = made.line("assess"), [sys.executable, "-c", _IMPORTS]
    with serverlog.heard(server) as log:
        _run(assess, made.environ())
        asked = log.ours()
    whole, theirs = alternately(*(timed(partial(_run, line, made.environ())) for line in (assess, imports)), runs=_RUNS)
    queries = sum(each.seconds for each in asked)
    count = sum(each.is_statement for each in asked)
    yield Row.seen(ASSESS, f"20 tables, all of it; {count} queries take the server {queries * 1000:.0f} ms", whole, "s")
    yield Row.against(ASSESS, "the same without the queries", whole - queries, "s", "the imports alone", theirs, 2.0)


def _run(line: Sequence[str], environ: Mapping[str, str]) -> None:
    subprocess.run(line, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


@contextmanager
def _working(server: URL) -> Iterator[None]:
    """One session, which a monitor has to show."""
    session = psycopg.connect(conninfo(server), autocommit=True, application_name=MARK)
    session.pgconn.send_query(f"SELECT pg_sleep({_LONG})".encode())
    try:
        yield
    finally:
        session.cancel_safe()
        session.close()


@contextmanager
def _working_there(server: URL) -> Iterator[None]:
    session = open_connection(server)
    ((number,),) = ask(session, "SELECT connection_id()")
    Thread(target=_quietly, args=(session,), daemon=True).start()
    try:
        yield
    finally:
        with open_connection(server) as other:
            ask(other, f"KILL {number}")


def _quietly(session: MyConnection) -> None:
    with suppress(pymysql.Error):
        ask(session, f"SELECT sleep({_LONG}), '{MARK}'")
