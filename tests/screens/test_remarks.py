"""What is said without being asked for never takes the place of the answer to a key."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import pytest

from console.core.assessment import Assessment
from console.core.faults import Fault, JournalFault, UnreachableFault, UsageFault
from console.core.flight import Flight
from console.core.restore.desk import Desk
from console.core.restore.found import Found
from screens.acting.app import ResponderApp
from screens.acting.flight import FlightDialog
from screens.widgets.one_line import OneLine
from tests.screens.builders import answered, half_applied, refused
from tests.screens.fake import FakeIncident, later
from tests.screens.loop import in_a_loop
from tests.screens.responding import until
from tests.screens.test_acting_goldens import Stage, sent, settled

COUNTING = "counting, the answer will appear by itself"
pytestmark = pytest.mark.usefixtures("responding")


@dataclass
class Unconnected(Stage):
    """There is no connection to act over, which is known only after a while."""

    known: threading.Event = field(default_factory=threading.Event)

    def warm(self) -> Fault:  # type: ignore[override]
        self.known.wait()
        return UnreachableFault("no answer")


class Unwritten(Stage):
    """Nobody can read the journal."""

    def flights(self, now: Assessment) -> tuple[Flight, ...]:
        raise JournalFault("unreadable")


def said(app: ResponderApp) -> str:
    """What stands in the place of the keys."""
    return app.query_one("#keys", OneLine)._line.text


@in_a_loop
async def test_the_answer_to_a_key_stays_when_there_is_no_acting_connection() -> None:
    stage, incident = Unconnected(), FakeIncident(refused())
    app = ResponderApp(incident, stage, now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(100, 24)) as pilot:
        await until(lambda: app.page.main.key != "")
        await pilot.press("c")
        await pilot.pause()
        stage.known.set()
        await settled(app, pilot)
        assert COUNTING in said(app)
        assert incident.deliver is not None
        incident.deliver(later(answered(), 4))
        await settled(app, pilot)
        assert "no acting connection: no answer" in said(app)
        await pilot.press("y", "escape")
        await settled(app, pilot)
        assert "q quit" in said(app)


@in_a_loop
async def test_what_fails_with_every_sweep_is_said_behind_the_answer() -> None:
    incident = FakeIncident(refused())
    app = ResponderApp(incident, Unwritten(), now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(100, 24)) as pilot:
        await settled(app, pilot)
        assert "unreadable" in said(app)
        await pilot.press("c")
        assert incident.deliver is not None
        incident.deliver(later(refused(), 4))
        await settled(app, pilot)
        assert COUNTING in said(app)


@in_a_loop
async def test_backups_that_cannot_be_looked_at_are_said_behind_the_answer() -> None:
    asked = threading.Event()

    def look() -> tuple[Found, ...]:
        asked.wait()
        raise UsageFault("backups: no such folder")

    stage = Stage()
    stage.tools = replace(stage.tools, desk=Desk(look))
    app = ResponderApp(FakeIncident(refused()), stage, now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(100, 24)) as pilot:
        await until(lambda: app.page.main.key != "")
        await pilot.press("c")
        await pilot.pause()
        asked.set()
        await settled(app, pilot)
        assert COUNTING in said(app)


@pytest.mark.parametrize("asked", [True, False])
@in_a_loop
async def test_what_is_in_flight_does_not_cover_a_dialog_that_a_person_opened_before(asked: bool) -> None:
    incident = FakeIncident(half_applied())
    stage = Stage(flying=(sent("4712", ""),))
    app = ResponderApp(incident, stage, now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(100, 24)) as pilot:
        await until(lambda: app.page.main.key != "" and app._flights is not None)
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        app._flights = None  # as when the console has only just been opened
        if asked:
            await pilot.press("question_mark")
            await until(lambda: len(app.screen_stack) == 2)
        app.post_message(ResponderApp.Flying(stage.flights(half_applied())))
        await until(lambda: app._flights is not None)
        await pilot.pause()
        assert isinstance(app.screen, FlightDialog) is not asked
        assert "follows what is in flight" in app.flying
