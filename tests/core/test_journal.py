"""The chain of a journal: whatever is done to it shows, and what was sent without an end is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.journal import (
    BEGINNING,
    GENESIS,
    Entry,
    Mark,
    Person,
    Topic,
    broken,
    continuation,
    continued,
    ends,
    flying,
    seal,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANN = Person("ann", "10.0.0.5", "shop_rw")

TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
PEOPLE = st.builds(Person, TEXT, TEXT, TEXT)
TIMES = st.datetimes(timezones=st.just(UTC))
DETAILS = st.dictionaries(TEXT, TEXT, max_size=3)
LINES = st.tuples(TIMES, TEXT, TEXT, PEOPLE, st.sampled_from(Topic), TEXT, DETAILS)


def chained(lines: Sequence[Any]) -> list[Entry]:
    """Entries as a store would have written them."""
    entries: list[Entry] = []
    for n, line in enumerate(lines, 1):
        before = entries[-1].hash if entries else GENESIS
        entries.append(replace(Entry(n, *line), before=before).sealed())
    return entries


CHAINS = st.lists(LINES, min_size=1, max_size=8).map(chained)


def said(*lines: tuple[Topic, dict[str, str]]) -> list[Entry]:
    return chained([(NOON, "shop", "run", ANN, topic, "step", details) for topic, details in lines])


def mark_of(entries: Sequence[Entry]) -> Mark:
    return Mark(entries[-1].n, entries[-1].hash)


@given(CHAINS)
def test_what_was_written_holds(entries: list[Entry]) -> None:
    assert broken(entries, mark_of(entries)) == broken(entries) == ""


def test_an_empty_journal_holds() -> None:
    assert broken([]) == ""


@given(CHAINS, st.data())
def test_any_change_of_any_part_is_found(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    name, other = data.draw(
        st.one_of(
            st.tuples(st.just("n"), st.integers(-3, 12)),
            st.tuples(st.just("at"), TIMES),
            st.tuples(st.sampled_from(("incident", "run", "text", "before", "hash")), TEXT),
            st.tuples(st.just("who"), PEOPLE),
            st.tuples(st.just("topic"), st.sampled_from(Topic)),
            st.tuples(st.just("details"), DETAILS),
        )
    )
    same = getattr(entries[at], name) == other
    entries[at] = replace(entries[at], **{name: other})
    assert bool(broken(entries)) is not same


@given(CHAINS, st.data())
def test_any_removal_is_found_where_the_mark_is_known(entries: list[Entry], data: st.DataObject) -> None:
    known = mark_of(entries)
    first = data.draw(st.integers(0, len(entries) - 1))
    last = data.draw(st.integers(first, len(entries) - 1))
    cut_off = last == len(entries) - 1
    del entries[first : last + 1]
    assert broken(entries, known)
    assert bool(broken(entries)) is not cut_off


@given(CHAINS.filter(lambda entries: len(entries) > 1), st.data())
def test_any_swap_is_found(entries: list[Entry], data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True))
    entries[one], entries[other] = entries[other], entries[one]
    assert broken(entries)


@given(CHAINS, LINES, st.data())
def test_whatever_is_put_in_is_found(entries: list[Entry], line: Any, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    before = entries[at - 1].hash if at else GENESIS
    forged = replace(Entry(at + 1, *line), before=before).sealed()
    entries.insert(at, forged)
    assert broken(entries)


@given(CHAINS, LINES, st.data())
def test_an_entry_in_the_place_of_another_is_found(entries: list[Entry], line: Any, data: st.DataObject) -> None:
    known = mark_of(entries)
    at = data.draw(st.integers(0, len(entries) - 1))
    before = entries[at - 1].hash if at else GENESIS
    forged = replace(Entry(at + 1, *line), before=before).sealed()
    same = forged.hash == entries[at].hash
    entries[at] = forged
    assert bool(broken(entries, known)) is not same


@given(CHAINS, st.data())
def test_a_whole_chain_made_anew_is_found_by_the_mark(entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    lines = [(e.at, e.incident, e.run, e.who, e.topic, e.text, e.details) for e in entries]
    lines[at] = (*lines[at][:5], lines[at][5] + "!", lines[at][6])
    anew = chained(lines)
    assert broken(anew) == ""
    assert broken(anew, mark_of(entries)) == f"entry {len(entries)} was changed after it was written"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda e: e[1:], "entry 1 is missing: 2 stands in its place"),
        (lambda e: [e[0], e[2]], "entry 2 is missing: 3 stands in its place"),
        (lambda e: e[:2], "entry 3 is missing"),
        (lambda e: e[:1], "entries 2 to 3 are missing"),
        (lambda e: [e[0], replace(e[1], text="other"), e[2]], "entry 2 was changed after it was written"),
        (lambda e: [e[0], replace(e[1], text="other").sealed(), e[2]], "entry 3 does not follow the one before it"),
    ],
    ids=["first", "middle", "last", "end", "changed", "sealed-anew"],
)
def test_the_sentence_names_the_first_broken_entry(change: Any, sentence: str) -> None:
    entries = said(*[(Topic.NOTE, {})] * 3)
    assert broken(change(entries), mark_of(entries)) == sentence


def test_a_clock_that_goes_backwards_breaks_nothing() -> None:
    lines: list[Any] = [(NOON - timedelta(hours=n), "shop", "run", ANN, Topic.NOTE, "tick", {}) for n in range(5)]
    assert broken(chained(lines)) == ""


def test_the_mark_may_be_behind() -> None:
    entries = said(*[(Topic.NOTE, {})] * 3)
    assert broken(entries, mark_of(entries[:1])) == broken(entries, BEGINNING) == ""


def test_parts_do_not_run_into_each_other() -> None:
    one = Entry(1, NOON, "a", "bc", ANN, Topic.NOTE, "")
    assert seal(one) != seal(replace(one, incident="ab", run="c"))
    assert seal(replace(one, details={"a": "b"})) != seal(replace(one, details={'a":"b': ""}))


def test_what_was_sent_without_an_end_is_in_flight() -> None:
    entries = said(
        (Topic.ACTING, {}), (Topic.ACTING, {}), (Topic.OUTCOME, {"acting": "1", "outcome": "done"}), (Topic.ACTING, {})
    )
    assert [entry.n for entry in flying(entries)] == [2, 4]
    assert ends(entries) == {1: "done"}


@pytest.mark.parametrize("word", ["done", "refused", "unknown", "gone", ""])
def test_every_other_outcome_is_an_end(word: str) -> None:
    assert flying(said((Topic.ACTING, {}), (Topic.OUTCOME, {"acting": "1", "outcome": word}))) == ()


def test_an_outcome_that_says_in_flight_is_no_end() -> None:
    sent: tuple[Topic, dict[str, str]] = (Topic.ACTING, {})
    flies = (Topic.OUTCOME, {"acting": "1", "outcome": "in flight"})
    assert [entry.n for entry in flying(said(sent, flies))] == [1]
    assert flying(said(sent, flies, (Topic.OUTCOME, {"acting": "1", "outcome": "done"}))) == ()


@pytest.mark.parametrize("acting", ["", "2", "x", "01", "-1", "٣"])
def test_an_outcome_of_something_else_ends_nothing(acting: str) -> None:
    entries = said((Topic.ACTING, {}), (Topic.OUTCOME, {"acting": acting, "outcome": "done"}))
    assert [entry.n for entry in flying(entries)] == [1]


def test_the_process_that_was_begun_for_a_step_belongs_to_it() -> None:
    entries = said((Topic.ACTING, {"host": "db1"}), (Topic.OBSERVED, {"acting": "1", "process": "4711"}))
    assert [entry.details for entry in flying(entries)] == [{"host": "db1", "process": "4711"}]
    assert flying((*entries, *said((Topic.OUTCOME, {"acting": "1", "outcome": "done"})))) == ()


def test_only_an_outcome_ends() -> None:
    assert len(flying(said((Topic.ACTING, {}), (Topic.NOTE, {"acting": "1"})))) == 1


@given(st.integers(0, 10**6), TEXT, TEXT)
def test_where_a_journal_goes_on_is_read_back(n: int, older: str, value: str) -> None:
    text, details = continuation(older, Mark(n, value))
    entry = chained([(NOON, "shop", "run", ANN, Topic.OPENED, text, details)])[0]
    assert continued(entry) == (older, Mark(n, value))


def test_a_journal_whose_older_one_could_not_be_read_says_so() -> None:
    text, details = continuation("/old", None, "it is damaged")
    entry = chained([(NOON, "shop", "run", ANN, Topic.OPENED, text, details)])[0]
    assert text == "This journal continues /old, which could not be read: it is damaged"
    assert continued(entry) == ("/old", None)


def test_most_journals_continue_nothing() -> None:
    assert continued(said((Topic.OPENED, {}))[0]) is None
