"""When what was seen is written down: when it changed, not more often than is worth reading, and never in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.core.assessment import Assessment, Debris, Overall
from console.core.journal import Topic
from console.core.observation import Observation
from console.core.room.picture import picture_of
from console.core.room.seen import document_of
from console.report.document import document
from console.seat import Seat
from console.seeing import Seeing
from tests.room.seats import seat

CALM = Assessment(Observation(datetime(2026, 1, 31, tzinfo=UTC)), Overall.HEALTHY, "all is well", ())
LEFT = replace(CALM, summary="an index is invalid", debris=(Debris("invalid_index", "users_idx", "half built"),))


class Clock:
    """Goes on only when it is told to."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ann(tmp_path: Path) -> Iterator[Seat]:
    """She has the wheel."""
    (tmp_path / "own").mkdir(mode=0o700)
    one = seat(tmp_path / "own", "Ann")
    one.join()
    yield one
    one.close()


def seen(ann: Seat) -> list[str]:
    """What was written."""
    return [entry.text for entry in ann.journal.entries() if entry.topic is Topic.SEEN]


def test_another_picture_is_kept_and_the_same_one_is_not(ann: Seat) -> None:
    clock = Clock()
    seeing = Seeing(ann.journal, document, ann, lambda: True, clock)
    seeing.look(CALM)
    for clock.at in (11.0, 22.0):
        seeing.look(CALM)
    clock.at = 33.0
    seeing.look(LEFT)
    assert seen(ann) == ["all is well", "an index is invalid"]
    found = document_of(ann.journal.entries()[-1])
    assert found is not None
    assert found["debris"] == [{"kind": "invalid_index", "object": "users_idx", "detail": "half built"}]
    assert picture_of(ann.journal.entries()[-1]) == LEFT, "the screens can be drawn again"


def test_while_things_flap_a_line_is_written_every_ten_seconds(ann: Seat) -> None:
    clock = Clock()
    seeing = Seeing(ann.journal, document, ann, lambda: True, clock)
    for second in range(23):
        clock.at = float(second)
        seeing.look(LEFT if second % 2 else CALM)
    assert len(seen(ann)) == 3


def test_before_and_after_a_plan_it_is_kept_whatever_it_shows(ann: Seat) -> None:
    seeing = Seeing(ann.journal, document, ann, lambda: True, Clock())
    seeing.keep(CALM, "before: Finish V4")
    seeing.keep(CALM, "after: Finish V4")
    assert seen(ann) == ["before: Finish V4", "after: Finish V4"]


def test_who_has_not_got_the_wheel_and_who_has_no_room_write_nothing(ann: Seat, tmp_path: Path) -> None:
    bob = seat(tmp_path / "own", "Bob")
    bob.join()
    Seeing(bob.journal, document, bob, lambda: True, Clock()).look(LEFT)
    Seeing(ann.journal, document, ann, lambda: False, Clock()).look(LEFT)
    assert seen(ann) == []
    bob.close()
