"""What was on the screens, as the account keeps it: the same again, bounded, checked, without values and secrets."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.core.assessment import Assessment, Cause, Debris, DriftItem, Overall
from console.core.clues import Clues
from console.core.journal import Entry, Person, Topic
from console.core.judge import assess
from console.core.masks import mask
from console.core.migration import Tracked
from console.core.observation import Answered, Health, Observation, Reading, Server
from console.core.refs import Kind, Ref
from console.core.room.codec import WrongError, decode, encode, known
from console.core.room.picture import (
    HEAVY,
    MOST_THINGS,
    PART,
    PARTS,
    SHORT,
    cut,
    details_of,
    is_part,
    picture_of,
    why_none,
)  # fmt: skip
from console.core.schema import Column, Index, Schema, Table, Thing
from console.core.session import Node, Session
from console.report.account.redacted import redacted
from console.report.account.story import story_of
from tests.builders import observation
from tests.screens import shop
from tests.screens.builders import CASES, many_statements, many_tables, project, seen_half

WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
TEXTS = st.text(max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3).map(tuple)
)
REFS = st.builds(Ref, st.sampled_from(Kind), TEXTS, TEXTS, TEXTS, TEXTS)
THINGS = st.builds(Table, ref=REFS, unread=st.frozensets(TEXTS, max_size=2)) | st.builds(
    Column, ref=REFS, type=TEXTS, comment=st.none() | TEXTS, stamp=st.none() | st.integers()
)
SCHEMAS = st.builds(
    Schema, st.lists(THINGS, max_size=4).map(tuple), TEXTS, st.lists(TEXTS, max_size=2).map(tuple),
    untold=st.dictionaries(st.sampled_from(Kind), TEXTS, max_size=2),
)  # fmt: skip
TIMES = st.datetimes() | st.datetimes(timezones=st.just(UTC))
SERVERS = st.builds(
    Server,
    TEXTS,
    TEXTS,
    st.integers(),
    TEXTS,
    TEXTS,
    TEXTS,
    now=st.none() | TIMES,
    notes=VALUES.map(lambda v: (str(v),)),
)
OBSERVATIONS = st.builds(
    Observation, TIMES,
    server=st.builds(Reading, st.none() | SERVERS, st.sampled_from(Health), TEXTS, took=st.floats(allow_nan=False)),
    schema=st.builds(Reading, st.none() | SCHEMAS, st.sampled_from(Health), taken_at=st.none() | TIMES),
)  # fmt: skip
DRIFT = st.builds(DriftItem, TEXTS, TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS, ref=st.none() | REFS)
ASSESSMENTS = st.builds(
    Assessment, OBSERVATIONS, st.sampled_from(Overall), TEXTS, st.lists(TEXTS, max_size=3).map(tuple),
    debris=st.lists(st.builds(Debris, TEXTS, TEXTS, TEXTS, st.none() | REFS, TEXTS), max_size=3).map(tuple),
    drift=st.lists(DRIFT, max_size=3).map(tuple),
)  # fmt: skip


def entry(details: dict[str, str], topic: Topic = Topic.SEEN) -> Entry:
    """One that holds these."""
    return Entry(1, WHEN, "shop on db1", "ann", Person("ann"), topic, "", details)


def observed(at: str) -> dict[str, str]:
    """An observation as it is written."""
    return {"@": "Observation", "taken_at": at}


def packed(value: object) -> dict[str, str]:
    """A picture that somebody made by hand."""
    return {"picture": base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()}


@given(ASSESSMENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_it_is_it_comes_back_as_it_was(found: Assessment) -> None:
    text = encode(found)
    assert decode(text) == found
    assert encode(decode(text)) == text, "what takes no part in equality comes back too"


@pytest.mark.parametrize("case", CASES)
def test_what_the_core_makes_comes_back_as_it_was_and_is_small(case: str) -> None:
    found = CASES[case]()
    text = encode(found)
    assert decode(text) == found
    assert encode(decode(text)) == text
    details = details_of(found)
    assert picture_of(entry(details)) == cut(found)
    assert sum(map(len, details.values())) < 12_000
    assert list(details) == ["picture"]


def test_every_class_there_is_of_a_thing_is_known_and_no_name_twice() -> None:
    assert {cls.__name__ for cls in Thing.__subclasses__()} <= set(known())
    assert all(cls.__module__.startswith("console.core.") for cls in known().values())
    assert {f.name for f in fields(known()["Index"])} == {f.name for f in fields(Index)}


@pytest.mark.parametrize(
    "root",
    [
        {"@": "Path", "args": []},
        {"@": "Assessment", "summary": 1},
        {"@": "Assessment", "nothing": 1},
        {"@": "Schema"},
        {"&": 0},
        {"&": -1},
        {"&": "x"},
        {},
        [],
        None,
        {"@": "Assessment", "observation": observed("soon"), "overall": "healthy", "summary": "", "next": []},
        {"@": "Assessment", "observation": observed("2026-01-31"), "overall": "os.system", "summary": "", "next": []},
    ],
    ids=lambda root: json.dumps(root)[:60],
)  # fmt: skip
def test_what_is_no_picture_is_refused(root: Any) -> None:
    whole = {"shared": [{"&": 0}], "root": root}
    with pytest.raises(WrongError):
        decode(json.dumps(whole))
    held = entry(packed(whole))
    assert picture_of(held) is None
    assert why_none(held).startswith("its picture cannot be read")


@given(st.recursive(st.none() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["@", "&", "root", "shared", "observation"]), inner, max_size=4), max_leaves=12))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_document_breaks_the_reader(found: object) -> None:
    assert picture_of(entry(packed(found))) is None


def test_a_picture_that_was_cut_or_is_none_is_said_to_be() -> None:
    details = details_of(CASES["half_applied"]())
    half = {"picture": details["picture"][:4000]}
    assert picture_of(entry(half)) is None
    assert why_none(entry(half)).startswith("its picture cannot be read: it is cut")
    assert picture_of(entry(details, Topic.NOTE)) is None
    assert why_none(entry({})) == "no picture was kept with this entry"


def test_no_value_of_a_row_no_log_and_no_secret_is_in_it() -> None:
    found = CASES["answered"]()
    seen = replace(
        found.observation, clues=Clues("Key (email)=(ann@x)", "Duplicate entry 'ann@x'", asked=True),
        answers=(Answered("4", 3, "duplicate values", 20, ("ann@x",), "SELECT 1"),),
    )  # fmt: skip
    framework = found.frameworks[0]
    last = replace(framework.migrations[-1], notes=("opened with hunter22",), causes=(Cause(3, "why", 2, ("ann@x",)),))
    found = replace(found, observation=seen, summary="PASSWORD 'hunter22'",
                    frameworks=(replace(framework, migrations=(*framework.migrations[:-1], last)),))  # fmt: skip
    details = details_of(found, partial(mask, secrets=frozenset({"hunter22"})))
    shown = picture_of(entry(details))
    assert shown is not None
    assert shown.summary == "PASSWORD '***'"
    text = encode(shown)
    assert "hunter22" not in text
    assert "ann@x" not in text
    assert shown.observation.answers[0].rows == 20
    assert "is not kept" in shown.observation.clues.unread


def test_of_a_large_schema_the_tables_of_the_incident_are_kept_and_that_is_said() -> None:
    seen, large = seen_half(), many_tables(400).observation.schema.value
    assert seen.schema.value is not None
    assert large is not None
    schema = replace(seen.schema.value, things=(*seen.schema.value.things, *large.things))
    details = details_of(assess(replace(seen, schema=replace(seen.schema, value=schema))))
    shown = picture_of(entry(details))
    assert shown is not None
    kept = shown.observation.schema.value
    assert kept is not None
    names = {thing.ref.name for thing in kept.things if isinstance(thing, Table)}
    assert "orders" in names
    assert len(kept.things) <= MOST_THINGS
    assert "only the tables of the incident were kept" in kept.unread[-1]
    assert "of the schema only the tables of the incident" in details[SHORT]


def test_a_long_history_keeps_its_newest_statements_only() -> None:
    names = [(f"V1.{n}__t{n}.sql", f"create table t{n} (id bigint)") for n in range(200)]
    rows = [shop.applied(name, sql, rank) for rank, (name, sql) in enumerate(names, 1)]
    schema = shop.schema_at("; ".join(sql for _, sql in names))
    found = assess(observation(schema, project(*rows, shop.shipping())))
    shown = cut(found)
    every = shown.frameworks[0].migrations
    whole = [m.id for m in every if m.tracked.migration and m.tracked.migration.statements]
    assert whole == [m.id for m in every][-HEAVY:]
    assert len(every) == 201
    assert len(encode(shown)) < len(encode(found))


def test_a_queue_a_thousand_deep_is_cut_and_what_does_not_fit_is_left_out() -> None:
    node = Node(Session("0", "web"))
    for n in range(1, 1000):
        node = Node(Session(str(n), "web"), waiters=(node,))
    found = CASES["half_applied"]()
    found = replace(found, blocked=replace(found.blocked, trees=(node,)))
    shown = picture_of(entry(details_of(found)))
    assert shown is not None
    assert shown.blocked.trees[0].blocks == 999

    noise = "".join(chr(33 + (n * n * 7919 + n // 3) % 8000) for n in range(PART * PARTS))
    left = details_of(replace(found, summary=noise))
    assert left["picture"].startswith("left out: it does not fit, with ")
    assert why_none(entry(left)).startswith("its picture was left out: it does not fit")


def test_one_that_needs_several_details_comes_back() -> None:
    found = replace(many_statements(), summary="".join(chr(33 + (n * n * 7919 + n // 3) % 8000) for n in range(60_000)))
    details = details_of(found)
    assert 1 < len(details) <= PARTS
    assert all(is_part(name) and len(part) <= PART for name, part in details.items())
    assert picture_of(entry(details)) == cut(found)


def test_no_report_that_is_redacted_has_a_picture() -> None:
    details = details_of(CASES["half_applied"]())
    story = story_of([entry(details)], "shop on db1", "", "journal.db")
    assert redacted(story).entries[0].details == {}


def test_what_an_adapter_adds_to_a_value_is_not_kept_and_loses_nothing_else() -> None:
    @dataclass(frozen=True)
    class Timed(Tracked):
        when: int = 0

    plain = CASES["half_applied"]()
    framework = plain.frameworks[0]
    timed = tuple(
        replace(m, tracked=Timed(**{f.name: getattr(m.tracked, f.name) for f in fields(m.tracked)}, when=3))
        for m in framework.migrations
    )
    given = replace(plain, frameworks=(replace(framework, migrations=timed),))
    assert decode(encode(given)).frameworks == plain.frameworks
