"""What holds others off: the tool's own lock, exactly as it is taken, or why there is none and what protects then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.guard import appeared
from console.core.habits import Habits
from console.core.hold import hold_of, with_holds
from console.core.hold.hold import INSTEAD
from console.core.intent import Intent, Verb
from console.core.judge import assess
from console.core.observation import Machine, ToolProcess, Tracking
from console.core.plan import Plan, Step, StepKind
from console.core.session import Lock
from console.core.tool_lock import Hold
from tests.builders import NOON, SERVER, observation, schema_after, session, tracking

MY = replace(SERVER, dialect="mysql")
LIKE_RAILS = Habits(key="a number times the CRC-32 of shop", meets="a run that meets it ends at once")
LOCKED = tracking(framework="rails", locks=(("6939591962871035475",),), habits=LIKE_RAILS)


def test_on_postgres_a_number_is_taken_by_whoever_asks_first() -> None:
    hold = hold_of(LOCKED, SERVER)
    (lock,) = hold.locks
    assert hold.sql == ("SELECT pg_catalog.pg_try_advisory_lock(6939591962871035475)",)
    assert lock.release == "SELECT pg_catalog.pg_advisory_unlock(6939591962871035475)"
    assert "classid::bigint = 1615749663 AND objid::bigint = 1763014227 AND objsubid = 1" in lock.check
    assert hold.words == (
        "Rails's own advisory lock 6939591962871035475 (a number times the CRC-32 of shop; a run that meets it ends at "
        "once)"
    )


def test_a_negative_number_is_listed_by_its_two_halves() -> None:
    (lock,) = hold_of(replace(LOCKED, locks=(("-2",),)), SERVER).locks
    assert "classid::bigint = 4294967295 AND objid::bigint = 4294967294" in lock.holder


def test_on_mysql_a_name_is_taken_without_waiting() -> None:
    hold = hold_of(replace(LOCKED, locks=(("Flyway-1",), ("it's",))), MY)
    assert hold.sql == ("SELECT GET_LOCK('Flyway-1', 0)", "SELECT GET_LOCK('it''s', 0)")
    assert hold.words.startswith("Rails's own GET_LOCK Flyway-1 and it's (")


def test_a_lock_that_not_every_run_takes_is_taken_and_said_to_be_no_more_than_that() -> None:
    hold = hold_of(replace(LOCKED, framework="dbmate", habits=Habits()), SERVER)
    assert (len(hold.locks), hold.sure, hold_of(LOCKED, SERVER).sure) == (1, False, True)
    assert hold.words == (
        f"Dbmate's own advisory lock 6939591962871035475. A run that does not take it is not held off. {INSTEAD}"
    )


UNHELD = {
    "the_tool_has_none": (
        tracking(framework="django", habits=Habits(no_lock="Django takes no lock.")), SERVER, "Django takes no lock.",
    ),
    "it_is_not_known": (
        tracking(framework="goose"), SERVER, "How Goose keeps two runs of itself apart is not known here.",
    ),
    "its_key_is_no_number": (
        replace(LOCKED, locks=(("row 1",),)), SERVER, "The key of Rails's lock is not one that can be taken (row 1).",
    ),
    "two_numbers": (
        replace(LOCKED, locks=(("1", "2"),)), SERVER, "The key of Rails's lock is not one that can be taken (1).",
    ),
    "too_large": (
        replace(LOCKED, locks=((str(2**63),),)), SERVER,
        f"The key of Rails's lock is not one that can be taken ({2**63}).",
    ),
    "too_long": (
        replace(LOCKED, locks=(("x" * 65,),)), MY,
        f"The key of Rails's lock is not one that can be taken ({'x' * 65}).",
    ),
    "a_cluster": (
        LOCKED, replace(MY, notes=("This is a node of a Galera cluster: ...",)),
        "GET_LOCK holds on one node of a Galera cluster only.",
    ),
    "something_else": (
        LOCKED, replace(MY, foreign="TiDB"), "This is TiDB: whether it keeps such locks is not known.",
    ),
    "a_file": (LOCKED, replace(SERVER, dialect="sqlite"), "SQLite has no such locks."),
}  # fmt: skip


@pytest.mark.parametrize("name", UNHELD)
def test_what_cannot_be_held_is_said_with_what_protects(name: str) -> None:
    found, server, why = UNHELD[name]
    hold = hold_of(found, server)
    assert (hold.locks, hold.sql, hold.words) == ((), (), f"{why} {INSTEAD}")


def plan(verb: Verb, *kinds: StepKind, framework: str = "", hold: bool = True) -> Plan:
    steps = tuple(Step(n, kind, "step", ("SELECT 1",)) for n, kind in enumerate(kinds, 1))
    intent = Intent(verb, framework=framework, hold=hold)
    return Plan(intent, "title", "phrase", SERVER.identity, NOON, steps=steps)


def held(made: Plan, *trackings: Tracking) -> tuple[Hold, ...]:
    return with_holds(made, assess(observation(schema_after(""), *trackings))).holds


ALEMBIC = tracking(framework="alembic", habits=Habits(no_lock="Alembic takes no lock."))


def test_a_migration_holds_its_own_tool_and_a_clean_up_every_one() -> None:
    finish = plan(Verb.FINISH, StepKind.SCHEMA, StepKind.LEDGER, framework="rails")
    assert [hold.framework for hold in held(finish, LOCKED, ALEMBIC)] == ["rails"]
    clean = plan(Verb.DROP, StepKind.SCHEMA)
    assert [(h.framework, bool(h.locks)) for h in held(clean, LOCKED, ALEMBIC)] == [("rails", True), ("alembic", False)]


KINDS = {
    "nothing": (),
    "a_row": (StepKind.LEDGER,),
    "a_session": (StepKind.SESSION,),
    "the_tool_itself": (StepKind.TOOL,),
    "the_tool_after_others": (StepKind.SCHEMA, StepKind.TOOL),
}


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_what_changes_no_schema_or_starts_the_tool_holds_nobody(kinds: tuple[StepKind, ...]) -> None:
    assert held(plan(Verb.FINISH, *kinds), LOCKED) == ()


RUNNING = ToolProcess(812, "rails db:migrate", "rails")
OTHER = ToolProcess(813, "flyway migrate", "flyway")


@pytest.mark.parametrize("sure", [True, False], ids=["every_run_takes_it", "some_do_not"])
def test_a_run_that_waits_for_our_lock_is_no_reason_to_stop_another_tool_is(sure: bool) -> None:
    made = replace(plan(Verb.FINISH, StepKind.SCHEMA), holds=(Hold("rails", sure=sure),))

    def stops(*tools: ToolProcess) -> str:
        return appeared(made, assess(observation(schema_after(""), LOCKED, machine=Machine(tools=tools))))

    assert stops() == ""
    assert bool(stops(RUNNING)) is not sure
    assert "process 813 (flyway)" in stops(OTHER)


def test_who_chose_not_to_is_told_what_protects() -> None:
    (hold,) = held(plan(Verb.DROP, StepKind.SCHEMA, hold=False), LOCKED)
    assert (hold.locks, hold.words) == ((), f"You chose so. {INSTEAD}")
    (none,) = held(plan(Verb.DROP, StepKind.SCHEMA, hold=False), ALEMBIC)
    assert none.words == f"Alembic takes no lock. {INSTEAD}"


def test_our_own_hold_is_no_migration() -> None:
    lock = Lock(
        "7", ("advisory", "1"), "advisory", "ExclusiveLock", granted=True, object="advisory 6939591962871035475"
    )
    for own, count in ((True, 0), (False, 1)):
        seen = observation(schema_after(""), LOCKED, sessions=(session("7", own=own),), locks=(lock,))
        assert len(assess(seen).blocked.migration) == count
