"""What is to be done after the next drawing is done, once, also when the dialog in front closes before."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App
from textual.screen import ModalScreen

from screens.drawn import LATEST, once_drawn
from tests.screens.loop import in_a_loop


@pytest.mark.parametrize("loses", [False, True])
@in_a_loop
async def test_it_is_done_once(loses: bool) -> None:
    done: list[str] = []
    app: App[None] = App()
    async with app.run_test() as pilot:
        dialog: ModalScreen[None] = ModalScreen()
        await app.push_screen(dialog)
        if loses:
            dialog._invoke_later = lambda *_: None  # type: ignore[method-assign]  # as one that is closed before
        once_drawn(app, done.append, "drawn")
        for _ in range(500):
            await pilot.pause(0.01)
            if done:
                break
        await asyncio.sleep(2 * LATEST)  # a second time would come now
        assert done == ["drawn"]
