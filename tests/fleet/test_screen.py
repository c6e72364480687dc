"""The grid on a screen of 80 x 24 and one of 60 x 20: every state a word, what is picked is what is opened."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from textual.pilot import Pilot

from console.core.fleet.majority import held_against
from console.core.fleet.row import Row, Standing
from console.core.fleet.waves import planned
from console.report.fleet.waves import waves_text
from screens.dialogs import Reader
from screens.fleet import Look, grid
from screens.fleet_app import FleetApp
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from tests.fleet.rows import AT, dead, half, pending, row
from tests.screens.loop import in_a_loop


@dataclass
class Gathered:
    """Rows that are there already."""

    known: tuple[Row, ...]
    total: int = 0
    trouble: str = ""
    reading: bool = False
    seconds: float = 12.0
    asked: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.asked.append("start")

    def again(self) -> None:
        self.asked.append("again")

    def pause(self) -> None:
        self.asked.append("pause")

    def rows(self) -> tuple[Row, ...]:
        return self.known

    def plan(self) -> str:
        return waves_text(planned(self.known), self.known, AT)


def _fleet() -> Gathered:
    rows = [*(half(f"shop_{n}") for n in range(1, 14)), *(row(f"ok_{n}") for n in range(150)), pending("late"),
            row("odd", Standing.FAILED, "V7__carrier, statement 1 of 3", migration="7", pattern="NNN"),
            row("busy", Standing.BLOCKED, "V7__carrier, statement 2 of 3, 4 sessions wait", waiting=4),
            dead("gone", "PostgreSQL cannot be reached: connection to server failed: Connection refused"),
            dead("mute", "MySQL cannot be reached: Lost connection to MySQL server (timed out)"),
            row("evil\x1b[2J", Standing.HOLLOW, "V6__\x1b]0;x\x07, statement 1 of 1")]  # fmt: skip
    return Gathered(held_against(rows), len(rows) + 4)


def _text(app: FleetApp, name: str) -> str:
    return app.query_one(f"#{name}", LineView).text


async def _shown(pilot: Pilot[None]) -> FleetApp:
    await pilot.pause()
    app = pilot.app
    assert isinstance(app, FleetApp)
    return app


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
@in_a_loop
async def test_all_states_on_one_screen(size: tuple[int, int]) -> None:
    app = FleetApp(_fleet(), Look())
    async with app.run_test(size=size) as pilot:
        await _shown(pilot)
        lines = _text(app, "fleet-list").splitlines()
        assert [line[2:20].strip() for line in lines[1:]] == [
            "HALF APPLIED", "FAILED", "BLOCKED", "UNREACHABLE", "UNREACHABLE", "HOLLOW", "PENDING", "APPLIED",
        ]  # fmt: skip
        assert all(len(line) <= size[0] for line in lines)
        assert app.query_one("#fleet-list", LineView).hidden == 0
        assert "13  V7__carrier, statement 2 of 3" in lines[1]
        assert "169 of 173 databases read" in app.query_one("#header", OneLine).text
        assert "\x1b" not in _text(app, "fleet-list")
        assert "Do not run it again." in _text(app, "fleet-details")


@in_a_loop
async def test_a_group_unfolds_and_the_database_that_is_picked_is_chosen() -> None:
    fleet = _fleet()
    app = FleetApp(fleet, Look())
    async with app.run_test(size=(80, 24)) as pilot:
        await _shown(pilot)
        await pilot.press("enter", "down", "down")
        assert "      shop_1 " in _text(app, "fleet-list")
        await pilot.press("enter")
    assert app.chosen is not None
    assert app.chosen.target.name == "shop_2"
    assert fleet.asked == ["start"]


@in_a_loop
async def test_who_comes_back_finds_it_as_it_was() -> None:
    look = Look()
    app = FleetApp(_fleet(), look)
    async with app.run_test(size=(80, 24)) as pilot:
        await _shown(pilot)
        await pilot.press("enter")
    again = FleetApp(_fleet(), look, "d/shop_9")
    again.first_words = "back from shop_9"
    async with again.run_test(size=(80, 24)) as pilot:
        await _shown(pilot)
        assert again.main.key == "d/shop_9"
        assert "back from shop_9" in again.query_one("#keys", OneLine).text


@in_a_loop
async def test_words_filter_and_escape_shows_all_again() -> None:
    app = FleetApp(_fleet(), Look())
    async with app.run_test(size=(80, 24)) as pilot:
        await _shown(pilot)
        await pilot.press("slash", *"unreach", "enter")
        assert _text(app, "fleet-list").count("UNREACHABLE") == 2
        assert "APPLIED" not in _text(app, "fleet-list")
        await pilot.press("escape")
        assert "APPLIED" in _text(app, "fleet-list")


@in_a_loop
async def test_the_wave_plan_is_read_and_all_is_read_again_on_request() -> None:
    fleet = _fleet()
    app = FleetApp(fleet, Look())
    async with app.run_test(size=(80, 24)) as pilot:
        await _shown(pilot)
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, Reader)
        assert "Stop at once when" in app.screen.query_one("#reader-text", LineView).text
        await pilot.press("q", "r")
        assert fleet.asked == ["start", "again"]


def test_ten_thousand_databases_are_as_many_lines_as_there_are_incidents() -> None:
    assert len(grid([row(f"s{n}") for n in range(10_000)], Look(), 80)) == 2
