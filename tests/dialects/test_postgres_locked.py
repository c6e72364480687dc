"""While tables are locked, or a lock on them is awaited, everything else is read at once and nothing waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy.engine import URL

from console.core.faults import LockedFault, TimedOutFault
from console.core.schema import Column, Constraint, Index, Policy, Schema, Table, Thing, Trigger, View
from console.core.statements import DataProbe
from console.dialects.postgres.definitions import definitions
from console.dialects.postgres.link import PostgresLink
from tests.dialects.conftest import OpenLink, Waits
from tests.dialects.pg_schema import find
from tests.servers import Connect, Connection
from tests.waiting import eventually

WORLD = (
    "CREATE TABLE free (a int PRIMARY KEY CHECK (a > 0), b text)",
    "CREATE INDEX free_i ON free (lower(b)) WHERE a > 5",
    "CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x', g int GENERATED ALWAYS AS (a + 1) STORED)",
    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
    "CREATE INDEX plain_i ON t (b DESC)",
    "CREATE INDEX expression_i ON t (lower(b), a)",
    "CREATE INDEX partial_i ON t (b) WHERE a > 5",
    "CREATE VIEW over_t AS SELECT a FROM t",
    "CREATE VIEW over_free AS SELECT a FROM free",
    "CREATE TABLE p (a int) PARTITION BY RANGE (a)",
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9)",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY y ON t USING (a > 0)",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER conditional BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION f()",
    "CREATE TRIGGER simple BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE STATISTICS st ON a, b FROM t",
    "CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING",
)
LOCKED = "LOCK TABLE ONLY t, ONLY p IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def world(connect: Connect) -> Connection:
    """A connection to a database with something of everything."""
    connection = connect()
    for statement in WORLD:
        connection.execute(statement)
    return connection


@pytest.fixture(params=["held", "awaited"])
def in_the_way(request: pytest.FixtureRequest, world: Connection, connect: Connect, waits: Waits) -> None:
    """ACCESS EXCLUSIVE on t and p is held, or two sessions wait for it behind a reader."""
    blocker = connect()
    blocker.execute("BEGIN")
    if request.param == "held":
        blocker.execute(LOCKED)
    else:
        blocker.execute("SELECT FROM t, p")
        waits("ALTER TABLE t ADD late int")
        waits("ALTER TABLE p ADD late int")


def timed(read: Callable[[], Schema]) -> tuple[Schema, float]:
    began = time.monotonic()
    schema = read()
    return schema, time.monotonic() - began


@pytest.mark.usefixtures("in_the_way")
def test_the_schema_is_read_at_once_and_the_tables_are_marked(link: PostgresLink) -> None:
    schema, took = timed(link.schema)
    assert took < 2
    assert {t.ref.name for t in schema.of_kind(Table) if t.locked} == {"t", "p"}
    assert any("t is locked" in reason for reason in schema.unread)


GAPS: dict[tuple[type[Thing], str, str], set[str]] = {
    (Column, "g", "t"): {"generated"},
    (Constraint, "k", "t"): {"expression"},
    (Index, "expression_i", ""): {"columns"},
    (Index, "partial_i", ""): {"where"},
    (Policy, "y", "t"): {"using"},
    (Trigger, "conditional", "t"): {"definition"},
    (Table, "p", ""): {"partition_key"},
    (View, "over_t", ""): {"definition"},
    (Column, "b", "t"): set(),
    (Index, "plain_i", ""): set(),
    (Constraint, "t_pkey", "t"): set(),
    (Trigger, "simple", "t"): set(),
    (Table, "p1", ""): set(),
    (View, "over_free", ""): set(),
    (Index, "free_i", ""): set(),
    (Constraint, "free_a_check", "free"): set(),
}


@pytest.mark.usefixtures("in_the_way")
def test_only_what_the_lock_hides_is_unread(link: PostgresLink) -> None:
    schema = link.schema()
    seen = {key: set(find(schema, *key).unread) for key in GAPS}
    assert seen == GAPS


@pytest.mark.usefixtures("in_the_way")
def test_what_can_be_read_is_what_it_was_before(link: PostgresLink) -> None:
    schema = link.schema()
    assert find(schema, Column, "b", "t").default == "'x'::text"
    assert find(schema, Index, "plain_i").columns == ("b DESC",)
    assert find(schema, Table, "p1").partition_bound == "FOR VALUES FROM (1) TO (9)"
    assert find(schema, Index, "free_i").where == "a > 5"


def test_a_queue_for_a_row_hides_nothing_of_its_table(
    world: Connection, connect: Connect, waits: Waits, link: PostgresLink
) -> None:
    world.execute("INSERT INTO t (a) VALUES (1)")
    before = link.schema(), link.fingerprint()
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT FROM t FOR UPDATE")
    for _ in range(2):
        waits("SELECT FROM t FOR UPDATE")
    modes = "SELECT count(*) FROM pg_locks WHERE locktype = 'tuple' AND mode = 'AccessExclusiveLock'"
    assert world.execute(modes).fetchone() != (0,)
    assert (link.schema(), link.fingerprint()) == before
    assert [name for name, *_ in link.rows("public", "t").rows] == ["1"]


def test_nothing_is_missing_while_tables_are_locked(world: Connection, connect: Connect, link: PostgresLink) -> None:
    before = {thing.ref for thing in link.schema().things}
    connect().execute("BEGIN")
    blocker = connect()
    blocker.execute("BEGIN")
    blocker.execute(LOCKED)
    assert {thing.ref for thing in link.schema().things} == before


def test_the_schema_is_whole_again_when_the_lock_is_gone(
    world: Connection, connect: Connect, link: PostgresLink
) -> None:
    before = link.schema()
    blocker = connect()
    blocker.execute("BEGIN")
    blocker.execute(LOCKED)
    assert link.schema().unread != ()
    blocker.execute("ROLLBACK")
    after = link.schema()
    assert after.unread == ()
    assert after.things == before.things


def test_a_lock_that_comes_between_check_and_call_costs_one_time_out(
    world: Connection, connect: Connect, link: PostgresLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is made blind, as if the lock had come right after it."""
    blocker = connect()
    blocker.execute("BEGIN")
    blocker.execute(LOCKED)
    blind = "l.mode = 'AccessExclusiveLock'"
    seeing = definitions

    def blinded(version: int, only: Iterable[str]) -> tuple[object, ...]:
        return tuple(replace(d, sql=d.sql.replace(blind, "false")) for d in seeing(version, only))

    monkeypatch.setattr("console.dialects.postgres.catalog.definitions", blinded)
    schema, took = timed(link.schema)
    assert took < 8
    assert find(schema, Constraint, "k", "t").unread == {"expression"}
    assert find(schema, Constraint, "free_a_check").unread == {"expression"}
    assert find(schema, Column, "b", "t").default == "'x'::text"
    assert any("constraints are locked" in reason for reason in schema.unread)


