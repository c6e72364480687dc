"""The console as a person uses it: keys in, messages and lines out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from rich.traceback import Traceback
from textual.pilot import Pilot

from console.core.assessment import Assessment
from screens.app import HalfwayApp
from screens.doing import INTERVALS
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from tests.screens.builders import answered, half_applied, healthy, many_tables, refused, stale
from tests.screens.fake import FakeIncident, later
from tests.screens.loop import in_a_loop
from tests.screens.mysql import mariadb_likely

pytestmark = pytest.mark.slow


class Clock:
    """Seconds that pass when told to."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Console:
    """A running console and what it shows."""

    def __init__(self, app: HalfwayApp, pilot: Pilot[None], incident: FakeIncident, clock: Clock) -> None:
        self.app, self.pilot, self.incident, self.clock = app, pilot, incident, clock

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()

    async def deliver(self, assessment: Assessment) -> None:
        assert self.incident.deliver is not None
        self.incident.deliver(assessment)
        await self.settle()

    def line(self, name: str) -> str:
        return self.app.query_one(f"#{name}", OneLine).text

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)


@asynccontextmanager
async def opened(assessment: Assessment | None, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Console]:
    incident, clock = FakeIncident(assessment), Clock()
    app = HalfwayApp(incident, now=clock)
    async with app.run_test(size=size) as pilot:
        console = Console(app, pilot, incident, clock)
        await console.settle()
        yield console


@in_a_loop
async def test_it_draws_before_the_incident_is_started() -> None:
    async with opened(None) as console:
        assert console.incident.asked == ["start"]
        assert "Connecting to shop on db1." in console.text
        await console.deliver(half_applied())
        assert "HALF APPLIED" in console.text


@pytest.mark.parametrize(("key", "page"), [("1", "incident"), ("2", "migrations"), ("3", "schema"), ("4", "locks")])
@in_a_loop
async def test_a_number_opens_its_page(key: str, page: str) -> None:
    async with opened(half_applied()) as console:
        await console.press("2", key)
        assert console.app.page_name == page
        assert f"[{key} {page.capitalize()}]" in console.line("tabs")


@in_a_loop
async def test_late_results_are_dropped() -> None:
    async with opened(half_applied()) as console:
        await console.deliver(replace(later(healthy(), -10)))
        assert "HALF APPLIED" in console.text
        await console.deliver(later(healthy(), 10))
        assert "HEALTHY" in console.text


@in_a_loop
async def test_enter_goes_from_the_incident_to_the_statement_to_the_blocker_to_the_debris() -> None:
    async with opened(half_applied()) as console:
        await console.press("down", "down", "down", "enter")
        assert console.app.page_name == "migrations"
        assert console.app.page.main.key == "m/flyway/4#3"
        await console.press("1", "down", "down", "enter")
        assert console.app.page_name == "locks"
        assert console.app.page.main.key == "s/4711"
        await console.press("1", "down", "enter")
        assert console.app.page_name == "schema"
        assert "customers_email_unique" in console.text


@in_a_loop
async def test_enter_unfolds_a_migration_and_folds_it_again() -> None:
    async with opened(half_applied()) as console:
        await console.press("2")
        assert "NOT LANDED" not in console.text
        await console.press("enter")
        assert "NOT LANDED" in console.text
        await console.press("enter")
        assert "NOT LANDED" not in console.text


@in_a_loop
async def test_the_cursor_follows_its_line_through_a_sweep() -> None:
    async with opened(half_applied()) as console:
        await console.press("4", "down", "down")
        assert console.app.page.main.key == "s/4720"
        whole = later(half_applied(), 2)
        root = whole.blocked.trees[0]
        turned = replace(root, waiters=root.waiters[::-1])
        await console.deliver(replace(whole, blocked=replace(whole.blocked, trees=(turned,))))
        assert console.app.page.main.key == "s/4720"


@in_a_loop
async def test_the_file_opens_over_the_page_and_escape_closes_it() -> None:
    async with opened(half_applied()) as console:
        await console.press("2", "v")
        assert "sql/V4__add_shipping.sql" in console.text
        await console.press("escape")
        assert "[2 Migrations]" in console.text


