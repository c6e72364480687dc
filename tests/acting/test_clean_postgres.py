"""What failures leave on a real PostgreSQL, made as failures make it, and cleaned up as a responder does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from console.core.debris import cleanable, wish
from console.core.intent import Intent, Verb
from console.core.journal import Topic, broken
from console.core.plan import Word
from console.dialects.postgres.hand import PostgresHand
from console.dialects.postgres.quoting import literal
from console.dialects.postgres.render import PostgresRenderer
from tests.acting.at_shop import ann, site
from tests.acting.cleaning import aged, plan_for
from tests.acting.responder import Responder, responder
from tests.servers import Connect, conninfo, run
from tests.sites import Site
from tests.test_incident import incident_on
from tests.waiting import eventually

__all__ = ["ann", "site"]
PARTS = (
    "CREATE TABLE events (id int, at int) PARTITION BY RANGE (at)",
    "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10)",
    "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20)",
    "INSERT INTO events VALUES (1, 1), (2, 11)",
)


def invalid_index(site: Site) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        site.run("CREATE UNIQUE INDEX CONCURRENTLY orders_total ON orders (total)")


def reindexed(site: Site) -> None:
    """A REINDEX CONCURRENTLY that fails leaves a second index beside the one that is used."""
    site.run("CREATE FUNCTION one(n numeric) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
             "CREATE INDEX orders_one ON orders (one(total))",
             "CREATE OR REPLACE FUNCTION one(n numeric) RETURNS int IMMUTABLE LANGUAGE plpgsql"
             " AS 'BEGIN RETURN 1 / 0; END'")  # fmt: skip
    with pytest.raises(psycopg.errors.DivisionByZero):
        site.run("REINDEX INDEX CONCURRENTLY orders_one")


def not_valid(site: Site) -> None:
    site.run("ALTER TABLE orders ADD CONSTRAINT orders_sane CHECK (total >= 0) NOT VALID")


def disabled(site: Site) -> None:
    site.run("CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
             "CREATE TRIGGER note BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted()",
             "ALTER TABLE orders DISABLE TRIGGER note")  # fmt: skip


def detaching(site: Site) -> None:
    """Cancelled while it waits for a reader: the first half of it is done."""
    site.run(*PARTS)
    with psycopg.connect(conninfo(site.url)) as reader, psycopg.connect(conninfo(site.url), autocommit=True) as tool:
        reader.execute("SELECT * FROM events")
        halted = Thread(target=lambda: refused(tool, "ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY"))
        halted.start()
        pending = "SELECT 1 FROM pg_inherits WHERE inhdetachpending"
        eventually(lambda: is_left(site, pending))
        tool.cancel()
        halted.join(10)


def refused(connection: psycopg.Connection[tuple[object, ...]], sql: str) -> None:
    with pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute(sql)


@dataclass(frozen=True)
class Case:
    """`make` leaves it, `phrase` is typed, `left` finds it still left."""

    kind: str
    make: Callable[[Site], None]
    phrase: str
    sql: str
    left: str

    @property
    def name(self) -> str:
        """As debris is called."""
        return self.phrase.rpartition(" ")[2]


CASES = (
    Case("invalid_index", invalid_index, "drop index orders_total", 'DROP INDEX CONCURRENTLY "public"."orders_total"',
         "SELECT 1 FROM pg_class WHERE relname = 'orders_total'"),
    Case("invalid_index", reindexed, "drop index orders_one_ccnew",
         'DROP INDEX CONCURRENTLY "public"."orders_one_ccnew"',
         "SELECT 1 FROM pg_class WHERE relname = 'orders_one_ccnew'"),
    Case("not_valid_constraint", not_valid, "validate constraint orders.orders_sane",
         'ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "orders_sane"',
         "SELECT 1 FROM pg_constraint WHERE conname = 'orders_sane' AND NOT convalidated"),
    Case("disabled_trigger", disabled, "enable trigger orders.note",
         'ALTER TABLE "public"."orders" ENABLE TRIGGER "note"',
         "SELECT 1 FROM pg_trigger WHERE tgname = 'note' AND tgenabled = 'D'"),
    Case("detach_pending", detaching, "finalize detach events_1",
         'ALTER TABLE "public"."events" DETACH PARTITION "public"."events_1" FINALIZE',
         "SELECT 1 FROM pg_inherits WHERE inhdetachpending"),
)  # fmt: skip


def is_left(site: Site, asked: str) -> bool:
    with psycopg.connect(conninfo(site.url)) as other:
        return bool(other.execute(asked).fetchall())


def test_what_failures_left_is_cleaned_up_one_statement_each(site: Site, ann: Responder) -> None:
    for case in CASES:
        case.make(site)
    found = ann.incident.fresh()
    assert sorted(item.kind for item in found.debris) == sorted(case.kind for case in CASES)
    assert len(list(cleanable(found))) == len(CASES)
    for case in CASES:
        cleaned(case, site, ann)
    assert ann.incident.fresh().debris == ()
    assert [e.topic for e in ann.journal.kept] == [Topic.INTENT, Topic.ACTING, Topic.OUTCOME] * len(CASES)
    assert broken(ann.journal.kept) == ""


def cleaned(case: Case, site: Site, ann: Responder) -> None:
    """By its plan, shown whole."""
    plan = plan_for(ann, case.name)
    assert plan.refused == ()
    assert plan.phrases == (case.phrase,)
    assert plan.sql == case.sql
    (step,) = plan.steps
    assert step.lock
    assert step.estimate
    assert plan.careful
    assert plan.undo
    assert is_left(site, case.left)
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    assert not is_left(site, case.left)


def test_what_is_gone_already_is_sent_nothing(site: Site, ann: Responder) -> None:
    not_valid(site)
    plan = plan_for(ann, "orders.orders_sane")
    site.run("ALTER TABLE orders VALIDATE CONSTRAINT orders_sane")
    again = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in again.outcomes] == [(Word.REFUSED, False)]


def test_a_row_that_breaks_a_constraint_is_the_servers_refusal(site: Site, ann: Responder) -> None:
    not_valid(site)
    site.run("ALTER TABLE orders DISABLE TRIGGER ALL", "UPDATE orders SET total = 1")
    site.run("ALTER TABLE orders DROP CONSTRAINT orders_sane", "UPDATE orders SET total = -1")
    not_valid(site)
    result = ann.do(Intent(Verb.VALIDATE, object="constraint orders.orders_sane"))
    assert [o.word for o in result.outcomes] == [Word.REFUSED]
    assert "violated by some row" in result.outcomes[0].detail
    assert [item.kind for item in ann.incident.fresh().debris] == ["not_valid_constraint"]


def test_a_foreign_key_that_is_not_enforced_is_enforced_again(site: Site, ann: Responder) -> None:
    site.run("CREATE TABLE lines (order_id bigint REFERENCES orders (id))", "ALTER TABLE lines DISABLE TRIGGER ALL")
    kinds = {item.kind for item in ann.incident.fresh().debris}
    assert kinds == {"disabled_trigger"}
    for item in ann.incident.fresh().debris:
        intent = wish(item)
        assert intent is not None
        assert [o.word for o in ann.do(intent).outcomes] == [Word.DONE]
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        site.run("INSERT INTO lines VALUES (99)")


def prepared(site: Site, gid: str, *statements: str) -> None:
    with psycopg.connect(conninfo(site.url), autocommit=True) as connection:
        for sql in ("BEGIN", *statements, f"PREPARE TRANSACTION {literal(gid)}"):
            connection.execute(sql)


@pytest.mark.parametrize(("verb", "rows"), [(Verb.COMMIT_PREPARED, 3), (Verb.ROLL_BACK_PREPARED, 2)])
def test_a_prepared_transaction_ends_the_way_a_person_chose(
    verb: Verb, rows: int, site: Site, ann: Responder, connect: Connect
) -> None:
    prepared(site, "o'7", "INSERT INTO orders VALUES (9, 9)", "ALTER TABLE orders ADD COLUMN late int")
    (item,) = ann.incident.fresh().debris
    asked = wish(item)
    assert asked == Intent(Verb.END_PREPARED, object="o'7")
    young = ann.propose(asked)
    assert "its coordinator may be about to end it" in young.refused[0]
    open_one = aged(ann, asked)
    assert "only its coordinator knows" in open_one.refused[0]
    assert open_one.steps == ()
    assert [way.verb for way in open_one.instead] == [Verb.COMMIT_PREPARED, Verb.ROLL_BACK_PREPARED]
    plan = aged(ann, replace(asked, verb=verb))
    assert plan.refused == ()
    assert plan.phrases == (f"{verb.value} o'7", f"{verb.value} o'7 unproven")
    assert any("it holds locks on" in line and "orders" in line for line in plan.about)
    assert "has not been said" in ann.acting.carry_out(plan, plan.phrases).refused[0]
    said = replace(plan, intent=replace(plan.intent, reason="its log says so"))
    result = ann.acting.carry_out(said, said.phrases)
    assert [o.word for o in result.outcomes] == [Word.DONE], result
    assert connect().execute("SELECT count(*) FROM orders").fetchall() == [(rows,)]
    assert not is_left(site, "SELECT 1 FROM pg_prepared_xacts WHERE database = current_database()")


def test_another_transaction_of_the_same_name_is_not_the_one(site: Site, ann: Responder) -> None:
    prepared(site, "seven", "INSERT INTO orders VALUES (9, 9)")
    plan = aged(ann, Intent(Verb.COMMIT_PREPARED, object="seven", reason="its log says so"))
    site.run("ROLLBACK PREPARED 'seven'")
    prepared(site, "seven", "INSERT INTO orders VALUES (8, 8)")
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [(o.word, o.sent) for o in result.outcomes] == [(Word.REFUSED, False)]
    assert "is not the transaction any more" in result.outcomes[0].detail


def test_one_of_another_database_is_not_ended_from_here(site: Site, ann: Responder) -> None:
    other = site.url.set(database="postgres")
    name = f"elsewhere {site.url.database}"
    with psycopg.connect(conninfo(other), autocommit=True) as connection:
        for sql in ("BEGIN", "CREATE TEMP TABLE t (id int)", "ROLLBACK", "BEGIN", "SELECT txid_current()"):
            connection.execute(sql)
        connection.execute(f"PREPARE TRANSACTION '{name}'")
    try:
        plan = aged(ann, Intent(Verb.COMMIT_PREPARED, object=name, reason="its log says so"))
        assert plan.refused == ("It was prepared in postgres: only a session there can end it.",)
    finally:
        run(other, f"ROLLBACK PREPARED '{name}'")


def test_what_is_still_being_detached_or_loaded_is_left_alone(site: Site, ann: Responder, connect: Connect) -> None:
    disabled(site)
    loader = connect()
    loader.execute("BEGIN")
    loader.execute("/* as pg_restore does */ SELECT 'COPY orders'")
    (item,) = ann.incident.fresh().debris
    assert item.held == "a session copies rows into orders just now"
    assert ann.propose(Intent(Verb.ENABLE, object="trigger orders.note")).refused == (
        "A session copies rows into orders just now.",
    )
    loader.execute("COMMIT")


def test_what_cannot_be_seen_is_not_touched(site: Site, tmp_path: Path) -> None:
    disabled(site)
    run(
        site.url,
        "DROP ROLE IF EXISTS half_seen",
        "CREATE ROLE half_seen LOGIN",
        "GRANT USAGE ON SCHEMA public TO half_seen",
    )
    seen = replace(site, url=site.url.set(username="half_seen"))
    try:
        with responder(incident_on(seen), PostgresRenderer(), lambda: PostgresHand(seen.url)) as bob:
            plan = bob.propose(Intent(Verb.ENABLE, object="trigger orders.note"))
            assert plan.refused == ("Whether somebody loads data without it just now cannot be seen here.",)
    finally:
        run(site.url, "DROP OWNED BY half_seen", "DROP ROLE half_seen")
