"""Comparing two schemas of 1,000 tables after they were read: the time a diff takes to open."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from sqlalchemy.engine import URL

from console.core.drift import compare_schemas
from console.core.schema import Column, Schema
from console.dialects import open_dialect
from tests.bench.measure import compare, seconds
from tests.bench.schema import scripts
from tests.servers import conninfo, run

_TABLES, _DIFFERENCES = 1000, 20


def measure(server: URL) -> None:
    """Nothing different, and twenty columns of another type."""
    run(server, "CREATE DATABASE bench_drift")
    url = server.set(database="bench_drift")
    with psycopg.connect(conninfo(url), autocommit=True) as session:
        for script in scripts(_TABLES):
            session.execute(script.encode())
    link = open_dialect("postgresql").open(url, "bench")
    read = seconds(link.schema, 3)
    schema = link.schema()
    link.close()
    other = _differing(schema)
    assert len(compare_schemas(schema, other).differences) == _DIFFERENCES
    compare(
        f"diff of {_TABLES} tables, {len(schema.things)} objects",
        ("reading the schema once", read),
        ("halfway, the same", seconds(lambda: compare_schemas(schema, replace(schema)))),
        (f"halfway, {_DIFFERENCES} differences", seconds(lambda: compare_schemas(schema, other))),
        ("halfway, another database altogether", seconds(lambda: compare_schemas(schema, Schema()))),
    )


def _differing(schema: Schema) -> Schema:
    changed = [t for t in schema.things if isinstance(t, Column) and t.ref.name == "note"][:_DIFFERENCES]
    new = {t.ref: replace(t, type="integer") for t in changed}
    return replace(schema, things=tuple(new.get(t.ref, t) for t in schema.things))
