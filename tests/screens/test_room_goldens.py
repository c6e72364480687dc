"""Pictures of the room: who is there, and another's plan to be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.core.room.consent import Need
from console.seat import Seat
from screens.acting.app import ResponderApp
from tests.room.seats import AT, plan, seat
from tests.screens.builders import CASES
from tests.screens.fake import FakeIncident
from tests.screens.responding import until
from tests.screens.test_acting_goldens import Compare, Stage

SIZES = ((80, 24), (60, 20))


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Seat, Seat]]:
    """Ann has the wheel; the console is Bob's."""
    (tmp_path / "own").mkdir(mode=0o700)
    ann, bob = (seat(tmp_path / "own", name, Need.ALL, now=lambda: AT) for name in ("Ann", "Bob"))
    ann.join()
    ann.start(lambda _room, _new: None)
    bob.join()
    yield ann, bob
    bob.close()
    ann.close()


def console(mine: Seat) -> ResponderApp:
    """On a half applied migration."""
    stage = Stage()
    stage.tools = replace(stage.tools, seat=mine)
    return ResponderApp(FakeIncident(CASES["half_applied"]()), stage, now=lambda: 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES, ids=["room", "room_60x20"])
def test_who_is_there(size: tuple[int, int], snap_compare: Compare, responding: None, pair: tuple[Seat, Seat]) -> None:
    app = console(pair[1])
    app.title = "room"

    async def press(pilot: Pilot[None]) -> None:
        await until(lambda: app.room is not None and [h.member.page for h in app.room.heard] == ["", "incident"])
        await pilot.press("w")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=press)


@pytest.mark.parametrize("size", SIZES, ids=["partner", "partner_60x20"])
def test_another_ones_plan(
    size: tuple[int, int], snap_compare: Compare, responding: None, pair: tuple[Seat, Seat]
) -> None:
    ann, bob = pair
    app, stop = console(bob), threading.Event()
    app.title = "partner"
    asks = threading.Thread(target=lambda: ann.consent(plan(loss=True), "", lambda _: None, stop))
    asks.start()

    async def press(pilot: Pilot[None]) -> None:
        await until(lambda: app.room is not None and bool(app.room.asked_of_me) and app.page.main.key != "")
        await pilot.press("P")
        await pilot.pause()

    try:
        assert snap_compare(app, terminal_size=size, run_before=press)
    finally:
        stop.set()
        asks.join()
