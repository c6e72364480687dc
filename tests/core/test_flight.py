"""What is said of a step whose end nobody has recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.core.assessment import Assessment
from console.core.flight import flight, sessions_of
from console.core.journal import Entry, Person, Topic
from console.core.judge import assess
from console.core.observation import Health, Reading
from console.core.session import Progress, Session
from tests.builders import NOON, SERVER, observation, schema_after, session, table_lock, tracking

BEGAN = NOON - timedelta(minutes=3)


def ours(**more: object) -> Session:
    """The session that acts."""
    given: dict[str, object] = {"started_at": BEGAN, "own": True, "query": "CREATE INDEX i ON orders (id)", **more}
    return session("81", **given)  # type: ignore[arg-type]


def sent(acting: str = f"81 since {BEGAN.isoformat()}", server: str = SERVER.identity) -> Entry:
    details = {"session": acting, "server": server, "sql": "CREATE INDEX i ON orders (id)"}
    return Entry(7, NOON, "shop", "run", Person("ann"), Topic.ACTING, "statement 3 of V4", details)


def seen(*sessions: Session, **more: object) -> Assessment:
    schema = schema_after("CREATE TABLE orders (id bigint)")
    return assess(replace(observation(schema, tracking(), sessions=sessions), **more))  # type: ignore[arg-type]


def test_a_session_that_is_there_runs_it() -> None:
    found = flight(sent(), seen(ours(), session("1")))
    assert (found.session, found.over) == (ours(), False)
    assert found.now == ("Session 81 is still on the server: active for 30 s.",)
    assert sessions_of([found]) == {"81"}


def test_who_it_waits_for_is_named() -> None:
    locks = (
        table_lock("4711", "orders", "AccessShareLock", granted=True),
        table_lock("81", "orders", "AccessExclusiveLock", granted=False),
    )
    found = flight(sent(), seen(ours(waiting_for="Lock/relation"), session("4711"), locks=Reading(locks, Health.OK)))
    assert found.now[1] == "It waits for a lock behind 4711: ending that one lets it go on."


def test_a_wait_for_nobody_known_is_said_too() -> None:
    found = flight(sent(), seen(ours(waiting_for="IO/DataFileRead")))
    assert found.now[1] == "It waits: IO/DataFileRead."


def test_its_progress_is_told() -> None:
    progress = (Progress("81", "building index", 45, 100), Progress("82", "another", 1, 2))
    found = flight(sent(), seen(ours(), session("82"), progress=Reading(progress, Health.OK)))
    assert found.now[1:] == ("building index, 45 %.",)


@pytest.mark.parametrize(
    "sessions",
    [(session("1"),), (replace(ours(), started_at=NOON),)],
    ids=["nobody of that number", "somebody else with that number"],
)
def test_when_its_session_is_gone_nothing_more_comes_of_it(sessions: tuple[Session, ...]) -> None:
    found = flight(sent(), seen(*sessions))
    assert (found.session, found.over) == (None, True)
    assert "its session is gone" in found.now[0]
    assert sessions_of([found]) == frozenset()


def test_on_another_server_nothing_more_comes_of_it() -> None:
    assert flight(sent(server="another"), seen(ours())).over


@pytest.mark.parametrize("health", [Health.STALE, Health.TIMED_OUT, Health.NOT_PERMITTED])
def test_what_cannot_be_seen_is_not_over(health: Health) -> None:
    sessions = Reading((), health, reason="the server closed the connection")
    found = flight(sent(), seen(sessions=sessions))
    assert (found.session, found.over) == (None, False)
    assert found.now == ("Whether it still runs cannot be told: the server closed the connection.",)


def test_an_entry_without_a_session_is_never_over() -> None:
    assert not flight(sent(acting=""), seen(session("1"))).over


@pytest.mark.parametrize(
    ("gone", "process", "over", "told"),
    [
        (True, "812", True, "Its end: its process is gone; the state shows what came of it."),
        (False, "812", False, "Process 812 still runs on this machine."),
        (None, "812", False, "Whether process 812 still runs can only be seen on db9."),
        (None, "", False, "Whether its process, whose number is not known, still runs can only be seen on db9."),
    ],
)
def test_a_program_runs_until_its_process_is_gone(gone: bool | None, process: str, over: bool, told: str) -> None:
    began = sent()
    began = replace(began, details={**began.details, "host": "db9 boot pid:[1]", "process": process})
    found = flight(began, seen(session("1")), lambda host, number: gone if (host, number) == began_on(began) else None)
    assert (found.over, found.by_hand, found.now) == (over, not over, (told,))
    assert not flight(began, seen(session("1"))).over


def began_on(entry: Entry) -> tuple[str, str]:
    return entry.details["host"], entry.details["process"]
