"""The room on the screen: by keys, two consoles on one journal, no database."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from console.core.journal import Topic
from console.core.plan import Plan, Result
from console.core.room.consent import Need
from console.seat import Seat
from console.telling import Telling
from screens.acting.app import ResponderApp
from screens.acting.dialog import ActionDialog, Tell
from screens.acting.partner import ReadingDialog
from screens.acting.room import RoomDialog
from screens.acting.rooming import NameDialog
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from tests.room.seats import plan, seat
from tests.screens.builders import CASES
from tests.screens.fake import FakeIncident
from tests.screens.loop import in_a_loop
from tests.screens.responding import until
from tests.screens.test_acting_goldens import Stage

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("responding")]
KILL = "terminate 4711"


class Agreed(Stage):
    """Asks a partner as the real one does."""

    def carry_out(self, plan: Plan, typed: Sequence[str], tell: Tell, stop: threading.Event) -> Result:
        mine = self.tools.seat
        assert mine is not None
        why = mine.consent(plan, plan.intent.alone, lambda _: None, stop)
        return Result(plan, refused=(why,)) if why else super().carry_out(plan, typed, tell, stop)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the journal lies."""
    (tmp_path / "own").mkdir(mode=0o700)
    return tmp_path / "own"


@pytest.fixture
def ann(folder: Path) -> Iterator[Seat]:
    """She has the wheel; what she does is done by the test."""
    one = seat(folder, "Ann")
    one.join()
    yield one
    one.close()


@asynccontextmanager
async def console(folder: Path, name: str, need: Need = Need.NONE) -> AsyncIterator[tuple[ResponderApp, Pilot[None]]]:
    """A responder's console in the room."""
    mine, stage = seat(folder, name, need), Agreed()
    mine.join()
    stage.tools = replace(stage.tools, seat=mine)
    app = ResponderApp(FakeIncident(CASES["half_applied"]()), stage, now=lambda: 0.0)  # type: ignore[arg-type]
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(lambda: app.page.main.key != "" and app.room is not None and bool(app.room.heard))
            yield app, pilot
    finally:
        mine.close()


def line(app: ResponderApp, name: str = "keys") -> str:
    """One of the lines around what is in front."""
    return app.screen.query_one(f"#{name}", OneLine)._line.text


def body(app: ResponderApp) -> str:
    """What the dialog says."""
    return app.screen.query_one("#action-plan", LineView).text


async def opened(app: ResponderApp, pilot: Pilot[None], key: str, kind: type[object]) -> None:
    """The dialog that a key opens."""
    await pilot.press(key)
    await until(lambda: isinstance(app.screen, kind))
    await pilot.pause()


async def typed(pilot: Pilot[None], text: str) -> None:
    """Key by key, and Enter."""
    await pilot.press(*text, "enter")
    await pilot.pause()


@in_a_loop
async def test_who_is_there_and_who_has_the_wheel_is_shown_and_it_is_taken_by_typing(folder: Path, ann: Seat) -> None:
    async with console(folder, "Bob") as (app, pilot):
        await until(lambda: "WHEEL Ann" in line(app, "header"))
        await opened(app, pilot, "w", RoomDialog)
        assert "Ann (deploy) has the wheel." in body(app)
        assert "Bob (deploy) (you): responder since 12:00 UTC" in body(app)
        assert "no observer's session is seen on the server" in body(app)
        await typed(pilot, "take the wheel")
        assert line(app, "action-prompt").strip() == "Type exactly  take the wheel from Ann"
        await typed(pilot, "take the wheel from Ann")
        await until(lambda: "WHEEL you" in line(app, "header"))
    assert ann.look().told == "Nobody has the wheel."


@in_a_loop
async def test_what_another_one_does_is_said_and_stands_in_the_account(folder: Path, ann: Seat) -> None:
    async with console(folder, "Bob") as (app, pilot):
        ann.journal.append(Topic.ACTING, "session 4711", {"plan": "Terminate session 4711"})
        await until(lambda: "Ann (deploy): acting session 4711" in line(app))
        await pilot.press("7")
        await until(lambda: "acting   session 4711" in app.page.main.text)


@in_a_loop
async def test_who_follows_sees_what_the_holder_looks_at_until_a_key_is_pressed(folder: Path, ann: Seat) -> None:
    async with console(folder, "Bob") as (app, pilot):
        await opened(app, pilot, "w", RoomDialog)
        await pilot.press("tab")
        ann.shows("locks", "")
        ann.presence.say(ann._member)
        await until(lambda: app.page_name == "locks")
        await pilot.press("2")
        ann.shows("schema", "")
        ann.presence.say(ann._member)
        await until(lambda: app.room is not None and app.room.holder is not None
                    and app.room.holder.member.page == "schema")  # fmt: skip
        assert (app.page_name, app.following) == ("migrations", False)


