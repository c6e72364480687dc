"""What a maker makes is what the class makes of the same fields."""

from __future__ import annotations

import gc
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from console.core.maker import maker, uncollected
from console.core.schema import NOTHING, Column, Constraint, Index, Kind, Ref, Table, column_ref

KINDS = (Column, Constraint, Index, Table)


def test_it_is_the_thing_that_the_class_makes() -> None:
    make = maker(Column, "ref", "stamp", "type", "default")
    made = make(column_ref("public", "a", "b"), 4, "integer", "1")
    plain = Column(ref=column_ref("public", "a", "b"), stamp=4, type="integer", default="1")
    assert type(made) is Column
    assert made == plain
    assert hash(made) == hash(plain)
    assert repr(made) == repr(plain)
    assert replace(made, nullable=False) == replace(plain, nullable=False)
    assert (made.unread, made.named, made.stamp) == (NOTHING, True, 4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_arrives(kind: type) -> None:
    names = [field.name for field in fields(kind)]
    made: object = maker(kind, *names)(*names)
    assert [getattr(made, name) for name in names] == names


def test_it_is_as_frozen_as_any_other() -> None:
    made = maker(Ref, "kind", "schema", "table", "name")(Kind.TABLE, "public", "", "a")
    assert made == Ref(Kind.TABLE, "public", "", "a")
    with pytest.raises(FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]


def test_a_field_that_is_needed_must_be_given() -> None:
    with pytest.raises(AssertionError, match="Column"):
        maker(Column, "ref")


def test_the_collector_rests_only_while_something_is_made() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    with pytest.raises(LookupError), uncollected():
        raise LookupError
    assert gc.isenabled()
