"""What the rules claim of PostgreSQL, against the locks that a server really takes."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
import pytest

from console.core.hazards import Hazard, hazard_of
from console.core.observation import Server
from console.core.schema import Schema
from console.core.statements import Statement, read_script
from console.dialects.postgres.link import PostgresLink
from tests.core.hazard_cases import PG_TABLES, gone, locks_told, rows
from tests.servers import Connect, Connection

ORDER = ("ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE",
         "ACCESS EXCLUSIVE")  # fmt: skip
LOCKS = """
SELECT c.oid, upper(regexp_replace(replace(l.mode, 'Lock', ''), '([a-z])([A-Z])', '\\1 \\2', 'g'))
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.granted AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'v')
"""
FILES = "SELECT relname, relfilenode FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'm')"
SCANS = "SELECT coalesce(sum(pg_stat_get_xact_numscans(oid)), 0) FROM pg_class WHERE oid >= 16384 AND relkind = 'r'"
SINGLE = tuple(sorted({row.sql for row in rows() if ";" not in row.sql and "concurrently" not in row.sql}))
MORE = (
    "alter table pt add column x int",
    "alter table pt add column x int default random()",
    "alter table pt alter id set not null",
    "alter table pt drop column id",
    "alter table parent_inh add column x int",
    "alter table c drop column p2",
    "alter table c add primary key using index c_pkey",
    "alter table c alter p2 type text",
    "alter table p alter id type bigint",
    "alter table c add constraint own foreign key (n) references c (id)",
    "alter table c add column x varchar(5), add column y timestamptz default now()",
    "alter table c add column x int, alter n type bigint",
    "alter table c add column x uuid default gen_random_uuid()",
    "alter table c add column x int[]",
    "alter table c add column x en",
    "alter table c alter e type varchar(30), alter ts type timestamp(4)",
    "alter table c validate constraint c_chk_nv",
    "alter table c alter e2 type text, alter b drop not null",
    "delete from c where id = 1",
    "create index i on mv (n)",
    "alter table c alter t type varchar",
    "truncate p, c",
    "truncate p cascade",
    "create table y (id int references p, other int references c)",
    "create unlogged table y (id int)",
    "alter table c alter n set default 3, alter n drop not null",
)


def _run(connection: Connection, sql: str) -> tuple[dict[str, str], bool, bool] | None:
    """Its locks, whether a file is a new one, whether rows were read; None: refused."""
    names: dict[int, str] = dict(connection.execute("SELECT oid, relname FROM pg_class WHERE oid >= 16384").fetchall())
    connection.execute("BEGIN")
    try:
        before: dict[str, int] = dict(connection.execute(FILES).fetchall())
        (scans,) = connection.execute(SCANS).fetchall()
        connection.execute(sql.encode())
        after: dict[str, int] = dict(connection.execute(FILES).fetchall())
        (more,) = connection.execute(SCANS).fetchall()
        strongest: dict[str, str] = {}
        for oid, mode in connection.execute(LOCKS).fetchall():
            name = names.get(oid, "")
            if name and mode in ORDER and ORDER.index(mode) >= ORDER.index(strongest.get(name, mode)):
                strongest[name] = mode
        return strongest, any(after.get(name, file) != file for name, file in before.items()), more > scans
    except psycopg.Error:
        return None
    finally:
        connection.execute("ROLLBACK")


def _wrong(hazard: Hazard, sql: str, found: tuple[dict[str, str], bool, bool]) -> list[str]:
    locks, rewritten, scanned = found
    told = {n: m for n, m in locks_told([hazard]).items() if n not in gone(sql) and not n.startswith(("c_", "mv_"))}
    emptied = sql.startswith("truncate")
    wrong = [] if told == locks else [f"{sql}: told {told}, took {locks}"]
    if hazard.rewrite is not None and hazard.rewrite is not rewritten and not emptied:
        wrong.append(f"{sql}: rewrite told {hazard.rewrite}")
    if hazard.scan is False and scanned and not emptied:
        wrong.append(f"{sql}: rows were read")
    return wrong


def _judged(statements: Iterable[str], on: Server, schema: Schema) -> dict[str, Hazard]:
    read: list[Statement] = [s for sql in statements for s in read_script(sql)]
    hazards = {s.sql: hazard_of(s, on, schema) for s in read}
    return {sql: hazard for sql, hazard in hazards.items() if hazard.rule}


@pytest.fixture
def prepared(connect: Connect) -> Connection:
    """A connection to a database that has the tables."""
    connection = connect()
    connection.execute(PG_TABLES.encode())
    return connection


def test_a_server_takes_the_locks_that_are_told(prepared: Connection, link: PostgresLink) -> None:
    hazards = _judged((*SINGLE, *MORE), link.server(), link.schema())
    ran = {sql: found for sql in hazards if (found := _run(prepared, sql)) is not None}
    wrong = [line for sql, found in ran.items() for line in _wrong(hazards[sql], sql, found)]
    assert "\n".join(wrong) == ""
    assert len(ran) >= 120


def test_the_size_is_told_as_an_estimate(prepared: Connection, link: PostgresLink) -> None:
    prepared.execute("ANALYZE c")
    (hazard,) = _judged(["alter table c alter n type bigint"], link.server(), link.schema()).values()
    assert "50 rows by the server's estimate" in hazard.estimate


def test_a_size_that_was_never_counted_is_not_known(prepared: Connection, link: PostgresLink) -> None:
    (hazard,) = _judged(["alter table p alter id type bigint"], link.server(), link.schema()).values()
    assert "size of p not known" in hazard.estimate