@in_a_loop
async def test_the_filter_works_while_it_is_typed_and_escape_takes_it_away() -> None:
    async with opened(half_applied()) as console:
        await console.press("2", "slash", *"legacy")
        assert "V5__drop_legacy_flags" in console.text
        assert "V1__create_customers" not in console.text
        await console.press("enter")
        assert "filter: legacy" in console.text
        await console.press("escape")
        assert "V1__create_customers" in console.text


@in_a_loop
async def test_keys_typed_into_the_filter_are_no_commands() -> None:
    async with opened(half_applied()) as console:
        await console.press("2", "slash", *"qp1")
        assert console.app.is_running
        assert console.incident.asked == ["start"]
        assert console.app.page.look.words == "qp1"


@in_a_loop
async def test_counting_is_asked_for_where_there_is_a_question() -> None:
    async with opened(refused()) as console:
        await console.press("2", "enter", "down", "c")
        assert "nothing to count: no question about the data could explain statement 1" in console.line("keys")
        await console.press("down", "down", "c")
        assert console.incident.asked[-1] == "count 4 3"
        await console.press("up")
        assert "counting, the answer will appear by itself: duplicate values of customers" in console.line("keys")
        await console.press("o")
        assert "counting" not in console.line("keys")
        await console.deliver(later(answered(), 2))
        await console.press("o", "1", "c")
        assert "20 duplicate values of customers" in console.text
        assert console.incident.asked[-1] == "count 4 3"


@in_a_loop
async def test_a_count_is_announced_until_its_answer_is_there() -> None:
    async with opened(refused()) as console:
        await console.press("2", "enter", "down", "down", "down", "c")
        await console.deliver(later(refused(), 2))
        assert "counting, the answer will appear" in console.line("keys")
        await console.deliver(later(answered(), 4))
        assert "counting" not in console.line("keys")
        assert "q quit" in console.line("keys")


@in_a_loop
async def test_what_is_copied_is_whole_however_narrow_the_screen_is() -> None:
    async with opened(mariadb_likely(), size=(60, 20)) as console:
        assert "4  NOT LANDED  CREATE INDEX orders_carrier_id_idx ON or.." in console.text
        await console.press("y")
        copied = console.app.clipboard
        assert "ALTER TABLE orders ADD COLUMN carrier_id bigint unsigned, ADD COLUMN shipped_at datetime" in copied
        assert "To see locks: INSTALL SONAME 'metadata_lock_info'" in copied
        assert ".." not in copied


@in_a_loop
async def test_counting_where_there_is_no_question_looks_for_the_tools_log_alone() -> None:
    async with opened(healthy()) as console:
        await console.press("2", "end", "c")
        assert "nothing to count" in console.line("keys")
        assert console.incident.asked == ["start", "count 1 0"]


@in_a_loop
async def test_pause_refresh_and_rate_are_the_incidents() -> None:
    async with opened(half_applied()) as console:
        await console.press("p")
        assert "PAUSED" in console.line("header")
        await console.press("p", "r", "plus", "minus", "minus")
        assert "PAUSED" not in console.line("header")
        assert console.incident.asked[1:] == ["pause", "resume", "refresh", "interval 1", "interval 2", "interval 5"]
        assert "a sweep every 5 s" in console.line("keys")
        for _ in INTERVALS:
            await console.press("minus")
        assert console.incident.interval == INTERVALS[-1]


@in_a_loop
async def test_copy_sends_the_details_and_shows_them() -> None:
    async with opened(half_applied()) as console:
        await console.press("2", "enter", "down", "y")
        assert "GENERATED ALWAYS AS IDENTITY" in console.app.clipboard
        assert "Copied" in console.text
        assert "select it here" in console.text


@in_a_loop
async def test_an_age_appears_only_when_sweeps_fail_to_come() -> None:
    async with opened(half_applied()) as console:
        console.clock.seconds = 11
        console.app.draw_frame()
        assert "old" not in console.line("header")
        console.clock.seconds = 35
        console.app.draw_frame()
        assert console.line("header").rstrip().endswith("30 s old")
        await console.deliver(later(half_applied(), 35))
        assert "old" not in console.line("header")