def test_without_the_wheel_a_plan_is_refused_before_anything_is_typed(folder: Path, ann: Seat) -> None:
    bob, stage = seat(folder, "Bob"), Stage()
    bob.join()
    acting = Telling(replace(stage.tools, seat=bob), CASES["half_applied"])
    assert acting.ours(plan()).refused == ("Ann (deploy) has the wheel. w takes it over.",)
    assert bob.take("take the wheel from Ann") == ""
    assert acting.ours(plan()).refused == ()
    bob.close()


@in_a_loop
async def test_a_plan_waits_for_a_partner_and_is_carried_out_when_one_agreed(folder: Path) -> None:
    async with console(folder, "Ann", Need.ALL) as (app, pilot):
        bob = seat(folder, "Bob")
        bob.join()
        await until(lambda: app.room is not None and bool(app.room.others))
        await opened(app, pilot, "k", ActionDialog)
        await typed(pilot, KILL)
        assert "asks a partner: Bob (deploy) can agree" in line(app, "action-prompt")
        await pilot.press("enter")
        await until(lambda: bool(bob.look().asked_of_me))
        request = bob.room.asked_of_me[0]
        assert "pg_terminate_backend" in request.sql
        assert bob.agree(request, KILL) == ""
        await until(lambda: "GONE" in body(app))
        bob.close()


@in_a_loop
async def test_alone_needs_its_reason(folder: Path) -> None:
    async with console(folder, "Ann", Need.ALL) as (app, pilot):
        await opened(app, pilot, "k", ActionDialog)
        await typed(pilot, KILL)
        await typed(pilot, "yes")
        assert "Enter alone asks a partner" in line(app, "action-prompt")
        await typed(pilot, "alone: nobody is awake")
        await until(lambda: "GONE" in body(app))
        seat_of_app = app.acting.tools.seat
        assert seat_of_app is not None
        assert "nobody is awake" in [e.details.get("reason") for e in seat_of_app.journal.entries()]


@pytest.mark.parametrize(("answer", "came"), [("finish 4", ""), ("no: the backup runs", "declined: the backup runs")])
@in_a_loop
async def test_a_partner_reads_the_plan_whole_and_answers(folder: Path, ann: Seat, answer: str, came: str) -> None:
    ends: list[str] = []
    asks = threading.Thread(
        target=lambda: ends.append(ann.consent(plan(loss=True), "", lambda _: None, threading.Event()))
    )
    async with console(folder, "Bob", Need.ALL) as (app, pilot):
        asks.start()
        await until(lambda: "P reads: Ann (deploy) waits for a partner: Finish V4" in line(app))
        await opened(app, pilot, "P", ReadingDialog)
        assert "ALTER TABLE orders DROP COLUMN note" in body(app)
        assert "3 rows have a value in orders.note" in body(app)
        await typed(pilot, "sure")
        assert line(app, "action-prompt").strip() == "Type exactly  finish 4"
        await typed(pilot, answer)
        await until(lambda: bool(ends))
        assert came in ends[0]
        assert bool(came) is bool(ends[0])
    asks.join()


@in_a_loop
async def test_a_plan_that_was_taken_back_cannot_be_agreed_to(folder: Path, ann: Seat) -> None:
    stop = threading.Event()
    asks = threading.Thread(target=lambda: ann.consent(plan(), "", lambda _: None, stop))
    async with console(folder, "Bob", Need.ALL) as (app, pilot):
        asks.start()
        await until(lambda: app.room is not None and bool(app.room.asked_of_me))
        await opened(app, pilot, "P", ReadingDialog)
        stop.set()
        await until(lambda: "it waits no longer" in line(app, "action-prompt"))
    asks.join()


@in_a_loop
async def test_who_has_no_name_is_asked_once_when_somebody_else_is_there(folder: Path, ann: Seat) -> None:
    mine, stage = seat(folder, "Bob"), Agreed()
    kept: list[str] = []
    mine._member = replace(mine._member, someone=replace(mine._member.someone, name=""))
    mine.keep_name = kept.append
    mine.join()
    stage.tools = replace(stage.tools, seat=mine)
    app = ResponderApp(FakeIncident(CASES["half_applied"]()), stage, now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: isinstance(app.screen, NameDialog))
        await typed(pilot, "Bob the second")
        await until(lambda: kept == ["Bob the second"])
        await until(lambda: "Bob the second (deploy)" in [h.member.someone.shown for h in ann.look().heard])
    mine.close()


@in_a_loop
async def test_a_phrase_is_not_pasted(folder: Path, ann: Seat) -> None:
    async with console(folder, "Bob") as (app, pilot):
        await opened(app, pilot, "w", RoomDialog)
        app.screen.query_one("#phrase").post_message(events.Paste("take the wheel from Ann"))
        await until(lambda: "a paste is not taken" in line(app, "action-prompt"))
        assert ann.look().told == "You have the wheel."
