"""Halfway acts where a real Alembic stopped half way: afterwards Alembic's own commands agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.core.intent import Intent, Verb
from console.core.observation import Machine
from console.core.plan import Plan, Word
from console.incident import Incident
from console.wiring import Options, find, source
from tests.acting.responder import Responder, responder
from tests.alembic.project import AlembicProject, NewAlembic, alembic
from tests.incidents.alembic_told import BASE, BROKEN, DROP, FIRST, NICK, NOTES, ROWS, UNIQUE, assess, states
from tests.mysql_servers import MyServer, ask, open_connection
from tests.mysql_servers import run as run_mysql
from tests.servers import run

__all__ = ["alembic"]

pytestmark = pytest.mark.first_of("what Alembic makes of acts")

MENDED = "UPDATE customers SET email = 'b@x' WHERE id = 2"
BACK = ('op.drop_constraint("uq_email", "customers", type_="unique")\nop.drop_table("notes")\n'
        'op.drop_column("customers", "nick")')  # fmt: skip
CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("uq_c", "customers", ["email"], unique=True, postgresql_concurrently=True)
"""


class Quiet:
    """A machine on which nothing else runs: other tests migrate at the same time."""

    def look(self) -> Machine:
        return Machine(readable=True)


@contextmanager
def hired(project: AlembicProject, kind: str) -> Iterator[Responder]:
    """A responder in the project's folder."""
    found = find(Options(project=str(project.folder)), project.environ)
    incident = Incident(replace(source(found), machine=Quiet()))
    markers = {f.name: frameworks.marker(f.name, made) for f, made in incident.source.frameworks}
    name = found.database.get_backend_name()
    with responder(incident, dialects.renderer(kind), lambda: dialects.open_hand(name, found.database), markers) as ann:
        yield ann


def done(ann: Responder, verb: Verb, migration: str = BROKEN) -> Plan:
    """Proposed and carried out to its end, each step once."""
    plan = ann.propose(Intent(verb, migration=migration, framework="alembic"))
    assert (plan.refused, plan.open_questions) == ((), ())
    result = ann.acting.carry_out(plan, plan.phrases)
    assert result.refused == ()
    assert [outcome.word for outcome in result.outcomes] == [Word.DONE] * len(plan.steps), result.outcomes
    return plan


def current(project: AlembicProject) -> list[str]:
    """What `alembic current` says."""
    ended = project.alembic("current")
    assert ended.code == 0, ended.said
    return sorted(line.split()[0] for line in ended.out.splitlines() if line.strip())


def broken(project: AlembicProject, up: str, url: URL, run: Callable[..., None]) -> None:
    """The shop, rows in it, and a migration that stopped."""
    project.add(FIRST, BASE, DROP)
    assert project.alembic("upgrade", "head").code == 0
    run(url, *ROWS)
    project.add(BROKEN, up, BACK, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    assert states(assess(project))[BROKEN] == "half_applied"


def nothing_to_do(project: AlembicProject) -> None:
    """Alembic sees nothing left, and sends nothing."""
    assert current(project) == [BROKEN]
    project.forget()
    assert project.alembic("upgrade", "head").code == 0
    assert project.sent("begun") == []


def columns(url: URL) -> list[tuple[Any, ...]]:
    with open_connection(url) as other:
        return ask(other, "SELECT table_name, column_name, column_type FROM information_schema.columns "
                          "WHERE table_schema = database() ORDER BY 1, 2")  # fmt: skip


def test_alembic_finish_leaves_alembic_nothing_to_do(
    alembic: NewAlembic, my_server: MyServer, my_database: URL
) -> None:
    project = alembic(my_database)
    broken(project, NICK + NOTES + UNIQUE, my_database, run_mysql)
    run_mysql(my_database, MENDED)
    with hired(project, my_server.kind) as ann:
        assert len(done(ann, Verb.FINISH).steps) == 2
    assert states(assess(project)) == {FIRST: "applied", BROKEN: "applied"}
    nothing_to_do(project)
    assert project.alembic("downgrade", "-1").code == 0
    assert current(project) == [FIRST]


def test_alembic_roll_back_has_alembic_run_it_again(alembic: NewAlembic, my_server: MyServer, my_database: URL) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE, DROP)
    assert project.alembic("upgrade", "head").code == 0
    before = columns(my_database)
    run_mysql(my_database, *ROWS)
    project.add(BROKEN, NICK + NOTES + UNIQUE, BACK, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    with hired(project, my_server.kind) as ann:
        done(ann, Verb.ROLL_BACK)
    assert columns(my_database) == before
    run_mysql(my_database, MENDED)
    assert project.alembic("upgrade", "head").code == 0
    assert current(project) == [BROKEN]


def test_marked_as_ran_alembic_names_it_and_marked_back_it_runs_it_again(
    alembic: NewAlembic, my_server: MyServer, my_database: URL
) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE, DROP)
    project.add(BROKEN, NICK + NOTES, BACK, after=FIRST)
    assert project.alembic("upgrade", "head").code == 0
    run_mysql(my_database, f"UPDATE alembic_version SET version_num = '{FIRST}'")
    assert states(assess(project))[BROKEN] == "unrecorded"
    with hired(project, my_server.kind) as ann:
        done(ann, Verb.MARK_RAN)
        nothing_to_do(project)
        run_mysql(my_database, "DROP TABLE notes", "ALTER TABLE customers DROP COLUMN nick")
        done(ann, Verb.MARK_NOT_RAN)
    assert current(project) == [FIRST]
    assert project.alembic("upgrade", "head").code == 0
    assert states(assess(project)) == {FIRST: "applied", BROKEN: "applied"}


