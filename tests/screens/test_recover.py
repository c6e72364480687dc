"""The page of the ways out: what is recommended, what is closed and why, and what Enter does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.core.assessment import Assessment
from console.core.recover import Route
from screens import recover
from screens.look import Look
from tests.screens.builders import counted, half_applied, healthy, refused, several
from tests.screens.loop import in_a_loop
from tests.screens.test_console import opened


def texts(assessment: Assessment, width: int = 80) -> list[str]:
    return [line.text.rstrip() for line in recover.page(assessment, Look(), width)]


def key(assessment: Assessment, route: Route) -> str:
    return next(line.key for line in recover.page(assessment, Look(), 80) if line.key.endswith(f"~{route.name}"))


@pytest.mark.parametrize("case", [half_applied, refused, counted, several])
def test_one_way_is_recommended_and_it_is_open_and_stands_first(case: Callable[[], Assessment]) -> None:
    found = texts(case())
    assert sum("recommended" in line for line in found) == 1
    assert found[1].startswith(" 1 OPEN ")


def test_while_the_migration_is_alive_every_way_that_changes_something_is_closed() -> None:
    closed = [line for line in texts(half_applied()) if line.startswith("   CLOSED")]
    for name in ("Mark it ran", "Finish", "Roll back", "Clean up"):
        assert any(name in line and "A migration is alive" in line for line in closed), name


def test_only_ways_that_can_be_gone_are_listed() -> None:
    whole = "\n".join(texts(half_applied()) + texts(counted()))
    assert Route.RESTORE.value not in whole


def test_the_details_say_what_it_needs_risks_and_loses() -> None:
    assessment = counted()
    said = "\n".join(line.text for line in recover.details(assessment, key(assessment, Route.FINISH), 80))
    for words in ("Your answer whether statement 2 ran.", "needs", "risk", "data", "undo"):
        assert words in said


def test_of_several_only_the_worst_is_unfolded() -> None:
    found = texts(several())
    assert [line[:2] for line in found if line[:2] in ("v ", "+ ")] == ["v ", "+ ", "+ "]


def test_without_trouble_there_is_nothing_to_recover_from() -> None:
    assert "There is nothing to recover from." in "\n".join(texts(healthy()))


@in_a_loop
async def test_enter_goes_where_a_way_is_gone_by_looking() -> None:
    async with opened(half_applied()) as console:
        await console.press("6", "down", "enter")
        assert console.app.page.name_of_page == "locks"


@in_a_loop
async def test_enter_on_a_closed_way_says_why() -> None:
    async with opened(half_applied()) as console:
        await console.press("6")
        console.app.page.main.select(key(half_applied(), Route.FINISH))
        await console.press("enter")
        assert "closed: A migration is alive" in console.line("keys")


@in_a_loop
async def test_an_observer_is_told_that_only_a_responder_can() -> None:
    assessment = counted()
    async with opened(assessment) as console:
        await console.press("6")
        console.app.page.main.select(key(assessment, Route.FINISH))
        await console.press("enter")
        assert "only a responder's console can do that" in console.line("keys")
