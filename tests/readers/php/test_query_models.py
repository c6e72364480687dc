"""Queries on models: what they hide, and what only the model knows."""

from __future__ import annotations

import pytest

from console.core.statements import Guard
from console.readers.php.draft import Call, Line
from console.readers.php.values import Body, Listing
from tests.readers.php.querying import NAME, model, one, probe, update, where


def test_the_change_of_a_model_writes_a_time_nobody_knows() -> None:
    found = one(model(), Call("whereNull", ("name",)), update(name="x"))
    assert found.sql == ""
    assert "time of the change" in found.unreadable
    assert found.effect == """update "users" set "name" = 'x' where "name" is null"""
    assert probe(found) is not None


def test_a_model_without_times_is_a_table() -> None:
    assert one(model(updated_at=None), where("a", 1), update(b=2)).sql == 'update "users" set "b" = 2 where "a" = 1'


@pytest.mark.parametrize("call", [Call("insert", (Listing((("a", 1),)),)), Call("truncate"), Call("forceDelete")])
def test_what_a_model_adds_nothing_to_is_known(call: Call) -> None:
    assert one(model(softly=True), call).sql
    assert one(model(softly=NAME), call).sql


def test_rows_a_model_marks_as_deleted_are_left_alone() -> None:
    calls = (where("a", 1), Call("orWhere", ("b", 2)), update(c=3))
    assert one(model(softly=True), *calls).effect == (
        'update "users" set "c" = 3 where ("a" = 1 or "b" = 2) and "users"."deleted_at" is null'
    )
    assert one(model(softly=True), Call("withTrashed"), update(c=3)).effect == 'update "users" set "c" = 3'
    assert one(model(softly=True), Call("onlyTrashed"), update(c=3)).effect.endswith('"deleted_at" is not null')


def test_the_rows_of_a_model_inside_another_query_are_those_it_shows() -> None:
    posts = (Call("DB::table", ("posts",)), Call("model", ("Post", True)), Call("select", ("user_id",)))
    inside = Body((Line(posts, "", guards=(Guard("if ($x)"),)),))
    assert one(Call("whereIn", ("id", inside)), Call("delete")).sql == (
        'delete from "users" where "id" in (select "user_id" from "posts" where "posts"."deleted_at" is null)'
    )


def test_a_model_that_marks_rows_as_deleted_does_not_delete_them() -> None:
    found = one(model(softly=True), where("a", 1), Call("delete"))
    assert found.sql == ""
    assert found.effect == (
        """update "users" set "deleted_at" = concat('', '') where "a" = 1 and "users"."deleted_at" is null"""
    )
    assert probe(found) is not None
    assert one(model(), where("a", 1), Call("delete")).sql == 'delete from "users" where "a" = 1'


def test_whether_a_model_marks_rows_as_deleted_may_not_be_known() -> None:
    for call in (Call("delete"), update(a=1)):
        found = one(Call("model", ("User",)), call)
        assert (found.sql, found.effect, found.data) == ("", "", True)


def test_restoring_is_known_where_the_column_is() -> None:
    found = one(model(softly=True, updated_at=None), Call("onlyTrashed"), Call("restore"))
    assert found.sql == 'update "users" set "deleted_at" = null'
    assert one(Call("restore")).unreadable
