"""What a responder says on page 6, and to where a project goes back: on real screens and a real PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.contacts import Contact
from console.core.journal import Entry, Person, Topic
from console.core.recover import Given, Known, Route
from console.core.recover.answers import Account, Question, decisions, words_of
from screens import recover
from screens.acting.dialog import ActionDialog
from screens.acting.said import AnswerDialog
from screens.choosing import ChoiceDialog
from screens.pages import RecoverPage
from tests.builders import NOON
from tests.screens.builders import counted
from tests.screens.responding import body, console, prompt, typed, until
from tests.screens.test_recover import key
from tests.servers import MAJORS
from tests.sites import Site, shop

ON_ONE = pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True)


@pytest.fixture(scope="module")
def said() -> tuple[Entry, ...]:
    """Mended: no, then yes; nothing at work."""
    told = ((Question.MENDED, Known.NO), (Question.MENDED, Known.YES), (Question.AT_WORK, Known.NO))
    return tuple(
        Entry(n, NOON + timedelta(minutes=n), "i", "r", Person("ann"), Topic.DECISION, *words_of("flyway", "4", *one))
        for n, one in enumerate(told)
    )


def test_the_newest_answer_counts_and_who_gave_it_is_told(said: tuple[Entry, ...]) -> None:
    account = Account(decisions(said))
    now = NOON + timedelta(minutes=5)
    assert account.given("flyway", "4", now) == Given(mended=Known.YES, at_work=Known.NO)
    assert account.given("flyway", "5", now) == account.given("rails", "4", now) == Given()
    assert [d.told for d in account.of("flyway", "4", now)] == [
        "Is anything of it still running, anywhere? no, said ann at 12:02 UTC (journal entry 2).",
        "Is what stopped it mended? yes, said ann at 12:01 UTC (journal entry 1).",
    ]


def test_that_nothing_is_at_work_is_believed_for_a_moment_only(said: tuple[Entry, ...]) -> None:
    account = Account(decisions(said))
    assert account.given("flyway", "4", NOON + timedelta(hours=1)) == Given(mended=Known.YES)


def test_an_entry_that_somebody_else_wrote_is_no_answer(said: tuple[Entry, ...]) -> None:
    odd = Entry(9, NOON, "i", "r", Person("ann"), Topic.DECISION, "x", {"question": "mended", "answer": "maybe"})
    note = Entry(9, NOON, "i", "r", Person("ann"), Topic.NOTE, "x", dict(said[0].details))
    assert decisions((odd, note)) == ()


def test_the_details_say_who_said_what_and_whom_to_call(said: tuple[Entry, ...]) -> None:
    now = counted()
    account = Account(decisions(said), contacts=(Contact("Ann", "+49 170 1", "at night"),))
    found = "\n".join(line.text for line in recover.details(now, key(now, Route.FIND_OUT), 80, account))
    assert "call" in found
    assert "Ann, +49 170 1, at night" in found
    assert "yes, said ann at 12:01 UTC" in found


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    """The second is recorded, the third stopped."""
    found = shop(tmp_path, database)
    found.applied("2", "ALTER TABLE orders ADD COLUMN note text;\n")
    return found


@ON_ONE
def test_a_responder_answers_and_the_recommendation_follows(site: Site, responding: None) -> None:
    site.file("3", "CREATE TABLE carriers (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN carrier_id bigint;\n")
    site.run("CREATE TABLE carriers (id bigint PRIMARY KEY)")

    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            await pilot.press("6", "down", "A")
            await until(lambda: isinstance(app.screen, AnswerDialog))
            before = app.screen_stack[0].query_one("#recover", RecoverPage)
            assert not before.account.decisions
            await typed(pilot, "")
            await typed(pilot, "perhaps")
            await typed(pilot, "yes")
            await pilot.press("escape")
            await until(lambda: bool(before.account.decisions))
            (decision,) = before.account.decisions
            assert (decision.migration, decision.answer) == ("3", Known.YES)
            assert [e.topic for e in journal.kept] == [Topic.DECISION]
            assert decision.at <= datetime.now(UTC)

    asyncio.run(work())


@ON_ONE
def test_a_responder_goes_back_to_a_version(site: Site, responding: None) -> None:
    site.run("CREATE TABLE extra (id bigint)")

    async def work() -> None:
        async with console(site, troubled=False) as (app, pilot, _):
            await pilot.press("6", "enter")
            await pilot.pause()
            app.page.main.select(next(each.key for each in app.page.main._lines if each.key.endswith("~ROLL_BACK_TO")))
            await pilot.press("enter")
            await until(lambda: isinstance(app.screen, ChoiceDialog))
            await pilot.press("enter")
            await until(lambda: isinstance(app.screen, ActionDialog))
            await pilot.pause()
            dialog = app.screen
            assert isinstance(dialog, ActionDialog)
            assert "roll back to version 1" in prompt(dialog)
            await typed(pilot, "roll back to version 1")
            await until(lambda: body(dialog).count("DONE") == 2)
            await until(lambda: "V looks whether all has come to its end" in body(dialog))

    asyncio.run(work())
