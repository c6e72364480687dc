"""A step between its two looks: what broke before it was sent was not sent, and what broke behind it may have been."""

from __future__ import annotations

import pytest

from console.core.assessment import Assessment
from console.core.faults import JournalFault, LinkLostFault
from console.core.journal import Entry
from console.core.plan import Check, Step, StepKind, Word
from console.stepping import Armed, Stepper
from tests.acting.responder import Notebook
from tests.core.test_guard import FLYING, calm, plan

STEP = Step(1, StepKind.SCHEMA, "statement 3 of V4", ("x",), checks=(Check("SELECT 1", 0, "no"),))
LOST = LinkLostFault("The connection broke", "gone away")


class Breaking:
    """A hand that breaks where it is told to."""

    def __init__(self, where: str, unheld: str = "") -> None:
        self.where, self.unheld, self.sent = where, unheld, 0

    def count(self, sql: str, seconds: float) -> int:
        if self.where == "asking":
            raise LOST
        return 0

    def run(self, step: Step, acting: int) -> None:
        self.sent += 1
        raise LOST

    def lost_hold(self) -> str:
        if self.unheld == "gone":
            raise LOST
        return self.unheld


class Full(Notebook):
    """A journal that cannot be read any more."""

    def in_flight(self) -> tuple[Entry, ...]:
        raise JournalFault("The journal cannot be read")


@pytest.mark.parametrize("where", ["looking", "asking", "journal"])
def test_what_breaks_before_it_is_sent_is_refused(where: str) -> None:
    def observe() -> Assessment:
        if where == "looking":
            raise LOST
        return calm()

    hand = Breaking(where)
    stepper = Stepper(Full() if where == "journal" else Notebook(), observe)
    outcome = stepper.done(plan(calm()), STEP, Armed(hand, "9 since then"), FLYING)  # type: ignore[arg-type]
    assert (outcome.word, outcome.sent, hand.sent) == (Word.REFUSED, False, 0)
    assert outcome.detail.startswith("nothing was sent: The ")


@pytest.mark.parametrize(("unheld", "said"), [
    ("", ""),
    ("the lock is lost", "; the lock is lost: another run can begin"),
    ("gone", "; nobody is held off any more (gone away): another run can begin"),
])  # fmt: skip
def test_whether_others_are_still_held_off_is_said_of_what_was_lost_sight_of(unheld: str, said: str) -> None:
    hand = Breaking("sending", unheld)
    armed = Armed(hand, "1", "5 since then")  # type: ignore[arg-type]
    outcome = Stepper(Notebook(), calm).done(plan(calm()), STEP, armed, FLYING)
    assert (outcome.word, outcome.sent, hand.sent) == (Word.IN_FLIGHT, True, 1)
    assert outcome.detail == (
        "the link broke while it was sent (gone away); its session 1 is still on the server" + said
    )
