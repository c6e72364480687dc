"""What page 7 says of one entry, without a terminal."""

from __future__ import annotations

from console.core.journal import Entry, Person, Topic
from console.core.room.seen import details_of
from console.report.document import document
from screens.account import details
from tests.builders import NOON
from tests.screens.builders import half_applied

ANN = Person("ann", "ann")


def said(entry: Entry) -> str:
    return "\n".join(line.text for line in details([entry], f"j/{entry.n}", 80))


def test_what_was_seen_is_told_in_words_and_not_as_it_is_kept() -> None:
    kept = details_of(document(half_applied()))
    text = said(Entry(3, NOON, "shop", "r", ANN, Topic.SEEN, "it is half applied", {**kept, "host": "db1"}))
    assert '{"halfway"' not in text
    assert " state      half applied: 4\n" in text
    assert " landed     1 CREATE TABLE" in text
    assert " blocked    21 of " in text
    assert " next       " in text
    assert " host       db1" in text


def test_what_is_kept_and_cannot_be_read_is_shown_as_it_stands() -> None:
    text = said(Entry(3, NOON, "shop", "r", ANN, Topic.SEEN, "seen", {"assessment": "{torn"}))
    assert " assessment {torn" in text
