"""The real Alembic stops half way on a real MySQL and MariaDB: what was sent stays, and the row is the one before."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from tests.alembic.project import NewAlembic, alembic
from tests.incidents.alembic_told import (
    BASE,
    BROKEN,
    CASES,
    FIRST,
    INDEX,
    NICK,
    NOTES,
    ROWS,
    UNIQUE,
    Case,
    assess,
    letters,
    migration,
    states,
    texts,
)
from tests.mysql_servers import run
from tests.tools.alembic import LATEST, OLDER, Release

__all__ = ["alembic"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("release", [LATEST, OLDER], ids=["latest", "older"])
def test_what_alembic_left_is_told_statement_by_statement(
    case: Case, release: Release, alembic: NewAlembic, my_database: URL
) -> None:
    project = alembic(my_database, release)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(my_database, *ROWS)
    project.forget()
    project.add(BROKEN, case.up, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    found = assess(project)
    judged = migration(found)
    state = "half_applied" if case.done else "pending"
    assert (letters(judged), judged.state.value) == (case.verdicts, state)
    assert texts(judged)[: case.done] == project.sent()
    assert states(found) == {FIRST: "applied", BROKEN: state}


def test_the_first_of_a_run_is_recorded_and_the_second_half_done(alembic: NewAlembic, my_database: URL) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(my_database, *ROWS)
    project.add("abc", NOTES, after=FIRST)
    project.add(BROKEN, NICK + UNIQUE, after="abc")
    project.add("later", INDEX, after=BROKEN)
    assert project.alembic("upgrade", "head").code == 1
    assert states(assess(project)) == {FIRST: "applied", "abc": "applied", BROKEN: "half_applied", "later": "pending"}


def test_alembic_statements_down_that_stop_half_way_leave_it_hollow(alembic: NewAlembic, my_database: URL) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE)
    down = 'op.drop_table("notes")\nop.drop_column("customers", "nikc")'
    project.add(BROKEN, NICK + NOTES, down, after=FIRST)
    assert project.alembic("upgrade", "head").code == 0
    assert states(assess(project))[BROKEN] == "applied"
    assert project.alembic("downgrade", "-1").code == 1
    judged = migration(assess(project))
    assert (letters(judged), judged.state.value) == ("LN", "hollow")


def test_of_two_heads_one_is_recorded_and_the_other_half_done(alembic: NewAlembic, my_database: URL) -> None:
    project = alembic(my_database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(my_database, *ROWS)
    project.add("left", NICK + UNIQUE, after=FIRST)
    project.add("right", NOTES, after=FIRST)
    refused = project.alembic("upgrade", "head")
    assert (refused.code != 0, "Multiple head revisions" in refused.said + refused.out) == (True, True)
    told = assess(project).frameworks[0].next_run
    assert "2 heads" in told
    assert "it begins with right" in told
    assert project.alembic("upgrade", "heads").code == 1
    assert states(assess(project)) == {FIRST: "applied", "right": "applied", "left": "half_applied"}
