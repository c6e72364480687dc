"""The real Alembic stops half way on a real PostgreSQL; Halfway says what Alembic really did."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from tests.alembic.project import NewAlembic, alembic
from tests.incidents.alembic_told import (
    BASE,
    BROKEN,
    CASES,
    DROP,
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
from tests.servers import run
from tests.tools.alembic import LATEST, OLDER, Release

__all__ = ["alembic"]

pytestmark = pytest.mark.first_of("what Alembic left")

CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("uq_c", "customers", ["email"], unique=True, postgresql_concurrently=True)
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_alembic_transactions_undo_a_whole_run_on_postgres(case: Case, alembic: NewAlembic, database: URL) -> None:
    project = alembic(database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(database, *ROWS)
    project.forget()
    project.add(BROKEN, case.up, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    found = assess(project)
    judged = migration(found)
    assert (letters(judged), judged.state.value) == ("N" * len(case.verdicts), "pending")
    assert texts(judged)[: case.done] == project.sent()
    assert texts(judged)[: case.done + 1] == project.sent("begun")
    assert states(found) == {FIRST: "applied", BROKEN: "pending"}


def test_the_first_of_a_run_is_undone_with_the_second(alembic: NewAlembic, database: URL) -> None:
    project = alembic(database)
    project.add(FIRST, BASE)
    project.add(BROKEN, 'op.execute("SELECT 1/0")\n' + NICK, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    found = assess(project)
    assert states(found) == {FIRST: "pending", BROKEN: "pending"}
    assert found.frameworks[0].ledger_exists is False
    assert "all 2 pending revisions in one transaction" in found.frameworks[0].next_run


def test_with_a_transaction_for_each_the_first_stays(alembic: NewAlembic, database: URL) -> None:
    project = alembic(database, options=", transaction_per_migration=True")
    project.add(FIRST, BASE)
    project.add(BROKEN, NICK + 'op.execute("SELECT 1/0")\n', after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    found = assess(project)
    assert states(found) == {FIRST: "applied", BROKEN: "pending"}
    assert "in a transaction of its own" in found.frameworks[0].next_run


@pytest.mark.parametrize("release", [LATEST, OLDER], ids=["latest", "older"])
def test_an_autocommit_block_leaves_what_came_before_it_and_an_invalid_index(
    alembic: NewAlembic, database: URL, release: Release
) -> None:
    project = alembic(database, release)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(database, *ROWS)
    project.forget()
    project.add(BROKEN, NICK + NOTES + CONCURRENTLY + INDEX, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    found = assess(project)
    judged = migration(found)
    assert (letters(judged), judged.state.value) == ("LLPN", "half_applied")
    assert texts(judged)[:2] == project.sent()
    assert [item.kind for item in found.debris] == ["invalid_index"]
    assert [s.statement.group for s in judged.statements[:2]] == [1, 1]


def test_a_project_that_is_up_to_date_is_healthy_and_so_is_one_that_went_back(
    alembic: NewAlembic, database: URL
) -> None:
    project = alembic(database)
    project.add(FIRST, BASE, DROP)
    project.add(
        BROKEN, NICK + INDEX, 'op.drop_index("ix_orders_note")\nop.drop_column("customers", "nick")', after=FIRST
    )
    assert project.alembic("upgrade", "head").code == 0
    assert (assess(project).overall.value, states(assess(project))) == (
        "healthy",
        {FIRST: "applied", BROKEN: "applied"},
    )
    assert project.alembic("downgrade", "-1").code == 0
    assert states(assess(project)) == {FIRST: "applied", BROKEN: "pending"}


def test_what_was_made_by_hand_is_no_half_of_a_migration_that_runs_in_one_transaction(
    alembic: NewAlembic, database: URL
) -> None:
    project = alembic(database)
    project.add(FIRST, BASE)
    assert project.alembic("upgrade", "head").code == 0
    run(database, "ALTER TABLE customers ADD COLUMN nick VARCHAR(40)")
    project.add(BROKEN, NOTES + NICK + UNIQUE, after=FIRST)
    assert project.alembic("upgrade", "head").code == 1
    judged = migration(assess(project))
    assert (letters(judged), judged.state.value) == ("NLN", "half_applied")
    assert "Do not resume it automatically" in " ".join(judged.notes)
