"""Nothing landed: the failed row goes by keys alone on a real PostgreSQL, and the tool's own command is printed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.screens.responding import body, console, opened, typed, until
from tests.servers import MAJORS
from tests.sites import Site, shop


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    path = found.file("2", "CREATE UNIQUE INDEX twins ON orders (total);\nALTER TABLE orders ADD COLUMN note text;\n")
    found.row(path, success=False)
    found.file("3", "ALTER TABLE orders ADD COLUMN weight int;\n")
    return found


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
def test_the_failed_row_goes_and_the_command_is_printed(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site) as (app, pilot, _):
            await pilot.press("6")
            await until(lambda: app.page_name == "recover" and app.page.main.key != "")
            assert app.assessment is not None
            found = [line.key for line in app.page.lines(app.assessment, 80, 24) if line.key.endswith("~REPEAT")]
            app.page.main.select(found[0])
            told = " ".join(" ".join(line.text for line in app.page.details(app.assessment, found[0], 400)).split())
            assert f"run cd {site.folder}" in told
            assert "&& flyway migrate" in told
            assert "it runs 1 more that waits, too" in told
            dialog = await opened(app, pilot, "enter")
            await typed(pilot, "mark not ran 2")
            await until(lambda: "DONE" in body(dialog))

    asyncio.run(work())
    with psycopg.connect(site.address) as other:
        assert other.execute("SELECT version FROM flyway_schema_history").fetchall() == [("1",)]
