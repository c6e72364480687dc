"""A responder's console on a real site, and hands on its keys."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from console import dialects, frameworks
from console.acting import Acting
from console.core.restore.desk import Desk
from console.tools import Tools
from screens.acting.app import ResponderApp
from screens.acting.dialog import ActionDialog
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from tests.acting.responder import Notebook
from tests.sites import Site
from tests.test_incident import incident_on

PATIENCE = 20.0


@asynccontextmanager
async def console(
    site: Site, journal: Notebook | None = None, *, troubled: bool = True, desk: Desk | None = None
) -> AsyncIterator[tuple[ResponderApp, Pilot[None], Notebook]]:
    """A responder's console with a picture on it."""
    incident, journal = incident_on(site), journal or Notebook()
    markers = {f.name: frameworks.marker(f.name, project) for f, project in incident.source.frameworks}
    tools = Tools(dialects.renderer, lambda: dialects.open_hand("postgresql", site.url), journal, markers, desk=desk)
    app = ResponderApp(incident, Acting(tools, incident.fresh))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(lambda: app.assessment is not None and bool(app.assessment.troubled) == troubled)
            await pilot.pause()
            yield app, pilot, journal
    finally:
        app.acting.close()
        incident.stop()


async def until(look: Callable[[], bool]) -> None:
    """Wait for something that another thread does."""
    deadline = time.monotonic() + PATIENCE
    for _ in iter(look, True):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def opened(app: ResponderApp, pilot: Pilot[None], key: str) -> ActionDialog:
    """The dialog that a key opens."""
    await pilot.press(key)
    await until(lambda: isinstance(app.screen, ActionDialog))
    await pilot.pause()
    assert isinstance(app.screen, ActionDialog)
    return app.screen


async def typed(pilot: Pilot[None], text: str) -> None:
    """Letter by letter, then Enter."""
    await pilot.press(*(" " if letter == " " else letter for letter in text.replace(" ", " ")), "enter")
    await pilot.pause()


def prompt(dialog: ActionDialog) -> str:
    """What it asks for."""
    return dialog.query_one("#action-prompt", OneLine)._line.text


def body(dialog: ActionDialog) -> str:
    """What it shows."""
    return dialog.query_one("#action-plan", LineView).text
