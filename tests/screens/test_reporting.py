"""A report from the console: chosen, shown and copied; by whoever has the account, also who only looks."""

from __future__ import annotations

import pytest

from console.core.journal import Entry, Topic
from screens.acting.app import ResponderApp
from screens.choosing import ChoiceDialog
from screens.dialogs import Reader
from screens.habitual import MOST
from screens.widgets.line_view import LineView
from tests.screens.builders import CASES
from tests.screens.fake import FakeIncident
from tests.screens.loop import in_a_loop
from tests.screens.responding import until
from tests.screens.test_acting_goldens import Stage, entry

pytestmark = pytest.mark.usefixtures("responding")


class Told(Stage):
    """With a long account."""

    lines: tuple[Entry, ...] = ()

    def entries(self) -> tuple[Entry, ...]:
        return self.lines or super().entries()


async def reported(stage: Stage, down: int) -> tuple[str, str]:
    """What is shown, and what went to the terminal's clipboard."""
    app = ResponderApp(FakeIncident(CASES["half_applied"]()), stage, now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: bool(app.account()))
        await pilot.press("Y")
        await until(lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.pause()
        await pilot.press(*["down"] * down, "enter")
        await until(lambda: isinstance(app.screen, Reader))
        await pilot.pause()
        return app.screen.query_one("#reader-text", LineView).text, app.clipboard


@in_a_loop
async def test_a_note_is_shown_and_copied() -> None:
    shown, copied = await reported(Stage(), 0)
    assert copied.startswith("# Hand-over: shop on db1\n")
    assert "sent to your terminal's clipboard (OSC 52)" in shown
    assert "# Hand-over: shop on db1" in shown


@in_a_loop
async def test_the_whole_report_holds_the_sql_and_does_not_claim_that_no_line_is_missing() -> None:
    _, copied = await reported(Stage(), 4)
    assert "pg_terminate_backend(a.pid)" in copied
    assert "the lines that a console had" in copied


@in_a_loop
async def test_what_is_too_much_for_a_clipboard_is_shown_and_not_copied() -> None:
    stage = Told()
    stage.lines = tuple(entry(n, Topic.NOTE, "x" * 2000) for n in range(1, 60))
    shown, copied = await reported(stage, 4)
    assert copied == ""
    assert "are more than a terminal's clipboard takes" in shown
    assert sum(len(each.text) for each in stage.lines) > MOST
