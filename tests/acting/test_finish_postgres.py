"""Finishing and marking on a PostgreSQL, for Flyway: the end is asked by a second client."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.assessment import Overall
from console.core.intent import Intent, Verb
from console.core.journal import Topic
from console.core.migration import State
from console.core.plan import Result, Step, StepKind, Word
from console.dialects.postgres import hand
from console.drill.player import checksum
from tests.acting.at_shop import ann
from tests.acting.responder import Responder
from tests.sites import Site, shop
from tests.waiting import eventually

__all__ = ["ann"]
V2 = """CREATE TABLE carriers (id bigint PRIMARY KEY, name varchar(40) NOT NULL);
ALTER TABLE orders ADD COLUMN carrier varchar(40);
ALTER TABLE orders ADD COLUMN shipped_at timestamptz;
CREATE INDEX CONCURRENTLY orders_carrier ON orders (carrier);
"""
LANDED = ("CREATE TABLE carriers (id bigint PRIMARY KEY, name varchar(40) NOT NULL)",
          "ALTER TABLE orders ADD COLUMN carrier varchar(40)")  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    return found


def rows(site: Site, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(site.address) as other:
        return other.execute(sql).fetchall()


def state_of(ann: Responder, key: str) -> State:
    migrations = (m for f in ann.incident.fresh().frameworks for m in f.migrations)
    return next(m.state for m in migrations if m.id == key)


FINISH = Intent(Verb.FINISH, migration="2", framework="flyway")


def test_what_has_not_landed_is_run_and_recorded(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(FINISH)
    assert plan.refused == ()
    assert plan.phrase == "finish 2"
    assert [step.kind for step in plan.steps] == [StepKind.SCHEMA, StepKind.SCHEMA, StepKind.LEDGER]
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 3, result
    assert state_of(ann, "2") is State.APPLIED
    assert ann.incident.fresh().overall is Overall.HEALTHY
    ledger = "SELECT installed_rank, version, description, type, script, execution_time, success"
    found = rows(site, f"{ledger} FROM flyway_schema_history ORDER BY 1")
    assert found[-1] == (2, "2", "change 2", "SQL", "V2__change_2.sql", 0, True)
    sums = rows(site, "SELECT checksum, installed_by FROM flyway_schema_history WHERE version = '2'")
    assert sums == [(checksum(V2), site.url.username)]
    assert [e.topic for e in ann.journal.kept] == [Topic.INTENT, *[Topic.ACTING, Topic.OUTCOME] * 3]


def test_a_failed_row_goes_with_the_finish(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    site.row(site.folder / "sql" / "V2__change_2.sql", success=False)
    result = ann.do(FINISH)
    assert [o.word for o in result.outcomes] == [Word.DONE] * 3, result
    assert rows(site, "SELECT version, success FROM flyway_schema_history ORDER BY 1") == [("1", True), ("2", True)]


def test_who_was_faster_is_not_run_over(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(FINISH)
    site.run("ALTER TABLE orders ADD COLUMN shipped_at timestamptz")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.REFUSED, False)]
    assert rows(site, "SELECT version FROM flyway_schema_history") == [("1",)]


def test_what_the_server_refuses_stops_the_rest(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(FINISH)
    site.run("ALTER TABLE orders RENAME COLUMN carrier TO other")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert result.outcomes[-1].word is Word.REFUSED
    assert rows(site, "SELECT version FROM flyway_schema_history") == [("1",)]


def test_marking_needs_a_second_phrase_without_proof(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    plan = ann.propose(Intent(Verb.MARK_RAN, migration="2", framework="flyway"))
    assert plan.phrases == ("mark ran 2", "mark ran 2 unproven")
    assert "statement 3 is NOT LANDED" in plan.unproven


def test_all_that_landed_is_marked_by_proof_and_undone_again(site: Site, ann: Responder) -> None:
    site.run(*LANDED, "ALTER TABLE orders ADD COLUMN shipped_at timestamptz",
             "CREATE INDEX orders_carrier ON orders (carrier)")  # fmt: skip
    assert state_of(ann, "2") is State.UNRECORDED
    plan = ann.propose(Intent(Verb.MARK_RAN, migration="2", framework="flyway"))
    assert plan.phrases == ("mark ran 2",)
    before = rows(site, "SELECT * FROM flyway_schema_history ORDER BY 1")
    assert [o.word for o in ann.acting.carry_out(plan, plan.phrases).outcomes] == [Word.DONE]
    assert state_of(ann, "2") is State.APPLIED
    silent = ann.propose(Intent(Verb.MARK_NOT_RAN, migration="2", framework="flyway"))
    assert silent.phrases == ("mark not ran 2", "mark not ran 2 unproven")
    assert ann.acting.carry_out(silent, silent.phrases).refused == ("Why it is done unproven has not been said.",)
    undo = ann.propose(Intent(Verb.MARK_NOT_RAN, migration="2", framework="flyway", reason="it is to run again"))
    result = ann.acting.carry_out(undo, undo.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    assert rows(site, "SELECT * FROM flyway_schema_history ORDER BY 1") == before


def test_for_whom_it_waited_is_named_and_ending_that_one_is_offered(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    with closing(psycopg.connect(site.address)) as reader:
        reader.execute("LOCK TABLE orders IN ACCESS SHARE MODE")
        pid = str(reader.info.backend_pid)
        result = ann.do(FINISH)
        (outcome,) = result.outcomes
        assert (outcome.word, outcome.sent, outcome.behind) == (Word.REFUSED, True, (pid,))
        assert "canceling statement due to lock timeout: it waited behind" in outcome.detail
        assert f"{pid} " in outcome.detail
        assert result.instead == (Intent(Verb.TERMINATE, (pid,)),)
        assert [o.word for o in ann.do(result.instead[0]).outcomes] == [Word.GONE]
    assert [o.word for o in ann.do(FINISH).outcomes] == [Word.DONE] * 3


def test_a_refusal_that_is_about_something_else_blames_nobody(site: Site, ann: Responder) -> None:
    site.run(*LANDED, "CREATE DOMAIN shipped_at AS text")
    site.file("2", V2.replace("shipped_at timestamptz", "shipped_at nonsense"))
    result = ann.do(FINISH)
    assert [(o.word, o.behind) for o in result.outcomes] == [(Word.REFUSED, ())]
    assert result.instead == ()


def test_what_is_made_concurrently_waits_for_old_snapshots_as_long_as_it_takes(
    site: Site, ann: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand, "_LIMITS", hand._LIMITS.replace("lock_timeout=3s", "lock_timeout=300ms"))
    site.run(*LANDED, "ALTER TABLE orders ADD COLUMN shipped_at timestamptz")
    plan = ann.propose(FINISH)
    assert [step.patience for step in plan.steps] == [0.0, None]
    found: list[Result] = []
    with closing(psycopg.connect(site.address)) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        thread = threading.Thread(target=lambda: found.append(ann.acting.carry_out(plan, plan.phrases)), daemon=True)
        thread.start()
        waits = "application_name = 'halfway hand' AND wait_event_type = 'Lock' AND now() - query_start > '0.6s'"
        eventually(lambda: found or rows(site, f"SELECT 1 FROM pg_stat_activity WHERE {waits}"))
    thread.join(30)
    assert [o.word for o in found[0].outcomes] == [Word.DONE] * 2, found
    assert rows(site, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_carrier'::regclass") == [(True,)]


def test_what_keeps_others_waiting_gives_up_as_soon_as_the_plan_says(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    step = replace(ann.propose(FINISH).steps[0], sql=("CREATE TABLE seen AS SELECT current_setting('lock_timeout')",))
    assert step.patience == 5.0
    with closing(dialects.open_hand("postgresql", site.url)) as acts:
        acts.run(step)
        assert acts.count("SELECT (current_setting('lock_timeout') = '3s')::int", 1.0) == 1
    assert rows(site, "SELECT * FROM seen") == [("5s",)]


def test_nobody_counts_over_the_connection_that_carries_a_plan_out(site: Site, ann: Responder) -> None:
    site.run(*LANDED)
    during: list[int | None] = []
    plan = ann.propose(FINISH)
    ann.acting.carry_out(plan, plan.phrases, lambda _: during.append(ann.acting.count("SELECT 1", 1.0)))
    assert during == [None] * 3
    assert ann.acting.count("SELECT 1", 1.0) == 1


def test_a_count_leaves_the_plans_own_time_out(site: Site) -> None:
    shown = "SELECT replace(current_setting('statement_timeout'), 's', '')::int"
    with closing(dialects.open_hand("postgresql", site.url)) as acts:
        assert acts.count("SELECT 1 / 0", 1.0) is None
        assert acts.count(shown, 5.0) == 5
        acts.settle(dialects.renderer("postgresql").settings({}, ""))
        assert acts.count("SELECT count(*) FROM pg_sleep(1)", 0.1) is None
        acts.run(Step(1, StepKind.DATA, "what it sees", ("CREATE TABLE seen AS " + shown,)))
    assert rows(site, "SELECT * FROM seen") == [(0,)]
