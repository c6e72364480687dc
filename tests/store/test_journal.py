"""The journal on a real disk: what goes in comes out to the last character, stays, and is nobody's to change."""

from __future__ import annotations

import sqlite3
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from console.core.faults import JournalFault
from console.core.journal import GENESIS, Entry, Mark, Topic, broken
from console.core.masks import mask
from console.store.chain import DETAIL_BYTES, DETAILS, TEXT_BYTES, clean
from console.store.journal import DiskJournal
from console.store.mark import read_mark
from console.store.reading import verified
from console.store.table import entry_of, row_of
from tests.core.test_journal import LINES
from tests.store.journals import ANN, BOB, NOON, all_of, journal, tampered, ticking


@pytest.fixture
def kept(tmp_path: Path) -> Any:
    with journal(tmp_path) as one:
        yield one


def test_an_entry_comes_back_as_it_was_written(tmp_path: Path) -> None:
    with journal(tmp_path, now=ticking()) as one:
        written = one.append(Topic.ACTING, "statement 3", {"sql": "ALTER TABLE t ...", "server": "7421"})
        assert one.entries() == (written,)
    assert (written.n, written.at, written.incident, written.run) == (1, NOON, "shop on db1", "run-1")
    assert (written.who, written.topic, written.text, written.before) == (ANN, Topic.ACTING, "statement 3", GENESIS)
    assert dict(written.details) == {"sql": "ALTER TABLE t ...", "server": "7421"}
    assert all_of(one.path) == [written]


def test_each_entry_is_bound_to_the_one_before(kept: DiskJournal) -> None:
    entries = [kept.append(Topic.NOTE, str(n)) for n in range(5)]
    assert [entry.before for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert broken(entries) == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "a\0b", "\udc80\ud800", "\ud83d\ude00 in two halves", "\U0001f600", "\x1b[2J", "' OR 1=1; --",
        "e\u0301\ufeff", "\r\n",
    ],
    ids=["empty", "nul", "lone", "pair", "emoji", "escape", "quote", "combining", "line-end"],
)  # fmt: skip
def test_hostile_text_survives(kept: DiskJournal, text: str) -> None:
    written = kept.append(Topic.NOTE, text, {text: text})
    assert kept.entries() == (written,)
    assert (written.text, dict(written.details)) == (text, {text: text})
    assert verified(kept.path) == Mark(1, written.hash)


@given(LINES)
def test_an_entry_is_a_row_and_back(line: Any) -> None:
    entry = Entry(1, *line).sealed()
    assert entry_of(row_of(entry)) == entry


def test_long_text_is_cut_and_says_so(kept: DiskJournal) -> None:
    written = kept.append(Topic.NOTE, "t" * 100_000, {"sql": "ü" * 100_000, "k" * 500: "v"})
    assert written.text.endswith("t [cut: 100000 characters in all]")
    assert written.details["sql"].endswith("ü [cut: 100000 characters in all]")
    assert len(written.text.encode()) <= TEXT_BYTES
    assert DETAIL_BYTES - 2 <= len(written.details["sql"].encode()) <= DETAIL_BYTES
    assert max(map(len, written.details)) == 200
    assert verified(kept.path).n == 1


@given(st.text(st.characters(exclude_categories=()), max_size=80), st.integers(40, 60))
def test_a_cut_is_within_the_limit_and_between_characters(text: str, limit: int) -> None:
    cut = clean(text, frozenset(), limit)
    kept, note, _ = cut.partition(" [cut: ")
    assert len(cut.encode("utf-8", "surrogatepass")) <= limit
    masked = mask(text, frozenset())
    assert masked.startswith(kept)
    assert bool(note) is (len(masked.encode("utf-8", "surrogatepass")) > limit)


def test_too_many_details_are_counted(kept: DiskJournal) -> None:
    written = kept.append(Topic.NOTE, "many", {f"{n:03}": "x" for n in range(DETAILS + 5)})
    assert len(written.details) == DETAILS + 1
    assert written.details["cut"] == "5 more details"


def test_the_file_and_its_folder_are_nobody_elses(kept: DiskJournal) -> None:
    kept.append(Topic.NOTE, "here")
    files = {path.name: path.stat().st_mode & 0o777 for path in kept.path.parent.iterdir()}
    assert kept.path.parent.stat().st_mode & 0o777 == 0o700
    assert set(files.values()) == {0o600}
    assert set(files) == {"journal.db", *(f"journal.db-{beside}" for beside in ("wal", "shm", "mark", "reserve"))}


def test_a_commit_waits_for_the_disk(kept: DiskJournal) -> None:
    with kept._engine.connect() as link:
        assert link.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert link.exec_driver_sql("PRAGMA synchronous").scalar() == 2


ROW = """INSERT INTO entries
    SELECT n + {}, at, incident, run, os_user, origin, database_user, topic, text, details, {}, hash FROM entries"""


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entries SET text = 'other'",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries",
        ROW.format(2, "hash"),
        ROW.format(1, "before"),
    ],
    ids=["update", "delete", "replace", "gap", "fork"],
)
def test_the_file_itself_refuses_what_is_not_appending(kept: DiskJournal, sql: str) -> None:
    kept.append(Topic.NOTE, "first")
    with kept._engine.connect() as link, pytest.raises(DBAPIError, match=r"append only|must follow"):
        link.exec_driver_sql(sql)
    assert [entry.text for entry in kept.entries()] == ["first"]


