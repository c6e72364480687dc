"""What killed clients, time-outs and cancelled rebuilds really leave, and that no advised step makes it worse."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.landed import Verdict
from console.core.migration import State
from console.core.schema import Schema
from console.dialects import open_dialect
from tests.builders import failed, observation, pending, recorded, tracking
from tests.servers import Connect
from tests.waiting import eventually

L, N, P, U = Verdict.LANDED, Verdict.NOT_LANDED, Verdict.PARTIAL, Verdict.UNKNOWABLE

V1 = "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1), (2, 1); CREATE INDEX t_a ON t (a)"


def _read(url: URL) -> Schema:
    link = open_dialect("postgresql").open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def _since(schema: Schema) -> int:
    return max(thing.stamp or 0 for thing in schema.things)


def _second(found: Assessment) -> tuple[State, list[Verdict]]:
    migration = found.frameworks[0].migrations[1]
    return migration.state, [judgement.verdict for judgement in migration.statements]


def test_a_client_killed_between_statements_leaves_a_plain_prefix(database: URL, connect: Connect) -> None:
    connect().execute(V1.encode())
    since = _since(_read(database))
    client = connect()
    client.execute("ALTER TABLE t ADD b int")
    client.execute("UPDATE t SET b = 1 WHERE b IS NULL")
    client.close()
    file = "ALTER TABLE t ADD b int; UPDATE t SET b = 1 WHERE b IS NULL; ALTER TABLE t ALTER b SET NOT NULL"
    found = assess(observation(_read(database), tracking(recorded("1", V1, stamp=since), pending("2", file))))
    assert _second(found) == (State.HALF_APPLIED, [L, U, N])
    assert any("finish statements 2 to 3" in step for step in found.next)


def test_a_client_killed_inside_a_transaction_leaves_nothing(database: URL, connect: Connect) -> None:
    connect().execute(V1.encode())
    client = connect()
    client.execute("BEGIN; ALTER TABLE t ADD b int; ALTER TABLE t ADD c int")
    client.close()
    watcher = connect()
    busy = b"SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock'"
    eventually(lambda: watcher.execute(busy).fetchone() == (0,))
    file = "ALTER TABLE t ADD b int; ALTER TABLE t ADD c int"
    found = assess(observation(_read(database), tracking(recorded("1", V1), failed("2", file))))
    assert _second(found) == (State.FAILED, [N, N])


def test_a_lock_timeout_lands_nothing_of_its_statement(database: URL, connect: Connect) -> None:
    connect().execute(V1.encode())
    reader, client = connect(), connect()
    client.execute("ALTER TABLE t ADD b int")
    reader.execute("BEGIN; SELECT * FROM t")
    client.execute("SET lock_timeout = '100ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        client.execute("ALTER TABLE t ADD c int, ADD d int")
    reader.execute("ROLLBACK")
    file = "ALTER TABLE t ADD b int; ALTER TABLE t ADD c int, ADD d int; CREATE INDEX t_c ON t (c)"
    found = assess(observation(_read(database), tracking(recorded("1", V1), failed("2", file))))
    assert _second(found) == (State.HALF_APPLIED, [L, N, N])


def test_an_invalid_index_under_if_not_exists_is_partial_until_it_is_dropped(database: URL, connect: Connect) -> None:
    client = connect()
    client.execute(V1.encode())
    create = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_once ON t (a)"
    with pytest.raises(psycopg.errors.UniqueViolation):
        client.execute(create.encode())
    since = _since(_read(database))
    client.execute(create.encode())
    client.execute("ALTER TABLE t ADD b int")
    file = f"{create}; ALTER TABLE t ADD b int"
    found = assess(observation(_read(database), tracking(recorded("1", V1, stamp=since), pending("2", file))))
    assert _second(found) == (State.HALF_APPLIED, [P, L])
    assert "INVALID" in found.frameworks[0].migrations[1].statements[0].evidence
    assert not any("resume" in step and "Do not" not in step for step in found.next)
    assert [item.kind for item in found.debris] == ["invalid_index"]


def test_a_cancelled_rebuild_leaves_debris_and_no_verdict_changes(database: URL, connect: Connect) -> None:
    connect().execute(V1.encode())
    writer, builder = connect(), connect()
    writer.execute("BEGIN; UPDATE t SET a = 2")
    builder.execute("SET statement_timeout = '300ms'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        builder.execute("REINDEX INDEX CONCURRENTLY t_a")
    writer.execute("ROLLBACK")
    found = assess(
        observation(_read(database), tracking(recorded("1", V1), pending("2", "REINDEX INDEX CONCURRENTLY t_a")))
    )
    assert found.frameworks[0].migrations[0].state is State.APPLIED
    assert [(item.kind, item.object) for item in found.debris] == [("invalid_index", "t_a_ccnew")]
    assert _second(found)[1] == [U]


@pytest.mark.parametrize(
    ("by_hand", "verdicts", "state"),
    [
        ("ALTER TABLE t ADD b int", [L, N], State.HALF_APPLIED),
        ("ALTER TABLE t ADD b text", [P, N], State.HALF_APPLIED),
        ("ALTER TABLE t ADD c int", [N, L], State.HALF_APPLIED),
        ("ALTER TABLE t ADD b text; ALTER TABLE t ADD c int", [P, L], State.HALF_APPLIED),
    ],
)
def test_what_was_added_by_hand_is_never_resumed_over(
    database: URL, connect: Connect, by_hand: str, verdicts: list[Verdict], state: State
) -> None:
    client = connect()
    client.execute(V1.encode())
    client.execute(by_hand.encode())
    client.execute("CREATE TABLE ledger ()")
    schema = _read(database)
    file = "ALTER TABLE t ADD b int; ALTER TABLE t ADD c int"
    files = tracking(recorded("1", V1, stamp=_since(schema)), pending("2", file))
    found = assess(observation(schema, files))
    assert _second(found) == (state, verdicts)
    if verdicts != [L, N] and L in verdicts:
        assert any("Do not resume it automatically" in step for step in found.next)
        assert not any("finish statement" in step for step in found.next)
