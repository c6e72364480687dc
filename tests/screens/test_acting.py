"""The dialog on real screens and a real PostgreSQL: what is typed decides, and a second client sees what was done."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL
from textual import events

from console.core.journal import Topic
from console.core.plan import Result
from screens.acting.dialog import ActionDialog
from tests.screens.responding import body, console, opened, prompt, typed, until
from tests.servers import Connect
from tests.sites import Site, shop

pytestmark = pytest.mark.first_of("acting by keys")

V2 = "CREATE TABLE carriers (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN carrier_id bigint;\n"


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    found.run("CREATE TABLE carriers (id bigint PRIMARY KEY)")
    return found


def holding(connect: Connect) -> psycopg.Connection[tuple[object, ...]]:
    blocker = connect()
    blocker.execute("BEGIN")
    blocker.execute("LOCK TABLE orders IN ACCESS SHARE MODE")
    return blocker


def columns(site: Site) -> set[object]:
    with psycopg.connect(site.address) as other:
        sql = "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders'"
        return {row[0] for row in other.execute(sql)}


def test_the_right_phrase_does_it_and_the_end_is_shown(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            dialog = await opened(app, pilot, "f")
            assert "ALTER TABLE orders ADD COLUMN carrier_id bigint" in body(dialog)
            assert "finish 2" in prompt(dialog)
            await typed(pilot, "finish 2")
            await until(lambda: "NEXT" in body(dialog) or body(dialog).count("DONE") == 2)
            assert body(dialog).count("DONE") == 2, body(dialog)
            await pilot.press("escape")
            await until(lambda: not isinstance(app.screen, ActionDialog))
            assert [e.topic for e in journal.kept].count(Topic.OUTCOME) == 2

    asyncio.run(work())
    assert "carrier_id" in columns(site)


def test_a_fault_of_ours_in_the_middle_ends_the_waiting(
    site: Site, responding: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, _):
            dialog = await opened(app, pilot, "f")
            carry_out = app.acting.carry_out

            def broken(*given: Any) -> Result:
                carry_out(*given)
                raise ZeroDivisionError

            monkeypatch.setattr(app.acting, "carry_out", broken)
            await typed(pilot, "finish 2")
            await until(lambda: "Halfway itself failed (ZeroDivisionError)" in body(dialog))
            assert body(dialog).count("DONE") == 2, body(dialog)

    asyncio.run(work())
    assert "carrier_id" in columns(site)


@pytest.mark.parametrize("wrong", ["finish", "FINISH 2", "finish 22", "yes", ""])
def test_a_wrong_phrase_sends_nothing_and_the_right_one_still_can(wrong: str, site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            dialog = await opened(app, pilot, "f")
            await typed(pilot, wrong)
            assert "nothing was sent" in prompt(dialog)
            assert Topic.ACTING not in [e.topic for e in journal.kept]
            await pilot.press("escape")
            await until(lambda: not isinstance(app.screen, ActionDialog))

    asyncio.run(work())
    assert "carrier_id" not in columns(site)


def test_a_paste_is_refused(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            dialog = await opened(app, pilot, "f")
            app.post_message(events.Paste("finish 2\n"))
            await pilot.pause()
            await until(lambda: "paste" in prompt(dialog))
            await pilot.press("enter")
            await pilot.pause()
            assert Topic.ACTING not in [e.topic for e in journal.kept]

    asyncio.run(work())
    assert "carrier_id" not in columns(site)


def test_the_key_that_opens_never_confirms_and_escape_leaves(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            await opened(app, pilot, "f")
            await pilot.press("f", "enter", "enter")
            await pilot.press("escape")
            await until(lambda: not isinstance(app.screen, ActionDialog))
            assert Topic.ACTING not in [e.topic for e in journal.kept]

    asyncio.run(work())
    assert "carrier_id" not in columns(site)


def test_a_blocker_is_ended_by_its_phrase(site: Site, connect: Connect, responding: None) -> None:
    blocker = holding(connect)
    pid = blocker.info.backend_pid

    async def work() -> None:
        async with console(site) as (app, pilot, _):
            dialog = await opened(app, pilot, "f")
            assert f"{pid} " in body(dialog)
            await pilot.press("tab")
            await until(lambda: isinstance(app.screen, ActionDialog) and app.screen is not dialog)
            await pilot.pause()
            ending = app.screen
            assert isinstance(ending, ActionDialog)
            await typed(pilot, f"terminate {pid}")
            await until(lambda: "GONE" in body(ending))

    asyncio.run(work())
    with psycopg.connect(site.address) as other:
        assert not other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchall()


def test_a_note_is_written_and_the_journal_shows_it(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            await pilot.press("n")
            await pilot.pause()
            await typed(pilot, "called the db team")
            await until(lambda: Topic.NOTE in [e.topic for e in journal.kept])
            await pilot.press("7")
            await until(lambda: "called the db team" in app.page.main.text)

    asyncio.run(work())


def test_enter_on_a_way_out_opens_its_plan_and_sends_nothing(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            await pilot.press("6")
            await pilot.pause()
            assert app.assessment is not None
            ways = [line.key for line in app.page.lines(app.assessment, 80, 24) if line.key]
            app.page.main.select(next(key for key in ways if key.endswith("~ROLL_BACK")))
            dialog = await opened(app, pilot, "enter")
            assert "roll back 2" in prompt(dialog)
            await pilot.press("escape")
            assert Topic.ACTING not in [e.topic for e in journal.kept]

    asyncio.run(work())
