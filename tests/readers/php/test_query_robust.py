"""Whatever a file asks of the query builder: an answer, or the reason why there is none; never an exception."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.readers.php.draft import Call, Connection, Line
from console.readers.php.query import compile_query, filter_of
from console.readers.php.query.chain import READS
from console.readers.php.query.steps import _STEPS
from console.readers.php.query.writes import WRITES
from console.readers.php.values import Body, Listing, Raw, Unknown, Value

_NAMES = sorted({*_STEPS, *WRITES, "whereFooAndBar", "chunk", "get", "nonsense"})
_PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["", "a", "t.a", "a->b[0]", "a as b", " as ", "->", "=", "like", "?", "'", "or", "5x", "\0", "é"]),
    st.sampled_from([Raw("now()"), Raw("a->b"), Unknown("why"), Unknown("why", never_null=True)]),
)


def _lists(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    keys = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b->c", "t.d", "?"]))
    bodies = st.lists(st.builds(_call, values), max_size=2).map(lambda calls: Body((Line(tuple(calls), ""),)))
    return st.one_of(st.dictionaries(keys, values, max_size=3).map(lambda d: Listing(tuple(d.items()))), bodies)


def _call(*values: Value) -> Call:
    return Call("where", values)


_VALUES: st.SearchStrategy[Value] = st.recursive(_PLAIN, _lists, max_leaves=6)
_CALLS = st.builds(Call, st.sampled_from(_NAMES), st.lists(_VALUES, max_size=4).map(tuple))
_CONNECTIONS = st.builds(
    Connection,
    st.sampled_from(["pgsql", "mysql", "mariadb", "sqlite"]),
    st.sampled_from([(8, 0, 0), (9, 0, 0), (10, 0, 0), (11, 0, 0), (12, 0, 0)]),
    prefix=st.sampled_from(["", "p_"]),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_CALLS, max_size=3), st.sampled_from(sorted(WRITES)), st.lists(_VALUES, max_size=3), _CONNECTIONS)
def test_every_write_has_an_answer(calls: list[Call], end: str, values: list[Value], connection: Connection) -> None:
    line = Line((Call("DB::table", ("t",)), *calls, Call(end, tuple(values))), "source")
    for sent in compile_query(line, connection) or ():
        assert bool(sent.sql) is not bool(sent.unreadable)
        assert sent.source == "source"
    of_the_query = takewhile(lambda call: call.name.lower() not in READS, calls)
    assert filter_of(line, connection) is None or not any(call.name.lower() in WRITES for call in of_the_query)


@pytest.mark.parametrize("name", _NAMES)
def test_every_call_has_an_answer_whatever_it_is_given(name: str) -> None:
    odd: list[Value] = [None, "", 5, Raw("x"), Listing(), Body(()), Unknown("why"), Listing(((0, Listing()),))]
    for first in odd:
        for arguments in ((), (first,), (first, first), ("a", first), ("a", "=", first), ("a", first, first, first)):
            for end in ((Call("delete"),), ()):
                line = Line((Call("DB::table", ("t",)), Call(name, arguments), *end), "source")
                assert all(sent.sql or sent.unreadable for sent in compile_query(line, Connection()) or ())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(["statement", "unprepared", "select", "update", "raw", "x"]), st.lists(_VALUES, max_size=3))
def test_every_raw_call_has_an_answer(name: str, values: list[Value]) -> None:
    found = compile_query(Line((Call(f"DB::{name}", tuple(values)),), "source"), Connection())
    assert all(sent.source == "source" for sent in found or ())
