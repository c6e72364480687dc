"""The pictures: each screen as a person sees it. Few, of one size each; messages are tested elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from screens.app import HalfwayApp
from tests.screens.builders import CASES
from tests.screens.fake import FakeIncident

UNFOLD = (*["down"] * 2, "enter", "end", "enter", "up", "enter", "up", "enter")
PICTURES = {
    "incident": ("half_applied", (80, 24), ()),
    "incident_60x20": ("half_applied", (60, 20), ()),
    "incident_120x40": ("half_applied", (120, 40), ()),
    "incident_healthy": ("healthy", (80, 24), ()),
    "incident_failed": ("failed", (80, 24), ()),
    "incident_several": ("several", (80, 24), ()),
    "incident_stale": ("stale", (80, 24), ()),
    "incident_low_rights": ("low_rights", (80, 24), ()),
    "incident_no_project": ("no_project", (80, 24), ()),
    "incident_empty": ("empty", (80, 24), ()),
    "incident_hostile": ("hostile", (80, 24), ()),
    "connecting": ("connecting", (80, 24), ()),
    "migrations": ("half_applied", (80, 24), ("2", "enter", "down", "down", "down")),
    "incident_refused": ("answered", (80, 24), ()),
    "migrations_cause": ("answered", (80, 24), ("2", "enter", "down", "down", "down")),
    "migrations_60x20": ("half_applied", (60, 20), ("2", "enter")),
    "schema": ("half_applied", (80, 24), ("3", *["down"] * 4)),
    "schema_120x40": ("scarred", (120, 40), ("3", *["down"] * 3)),
    "schema_hostile": ("hostile", (80, 24), ("3", "end")),
    "locks": ("half_applied", (80, 24), ("4",)),
    "locks_60x20": ("half_applied", (60, 20), ("4", "down")),
    "locks_low_rights": ("low_rights", (80, 24), ("4",)),
    "diff": ("drifted", (80, 24), ("5", "right_square_bracket")),
    "diff_60x20": ("drifted", (60, 20), ("5", "right_square_bracket")),
    "diff_120x40": ("drifted", (120, 40), ("5", "left_square_bracket")),
    "diff_all": ("drifted", (80, 24), ("5", "a", "right_square_bracket")),
    "diff_none": ("as_expected", (80, 24), ("5",)),
    "diff_nothing_expected": ("no_project", (80, 24), ("5",)),
    "recover": ("half_applied", (80, 24), ("6", "down")),
    "recover_60x20": ("counted", (60, 20), ("6", "down", "down")),
    "recover_nothing": ("healthy", (80, 24), ("6",)),
    "help": ("half_applied", (80, 24), ("4", "question_mark")),
    "palette": ("half_applied", (80, 24), ("colon", "l", "o", "c", "k")),
    "laravel": ("laravel_columns", (80, 24), ()),
    "laravel_migrations": ("laravel_columns", (80, 24), ("2", "enter", "down", "down")),
    "laravel_loop": ("laravel_backfill", (80, 24), ("2", "enter", "down", "down")),
    "laravel_guarded": ("laravel_guarded", (80, 24), ("2", "enter", "down")),
    "laravel_unreadable": ("laravel_guarded", (80, 24), ("2", "enter", "down", "down", "down")),
    "alembic_branches": ("alembic_branches", (80, 24), ("2",)),
    "alembic_stopped": ("alembic_stopped", (80, 24), ("2", "o", "end")),
    "several_tools": ("several_tools", (80, 24), ()),
    "several_tools_migrations": ("several_tools", (80, 24), ("2",)),
    "mysql": ("mysql_half_applied", (80, 24), ()),
    "mysql_locks": ("mysql_half_applied", (80, 24), ("4",)),
    "mysql_read_lock": ("mysql_read_lock", (80, 24), ("4",)),
    "mysql_prepared": ("mysql_prepared", (80, 24), ("4",)),
    "mysql_migrations": ("mysql_half_applied", (80, 24), ("2", "enter", "down", "down")),
    "mysql_schema": ("mysql_tree", (80, 40), ("3", *UNFOLD)),
    "mariadb": ("mariadb_likely", (80, 24), ()),
    "mariadb_60x20": ("mariadb_likely", (60, 20), ()),
    "mariadb_locks": ("mariadb_likely", (80, 24), ("4",)),
    "mariadb_untold": ("mariadb_untold", (80, 24), ()),
    "file": ("half_applied", (80, 24), ("2", "v")),
}


class Compare(Protocol):
    """What the snapshot plugin gives."""

    def __call__(
        self, app: App[None], *, terminal_size: tuple[int, int], run_before: Callable[[Pilot[None]], object]
    ) -> bool: ...


@pytest.mark.parametrize("name", PICTURES)
def test_screen(name: str, snap_compare: Compare) -> None:
    case, size, keys = PICTURES[name]

    async def press(pilot: Pilot[None]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        for _ in range(4):
            await pilot.pause()

    app = HalfwayApp(FakeIncident(CASES[case]()), now=lambda: 0.0)
    app.title = name.replace("_", " ")
    assert snap_compare(app, terminal_size=size, run_before=press)
