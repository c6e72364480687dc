"""Reading a schema of MySQL and MariaDB: objects made, against the bare driver's rows of information_schema."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import URL

from console.dialects import open_dialect
from tests.bench.measure import alternately, median_of, timed
from tests.bench.table import MYSQL_SCHEMA, UNCHANGED, Row
from tests.mysql_servers import KINDS, ask, open_connection, private, run

SIZES = (1_000, 3_000)
_BAR, _LINEAR, _HINT = 1.5, 1.25, 1.0
_TABLE = """
CREATE TABLE t{n} (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, parent bigint unsigned,
    code varchar(40) NOT NULL DEFAULT 'x', amount decimal(10, 2) CHECK (amount >= 0),
    note text, a int, b int, c date, d datetime DEFAULT CURRENT_TIMESTAMP, e tinyint(1), f json, g char(36),
    UNIQUE (code), KEY (a, b), KEY (note(20)), FOREIGN KEY (parent) REFERENCES t{parent} (id))
"""
_RAW = tuple(
    f"SELECT {columns} FROM information_schema.{table} WHERE {owner}_schema = database()"
    for table, owner, columns in (
        ("tables", "table", "table_name, table_type, engine, create_time, table_collation, create_options"),
        ("columns", "table", "*"),
        ("statistics", "table", "table_name, index_name, non_unique, seq_in_index, column_name, collation, sub_part"),
        ("key_column_usage", "table", "*"),
        ("referential_constraints", "constraint", "*"),
        ("table_constraints", "table", "*"),
        ("check_constraints", "constraint", "*"),
        ("partitions", "table", "table_name, partition_name, partition_method, partition_expression"),
        ("views", "table", "*"),
        ("triggers", "trigger", "*"),
        ("routines", "routine", "*"),
        ("events", "event", "*"),
    )
)
_FINGERPRINTS = 20


def rows() -> Iterator[Row]:
    """Both kinds, each on a private server. Without TLS, because the bare driver's rows come without it as well."""
    for kind in KINDS:
        took: list[float] = []
        with private(kind, {"table-open-cache": "8000", "table-definition-cache": "8000"}) as server:
            for tables in SIZES:
                run(server.url, f"CREATE DATABASE bench_{tables} CHARACTER SET utf8mb4")
                url = server.url.set(database=f"bench_{tables}")
                run(url, *(_TABLE.format(n=n, parent=max(n - 1, 0)) for n in range(tables)))
                yield from _measured(url, f"{server.title}, {tables:,} tables", took)
        times = SIZES[1] / SIZES[0]
        what, peer = (
            f"{server.title}, {SIZES[1]:,} tables against {times:g} times {SIZES[0]:,}",
            f"{times:g} times {SIZES[0]:,}",
        )
        yield Row.against(MYSQL_SCHEMA, what, took[1], "s", peer, took[0] * times, _LINEAR)


def _measured(url: URL, what: str, took: list[float]) -> Iterator[Row]:
    link = open_dialect(url.drivername).open(url.update_query_dict({"ssl_disabled": "true"}), "schema bench")
    with open_connection(url) as session:
        raw, ours = alternately(timed(lambda: [ask(session, sql) for sql in _RAW]), timed(link.schema))
    took.append(ours)
    yield Row.against(MYSQL_SCHEMA, what, ours, "s", "rows of information_schema", raw, _BAR)
    hint = median_of(lambda: min(timed(link.fingerprint)() for _ in range(_FINGERPRINTS)))
    yield Row.within(UNCHANGED, f"{what}: asked each sweep, and exact at once", hint * 1000, "ms", _HINT)
    link.close()
