"""Own keys, hints, the line for a command, copying, local times, and what is remembered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from console.core.preferences import Kept, Preferences, Remembered
from screens import habits
from screens.app import HalfwayApp
from screens.commands import ACTING, COMMANDS, GUARDED, key_line, moves_here, named
from screens.dressing import wear
from screens.helping import PURPOSES, hint
from screens.palette import beginning, completions
from screens.role import Role, be
from screens.widgets.line_view import LineView
from tests.screens.builders import connecting, half_applied, healthy
from tests.screens.fake import later
from tests.screens.loop import in_a_loop
from tests.screens.test_console import opened

pytestmark = pytest.mark.slow


@dataclass
class Memory:
    """What is kept, in memory."""

    left: Remembered
    kept: list[Remembered] = field(default_factory=list)

    def recall(self) -> Remembered:
        return self.left

    def keep(self, left: Remembered) -> None:
        self.kept.append(left)


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    yield
    habits.move_keys({})
    habits.give_hints(False)
    habits.remember(None)
    habits.use_local_times(False)
    be(Role.READER)


@in_a_loop
async def test_tab_completes_a_command_and_goes_round_those_that_begin_so() -> None:
    async with opened(half_applied()) as console:
        await console.press("colon", "m", "i", "tab", "enter")
        assert console.app.page_name == "migrations"
        await console.press("colon", "f", "tab", "tab")
        first = console.app.screen.query_one("#palette-input").value  # type: ignore[attr-defined]
        await console.press("tab")
        assert console.app.screen.query_one("#palette-input").value != first  # type: ignore[attr-defined]
        await console.press("shift+tab")
        assert console.app.screen.query_one("#palette-input").value == first  # type: ignore[attr-defined]


@in_a_loop
async def test_what_was_typed_comes_back_with_ctrl_p_and_goes_with_ctrl_n() -> None:
    async with opened(half_applied()) as console:
        await console.press("colon", *"locks", "enter", "colon", *"filter 4711", "enter")
        assert console.app.page.look.words == "4711"
        await console.press("colon", "ctrl+p", "ctrl+p", "ctrl+n", "ctrl+p", "enter")
        assert (console.app.page_name, console.app.page.look.words) == ("locks", "4711")
        await console.press("escape", "1", "colon", "ctrl+p", "enter")
        assert console.app.page_name == "locks"


def test_completion_offers_only_what_there_is_here() -> None:
    assert completions("locks", "fi") == ["filter"]
    assert completions("incident", "fi") == []
    assert completions("locks", "times ") == ["times utc", "times local"]
    assert beginning(["later", "later picture"]) == "later"
    assert beginning([]) == ""


@in_a_loop
async def test_help_says_what_the_page_is_for() -> None:
    async with opened(half_applied(), (60, 20)) as console:
        for page, purpose in PURPOSES.items():
            if console.app.query(f"#{page}"):
                await console.press(named(page).keys[0], "question_mark")
                assert purpose.split(",")[0][:40] in console.text
                await console.press("escape")


def test_a_hint_is_one_line_with_the_way_out_on_every_page_and_size() -> None:
    for page in PURPOSES:
        for width in (60, 80, 120):
            shown = hint(page, width).text
            assert len(shown) <= width
            assert shown.rstrip().endswith("q quit")
            assert ".." not in shown


@in_a_loop
async def test_a_hint_is_shown_once_and_goes_with_the_next_key() -> None:
    habits.give_hints(True)
    async with opened(healthy()) as console:
        assert console.line("keys") == hint("incident", 80).text
        assert "HEALTHY" in console.text
        await console.press("4")
        assert "stands on top" in console.line("keys")
        await console.press("1")
        assert "keys" in console.line("keys")
        await console.press("4")
        assert "stands on top" not in console.line("keys")


@in_a_loop
async def test_no_hint_covers_the_way_out_of_an_incident() -> None:
    habits.give_hints(True)
    async with opened(half_applied()) as console:
        assert "? keys" in console.line("keys")
        await console.press("4")
        assert "stands on top" in console.line("keys")


@in_a_loop
async def test_no_hint_where_none_is_wanted() -> None:
    wear(Preferences(hints=False), {})
    async with opened(half_applied()) as console:
        assert "? keys" in console.line("keys")


def test_a_moved_key_stands_in_the_key_line_the_help_and_the_hint() -> None:
    wear(Preferences(keys=(("filter", "F"), ("kill", "K"), ("help", "f1")), path="h.toml"), {})
    be(Role.RESPONDER)
    assert ("F", "filter") in key_line("locks")
    assert ("K", "kill") in key_line("locks")
    assert ("Up Down, j k", "Move by a line.") in moves_here("locks")
    assert "F1 has all keys" in hint("incident", 80).text


@in_a_loop
async def test_a_moved_key_does_it_and_the_old_one_does_not() -> None:
    wear(Preferences(keys=(("locks", "L"), ("quit", "X"))), {})
    async with opened(half_applied()) as console:
        await console.press("4", "q")
        assert console.app.page_name == "incident"
        await console.press("L")
        assert "[L Locks]" in console.line("tabs")
        await console.press("ctrl+q")
        assert console.app.return_code == 0


@in_a_loop
async def test_j_and_k_move_where_they_are_no_commands() -> None:
    async with opened(half_applied()) as console:
        await console.press("4")
        first = console.app.page.main.key
        await console.press("j")
        assert console.app.page.main.key != first
        await console.press("k")
        assert console.app.page.main.key == first
        await console.press("ctrl+d", "G")
        last = console.app.page.main.at
        await console.press("ctrl+u", "g", "g")
        assert console.app.page.main.at < last


def test_a_key_that_opens_an_action_is_no_move_on_any_page() -> None:
    be(Role.RESPONDER)
    for page in ("migrations", "locks", "schema"):
        assert next(keys for keys, text in moves_here(page) if text == "Move by a line.") == "Up Down, j"


@in_a_loop
async def test_right_unfolds_then_goes_to_the_details_and_left_comes_back_and_folds() -> None:
    async with opened(half_applied()) as console:
        await console.press("2")
        folded = console.app.page.main.count
        await console.press("right")
        assert console.app.page.main.count > folded
        await console.press("l")
        assert console.app.focused is console.app.page.below
        await console.press("h")
        assert console.app.focused is console.app.page.main
        await console.press("left")
        assert console.app.page.main.count == folded


@in_a_loop
async def test_a_dialog_is_copied_by_y_or_by_ctrl_y_where_letters_are_typed() -> None:
    async with opened(half_applied()) as console:
        copied: list[str] = []
        console.app.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]
        await console.press("question_mark", "y")
        assert "Keys" in console.text
        assert "All keys that work here." in copied[0]
        assert "Sent to your terminal" in console.text
        await console.press("escape", "colon", "y", "ctrl+y")
        assert len(copied) == 2
        assert console.app.screen.query_one(LineView).text == copied[1]


@in_a_loop
async def test_more_than_a_clipboard_takes_is_not_said_to_be_copied() -> None:
    async with opened(half_applied()) as console:
        assert "nothing was copied" in console.app.send("x" * 80_000)
        assert "Sent" in console.app.send("x")


@in_a_loop
async def test_u_shows_local_times_and_says_so_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XYZ-05:30")
    time.tzset()
    try:
        async with opened(half_applied()) as console:
            await console.press("U")
            assert "times are XYZ" in console.line("keys")
            assert "times: XYZ" in console.line("top-rule")
            await console.press("U")
            assert "times are UTC" in console.line("keys")
            assert "XYZ" not in console.text
    finally:
        monkeypatch.undo()
        time.tzset()


LEFT = Remembered("locks", (Kept("locks", "4711"), Kept("schema", "orders", 1)), frozenset({"locks"}))


@in_a_loop
async def test_where_all_is_well_it_opens_as_it_was_left() -> None:
    habits.remember(Memory(LEFT))
    async with opened(None) as console:
        await console.deliver(connecting())
        assert console.app.page_name == "incident"
        await console.deliver(later(healthy(), 1))
        assert console.app.page_name == "locks"
        assert "as you left it, filter: 4711; 1 is the incident" in console.line("keys")


@in_a_loop
async def test_an_incident_stands_in_front_of_whatever_was_remembered() -> None:
    habits.remember(Memory(LEFT))
    async with opened(half_applied()) as console:
        assert console.app.page_name == "incident"
        await console.press("4")
        assert console.app.page.look.words == ""
        await console.deliver(later(healthy(), 9))
        assert console.app.page.look.words == ""


@in_a_loop
async def test_what_goes_wrong_later_takes_the_filters_of_last_time_away() -> None:
    habits.remember(Memory(LEFT))
    async with opened(healthy()) as console:
        assert console.app.page_name == "locks"
        await console.deliver(later(half_applied(), 5))
        assert console.app.page_name == "incident"
        assert "HALF APPLIED" in console.text
        await console.press("4")
        assert console.app.page.look.words == ""


@in_a_loop
async def test_who_pressed_a_key_first_is_left_where_they_are() -> None:
    habits.remember(Memory(LEFT))
    async with opened(None) as console:
        await console.press("3")
        await console.deliver(healthy())
        assert console.app.page_name == "schema"


@in_a_loop
async def test_how_it_is_left_is_kept() -> None:
    memory = Memory(Remembered())
    habits.remember(memory)
    async with opened(half_applied()) as console:
        await console.press("4", "slash", *"web", "enter", "q")
        assert memory.kept == [Remembered("locks", (Kept("locks", "web"),))]


def test_every_guarded_command_is_one() -> None:
    assert {command.name for command in ACTING} >= GUARDED
    assert not {command.name for command in COMMANDS} & GUARDED


@in_a_loop
async def test_a_second_console_of_the_same_class_has_the_usual_keys_again() -> None:
    wear(Preferences(keys=(("locks", "L"),)), {})
    async with opened(half_applied()) as console:
        await console.press("L")
        assert console.app.page_name == "locks"
    habits.move_keys({})
    async with opened(replace(half_applied())) as console:
        await console.press("4")
        assert console.app.page_name == "locks"
        assert isinstance(console.app, HalfwayApp)
