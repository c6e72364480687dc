"""Comparing two schemas of 1,000 tables: what a diff takes after reading, and a whole run beside `results`.

`results` is a program of its own from PyPI: it reads both databases and prints the SQL that would make them the same.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator

import psycopg
from sqlalchemy.engine import URL

from console.core.drift import compare_schemas
from console.core.schema import Schema
from console.dialects import open_dialect
from console.drill.server import PrivatePostgres, available
from tests.bench import peers
from tests.bench.measure import alternately, seconds, timed
from tests.bench.schema import scripts
from tests.bench.shop import shop
from tests.bench.table import DIFF, Row
from tests.headless import command
from tests.servers import conninfo, run

_TABLES, _DIFFERENCES = 1000, 20
_BAR, _THIRD = 100.0, 1 / 3
_CHANGES = (
    "ALTER TABLE t1 DROP COLUMN g", "ALTER TABLE t2 ADD COLUMN more integer", "ALTER TABLE t3 ALTER a TYPE bigint",
    "ALTER TABLE t4 ALTER b SET NOT NULL", "ALTER TABLE t5 ALTER c SET DEFAULT '2020-01-01'",
    "ALTER TABLE t6 ALTER code DROP DEFAULT", "ALTER TABLE t7 DROP CONSTRAINT t7_amount_check",
    "ALTER TABLE t8 ADD CHECK (a > 0)", "DROP INDEX t9_a_idx", "CREATE INDEX extra ON t10 (c)",
    "CREATE TABLE added (id integer)", "DROP TABLE t999", "CREATE VIEW seen AS SELECT id FROM t11",
    "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "CREATE TYPE mood AS ENUM ('good', 'bad')",
    "CREATE SEQUENCE loose", "ALTER TABLE t12 DROP CONSTRAINT t12_parent_fkey",
    "ALTER TABLE t13 ALTER code TYPE varchar(80)", "ALTER TABLE t14 ALTER amount TYPE numeric(12, 2)",
    "CREATE INDEX later ON t15 (d)",
)  # fmt: skip


def rows() -> Iterator[Row]:
    """Two databases on one server."""
    with PrivatePostgres(max(available()), {"max_locks_per_transaction": "256"}) as server, shop(server.url) as small:
        wanted, there = _made(server.url, "wanted"), _made(server.url, "there", *_CHANGES)
        expected, actual = (_read(url) for url in (wanted, there))
        compare = seconds(lambda: compare_schemas(expected, actual))
        yield Row.within(DIFF, "after both were read", compare * 1000, "ms", _BAR)
        line = command("snapshot", "diff", _text(wanted), _text(there), "--json")

        def ours() -> str:
            return subprocess.run(line, env=small.environ(), capture_output=True, text=True, check=False).stdout

        found = len(json.loads(ours())["drift"])
        yield Row.within(DIFF, f"differences not found, of {_DIFFERENCES}", abs(_DIFFERENCES - found), "", 0)
        yield _beside(timed(ours), wanted, there)


def _beside(ours: Callable[[], float], wanted: URL, there: URL) -> Row:
    if why := peers.why_not(peers.RESULTS):
        return Row.missing(DIFF, "a whole run", why)
    line = peers.RESULTS.line("dbdiff", _text(there), _text(wanted))

    def theirs() -> None:
        done = subprocess.run(line, env=peers.RESULTS.environ(), capture_output=True, text=True, check=False)
        assert "ALTER" in done.stdout.upper(), done.stderr[-500:]

    mine, other = alternately(ours, timed(theirs))
    return Row.against(DIFF, "a whole run", mine, "s", peers.RESULTS.title, other, _THIRD)


def _made(server: URL, name: str, *changes: str) -> URL:
    run(server, f"CREATE DATABASE {name}")
    url = server.set(database=name)
    with psycopg.connect(conninfo(url), autocommit=True) as session:
        for script in (*scripts(_TABLES), *changes):
            session.execute(script.encode())
    return url


def _read(url: URL) -> Schema:
    link = open_dialect("postgresql").open(url, "schema bench")
    try:
        return link.schema()
    finally:
        link.close()


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
