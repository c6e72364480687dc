"""A migration of each tool that runs SQL files stopped half way: what is told, and the rows after each way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.observation import Machine
from console.core.plan import Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests import servers
from tests.acting.responder import Responder, responder
from tests.frameworks.making import write
from tests.incidents.sqlfile_cases import BASE, CASES, MENDED, ON_POSTGRES, ROWS, UP, Case
from tests.incidents.told import assessed, judged_of, letters, states
from tests.mysql_servers import MyServer, ask, fresh_database, open_connection, run
from tests.servers import ServerUnderTest, conninfo

pytestmark = [
    pytest.mark.parametrize("my_server", ["mariadb"], indirect=True, scope="session"),
    pytest.mark.parametrize("postgres_server", [16], indirect=True, scope="session"),
    pytest.mark.parametrize("told", CASES, indirect=True, ids=lambda case: case.tool, scope="module"),
]


class Quiet:
    """A machine on which nothing else runs."""

    def look(self) -> Machine:
        return Machine(readable=True)


def environ(case: Case, url: URL) -> Mapping[str, str]:
    """What the project's own variables say."""
    if on(url) == "postgresql":
        return {case.url: f"{conninfo(url)}?sslmode=disable{case.query}", **case.environ}
    named = url.set(drivername="mysql").render_as_string(hide_password=False)
    return {case.url: named, **case.environ}


def on(url: URL) -> str:
    """The kind of server."""
    return "postgresql" if url.get_backend_name() == "postgresql" else "mariadb"


def sent(url: URL, *sql: str) -> None:
    """By hand."""
    (servers.run if on(url) == "postgresql" else run)(url, *sql)


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
    return responding(folder, environ(case, url), case.tool, on(url))


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
    if on(url) == "postgresql":
        with psycopg.connect(conninfo(url)) as connection:
            return list(connection.execute(case.shown.encode()).fetchall())
    with open_connection(url) as other:
        return ask(other, case.shown)


@dataclass
class Told:
    """One tool's incident from its first failure to its end: what was told, and which rows each way out left."""

    case: Case
    failing: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Where it stopped -> letters and state."""
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: dict[Verb, list[tuple[object, ...]]] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()
    """The states of all migrations after the finish."""


@pytest.fixture(scope="module")
def told(
    request: pytest.FixtureRequest, my_server: MyServer, postgres_server: ServerUnderTest,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Told]:  # fmt: skip
    """On MariaDB, and on PostgreSQL where each statement is sent alone."""
    given: Case = request.param
    too = [case for case in ON_POSTGRES if case.tool == given.tool]

    def lives(case: Case, url: URL) -> Told:
        return lived(case, write(tmp_path_factory.mktemp(case.tool), case.files), url)

    with fresh_database(my_server) as mine, servers.fresh_database(postgres_server) as theirs:
        return [lives(given, mine), *(lives(case, theirs) for case in too)]


def lived(case: Case, folder: Path, url: URL) -> Told:
    """Stopped at its first, a middle and its last statement, as the tool leaves it, and every way out of it."""
    found = Told(case)

    def stopped(where: str, *sql: str) -> None:
        sent(url, *sql)
        seen = assessed(folder, environ(case, url))
        judged = judged_of(seen, case.broken)
        found.failing[where], found.notes[where] = (letters(judged), judged.state.value), judged.notes

    def left(verb: Verb) -> None:
        done(case, folder, url, verb)
        found.rows[verb] = rows(case, url)

    stopped("first", BASE.strip().rstrip(";"), *ROWS, *case.table, *case.failed)
    stopped("middle", *UP[:2])
    left(Verb.ROLL_BACK)
    stopped("last", *UP[:2], *case.failed, MENDED, UP[2])
    left(Verb.FINISH)
    found.finished = frozenset(states(assessed(folder, environ(case, url))).values())
    if case.unmarks:
        left(Verb.MARK_NOT_RAN)
        left(Verb.MARK_RAN)
    return found


def test_statements_up_are_told_wherever_it_stopped(told: list[Told]) -> None:
    for one in told:
        assert {where: said[0] for where, said in one.failing.items()} == {
            "first": "NNNN", "middle": "LLNN", "last": "LLLN",
        }  # fmt: skip


def test_transactions_leave_what_landed_where_there_are_none(told: list[Told]) -> None:
    for one in told:
        assert [one.failing[where][1] for where in ("middle", "last")] == ["half_applied", "half_applied"]
        assert one.failing["first"][1] == ("failed" if one.case.failed else "pending")


def test_failure_that_is_counted_is_held_against_the_catalog(told: list[Told]) -> None:
    counts = "The tool counts 2 of 4 statements as done, and statement"
    gone = f"{counts} 1 is not there as it was meant: its next run would leave that out."
    more = f"{counts} 3 is there, too: its next run would run that again."
    for one in told:
        said = [[note for note in one.notes[where] if note.startswith("The tool counts")] for where in one.failing]
        assert said == ([[gone], [], [more]] if one.case.tool == "atlas" else [[], [], []])


def test_roll_back_leaves_the_tools_own_rows(told: list[Told]) -> None:
    assert [one.rows[Verb.ROLL_BACK] for one in told] == [one.case.back for one in told]


def test_finish_leaves_the_tools_own_rows(told: list[Told]) -> None:
    assert [one.rows[Verb.FINISH] for one in told] == [one.case.done for one in told]
    assert {one.finished for one in told} == {frozenset({"applied"})}


def test_mark_not_ran_leaves_the_tools_own_rows(told: list[Told]) -> None:
    for one in told:
        assert one.rows.get(Verb.MARK_NOT_RAN, one.case.back) == one.case.back


def test_mark_ran_leaves_the_tools_own_rows(told: list[Told]) -> None:
    for one in told:
        assert one.rows.get(Verb.MARK_RAN, one.case.done) == one.case.done