def test_on_postgres_what_an_autocommit_block_left_is_finished(alembic: NewAlembic, database: URL) -> None:
    project = alembic(database)
    broken(project, NICK + NOTES + CONCURRENTLY, database, run)
    run(database, MENDED, "DROP INDEX uq_c")
    with hired(project, "postgresql") as ann:
        done(ann, Verb.FINISH)
    assert states(assess(project)) == {FIRST: "applied", BROKEN: "applied"}
    nothing_to_do(project)


@pytest.mark.parametrize("branch", ["left", "right"])
def test_alembic_mark_ran_gives_a_second_head_a_row_of_its_own(branch: str, alembic: NewAlembic, database: URL) -> None:
    project = alembic(database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    other = {"left": "right", "right": "left"}[branch]
    project.add("left", NICK, after=FIRST)
    project.add("right", NOTES, after=FIRST)
    assert project.alembic("upgrade", other).code == 0
    by_hand = {"left": "ALTER TABLE customers ADD COLUMN nick VARCHAR(40)",
               "right": "CREATE TABLE notes (id SERIAL PRIMARY KEY, text TEXT)"}  # fmt: skip
    run(database, by_hand[branch])
    with hired(project, "postgresql") as ann:
        done(ann, Verb.MARK_RAN, branch)
    assert current(project) == ["left", "right"]


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_alembic_mark_not_ran_takes_a_merge_apart(alembic: NewAlembic, database: URL) -> None:
    project = alembic(database)
    project.add(FIRST, BASE)
    project.add("left", NICK, after=FIRST)
    project.add("right", NOTES, after=FIRST)
    project.add("both", 'op.create_index("ix_note", "orders", ["note"])', after=("left", "right"))
    assert project.alembic("upgrade", "head").code == 0
    run(database, "DROP INDEX ix_note")
    assert states(assess(project))["both"] == "hollow"
    with hired(project, "postgresql") as ann:
        done(ann, Verb.MARK_NOT_RAN, "both")
        assert current(project) == ["left", "right"]
        run(database, "CREATE INDEX ix_note ON orders (note)")
        done(ann, Verb.MARK_RAN, "both")
        assert current(project) == ["both"]
        project.forget()
        assert project.alembic("upgrade", "head").code == 0
        assert project.sent("begun") == []
        run(database, "DROP INDEX ix_note")
        done(ann, Verb.MARK_NOT_RAN, "both")
    assert project.alembic("upgrade", "head").code == 0
    assert (current(project), set(states(assess(project)).values())) == (["both"], {"applied"})
