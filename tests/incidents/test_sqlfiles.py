"""A migration of each tool that runs SQL files stopped half way: what is told, and the rows after each way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.observation import Machine
from console.core.plan import Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.frameworks.making import write
from tests.incidents.sqlfile_cases import BASE, CASES, MENDED, ROWS, UP, Case
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, ask, open_connection, run

pytestmark = pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)


class Quiet:
    """A machine on which nothing else runs."""

    def look(self) -> Machine:
        return Machine(readable=True)


def environ(case: Case, url: URL) -> Mapping[str, str]:
    """What the project's own variables say."""
    named = url.set(drivername="mysql").render_as_string(hide_password=False)
    return {case.url: named, **case.environ}


@contextmanager
def responding(folder: Path, variables: Mapping[str, str], tool: str, kind: str) -> Iterator[Responder]:
    """A responder in a project's folder."""
    found = find(Options(project=str(folder), framework=tool), variables)
    incident = Incident(replace(source(found), machine=Quiet()))
    markers = {f.name: frameworks.marker(f.name, made) for f, made in incident.source.frameworks}
    hand = lambda: dialects.open_hand(found.database.get_backend_name(), found.database)  # noqa: E731 - one line
    with responder(incident, dialects.renderer(kind), hand, markers) as ann:
        yield ann


def hired(case: Case, folder: Path, url: URL) -> AbstractContextManager[Responder]:
    """One for a case."""
    return responding(folder, environ(case, url), case.tool, "mariadb")


def carried_out(ann: Responder, intent: Intent) -> None:
    """Proposed and carried out, each step once."""
    plan = ann.propose(intent)
    assert plan.refused == ()
    result = ann.acting.carry_out(plan, plan.phrases)
    assert [outcome.word for outcome in result.outcomes] == [Word.DONE] * len(plan.steps), result


def done(case: Case, folder: Path, url: URL, verb: Verb) -> None:
    """One way out of a case."""
    with hired(case, folder, url) as ann:
        carried_out(ann, Intent(verb, migration=case.broken, framework=case.tool, reason="a test"))


def rows(case: Case, url: URL) -> list[tuple[object, ...]]:
    with open_connection(url) as other:
        return ask(other, case.shown)


def stopped(case: Case, folder: Path, url: URL) -> None:
    """As the tool leaves it."""
    write(folder, case.files)
    run(url, BASE.strip().rstrip(";"), *ROWS, *case.table, *UP[:2], *case.failed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.tool)
def test_what_landed_is_told_and_every_way_out_leaves_the_tools_own_rows(
    case: Case, tmp_path: Path, my_server: MyServer, my_database: URL
) -> None:
    stopped(case, tmp_path, my_database)
    found = assessed(tmp_path, environ(case, my_database))
    judged = judged_of(found, case.broken)
    assert (letters(judged), states(found)[case.broken]) == ("LLNN", "half_applied")
    done(case, tmp_path, my_database, Verb.ROLL_BACK)
    assert rows(case, my_database) == case.back
    run(my_database, *UP[:2], *case.failed, MENDED)
    done(case, tmp_path, my_database, Verb.FINISH)
    assert (rows(case, my_database), set(states(assessed(tmp_path, environ(case, my_database))).values())) == (
        case.done,
        {"applied"},
    )
    if case.unmarks:
        done(case, tmp_path, my_database, Verb.MARK_NOT_RAN)
        assert rows(case, my_database) == case.back
        done(case, tmp_path, my_database, Verb.MARK_RAN)
        assert rows(case, my_database) == case.done
