"""Queries whose SQL is not all known."""

from __future__ import annotations

import pytest

from console.core.statements import Guard, Sent
from console.readers.php.draft import Call, Line
from console.readers.php.query import compile_query
from console.readers.php.things import Case, Collected
from console.readers.php.values import Body, Listing
from tests.readers.php.querying import MADE, NAME, PGSQL, one, probe, sent, update, where


def test_a_statement_keeps_its_place_and_its_conditions() -> None:
    found = one(update(a=1))
    assert (found.source, found.line, found.guards) == ("the source", 7, (Guard("if ($x)"),))
    assert one(update(a=NAME)).guards == found.guards


def test_a_line_that_was_not_read_is_one_statement_that_is_not_known() -> None:
    found = compile_query(Line((), "foo()", 3, unreadable="why not"), PGSQL)
    assert found == (Sent("", "foo()", 3, unreadable="why not"),)


def test_a_value_that_is_not_known_makes_the_sql_unknown_and_nothing_is_claimed() -> None:
    found = one(Call("whereNull", ("name",)), update(name=NAME))
    assert (found.sql, found.effect, found.data) == ("", "", True)
    assert found.unreadable == "the value of $name is not known"
    assert probe(found) is None


def test_a_value_that_is_surely_not_null_allows_to_count_the_rows_still_to_do() -> None:
    found = one(Call("whereNull", ("name",)), where("active", True), update(name=MADE))
    assert found.sql == ""
    assert found.effect == """update "users" set "name" = concat('', '') where "name" is null and "active" = true"""
    asked = probe(found)
    assert asked is not None
    assert asked.sql.startswith('SELECT count(*) FROM "users" WHERE ("name" is null and "active" = true)')


@pytest.mark.parametrize(
    "condition",
    [where("name", "x"), where("name", "<>", "x"), where("name", ""), Call("whereIn", ("name", Listing(((0, "x"),))))],
    ids=["equal", "unequal", "empty", "in"],
)
def test_no_other_condition_is_taken_for_falsified_by_a_value_that_is_not_known(condition: Call) -> None:
    found = one(condition, update(name=MADE))
    assert found.effect
    assert probe(found) is None


@pytest.mark.parametrize(
    "calls",
    [
        (where("name", NAME), update(name="x")),
        (Call("whereNull", ("name",)), where("at", "<", MADE), update(name=MADE)),
        (Call("whereNull", ("name",)), update(name=MADE, other=NAME)),
        (Call("whereNull", ("data->name",)), Call("update", (Listing((("data->name", MADE),)),))),
        (Call("insert", (Listing((("name", MADE),)),)),),
        (Call("upsert", (Listing((("name", MADE),)), "name")),),
        (Call("whereNull", ("name",)), Call("update", (NAME,))),
        (Call("updateOrInsert", (Listing((("a", 1),)), Listing((("b", 2),)))),),
        (Call("when", (NAME, Body(()))), Call("delete")),
        (Call("where", (Body((Line((where("a", 1),), "", guards=(Guard("$x"),)),)),)), Call("delete")),
        (Call("where", (Body((Line((), "", unreadable="?"),)),)), Call("delete")),
        (Call("whereIn", ("id", NAME)), Call("delete")),
        (Call("delete", (NAME,)),),
        (Call("increment", ("n", NAME)),),
        (Call("limit", (NAME,)), Call("delete")),
        (Call("where", (NAME,)), Call("delete")),
        (Call("touch"),),
        (Call("firstOrCreate", (Listing((("a", 1),)),)),),
        (Call("create", (Listing((("a", 1),)),)),),
    ],
    ids=str,
)
def test_where_too_much_is_not_known_nothing_is_claimed(calls: tuple[Call, ...]) -> None:
    found = one(*calls)
    assert found.unreadable
    assert (found.sql, found.effect, found.data) == ("", "", True)


def test_the_case_of_an_enum_and_a_collection_are_their_values() -> None:
    case = Case(of="Status", name="Active", value="active")
    found = one(Call("whereIn", ("s", Collected(items=Listing(((0, case), (1, "x")))))), update(s=case))
    assert found.sql == """update "users" set "s" = 'active' where "s" in ('active', 'x')"""


def test_a_set_that_makes_its_own_where_false_can_be_counted() -> None:
    assert probe(sent("DB::table('t')->where('a', 'x')->update(['a' => 'y'])")) is not None
    assert probe(sent("DB::table('t')->where('a', 'x')->update(['b' => 'y'])")) is None
    assert probe(sent("DB::table('t')->where('a', 'x')->limit(5)->update(['a' => 'y'])")) is None
