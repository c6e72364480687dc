"""Servers that fold the names of tables: the same migration under names in another case is the same migration."""

from __future__ import annotations

import pytest

from console.core.landed import Ground, Verdict, judge
from console.core.operations import Opaque
from console.core.statements import read_script
from console.core.table_case import schema_without_case, statements_without_case
from tests.builders import schema_after

SCRIPT = """
CREATE TABLE Users (Id int PRIMARY KEY, Name varchar(20), KEY ByName (Name));
CREATE TABLE Orders (Id int PRIMARY KEY, UserId int, CONSTRAINT Fk FOREIGN KEY (UserId) REFERENCES Users (Id));
ALTER TABLE USERS ADD COLUMN Age int;
RENAME TABLE Orders TO Sales;
ALTER TABLE users RENAME TO People;
CREATE TRIGGER Tr BEFORE INSERT ON PEOPLE FOR EACH ROW SET NEW.Age = 1;
CREATE VIEW Adults AS SELECT Id FROM People
"""


@pytest.mark.parametrize("ran", range(8))
def test_names_in_any_case_mean_one_table(ran: int) -> None:
    steps = statements_without_case(read_script(SCRIPT, "mysql", "App"))
    so_far = ";\n".join(step.sql for step in read_script(SCRIPT, "mysql", "App")[:ran])
    stored = schema_without_case(schema_after(so_far.lower(), dialect="mysql", home="app"))
    words = [judgement.verdict for judgement in judge(steps, Ground(stored))]
    assert words == [Verdict.LANDED] * ran + [Verdict.NOT_LANDED] * (len(steps) - ran)


def test_a_name_that_only_changes_its_case_does_not_change() -> None:
    (statement,) = statements_without_case(read_script("RENAME TABLE users TO Users", "mysql", "app"))
    assert [type(operation) for operation in statement.operations] == [Opaque]


def test_people_see_the_name_as_it_is_written() -> None:
    (statement,) = statements_without_case(read_script("DROP TABLE Users", "mysql", "app"))
    (drop,) = statement.operations
    assert drop.subject is not None
    assert (drop.subject.name, drop.subject.label("app"), statement.tables) == ("users", "Users", (("app", "users"),))
