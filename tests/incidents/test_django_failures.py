"""The real Django stops half way on a real PostgreSQL; Halfway, without running any of it, says what it left."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from tests.django.fixtures import NewDjango
from tests.django.shop import migration as file
from tests.incidents.django_told import (
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
    judged_of,
    letters,
    shop,
    texts,
)
from tests.servers import run

VERSIONS = pytest.mark.parametrize("version", ["4.2", "5.2"])
ONE_SERVER = pytest.mark.parametrize("postgres_server", [16], indirect=True)


@ONE_SERVER
@VERSIONS
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_django_left_without_a_transaction_is_told(
    case: Case, django: NewDjango, database: URL, version: str
) -> None:
    project = django(database, version, {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(database, *ROWS)
    project.add("0002_change", case.text(atomic=False))
    assert project.migrate().code == 1
    found = assess(project)
    judged = judged_of(found)
    state = "half_applied" if case.done else "pending"
    assert (letters(judged), judged.state.value) == (case.verdicts, state)
    assert tuple(texts(judged)[: case.done]) == project.sent
    assert shop(found) == {FIRST: "applied", BROKEN: state}


@ONE_SERVER
@pytest.mark.parametrize("case", CASES[1:5:2], ids=lambda case: case.name)
def test_django_transactions_undo_everything_of_a_migration(case: Case, django: NewDjango, database: URL) -> None:
    project = django(database, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(database, *ROWS)
    project.add("0002_change", case.text())
    assert project.migrate().code == 1
    found = assess(project)
    judged = judged_of(found)
    assert (letters(judged), judged.state.value) == ("N" * len(case.verdicts), "pending")
    assert tuple(texts(judged)[: case.done]) == project.sent
    assert "all in one transaction" in found.frameworks[0].next_run


@ONE_SERVER
@VERSIONS
def test_a_project_that_is_up_to_date_is_healthy(django: NewDjango, database: URL, version: str) -> None:
    project = django(database, version, {"0001_initial": file(BASE), "0002_change": CASES[2].text()})
    assert project.migrate().code == 0
    found = assess(project)
    assert set(shop(found).values()) == {"applied"}
    assert found.overall.value == "healthy", found.summary


@ONE_SERVER
def test_a_concurrent_index_is_told_outside_the_transaction(django: NewDjango, database: URL) -> None:
    project = django(database, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(database, *ROWS, "CREATE INDEX shop_two ON shop_order (code)")
    operations = (
        """AddIndexConcurrently("Order", models.Index(fields=["amount"], name="shop_one")),
        AddIndexConcurrently("Order", models.Index(fields=["customer_number"], name="shop_two")),"""
        + NICK
    )
    text = file(operations, "0001_initial", atomic=False)
    project.add("0002_change", "from django.contrib.postgres.operations import AddIndexConcurrently\n" + text)
    assert project.migrate().code == 1
    judged = judged_of(assess(project))
    assert letters(judged) == "LPN"
    assert tuple(texts(judged)[:1]) == project.sent


@ONE_SERVER
def test_of_two_in_one_run_the_first_is_recorded(django: NewDjango, database: URL) -> None:
    project = django(database, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(database, *ROWS)
    project.add("0002_change", file(NOTES, "0001_initial"))
    project.add("0003_more", file(INDEX + UNIQUE, "0002_change", atomic=False))
    project.add("0004_later", file(NICK, "0003_more"))
    assert project.migrate().code == 1
    told = shop(assess(project))
    assert list(told.values()) == ["applied", "applied", "half_applied", "pending"]


@ONE_SERVER
def test_rows_that_only_a_run_could_tell_are_unknowable(django: NewDjango, database: URL) -> None:
    project = django(database, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(database, *ROWS)
    operations = NICK + "migrations.RunPython(fill, migrations.RunPython.noop)," + UNIQUE
    broken = file(operations, "0001_initial", atomic=False).replace('"Product"', '"Customer"')
    project.add("0002_change", broken)
    assert project.migrate().code == 1
    judged = judged_of(assess(project))
    assert (letters(judged), judged.state.value) == ("LUN", "half_applied")
    assert "RunPython" in texts(judged)[1]
