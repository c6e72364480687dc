"""Two people for one action: what counts as a yes, and what does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.faults import JournalFault
from console.core.journal import Entry, Topic
from console.core.plan import Plan
from console.core.room.consent import Need, Request, asks_partner, digest, waiting
from console.seat import Seat
from tests.room.seats import plan, seat
from tests.waiting import eventually

Pair = tuple[Seat, Seat]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Ann has the wheel; Bob is there."""
    (tmp_path / "own").mkdir(mode=0o700)
    ann, bob = (seat(tmp_path / "own", name, Need.ALL) for name in ("Ann", "Bob"))
    ann.join()
    bob.join()
    yield ann, bob
    bob.close()
    ann.close()


class Asking:
    """Ann asks, on a thread of her own, until a `with` ends."""

    def __init__(self, ann: Seat, made: Plan, alone: str = "", patience: float = 20.0) -> None:
        self.said: list[str] = []
        self.stop = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self.end = self._pool.submit(ann.consent, made, alone, self.said.append, self.stop, patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._pool.shutdown()


def request_seen_by(bob: Seat) -> Request:
    """What waits for him."""
    return eventually(lambda: bob.look().asked_of_me)[0]


def test_a_plan_waits_until_another_person_typed_its_phrase(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan()) as asking:
        request = request_seen_by(bob)
        assert (request.title, request.sql) == ("Finish V4", "ALTER TABLE orders DROP COLUMN note")
        assert bob.agree(request, "finish") == "Type exactly  finish 4"
        assert not asking.end.done()
        assert bob.agree(request, "finish 4") == ""
        assert asking.end.result(10) == ""
    last = bob.journal.entries()[-3:]
    assert [entry.topic for entry in last] == [Topic.ASKED, Topic.AGREED, Topic.OBSERVED]
    assert last[-1].details == {"asked": str(request.n), "provable": "no"}
    assert "not provable" in last[-1].text


def test_a_no_ends_it_with_its_reason(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan()) as asking:
        assert bob.decline(request_seen_by(bob), "the backup is still running") == ""
        assert asking.end.result(10) == "Bob (deploy) declined: the backup is still running."


def test_no_answer_is_no_consent(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan(), patience=0.2) as asking:
        assert asking.end.result(10) == "No partner agreed: nothing was done."
    assert bob.look().asked_of_me == ()
    assert bob.entries[-1].topic is Topic.WITHDRAWN


def test_a_room_that_cannot_be_read_once_ends_no_waiting(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = pair
    read, faults = ann.journal.entries, [JournalFault("the journal cannot be used", "it was busy", "Try again")]

    def entries(after: int = 0) -> Sequence[Entry]:
        if faults and any(each.topic is Topic.ASKED for each in bob.journal.entries()):
            raise faults.pop()
        return read(after)

    monkeypatch.setattr(ann.journal, "entries", entries)
    with Asking(ann, plan()) as asking:
        assert bob.agree(request_seen_by(bob), "finish 4") == ""
        assert asking.end.result(10) == ""
    assert not faults


def test_an_answer_within_the_time_counts_however_late_it_is_read(pair: Pair) -> None:
    ann, bob = pair

    def agrees_and_sleeps(_: str) -> None:
        for request in bob.look().asked_of_me:
            assert bob.agree(request, "finish 4") == ""
            threading.Event().wait(0.3)

    assert ann.consent(plan(), "", agrees_and_sleeps, threading.Event(), 0.2) == ""


def test_nobody_agrees_to_their_own_plan(pair: Pair, tmp_path: Path) -> None:
    ann, _ = pair
    second = seat(tmp_path / "own", "Ann", Need.ALL)
    second._member = replace(second._member, run="ann2")
    with Asking(ann, plan()):
        request = eventually(lambda: ann.look().waiting)[0]
        why = "Nobody agrees to their own plan: another person has to, on a console of their own."
        assert ann.agree(request, "finish 4") == why
        assert second.agree(request, "finish 4") == why
    second.presence.close()


def test_a_yes_that_was_written_by_hand_for_another_text_does_not_count(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan(), patience=1.0) as asking:
        request = request_seen_by(bob)
        bob.journal.append(Topic.AGREED, "yes", {"asked": str(request.n), "digest": digest(plan("DROP TABLE orders"))})
        assert asking.end.result(10) == "No partner agreed: nothing was done."


def test_a_yes_to_an_earlier_request_is_none_to_a_later_one(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan(), patience=0.2) as first:
        request = request_seen_by(bob)
        first.end.result(10)
    with Asking(ann, plan(), patience=1.0) as second:
        eventually(lambda: ann.look().waiting)
        bob.agree(request, "finish 4")
        assert second.end.result(10) == "No partner agreed: nothing was done."


def test_who_loses_the_wheel_while_waiting_does_nothing(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan()) as asking:
        request_seen_by(bob)
        assert bob.take("take the wheel from Ann") == ""
        assert asking.end.result(10) == "No partner agreed: nothing was done."


def test_who_goes_on_alone_says_why_and_the_journal_keeps_it(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan(), alone="the partner's link is down") as asking:
        assert asking.end.result(10) == ""
    bob.look()
    assert bob.entries[-1].topic is Topic.ALONE
    assert bob.entries[-1].details["reason"] == "the partner's link is down"


@pytest.mark.parametrize(
    ("need", "loses", "wanted"),
    [(Need.NONE, True, False), (Need.LOSING, False, False), (Need.LOSING, True, True), (Need.ALL, False, True)],
    ids=str,
)
def test_for_which_plans_a_partner_is_asked(need: Need, loses: bool, wanted: bool) -> None:
    assert asks_partner(plan(loss=loses), need) is wanted


@given(st.text(), st.text())
def test_plans_that_differ_by_a_letter_have_other_digests(one: str, other: str) -> None:
    assert (digest(plan(one)) == digest(plan(other))) is (one == other)


def test_what_was_answered_waits_no_longer(pair: Pair) -> None:
    ann, bob = pair
    with Asking(ann, plan()) as asking:
        bob.agree(request_seen_by(bob), "finish 4")
        asking.end.result(10)
    assert waiting(ann.entries) == ()
