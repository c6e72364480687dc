"""Page 6 with backups on it, and rows that come back through the real dialog."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.journal import Topic
from console.core.recover import Route
from console.core.recover.given import Known
from console.core.restore.desk import Desk
from console.core.restore.found import Form, Found
from console.dialects.comparing import rows_of_table
from screens import recover
from screens.acting.app import ResponderApp
from screens.look import Look
from screens.pages import RecoverPage
from tests.restore.grounds import beside
from tests.restore.test_loading import rows
from tests.screens.responding import body, console, opened, prompt, typed, until
from tests.servers import MAJORS, run
from tests.sites import Site, shop

NOW = "SELECT id, note FROM orders ORDER BY id"
ORDERS = ("ALTER TABLE orders ADD COLUMN note text", "INSERT INTO orders VALUES (1, 10, 'one'), (2, 20, 'two')")
OLD = Found("/backups/shop.dump", Form.CUSTOM, 4711, "postgresql", "18.1", "shop",
            modified=datetime(2026, 1, 1, tzinfo=UTC), whole=Known.YES)  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.run(*ORDERS)
    found.file("2", "ALTER TABLE orders ADD COLUMN carrier text;\nALTER TABLE orders DROP COLUMN note;\n"
                    "DELETE FROM orders WHERE id = 2;\nALTER TABLE nowhere ADD COLUMN x int;\n")  # fmt: skip
    found.run("ALTER TABLE orders ADD COLUMN carrier text", "DELETE FROM orders WHERE id = 2",
              "UPDATE orders SET note = NULL")  # fmt: skip
    return found


@pytest.fixture
def scratch(site: Site) -> Iterator[URL]:
    with beside(site.url) as found:
        run(found, "CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(10,2) NOT NULL DEFAULT 0)", *ORDERS)
        yield found


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
def test_rows_come_back_through_the_screens(site: Site, scratch: URL, responding: None) -> None:
    desk = Desk(lambda: (OLD,), partial(rows_of_table, site.url, scratch))

    async def work() -> None:
        async with console(site, desk=desk) as (app, pilot, journal):
            await pilot.press("6")
            page = app.screen_stack[0].query_one("#recover", RecoverPage)
            await until(lambda: page.account.backups is not None)
            assert "/backups/shop.dump: pg_dump custom: 4.6 KiB, postgresql 18.1, database shop" in _told(
                app, Route.RESTORE
            )
            machine = _told(app, Route.POINT_IN_TIME)
            assert "when Until when it had not begun is not known." in machine
            assert "recovery_target_xid = '" in machine
            dialog = await opened(app, pilot, "R")
            assert "restore orders" in prompt(dialog)
            assert "rows of the backup that are as they were: 1" in body(dialog)
            await typed(pilot, "restore orders")
            await until(lambda: rows(site.url, NOW) == [[(1, "one"), (2, "two")]])
            await until(lambda: [e.topic for e in journal.kept].count(Topic.OUTCOME) == 2)
            sent = [e.details["sql"].split()[0] for e in journal.kept if e.topic is Topic.ACTING]
            assert sent == ["INSERT", "UPDATE"]

    asyncio.run(work())


def _told(app: ResponderApp, route: Route) -> str:
    """The details of one way."""
    page = app.screen_stack[0].query_one("#recover", RecoverPage)
    assessment = app.assessment
    assert assessment is not None
    lines = recover.page(assessment, Look(), 80, page.account)
    key = next(line.key for line in lines if line.key.endswith(f"~{route.name}"))
    found = recover.details(assessment, key, 80, page.account)
    return " ".join(" ".join(line.text for line in found).split())
