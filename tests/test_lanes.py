"""A lane does one thing at a time, loses no answer, and ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from console.core.faults import Fault, LinkLostFault, LockedFault, NotPermittedFault, TimedOutFault, UnreachableFault
from console.core.observation import Health, Reading
from console.core.ports import Link
from console.lanes import Lane, Reader, failed, unanswered
from tests.waiting import eventually


class Clock:
    """Always the same moment."""

    def now(self) -> datetime:
        return datetime(2026, 1, 31, tzinfo=UTC)


class Opened:
    """Links that only count how they are treated."""

    def __init__(self) -> None:
        self.opened = self.closed = self.cancelled = 0
        self.released = threading.Event()

    def __call__(self, lane: str) -> Link:
        self.opened += 1
        return cast("Link", self)

    def cancel(self) -> None:
        self.cancelled += 1
        self.released.set()

    def close(self) -> None:
        self.closed += 1


@contextmanager
def lane(links: Opened, job: Callable[[Link], Any]) -> Iterator[Lane[Any]]:
    """A lane that is stopped at the end."""
    made = Lane("test", links, job)
    yield made
    made.stop()
    made.join(1)


def test_one_link_serves_many_turns_and_is_closed_at_the_end() -> None:
    links = Opened()
    with lane(links, lambda _: 1) as one:
        for _ in range(3):
            wait([one.turn()])
            assert one.take() is not None
    assert (links.opened, links.closed) == (1, 1)


def test_turns_never_pile_up_and_a_late_answer_is_not_lost() -> None:
    links = Opened()
    with lane(links, lambda _: links.released.wait(5)) as one:
        turn = one.turn()
        assert one.turn() is turn
        assert one.take() is None
        links.released.set()
        wait([turn], 5)
        assert one.turn() is turn
        assert one.take() is turn
        assert one.take() is None
        assert one.turn() is not turn


@pytest.mark.parametrize("fault", [LinkLostFault("gone"), UnreachableFault("gone")])
def test_a_lost_link_is_opened_again(fault: Fault) -> None:
    links = Opened()
    answers = iter([fault, None])

    def job(_: Link) -> int:
        if problem := next(answers):
            raise problem
        return 7

    with lane(links, job) as one:
        first = one.turn()
        assert first.exception(5) is fault
        one.take()
        assert one.turn().result(5) == 7
        assert (links.opened, links.closed) == (2, 1)


def test_a_mistake_in_a_job_ends_neither_lane_nor_link() -> None:
    links = Opened()
    answers = iter([0, 1])
    with lane(links, lambda _: 1 // next(answers)) as one:
        assert isinstance(one.turn().exception(5), ZeroDivisionError)
        one.take()
        assert one.turn().result(5) == 1
        assert links.opened == 1


def test_stopping_cancels_what_runs_also_between_two_reads() -> None:
    links = Opened()
    entered, second = threading.Event(), threading.Event()

    def job(_: Link) -> None:
        entered.set()
        links.released.wait(5)
        links.released.clear()
        second.set()
        links.released.wait(5)

    with lane(links, job) as one:
        turn = one.turn()
        assert entered.wait(5)
        one.stop()
        assert second.is_set()
        assert turn.done()
    assert links.cancelled >= 2
    assert links.closed == 1


def test_a_link_that_opens_while_it_is_stopped_does_no_work() -> None:
    links, entered, going = Opened(), threading.Event(), threading.Event()
    worked: list[Link] = []

    def slow(name: str) -> Link:
        entered.set()
        going.wait(5)
        return links(name)

    one = Lane("test", slow, worked.append)
    turn = one.turn()
    assert entered.wait(5)
    ender = threading.Thread(target=one.stop)
    ender.start()
    eventually(one._stopped.is_set)
    going.set()
    ender.join(5)
    assert isinstance(turn.exception(5), LinkLostFault)
    one.join(5)
    assert (worked, links.closed) == ([], 1)


OLD = Reading(5, Health.OK, taken_at=Clock().now())
NONE: Reading[int] = Reading()


@pytest.mark.parametrize(
    ("problem", "with_old", "without"),
    [
        (LinkLostFault("gone"), Health.STALE, Health.NOT_READ),
        (UnreachableFault("gone"), Health.STALE, Health.NOT_READ),
        (LockedFault("locked"), Health.LOCKED, Health.LOCKED),
        (TimedOutFault("slow"), Health.TIMED_OUT, Health.TIMED_OUT),
        (NotPermittedFault("no", grant="GRANT x"), Health.NOT_PERMITTED, Health.NOT_PERMITTED),
        (KeyError("x"), Health.STALE, Health.NOT_READ),
    ],
)
def test_what_cannot_be_read_keeps_the_last_value_and_says_why(
    problem: Exception, with_old: Health, without: Health
) -> None:
    kept = failed(problem, OLD)
    assert (kept.value, kept.taken_at, kept.health) == (5, OLD.taken_at, with_old)
    assert failed(problem, NONE).health is without
    assert kept.reason
    assert kept.grant == getattr(problem, "grant", "")
    assert not kept.complete


def test_a_mistake_of_ours_is_named_and_remembered_once() -> None:
    reader = Reader(Clock())
    problem = KeyError("a secret of the database")

    def ask() -> int:
        raise problem

    for _ in range(3):
        found = reader.read(ask, NONE)
    assert "KeyError" in found.reason
    assert "secret" not in found.reason
    assert reader.surprises == [problem]


def test_only_a_lost_link_leaves_a_read() -> None:
    reader = Reader(Clock())

    def lost() -> int:
        raise LinkLostFault("gone")

    with pytest.raises(LinkLostFault):
        reader.read(lost, NONE)


def test_an_equal_answer_is_the_very_same_value() -> None:
    reader = Reader(Clock())
    nothing: Reading[tuple[int, ...]] = Reading()
    rows = [1, 2]
    first = reader.read(lambda: tuple(rows), nothing)
    assert reader.read(lambda: tuple(rows), first).value is first.value
    assert reader.read(lambda: (), first).health is Health.NONE


def test_a_lane_without_answer_keeps_its_value_and_then_has_timed_out() -> None:
    assert unanswered(OLD, 0) is OLD
    assert unanswered(NONE, 0).reason == "no answer yet"
    late = unanswered(OLD, 10)
    assert (late.value, late.health, late.reason) == (5, Health.TIMED_OUT, "no answer within 10 s")
