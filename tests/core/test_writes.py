"""Who still writes to the tables of a migration, and how fast: rates from counts, names from open transactions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.observation import Health, Reading
from console.core.plan import Plan, Step, StepKind
from console.core.schema import Index, Schema
from console.core.session import Lock, Session
from console.core.write_rates import Counts, Rate, rates
from console.core.writes import affected, told, with_writes, writers
from console.lanes.writing import WINDOW, Writing
from tests.builders import NOON, SERVER, observation, pending, recorded, schema_after, session, table_lock, tracking

ORDERS = ("public", "orders")
BASE = "CREATE TABLE orders (id int);"
FIRST, SECOND = "ALTER TABLE orders ADD COLUMN a int;", "ALTER TABLE orders ADD COLUMN b int;"


def test_a_rate_is_what_came_between_the_first_count_and_the_last() -> None:
    assert rates(((10.0, {ORDERS: 5}), (12.0, {ORDERS: 6}), (14.0, {ORDERS: 53}))) == (Rate(ORDERS, 12.0, 4.0),)


UNKNOWN = {
    "nothing_counted": ((), ()),
    "counted_once": (((10.0, {ORDERS: 5}),), (Rate(ORDERS, None, 0.0),)),
    "too_soon_after_it": (((10.0, {ORDERS: 5}), (10.5, {ORDERS: 9})), (Rate(ORDERS, None, 0.5),)),
    "counted_anew": (((10.0, {ORDERS: 5}), (12.0, {ORDERS: 4})), (Rate(ORDERS, None, 2.0),)),
    "not_there_before": (((10.0, {}), (12.0, {ORDERS: 4})), (Rate(ORDERS, None, 2.0),)),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_two_counts_do_not_tell_is_not_known(name: str) -> None:
    counted, wanted = UNKNOWN[name]
    assert rates(counted) == wanted


class Counting:
    """A link that counts one row more each time."""

    def __init__(self) -> None:
        self.rows = 0

    def writes(self, tables: tuple[tuple[str, str], ...]) -> Counts:
        self.rows += 1
        return dict.fromkeys(tables, self.rows)


def test_old_counts_are_forgotten_but_the_last_and_nothing_is_asked_without_a_table() -> None:
    moments = iter((0.0, 1.0, WINDOW + 1.5, WINDOW + 3.0))
    writing, link = Writing(lambda: next(moments)), Counting()
    seen = [writing.turn(link, (ORDERS,)) for _ in range(4)]  # type: ignore[arg-type]
    wanted = [(None, 0.0), (1.0, 1.0), (1 / (WINDOW + 0.5), WINDOW + 0.5), (1 / 1.5, 1.5)]
    assert [(r.per_second, r.seconds) for (r,) in seen] == wanted
    assert writing.turn(link, ()) == ()  # type: ignore[arg-type]
    assert link.rows == 4


def picture(
    *found: Rate, sessions: tuple[Session, ...] = (), locks: tuple[Lock, ...] = (), health: Health = Health.OK
) -> Assessment:
    seen = observation(
        schema_after(BASE + FIRST, stamp=900),
        tracking(recorded("1", BASE, stamp=100), pending("4", FIRST + SECOND)),
        sessions=sessions, locks=locks,
    )  # fmt: skip
    reason = "" if health is Health.OK else f"{OFF}."
    return assess(replace(seen, writes=Reading(found or None, health, reason)))


WEB = (session("1"), session("2"), session("3", user="batch"), session("4"), session("5", own=True))
WRITING = (
    table_lock("1", "orders", "RowExclusiveLock", granted=True),
    table_lock("2", "orders", "SHARED_WRITE", granted=True),
    table_lock("3", "orders", "RowExclusiveLock", granted=True),
    table_lock("4", "orders", "AccessShareLock", granted=True),
    table_lock("4", "other", "RowExclusiveLock", granted=True),
    table_lock("4", "orders", "RowExclusiveLock", granted=False),
    table_lock("5", "orders", "RowExclusiveLock", granted=True),
)


AGO = NOON - timedelta(seconds=3)
WRITTEN = {
    "INSERT INTO orders (a) VALUES (1)": True,
    "  /* web */ insert into public.orders values (1)": True,
    'UPDATE ONLY "public"."orders" SET a = 1': True,
    "delete from `orders` where a = 1": True,
    "INSERT INTO other SELECT * FROM orders": False,
    "UPDATE shop.orders SET a = 1": False,
    "UPDATE orders2 SET a = 1": False,
    "SELECT * FROM orders": False,
}


@pytest.mark.parametrize("query", WRITTEN)
def test_who_has_just_written_is_known_by_the_last_statement(query: str) -> None:
    after = session("6", query, state="idle", changed_at=AGO, transaction_at=None)
    long_ago = replace(after, id="7", user="cron", changed_at=NOON - timedelta(seconds=60))
    seen = picture(rate(5.0), sessions=(after, long_ago)).observation
    assert writers(ORDERS, seen) == ({"web": 1} if WRITTEN[query] else {})


def rate(per_second: float | None, seconds: float = 12.0) -> Rate:
    return Rate(ORDERS, per_second, seconds)


OFF = "What is written is not counted: performance_schema is off"
TOLD = {
    "by_whom": (
        picture(rate(12.4), sessions=WEB, locks=WRITING),
        (False, "orders: 12 rows/s written by web (2 sessions), batch (1 session)"),
    ),
    "by_nobody_now": (
        picture(rate(0.34), sessions=WEB),
        (False, "orders: 0.3 rows/s written, by nobody who is seen to do it now"),
    ),
    "hardly_any": (
        picture(rate(0.01), sessions=WEB),
        (False, "orders: 0.1 rows/s written, by nobody who is seen to do it now"),
    ),
    "nobody": (picture(rate(0.0), sessions=WEB), (True, "orders: nobody wrote to it for 12 s")),
    "not_committed": (
        picture(rate(0.0), sessions=WEB, locks=WRITING[:1]),
        (False, "orders: 0 rows/s written by web (1 session)"),
    ),
    "looked_once": (
        picture(rate(None, 0.0), sessions=WEB),
        (False, "orders: how much is written is not known (it has been looked at once so far)"),
    ),
    "no_migration_touches_it": (
        picture(Rate(("public", "other"), 1.0, 9.0), sessions=WEB),
        (False, "orders: how much is written is not known (no migration in trouble touches it)"),
    ),
    "not_counted": (
        picture(health=Health.NOT_INSTRUMENTED, sessions=WEB, locks=WRITING[:1]),
        (False, f"orders: how much is written is not known ({OFF}); written by web (1 session)"),
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_who_writes_is_told_with_the_rate(name: str) -> None:
    found, wanted = TOLD[name]
    assert list(told((ORDERS, ("public", "gone")), found)) == [wanted]


def test_without_the_locks_nobody_is_said_to_be_quiet() -> None:
    found = picture(rate(0.0), sessions=WEB)
    unread = replace(found.observation, locks=Reading(health=Health.NOT_PERMITTED, reason="no"))
    ((quiet, text),) = told((ORDERS,), replace(found, observation=unread))
    assert (quiet, text) == (False, "orders: 0 rows/s written, by whom is not known: the locks were not read")


def test_it_stands_on_the_plan_that_drops_an_index_of_the_table() -> None:
    things = schema_after(BASE + "CREATE INDEX orders_id ON orders (id);", stamp=900).things
    left = tuple(replace(t, valid=False) if isinstance(t, Index) else t for t in things)
    busy = picture(rate(50.0), sessions=WEB, locks=WRITING).observation
    now = assess(replace(busy, schema=replace(busy.schema, value=Schema(left))))
    step = Step(1, StepKind.SCHEMA, "step", ("DROP INDEX orders_id",), clears="orders_id")
    intent = Intent(Verb.DROP, object="index orders_id")
    plan = Plan(intent, "title", "phrase", SERVER.identity, NOON, steps=(step,))
    assert with_writes(plan, now).careful == ("orders: 50 rows/s written by web (2 sessions), batch (1 session)",)


def test_it_stands_on_the_plan_of_a_migration() -> None:
    found = picture(rate(0.0), sessions=WEB)
    (migration,) = (m for f in found.frameworks for m in f.migrations if m.id == "4")
    step = Step(1, StepKind.SCHEMA, "step", (SECOND,), judgements=migration.statements)
    plan = Plan(Intent(Verb.FINISH), "title", "phrase", SERVER.identity, NOON, steps=(step,), careful=("x",))
    assert with_writes(plan, found).checked == ("orders: nobody wrote to it for 12 s",)
    busy = with_writes(plan, picture(rate(50.0), sessions=WEB, locks=WRITING))
    assert busy.careful == ("x", "orders: 50 rows/s written by web (2 sessions), batch (1 session)")
    assert affected(found.frameworks) == (ORDERS,)
