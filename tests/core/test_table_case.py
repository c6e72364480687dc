"""Servers that fold names: the same migration under names in another case is the same migration."""

from __future__ import annotations

import pytest

from console.core.landed import Ground, Verdict, judge
from console.core.operations import Drop, Opaque
from console.core.refs import Kind, column_ref, table_ref
from console.core.schema import Schema
from console.core.statements import Guard, Sent, Statement, read_script, read_sent
from console.core.table_case import as_named, as_named_there, at_home
from tests.builders import schema_after

SCRIPT = """
CREATE TABLE Users (Id int PRIMARY KEY, Name varchar(20), KEY ByName (Name));
CREATE TABLE Orders (Id int PRIMARY KEY, UserId int, CONSTRAINT Fk FOREIGN KEY (UserId) REFERENCES Users (Id));
ALTER TABLE APP.USERS ADD COLUMN Age int;
RENAME TABLE Orders TO Sales;
ALTER TABLE users RENAME TO app.People;
CREATE TRIGGER Tr BEFORE INSERT ON PEOPLE FOR EACH ROW SET NEW.Age = 1;
CREATE VIEW Adults AS SELECT Id FROM People
"""
FOLDING = Schema(dialect="mysql", home="app", folded=True)


def named(sql: str, there: Schema) -> tuple[Statement, ...]:
    return tuple(as_named_there(statement, there) for statement in read_script(sql, there.dialect, "App"))


@pytest.mark.parametrize("ran", range(8))
def test_names_in_any_case_mean_one_table(ran: int) -> None:
    so_far = ";\n".join(step.sql for step in read_script(SCRIPT, "mysql", "App")[:ran])
    stored = as_named(schema_after(so_far.lower(), dialect="mysql", home="app"), folds_tables=True)
    steps = named(SCRIPT, stored)
    words = [judgement.verdict for judgement in judge(steps, Ground(stored))]
    assert words == [Verdict.LANDED] * ran + [Verdict.NOT_LANDED] * (len(steps) - ran)


def test_a_name_that_only_changes_its_case_does_not_change() -> None:
    (statement,) = named("RENAME TABLE users TO Users", FOLDING)
    assert [type(operation) for operation in statement.operations] == [Opaque]


def test_people_see_the_name_as_it_is_written() -> None:
    (statement,) = named("DROP TABLE Users", FOLDING)
    (drop,) = statement.operations
    assert drop.subject is not None
    assert (drop.subject.name, drop.subject.label("app"), statement.tables) == ("users", "Users", (("app", "users"),))


@pytest.mark.parametrize(("dialect", "name"), [("mysql", "tr"), ("mariadb", "Tr")])
@pytest.mark.parametrize("folds", [True, False])
def test_names_of_triggers_have_a_case_on_mariadb_only(dialect: str, name: str, *, folds: bool) -> None:
    made = "CREATE TABLE T (a int); CREATE TRIGGER Tr BEFORE INSERT ON T FOR EACH ROW SET NEW.a = 1"
    stored = schema_after(made, dialect=dialect)
    there = as_named(stored, folds_tables=folds)
    assert [(thing.ref.name, thing.ref.label()) for thing in there.things if thing.ref.kind is Kind.TRIGGER] == [
        (name, "Tr")
    ]
    (drop,) = named("DROP TRIGGER Tr", there)[0].operations
    assert isinstance(drop, Drop)
    assert drop.ref.name == name


def test_what_conditions_and_counts_ask_for_is_folded_too() -> None:
    guards = (Guard("has", table_ref("App", "Users")), Guard("has", column_ref("App", "Users", "Name")), Guard("?"))
    sent = (Sent("UPDATE Users SET Name = 'x' WHERE Name IS NULL", guards=guards),)
    (statement,) = read_sent(sent, dialect="mysql", home="App", transactional=False)
    folded, plain = (
        as_named_there(statement, as_named(Schema(dialect="mysql"), folds_tables=f)) for f in (True, False)
    )
    assert [guard.ref for guard in folded.guards] == [
        table_ref("app", "users"),
        column_ref("app", "users", "name"),
        None,
    ]
    assert [guard.ref for guard in plain.guards] == [
        table_ref("App", "Users"),
        column_ref("App", "Users", "name"),
        None,
    ]
    assert folded.probe is not None
    assert folded.probe.table == ("app", "users")
    assert "FROM Users" in folded.probe.sql
    assert as_named_there(statement, Schema()) is statement


def test_the_schema_that_names_mean_is_folded_as_the_others_are() -> None:
    assert (at_home(FOLDING, "Shop").home, at_home(Schema(dialect="mysql"), "Shop").home) == ("shop", "Shop")
