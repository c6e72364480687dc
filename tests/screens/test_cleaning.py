"""What the key `x` opens, on real screens: the plan for the line under the cursor, or the first that can be done."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.journal import Topic
from console.core.plans import clean_prepared
from screens.acting.dialog import ActionDialog
from screens.widgets.one_line import OneLine
from tests.acting.test_clean_postgres import is_left, not_valid, prepared
from tests.screens.responding import body, console, opened, prompt, typed, until
from tests.sites import Site, shop


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    not_valid(found)
    return found


def test_a_constraint_is_validated_from_the_first_page(site: Site, responding: None) -> None:
    async def work() -> None:
        async with console(site, troubled=False) as (app, pilot, journal):
            dialog = await opened(app, pilot, "x")
            assert 'ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "orders_sane"' in body(dialog)
            assert "validate constraint orders.orders_sane" in prompt(dialog)
            await typed(pilot, "validate constraint orders.orders_sane")
            await until(lambda: "DONE" in body(dialog))
            assert [e.topic for e in journal.kept].count(Topic.OUTCOME) == 1

    asyncio.run(work())
    assert not is_left(site, "SELECT 1 FROM pg_constraint WHERE NOT convalidated")


def test_a_person_chooses_how_a_prepared_transaction_ends(
    site: Site, responding: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_prepared, "_YOUNG", 0.0)
    site.run("ALTER TABLE orders DROP CONSTRAINT orders_sane")
    prepared(site, "order-7", "INSERT INTO orders VALUES (9, 9)")
    phrase = "roll back prepared order-7"

    async def work() -> None:
        async with console(site, troubled=False) as (app, pilot, journal):
            asked = await opened(app, pilot, "x")
            assert "only its coordinator" in body(asked)
            assert prompt(asked).strip() == ""
            keys = asked.query_one("#action-keys", OneLine)._line.text
            assert "Tab commit prepared   Shift+Tab roll back prepared" in keys
            await pilot.press("shift+tab")
            await until(lambda: isinstance(app.screen, ActionDialog) and app.screen is not asked)
            dialog = app.screen
            assert isinstance(dialog, ActionDialog)
            await pilot.pause()
            for line in (phrase, f"{phrase} unproven", "its log says so"):
                await typed(pilot, line)
            await until(lambda: "DONE" in body(dialog))
            sent = next(e for e in journal.kept if e.topic is Topic.ACTING)
            assert sent.details["sql"] == "ROLLBACK PREPARED 'order-7'"
            assert sent.details["reason"] == "its log says so"

    asyncio.run(work())
    assert not is_left(site, "SELECT 1 FROM pg_prepared_xacts WHERE gid = 'order-7'")