@in_a_loop
async def test_a_lost_link_keeps_the_picture_and_says_why() -> None:
    async with opened(half_applied()) as console:
        await console.deliver(stale())
        assert "STALE 2 min old" in console.line("header")
        assert "the server closed the connection" in console.line("top-rule")
        assert "HALF APPLIED" in console.text


@in_a_loop
async def test_help_lists_the_commands_of_this_page() -> None:
    async with opened(half_applied()) as console:
        await console.press("question_mark")
        assert "Keys that work here" in console.text
        assert "Fold or unfold everything" not in console.text
        await console.press("q", "4", "question_mark")
        assert "Fold or unfold everything" in console.text


@in_a_loop
async def test_the_palette_finds_a_command_and_does_it() -> None:
    async with opened(half_applied()) as console:
        await console.press("colon", *"blocks whom", "enter")
        assert console.app.page_name == "locks"
        await console.press("ctrl+p", *"nothing like that", "enter")
        assert console.app.page_name == "locks"
        await console.press("colon", "escape")
        assert "[4 Locks]" in console.text


@in_a_loop
async def test_the_best_found_command_is_the_selected_one() -> None:
    async with opened(half_applied()) as console:
        await console.press("colon", "l", "o", "enter")
        assert console.app.page_name == "locks"


@in_a_loop
async def test_nothing_is_drawn_behind_a_dialog_and_everything_after_it() -> None:
    async with opened(half_applied()) as console:
        await console.press("question_mark")
        await console.deliver(later(healthy(), 2))
        assert "Keys that work here" in console.text
        await console.press("escape")
        assert "HEALTHY" in console.text


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+q", 0), ("ctrl+c", 130)])
@in_a_loop
async def test_quit_and_interrupt_have_their_exit_codes(key: str, code: int) -> None:
    async with opened(half_applied()) as console:
        await console.pilot.press(key)
        assert console.app.return_code == code


@in_a_loop
async def test_ctrl_c_leaves_from_a_filter_and_from_a_dialog() -> None:
    for keys in (("2", "slash"), ("question_mark",), ("colon",)):
        async with opened(half_applied()) as console:
            await console.press(*keys)
            await console.pilot.press("ctrl+c")
            assert console.app.return_code == 130


@in_a_loop
async def test_tab_goes_to_the_details_which_scroll() -> None:
    async with opened(half_applied()) as console:
        await console.press("4", "down", "tab")
        details = console.app.query_one("#locks-details", LineView)
        assert details.has_focus
        await console.press("down")
        assert details.scroll_y == 1
        await console.press("tab")
        assert console.app.page.main.has_focus


@in_a_loop
async def test_moving_beyond_the_screen_scrolls_and_says_how_much_is_left() -> None:
    async with opened(many_tables()) as console:
        await console.press("3")
        assert "more lines: Down" in console.line("bottom-rule")
        await console.press("end")
        assert "table_09999" in console.text
        assert "more line" not in console.line("bottom-rule")
        await console.press("home")
        assert "table_00000" in console.text


@in_a_loop
async def test_a_small_change_of_size_redraws_for_the_new_width() -> None:
    async with opened(half_applied()) as console:
        await console.pilot.resize_terminal(60, 20)
        await console.settle()
        assert all(len(line) <= 60 for line in console.text.splitlines())
        assert "NEXT" in console.text


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (20, 5), (1, 1)])
@in_a_loop
async def test_every_page_survives_every_size(size: tuple[int, int]) -> None:
    async with opened(half_applied(), size) as console:
        for key in ("2", "enter", "3", "4", "question_mark", "escape", "colon", "escape", "1"):
            await console.press(key)
        assert console.app.is_running


@in_a_loop
async def test_a_fault_of_ours_is_shown_without_locals() -> None:
    faulty = HalfwayApp(FakeIncident(half_applied()))
    with pytest.raises(ZeroDivisionError):
        async with faulty.run_test():
            faulty.call_later(_fail, "s3cret")
    shown = [each for each in faulty._exit_renderables if isinstance(each, Traceback)]
    assert all(frame.locals is None for each in shown for stack in each.trace.stacks for frame in stack.frames)


def _fail(password: str) -> None:
    raise ZeroDivisionError(f"with {len(password)} letters")
