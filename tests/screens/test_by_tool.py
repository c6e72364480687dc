"""The tool takes its newest migration back from the real screens: its key, its phrase, its words, what came of it."""

from __future__ import annotations

import asyncio

import pytest

from console.core.intent import Verb
from screens.acting.app import ResponderApp
from screens.acting.dialog import ActionDialog
from tests.acting.by_tool import Shop
from tests.acting.test_by_tool import alembic, alembic_shop
from tests.screens.responding import body, opened, prompt, typed, until
from tests.servers import MAJORS

__all__ = ["alembic", "alembic_shop"]


@pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)
def test_the_tool_is_started_by_a_phrase_and_what_it_took_is_read_again(alembic_shop: Shop, responding: None) -> None:
    shop = alembic_shop

    async def work(app: ResponderApp) -> ActionDialog:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(lambda: app.assessment is not None and bool(app.assessment.frameworks))
            await pilot.press("2")
            await pilot.pause()
            app.page.main.select(next(line.key for line in app.page.main._lines if shop.second in line.text))
            dialog = await opened(app, pilot, "T")
            assert f"{Verb.TOOL_ROLL_BACK.value} {shop.second}" in prompt(dialog)
            assert "alembic" in body(dialog)
            assert shop.tables() == 1
            await typed(pilot, f"{Verb.TOOL_ROLL_BACK.value} {shop.second}")
            await until(lambda: "DONE" in body(dialog))
            return dialog

    with shop.hired() as ann:
        asyncio.run(work(ResponderApp(ann.incident, ann.acting)))
    assert shop.tables() == 0
