"""What still runs on a real PostgreSQL when nobody waits for it any more: the console opens on it, follows, cancels."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL
from textual.pilot import Pilot

from console import dialects
from console.core.faults import Fault
from console.core.journal import Topic
from console.core.plan import Step, StepKind
from console.core.ports_acting import Hand
from screens.acting.app import ResponderApp
from screens.acting.dialog import ActionDialog
from screens.acting.flight import EndedDialog, FlightDialog
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from tests.acting.responder import Notebook
from tests.screens.responding import body, console, opened, prompt, typed, until
from tests.sites import Site, shop

SLOW = "CREATE INDEX orders_slow ON orders (slow(id))"
SLOWLY = """
CREATE OR REPLACE FUNCTION slow(given bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN PERFORM pg_sleep({seconds}); RETURN given; END $$
"""


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    """A shop whose second migration takes a minute."""
    found = shop(tmp_path, database)
    found.file("2", f"CREATE TABLE carriers (id bigint PRIMARY KEY);\n{SLOW};\n")
    found.run(
        "CREATE TABLE carriers (id bigint PRIMARY KEY)", SLOWLY.format(seconds=60), "INSERT INTO orders (id) VALUES (1)"
    )
    return found


def flight(app: ResponderApp) -> str:
    """What is said of what is in flight; '' when another screen is in front."""
    if not isinstance(app.screen, FlightDialog):
        return ""
    return app.screen.query_one("#flight-lines", LineView).text + app.screen.query_one("#flight-keys", OneLine).text


def indexes(site: Site) -> set[object]:
    with psycopg.connect(site.address) as other:
        return {row[0] for row in other.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'orders'")}


def runs(site: Site) -> bool:
    """Whether the statement is at work on the server."""
    with psycopg.connect(site.address, autocommit=True) as other:
        sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = %s"
        return bool(other.execute(sql, (SLOW,)).fetchall())


async def cancelled(app: ResponderApp, pilot: Pilot[None]) -> ActionDialog:
    """From the screen of flights to the end of a cancel."""
    await pilot.press("tab")
    await until(lambda: isinstance(app.screen, ActionDialog))
    await pilot.pause()
    dialog = app.screen
    assert isinstance(dialog, ActionDialog)
    assert "runs a step from this journal" in body(dialog)
    await typed(pilot, dialog._plan.phrase)
    await until(lambda: "GONE" in body(dialog))
    return dialog


def test_who_closes_a_running_step_can_follow_and_cancel_it(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            dialog = await opened(app, pilot, "f")
            await typed(pilot, "finish 2")
            await until(lambda: runs(site))
            assert "is being done" in prompt(dialog)
            await pilot.press("escape", "escape")
            await until(lambda: "is still on the server: active" in flight(app))
            assert SLOW in flight(app)
            assert "Tab cancel it" in flight(app)
            await cancelled(app, pilot)
            await until(lambda: any("canceling statement" in e.text for e in journal.kept if e.topic is Topic.OUTCOME))
            await pilot.press("escape", "i")
            await until(lambda: not flight(app) or "Nothing is in flight" in flight(app))

    asyncio.run(work())
    assert "orders_slow" not in indexes(site)
    assert not runs(site)


class Elsewhere:
    """A console on another machine, or one that died: its statement runs, and only the journal knows of it."""

    def __init__(self, site: Site) -> None:
        self.journal = Notebook()
        self._hand: Hand = dialects.open_hand("postgresql", site.url)
        details = {"session": self._hand.whoami(), "server": self._hand.identity(), "sql": SLOW}
        self.entry = self.journal.append(Topic.ACTING, "statement 2 of V2__change", details)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(Fault):
            self._hand.run(Step(2, StepKind.SCHEMA, "", (SLOW,)), self.entry.n)
        self._hand.close()

    def join(self) -> None:
        self._thread.join(20)


def test_the_next_console_opens_on_it(site: Site, responding: None) -> None:
    other = Elsewhere(site)

    async def work() -> None:
        async with console(site, other.journal) as (app, pilot, journal):
            await until(lambda: "statement 2 of V2__change" in flight(app))
            await until(lambda: "is still on the server: active" in flight(app))
            await pilot.press("escape")
            await until(lambda: not flight(app))
            dialog = await opened(app, pilot, "f")
            await typed(pilot, "finish 2")
            await until(lambda: "REFUSED" in body(dialog))
            assert "A step is still in flight" in " ".join(body(dialog).split())
            assert runs(site)
            await pilot.press("escape", "i")
            await until(lambda: "Tab cancel it" in flight(app))
            await cancelled(app, pilot)
            await pilot.press("escape")
            await until(lambda: journal.in_flight() == ())
            assert journal.entries()[-1].details["acting"] == str(other.entry.n)
            await until(lambda: not app.flying and len(app.screen_stack) == 1)
            await pilot.press("i")
            await until(lambda: "nothing is in flight" in app.query_one("#keys", OneLine).text)

    asyncio.run(work())
    other.join()
    assert "orders_slow" not in indexes(site)


def test_its_end_is_shown_and_written_down(site: Site, responding: None) -> None:
    other = Elsewhere(site)

    async def work() -> None:
        async with console(site, other.journal) as (app, _, journal):
            await until(lambda: "is still on the server: active" in flight(app))
            with psycopg.connect(site.address, autocommit=True) as root:
                root.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = %s", (SLOW,))
            await until(lambda: "Nothing is in flight any more" in flight(app))
            assert journal.in_flight() == ()
            assert "its session is gone" in journal.entries()[-1].text

    asyncio.run(work())
    other.join()


def test_s_stops_before_the_next_step(site: Site, responding: None) -> None:
    site.run(SLOWLY.format(seconds=2))

    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            dialog = await opened(app, pilot, "f")
            await typed(pilot, "finish 2")
            await until(lambda: runs(site))
            await pilot.press("s")
            assert "it stops before the next step" in prompt(dialog)
            await until(lambda: "STOPPED" in body(dialog))
            assert "DONE" in body(dialog)
            assert "nothing of it was sent" in body(dialog)
            assert [e.topic for e in journal.kept].count(Topic.ACTING) == 1

    asyncio.run(work())
    assert "orders_slow" in indexes(site)
    with psycopg.connect(site.address) as other:
        assert other.execute("SELECT count(*) FROM flyway_schema_history WHERE version = '2'").fetchone() == (0,)


def test_a_person_says_that_a_program_on_another_machine_has_ended(site: Site, responding: None) -> None:
    told = Notebook()
    told.append(Topic.ACTING, "bin/rails db:migrate:down", {"host": "db9 boot", "process": "812", "sql": "x"})

    async def work() -> None:
        async with console(site, told) as (app, pilot, journal):
            await until(lambda: "process 812 still runs can only be seen on db9" in " ".join(flight(app).split()))
            for answer in ("ended 2", "ended 1"):
                assert "e it has ended" in flight(app)
                await pilot.press("e")
                await until(lambda: isinstance(app.screen, EndedDialog))
                await typed(pilot, answer)
                assert len(journal.in_flight()) == 1 or answer == "ended 1"
                await pilot.press("i")
                await until(lambda: bool(flight(app)) or journal.in_flight() == ())
            assert journal.kept[-1].details["outcome"] == "unknown"
            assert "a person says that it has ended" in journal.kept[-1].text

    asyncio.run(work())