@pytest.mark.usefixtures("in_the_way")
def test_rows_of_a_locked_table_are_refused_at_once(link: PostgresLink) -> None:
    began = time.monotonic()
    with pytest.raises(LockedFault):
        link.rows("public", "t")
    assert time.monotonic() - began < 1


@pytest.mark.usefixtures("in_the_way")
def test_the_other_reads_do_not_mind(link: PostgresLink) -> None:
    began = time.monotonic()
    assert link.server().version_number >= 120000
    assert link.sessions()
    assert link.locks()
    assert link.progress() == ()
    assert link.rights()
    assert link.fingerprint()
    assert link.tables_named("t") == ("public",)
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("in_the_way")
def test_a_count_is_refused_while_ddl_holds_or_awaits_a_lock(link: PostgresLink) -> None:
    with pytest.raises(LockedFault):
        link.count(DataProbe("SELECT count(*) FROM t", ("public", "t")), 1.0)


def test_a_count_answers(world: Connection, link: PostgresLink) -> None:
    world.execute("INSERT INTO free SELECT n, 'x%' FROM generate_series(1, 50) n")
    probe = DataProbe("SELECT count(*) FROM free WHERE b LIKE 'x%'", ("public", "free"))
    assert link.count(probe, 2.0) == 50


def test_a_count_that_takes_too_long_is_not_zero(world: Connection, link: PostgresLink) -> None:
    world.execute("INSERT INTO free SELECT n, 'x' FROM generate_series(1, 50) n")
    slow = DataProbe("SELECT count(*) FROM free WHERE pg_sleep(0.1) IS NOT NULL", ("public", "free"))
    with pytest.raises(TimedOutFault):
        link.count(slow, 0.3)
    assert link.count(DataProbe("SELECT count(*) FROM free", ("public", "free")), 1.0) == 50


def test_a_count_gives_way_to_who_waits_behind_it(world: Connection, connect: Connect, link: PostgresLink) -> None:
    world.execute("INSERT INTO free SELECT n, 'x' FROM generate_series(1, 50) n")
    slow = DataProbe("SELECT count(*) FROM free WHERE pg_sleep(0.2) IS NOT NULL", ("public", "free"))
    altering = connect()

    def alter_once_it_counts() -> None:
        running = """SELECT EXISTS (SELECT FROM pg_stat_activity
                                     WHERE query LIKE '%pg_sleep(0.2)%' AND pid <> pg_backend_pid())"""
        eventually(lambda: altering.execute(running).fetchone() == (True,))
        altering.execute("ALTER TABLE free ADD late int")

    thread = Thread(target=alter_once_it_counts)
    thread.start()
    began = time.monotonic()
    with pytest.raises(LockedFault, match="gave way"):
        link.count(slow, 30.0)
    thread.join()
    assert time.monotonic() - began < 5


def test_no_read_leaves_a_transaction_or_a_lock(
    world: Connection, open_link: OpenLink, connect: Connect, database: URL
) -> None:
    links = [open_link(lane) for lane in ("sessions", "locks", "schema")]
    for link in links:
        link.schema()
        link.sessions()
        link.locks()
        link.fingerprint()
        link.rows("public", "free")
        link.count(DataProbe("SELECT count(*) FROM free", ("public", "free")), 1.0)
    watcher = connect()
    mine = "SELECT pid, state, xact_start, backend_xmin FROM pg_stat_activity WHERE application_name LIKE 'halfway %'"
    eventually(lambda: len(watcher.execute(mine).fetchall()) == len(links))  # the server ends a count's watcher later
    found = watcher.execute(mine).fetchall()
    assert {row[1:] for row in found} == {("idle", None, None)}
    pids = [row[0] for row in found]
    assert watcher.execute("SELECT count(*) FROM pg_locks WHERE pid = ANY(%s)", (pids,)).fetchone() == (0,)
