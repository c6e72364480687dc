"""A responder has the file shown, names a place, and finds it there; what was there before is never overwritten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from textual.pilot import Pilot

from console.core.journal import Topic
from screens.acting.app import ResponderApp
from screens.acting.forward import ForwardDialog
from screens.widgets.line_view import LineView
from tests.headless import halfway
from tests.screens.conftest import responding
from tests.screens.responding import console, until
from tests.sites import Site, shop

__all__ = ["responding"]

V2 = "CREATE TABLE carriers (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN carrier_id bigint;\n"


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    found.run("CREATE TABLE carriers (id bigint PRIMARY KEY)")
    return found


async def opened(app: ResponderApp, pilot: Pilot[None]) -> ForwardDialog:
    await pilot.press("6")
    await pilot.pause()
    keys = [line.key for line in app.page.main._lines]
    app.page.main.select(next(key for key in keys if key.endswith("~FORWARD_FIX")))
    await pilot.press("enter")
    await until(lambda: isinstance(app.screen, ForwardDialog))
    await pilot.pause()
    assert isinstance(app.screen, ForwardDialog)
    return app.screen


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_it_is_shown_and_saved_where_the_tool_looks_and_journaled(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            dialog = await opened(app, pilot)
            shown = dialog.query_one("#forward-text", LineView).text
            assert "1. Mark V2__change_2 ran." in shown
            assert "ALTER TABLE orders ADD COLUMN carrier_id bigint" in shown
            await pilot.press("enter", "tab", "enter")
            await until(lambda: not isinstance(app.screen, ForwardDialog))
            path = site.folder / "sql" / "V2_1__recover_change_2.sql"
            await until(path.exists)
            notes = [entry.text for entry in journal.kept if entry.topic is Topic.NOTE]
            assert [note.partition(" in ")[0] for note in notes] == [
                "saves the recovery file for 1 statement of V2__change_2"
            ]
            path.write_text("mine")
            await opened(app, pilot)
            await pilot.press("tab", "enter")
            await until(lambda: "is there already" in app._notice)
            assert path.read_text() == "mine"

    asyncio.run(work())


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_the_command_prints_it_or_saves_it_and_says_what_comes_next(site: Site) -> None:
    words = ("recovery", site.address, "--project", str(site.folder), "--migration")
    printed = halfway(*words, "2", "--to", "-")
    assert (printed.code, printed.out.startswith("-- What was left of V2__change_2")) == (0, True), printed.err
    assert [line[:4] for line in printed.err.splitlines()] == ["  1.", "  2.", "  3."], printed.err
    assert "flyway -target=2.1" in printed.err
    place = str(site.folder / "mine.sql")
    saved = halfway(*words, "V2__change_2", "--to", place)
    assert (saved.code, Path(place).read_text().splitlines()[2:]) == (0, printed.out.splitlines()[2:])
