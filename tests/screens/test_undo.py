"""A mark that was a mistake, and its way back, by keys alone on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from screens.acting.dialog import ActionDialog
from screens.widgets.one_line import OneLine
from tests.screens.responding import body, console, opened, prompt, typed, until
from tests.sites import Site, shop

V2 = "CREATE TABLE carriers (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN carrier_id bigint;\n"


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    found.run("CREATE TABLE carriers (id bigint PRIMARY KEY)")
    found.row(found.folder / "sql" / "V2__change_2.sql", success=False)
    return found


def rows(site: Site) -> list[tuple[object, ...]]:
    with psycopg.connect(site.address) as other:
        return other.execute("SELECT * FROM flyway_schema_history ORDER BY 1").fetchall()


def test_a_mark_without_proof_asks_twice_and_tab_leads_back(site: Site, responding: None) -> None:
    before = rows(site)

    async def work() -> None:
        async with console(site) as (app, pilot, _):
            dialog = await opened(app, pilot, "m")
            assert "statement 2 is NOT LANDED" in body(dialog)
            await typed(pilot, "mark ran 2")
            assert rows(site) == before
            await typed(pilot, "mark ran 2 unproven")
            assert rows(site) == before
            await typed(pilot, "a mistake")
            await until(lambda: "DONE" in body(dialog))
            assert [row[-1] for row in rows(site)] == [True, True]
            await pilot.press("escape")
            await until(lambda: not isinstance(app.screen, ActionDialog))
            dialog = await opened(app, pilot, "m")
            assert "Tab instead: undo 2" in keys(dialog)
            await pilot.press("tab")
            await until(lambda: isinstance(app.screen, ActionDialog) and app.screen is not dialog)
            await pilot.pause()
            back = app.screen
            assert isinstance(back, ActionDialog)
            assert "undo mark ran 2" in prompt(back)
            await typed(pilot, "undo mark ran 2")
            await until(lambda: "DONE" in body(back))

    asyncio.run(work())
    assert rows(site) == before


def keys(dialog: ActionDialog) -> str:
    return dialog.query_one("#action-keys", OneLine)._line.text
