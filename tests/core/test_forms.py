"""Values as plain lists and back: the very same, or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.forms import Form, NoFormError
from console.core.operations import Change, Create, Drop, Opaque, Rename
from console.core.schema import Column, Constraint, Index, Kind, Ref
from console.core.statements import DataProbe, Guard, Nature, Statement, read_script
from tests.doubting import same

FORM = Form(Statement)
TEXT = st.text(st.characters(codec=None), max_size=8)
REFS = st.builds(Ref, st.sampled_from(Kind), TEXT, TEXT, TEXT, TEXT)
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner).map(tuple))
ATTRS = st.lists(st.tuples(TEXT, VALUES), max_size=3).map(tuple)
UNREAD = st.frozensets(st.sampled_from(["type", "default", "columns"]))
COLUMNS = st.builds(Column, ref=REFS, type=TEXT, default=st.none() | TEXT, nullable=st.booleans(), unread=UNREAD,
                    stamp=st.none() | st.integers(), named=st.booleans())  # fmt: skip
INDEXES = st.builds(Index, ref=REFS, table=TEXT, columns=st.lists(TEXT).map(tuple), unique=st.booleans())
CHECKS = st.builds(Constraint, ref=REFS, type=TEXT, expression=st.none() | TEXT)
THINGS = st.lists(st.one_of(COLUMNS, INDEXES, CHECKS), min_size=1, max_size=3).map(tuple)
OPERATIONS = st.one_of(
    st.builds(Create, THINGS, if_absent=st.booleans(), leaves=TEXT),
    st.builds(Drop, REFS, cascade=st.booleans()),
    st.builds(Rename, REFS, REFS),
    st.builds(Change, REFS, ATTRS, before=ATTRS, using=TEXT),
    st.builds(Opaque, TEXT, harmless=st.booleans()),
)
STATEMENTS = st.builds(
    Statement, st.integers(1, 99), TEXT, st.sampled_from(Nature), st.lists(OPERATIONS, max_size=2).map(tuple),
    line=st.integers(), group=st.integers(), tables=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    probe=st.none() | st.builds(DataProbe, TEXT, st.tuples(TEXT, TEXT)),
    guards=st.lists(st.builds(Guard, TEXT, st.none() | REFS, st.booleans()), max_size=2).map(tuple),
    readable=st.booleans(), apart=st.booleans(),
)  # fmt: skip


def again(value: object, form: Form = FORM) -> Any:
    return form.value(json.loads(json.dumps(form.plain(value))))


@given(st.lists(STATEMENTS, max_size=2).map(tuple))
def test_statements_come_back_as_they_were_in_every_field(statements: tuple[Statement, ...]) -> None:
    assert same(again(statements), statements)


class Word(str):
    """A text that is more than a text."""

    __slots__ = ()


@dataclass(frozen=True)
class Plain:
    """Three fields, two with defaults."""

    name: str
    more: tuple[int, ...] = (1,)
    count: int = 1


@dataclass(frozen=True)
class Below(Plain):
    """Another class, though it may stand where a Plain may."""


@dataclass(frozen=True)
class Counted:
    """One of its fields cannot be given."""

    name: str
    length: int = field(init=False, default=0)


class Colour(StrEnum):
    """One word."""

    RED = "red"


@pytest.mark.parametrize("value", [Word("x"), Below("x"), object(), 1.5, b"x", (Plain("x"), {1: Word("x")})])
def test_what_is_not_known_is_refused_and_never_written_nearly_right(value: object) -> None:
    with pytest.raises(NoFormError):
        Form(Plain).plain(value)


def test_a_class_that_is_more_than_its_fields_is_refused() -> None:
    with pytest.raises(NoFormError):
        Form(Counted).plain(Counted("x"))


@pytest.mark.parametrize(
    "value",
    [(), [], {}, frozenset(), frozenset({("a", 1), ("b", 2)}), {"a": [1, (2,)], ("k",): None}, [True, 1, "1", None],
     Plain("x", (True,), True), Plain("x", (1,), 1), "\ud800\0é", -(2**70), Colour.RED],
    ids=range(12),
)  # fmt: skip
def test_one_is_not_true_and_a_list_is_no_tuple(value: object) -> None:
    assert same(again(value, Form(Plain, Colour)), value)


@pytest.mark.parametrize(
    "plain", [[99, 1], [-99], [], [None], ["a"], [0, [77]], [4], [4, 1, 2, 3, 4, 5], [3, 1], [-1, 1]]
)
def test_nothing_comes_of_a_plain_text_that_no_form_wrote(plain: object) -> None:
    with pytest.raises(NoFormError):
        Form(Plain).value(plain)


def test_only_classes_of_the_form_can_come_of_a_text() -> None:
    for statement in read_script("CREATE TABLE t (id int)"):
        with pytest.raises(NoFormError):
            Form(Plain).plain(statement)
