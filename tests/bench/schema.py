"""Reading a schema of PostgreSQL: objects made, against the bare driver's rows with `pg_get_*def`, and against pg_dump.

All on one server, in turn; the driver and ours each keep one connection, as a console does.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator

import psycopg
from sqlalchemy.engine import URL

from console.core.ports import Link
from console.dialects import open_dialect
from console.drill.server import PrivatePostgres, available
from tests.bench.measure import alternately, median_of, seconds, timed
from tests.bench.peers import pg_dump
from tests.bench.table import POSTGRES_SCHEMA, UNCHANGED, Row
from tests.servers import conninfo, run

SIZES = (1_000, 10_000)
_TABLE = """
CREATE TABLE t{n} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent bigint REFERENCES t{parent} (id),
    code varchar(40) NOT NULL DEFAULT 'x' UNIQUE,
    amount numeric(10, 2) CHECK (amount >= 0),
    note text, a integer, b integer, c date, d timestamptz DEFAULT now(), e boolean, f jsonb, g uuid
);
CREATE INDEX t{n}_a_idx ON t{n} (a) WHERE b IS NOT NULL;
CREATE INDEX t{n}_lower_idx ON t{n} (lower(note));
"""
_RAW = (
    "SELECT * FROM pg_namespace",
    "SELECT *, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace >= 16384 OR relnamespace = 2200",
    "SELECT *, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0",
    "SELECT *, pg_get_expr(adbin, adrelid) FROM pg_attrdef",
    "SELECT *, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid >= 16384",
    "SELECT *, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 2200",
    "SELECT *, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT * FROM pg_type WHERE typnamespace = 2200",
    "SELECT * FROM pg_proc WHERE pronamespace = 2200",
    "SELECT * FROM pg_sequence",
    "SELECT * FROM pg_description WHERE objoid >= 16384",
    "SELECT * FROM pg_policy",
    "SELECT * FROM pg_extension",
)
_HINT, _PROBE = 1.0, 60.0
"""Milliseconds."""
_LINEAR = 1.25
"""How many times ten the time of ten times the tables may be: what grows with the square would be at ten."""


def rows() -> Iterator[Row]:
    """Fewer tables first: the caches of the server are those of one size each."""
    major = max(available())
    took: list[float] = []
    with PrivatePostgres(major, {"max_locks_per_transaction": "256"}) as server:
        for tables in SIZES:
            name = f"bench_{tables}"
            run(server.url, f"CREATE DATABASE {name}")
            yield from _measured(server.url.set(database=name), tables, pg_dump(major), took)
    few, many = took
    what = f"{SIZES[1]:,} tables against {SIZES[1] // SIZES[0]} times {SIZES[0]:,}"
    peer = f"{SIZES[1] // SIZES[0]} times {SIZES[0]:,}"
    yield Row.against(POSTGRES_SCHEMA, what, many, "s", peer, few * SIZES[1] / SIZES[0], _LINEAR)


def _measured(url: URL, tables: int, program: str | None, took: list[float]) -> Iterator[Row]:
    with psycopg.connect(conninfo(url), autocommit=True) as session:
        for script in scripts(tables):
            session.execute(script.encode())
        session.execute("VACUUM ANALYZE")
        link = open_dialect("postgresql").open(url, "schema bench")
        raw, ours = alternately(timed(lambda: [session.execute(q).fetchall() for q in _RAW]), timed(link.schema))
        took.append(ours)
        what = f"{tables:,} tables"
        yield Row.against(POSTGRES_SCHEMA, what, ours, "s", "bare rows with pg_get_*def", raw, 1.0)
        if program:
            dumped = seconds(lambda: _dump(program, url))
            yield Row.against(POSTGRES_SCHEMA, f"{what}, and pg_dump", ours, "s", "pg_dump -s", dumped, 1.0)
        else:
            yield Row.missing(POSTGRES_SCHEMA, f"{what}, and pg_dump", "this server's wheel has no pg_dump")
        yield from _unchanged(link, what, lambda: session.execute("SELECT pg_current_xact_id()"))
    link.close()


def _unchanged(link: Link, what: str, end_a_transaction: Callable[[], object]) -> Iterator[Row]:
    """The hint where nothing happened at all; the probe where transactions end that changed no schema."""
    hint = median_of(lambda: statistics.median(timed(link.fingerprint)() for _ in range(20)))
    yield Row.within(UNCHANGED, f"PostgreSQL, {what}: the hint", hint * 1000, "ms", _HINT)

    def probe() -> float:
        end_a_transaction()
        began = time.perf_counter()
        link.fingerprint()
        return time.perf_counter() - began

    bar = _PROBE if what.startswith("10,000") else None
    found = median_of(probe) * 1000
    row = f"PostgreSQL, {what}: the exact probe"
    yield Row.seen(UNCHANGED, row, found, "ms") if bar is None else Row.within(UNCHANGED, row, found, "ms", bar)


def scripts(tables: int) -> Iterator[str]:
    """What makes that many tables, fifty at a time."""
    for start in range(0, tables, 50):
        yield "".join(_TABLE.format(n=n, parent=max(n - 1, 0)) for n in range(start, start + 50))


def _dump(program: str, url: URL) -> None:
    subprocess.run([program, "-s", "-d", conninfo(url)], stdout=subprocess.DEVNULL, check=True)
