"""A plan tried on a scratch server: the same SQL, what it leaves is read there, and the incident is left alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.cli.rehearsal import rehearse
from console.core.faults import UsageFault
from console.core.intent import Intent, Verb
from console.core.journal import Topic
from console.core.rehearsal import LEFT_OUT, REFUSED, TRIED, outcome
from console.core.shadow import made
from console.dialects.postgres import make as postgres
from console.wiring import Options, find
from tests.acting.at_shop import ann
from tests.acting.responder import Responder
from tests.acting.test_finish_postgres import LANDED, V2
from tests.acting.test_roll_back_to import BACK as BACK_TO
from tests.acting.test_roll_back_to import later
from tests.schemas.reading import read
from tests.scratch import pg_scratch
from tests.screens.responding import body, console, opened, until
from tests.servers import MAJORS, conninfo
from tests.sites import Site, shop

__all__ = ["ann", "pg_scratch"]
pytestmark = pytest.mark.parametrize("postgres_server", MAJORS[-1:], indirect=True, scope="session")
FINISH = Intent(Verb.FINISH, migration="2", framework="flyway")
BACK = Intent(Verb.ROLL_BACK, migration="2", framework="flyway")
FOUND = "SELECT column_name FROM information_schema.columns WHERE table_name = 'orders' ORDER BY 1"


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path, database)
    found.file("2", V2)
    found.run(*LANDED)
    return found


@pytest.fixture
def trying(site: Site, pg_scratch: URL, ann: Responder) -> Responder:
    found = find(Options(project=str(site.folder)), {})
    ann.acting.tools = replace(ann.acting.tools, rehearse=partial(rehearse, conninfo(pg_scratch), found))
    return ann


@pytest.mark.parametrize(("intent", "words"), [(FINISH, [TRIED, TRIED, LEFT_OUT]), (BACK, [TRIED])])
def test_each_step_is_tried_and_nothing_is_left_anywhere(
    intent: Intent, words: list[str], trying: Responder, pg_scratch: URL
) -> None:
    plan = trying.propose(intent)
    found = trying.acting.rehearse(plan)
    assert [each.word for each in found] == words, found
    assert outcome(found).startswith("rehearsed: ")
    assert list(made(read(postgres(), pg_scratch)[0])) == []
    assert trying.propose(intent).steps == plan.steps
    assert trying.journal.kept[1].topic is Topic.REHEARSED
    assert trying.journal.kept[1].details["step 1"] == TRIED


def test_several_are_taken_back_there_newest_first(site: Site, trying: Responder) -> None:
    site.run("DROP TABLE carriers", "ALTER TABLE orders DROP COLUMN carrier")
    later(site)
    plan = trying.propose(BACK_TO)
    assert plan.refused == ()
    found = trying.acting.rehearse(plan)
    assert [each.word for each in found] == [TRIED, LEFT_OUT] * 3, found


def test_what_is_refused_there_stops_it(trying: Responder, pg_scratch: URL) -> None:
    plan = trying.propose(FINISH)
    step = replace(plan.steps[0], sql=("ALTER TABLE nowhere ADD COLUMN x int",))
    found = trying.acting.rehearse(replace(plan, steps=(step, *plan.steps[1:])))
    assert [each.word for each in found] == [REFUSED]
    assert outcome(found) == 'the rehearsal stopped at step 1: relation "nowhere" does not exist'
    assert list(made(read(postgres(), pg_scratch)[0])) == []


def test_what_the_replay_does_not_have_is_said(site: Site, trying: Responder) -> None:
    site.run("DROP TABLE carriers")
    plan = trying.propose(FINISH)
    site.run(LANDED[0])
    assert plan.refused != ()
    with pytest.raises(UsageFault, match="refused cannot be rehearsed"):
        trying.acting.rehearse(plan)


def test_the_incidents_own_server_is_no_scratch_server(site: Site, ann: Responder) -> None:
    found = find(Options(project=str(site.folder)), {})
    ann.acting.tools = replace(ann.acting.tools, rehearse=partial(rehearse, site.address, found))
    with pytest.raises(UsageFault, match="is on the server of the incident"):
        ann.acting.rehearse(ann.propose(FINISH))


def test_on_screen(site: Site, pg_scratch: URL, responding: None) -> None:
    found = find(Options(project=str(site.folder)), {})

    async def work() -> None:
        async with console(site) as (app, pilot, journal):
            app.acting.tools = replace(app.acting.tools, rehearse=partial(rehearse, conninfo(pg_scratch), found))
            dialog = await opened(app, pilot, "f")
            await pilot.press("f6")
            await until(lambda: "rehearsed: 2 steps" in body(dialog).replace("\n", " "))
            assert Topic.ACTING not in [e.topic for e in journal.kept]

    asyncio.run(work())
