"""The real Django stops half way on MySQL and MariaDB, which undo nothing; Halfway says what it left there."""

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
from tests.mysql_servers import run

LATE = """
        migrations.CreateModel("Tag", [("id", models.BigAutoField(primary_key=True)),
            ("slug", models.SlugField(unique=True)),
            ("customer", models.ForeignKey("shop.Customer", models.CASCADE)),
            ("friends", models.ManyToManyField("shop.Customer", related_name="+"))]),
"""


@pytest.mark.parametrize("version", ["4.2", "5.2"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_django_left_is_told_statement_by_statement(
    case: Case, django: NewDjango, my_database: URL, version: str
) -> None:
    project = django(my_database, version, {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(my_database, *ROWS)
    project.add("0002_change", case.text())
    assert project.migrate().code == 1
    found = assess(project)
    judged = judged_of(found)
    state = "half_applied" if case.done else "pending"
    assert (letters(judged), judged.state.value) == (case.verdicts, state)
    assert tuple(texts(judged)[: case.done]) == project.sent
    assert shop(found) == {FIRST: "applied", BROKEN: state}


def test_what_was_kept_for_the_end_never_ran(django: NewDjango, my_database: URL) -> None:
    """The tables are there, and none of their foreign keys."""
    project = django(my_database, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(my_database, *ROWS)
    project.add("0002_change", file(LATE + UNIQUE, "0001_initial"))
    assert project.migrate().code == 1
    judged = judged_of(assess(project))
    assert (letters(judged), judged.state.value) == ("LLNNNNN", "half_applied")
    assert tuple(texts(judged)[:2]) == project.sent
    assert [sql for sql in texts(judged)[3:] if "FOREIGN KEY" in sql]


def test_of_two_in_one_run_the_first_is_recorded(django: NewDjango, my_database: URL) -> None:
    project = django(my_database, "5.2", {"0001_initial": file(BASE)})
    assert project.migrate().code == 0
    run(my_database, *ROWS)
    project.add("0002_change", file(NOTES, "0001_initial"))
    project.add("0003_more", file(NICK + UNIQUE, "0002_change"))
    assert project.migrate().code == 1
    assert list(shop(assess(project)).values()) == ["applied", "applied", "half_applied"]


def test_django_statements_down_that_stop_half_way_leave_it_hollow(django: NewDjango, my_database: URL) -> None:
    project = django(my_database, "5.2", {"0001_initial": file(BASE)})
    stopped = 'migrations.RunSQL("SELECT 1", "DROP TABLE not_there"),'
    project.add("0002_change", file(stopped + NICK + NOTES, "0001_initial"))
    assert project.migrate().code == 0
    assert project.migrate("shop", "0001").code == 1
    judged = judged_of(assess(project))
    assert judged.state.value == "hollow"
    assert letters(judged)[1:] == "NN"


def test_a_project_that_is_up_to_date_is_healthy(django: NewDjango, my_database: URL) -> None:
    project = django(my_database, "5.2", {"0001_initial": file(BASE + LATE)})
    assert project.migrate().code == 0
    found = assess(project)
    assert set(shop(found).values()) == {"applied"}
    assert found.overall.value == "healthy", found.summary


def test_a_key_that_an_older_django_named_is_not_taken_for_one_that_is_gone(
    django: NewDjango, my_database: URL
) -> None:
    """Django asks the server for the name; the one it would give today is not there, and nothing has landed."""
    project = django(my_database, "5.2", {"0001_initial": file(BASE + LATE)})
    assert project.migrate().code == 0
    name = next(sql for sql in project.sent if "`shop_tag` ADD CONSTRAINT" in sql).split("`")[3]
    key = "FOREIGN KEY (customer_id) REFERENCES shop_customer (id)"
    run(my_database, f"ALTER TABLE shop_tag DROP FOREIGN KEY {name}", f"ALTER TABLE shop_tag ADD CONSTRAINT old {key}")
    project.add("0002_change", file('migrations.RemoveField("Tag", "customer"),', "0001_initial"))
    judged = judged_of(assess(project))
    assert (letters(judged), judged.state.value) == ("UN", "pending")
    assert project.migrate().code == 0
    assert "`old`" in project.sent[0]
    assert judged_of(assess(project)).state.value == "applied"