def test_every_incident_is_in_one_chain_and_sees_its_own(tmp_path: Path) -> None:
    with journal(tmp_path) as shop, journal(tmp_path, "crm on db2", who=BOB, run="run-2") as crm:
        for n in range(3):
            shop.append(Topic.NOTE, f"shop {n}")
            crm.append(Topic.NOTE, f"crm {n}")
        assert [entry.n for entry in shop.entries()] == [1, 3, 5]
        assert [entry.n for entry in crm.entries()] == [2, 4, 6]
    assert broken(all_of(shop.path)) == ""
    assert verified(shop.path).n == 6


def test_the_next_console_finds_what_is_in_flight(tmp_path: Path) -> None:
    with journal(tmp_path) as first:
        sent = first.append(Topic.ACTING, "statement 1", {"sql": "ALTER ..."})
        ended = first.append(Topic.ACTING, "statement 2", {"sql": "ALTER ..."})
        first.append(Topic.OUTCOME, "statement 2: done", {"acting": str(ended.n), "outcome": "done"})
    with journal(tmp_path, who=BOB, run="run-2") as second, journal(tmp_path, "crm on db2") as other:
        assert second.in_flight() == (sent,)
        assert other.in_flight() == ()
        second.append(Topic.OUTCOME, "statement 1: done", {"acting": str(sent.n), "outcome": "done"})
        assert second.in_flight() == ()


def test_a_clock_that_goes_backwards_breaks_nothing(tmp_path: Path) -> None:
    with journal(tmp_path, now=ticking(timedelta(hours=-1))) as one:
        at = [one.append(Topic.NOTE, "tick").at for _ in range(5)]
    assert at == sorted(at, reverse=True)
    assert verified(one.path).n == 5


def test_time_is_kept_in_utc(tmp_path: Path) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=9)))
    with journal(tmp_path, now=lambda: there) as one:
        assert one.append(Topic.NOTE, "tick").at.isoformat() == "2026-01-31T12:00:00+00:00"


def test_the_mark_follows_each_entry(kept: DiskJournal) -> None:
    for n in range(1, 4):
        written = kept.append(Topic.NOTE, "tick")
        assert read_mark(kept.path) == Mark(n, written.hash)


CHANGES = {
    "text": "UPDATE entries SET text = 'nothing happened' WHERE n = 2",
    "who": "UPDATE entries SET os_user = 'bob' WHERE n = 2",
    "time, said otherwise": "UPDATE entries SET at = replace(at, '+00:00', 'Z') WHERE n = 2",
    "details, written otherwise": "UPDATE entries SET details = details || ' ' WHERE n = 2",
    "details, doubled": """UPDATE entries SET details = '{"sql":"x","sql":"DROP"}' WHERE n = 2""",
    "no JSON": "UPDATE entries SET details = 'x' WHERE n = 2",
    "a list": "UPDATE entries SET details = '[]' WHERE n = 2",
    "a number": """UPDATE entries SET details = '{"sql":1}' WHERE n = 2""",
    "deep": "UPDATE entries SET details = replace(hex(zeroblob(100000)), '0', '[') WHERE n = 2",
    "a blob": "UPDATE entries SET text = x'ff00' WHERE n = 2",
    "no UTF-8": "UPDATE entries SET text = CAST(x'ff' AS TEXT) WHERE n = 2",
    "a topic nobody has": "UPDATE entries SET topic = 'party' WHERE n = 2",
    "hash": "UPDATE entries SET hash = upper(hash) WHERE n = 2",
}


@pytest.mark.parametrize("sql", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_row_is_found_and_never_shown_as_true(tmp_path: Path, sql: str) -> None:
    with journal(tmp_path) as one:
        for n in range(3):
            one.append(Topic.NOTE, str(n), {"sql": "x"})
        with tampered(one.path) as link:
            link.execute(sql)
        with pytest.raises(JournalFault, match=r"entry 2 was changed"):
            verified(one.path)
        with pytest.raises(JournalFault, match=r"entry 2 was changed"):
            one.entries()


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DELETE FROM entries WHERE n = 2", "entry 2 is missing: 3 stands in its place"),
        ("DELETE FROM entries WHERE n = 1", "entry 1 is missing: 2 stands in its place"),
        ("DELETE FROM entries WHERE n = 3", "entry 3 is missing"),
        ("DELETE FROM entries", "entries 1 to 3 are missing"),
        ("UPDATE entries SET n = n + 3 WHERE n = 1", "entry 1 is missing: 2 stands in its place"),
    ],
    ids=["middle", "first", "last", "all", "moved"],
)
def test_missing_rows_are_found(tmp_path: Path, sql: str, sentence: str) -> None:
    with journal(tmp_path) as one:
        for n in range(3):
            one.append(Topic.NOTE, str(n))
    with tampered(one.path) as link:
        link.execute(sql)
    with pytest.raises(JournalFault) as caught:
        verified(one.path)
    assert str(caught.value) == f"the journal {one.path} is broken: {sentence}."


@pytest.mark.parametrize("trigger", ["no_change", "no_removal", "no_gap"])
def test_a_journal_without_its_triggers_is_not_used(tmp_path: Path, trigger: str) -> None:
    journal(tmp_path).close()
    link = sqlite3.connect(tmp_path / "halfway/journal.db")
    link.execute(f"DROP TRIGGER {trigger}")
    link.close()
    with pytest.raises(JournalFault, match="triggers"):
        journal(tmp_path)
    with pytest.raises(JournalFault, match="triggers"):
        verified(tmp_path / "halfway/journal.db")


def test_a_file_that_is_taken_away_is_noticed_before_anything_is_done(kept: DiskJournal) -> None:
    kept.append(Topic.NOTE, "here")
    kept.path.rename(kept.path.with_name("gone"))
    with pytest.raises(JournalFault, match="removed or replaced"):
        kept.append(Topic.ACTING, "step")
    with pytest.raises(JournalFault, match="removed or replaced"):
        kept.in_flight()
