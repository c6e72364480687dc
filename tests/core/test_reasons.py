"""Why a migration failed, besides its rows: seen, likely, or not to be told any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.core.assessment import Assessment
from console.core.clues import Clues
from console.core.judge import assess
from console.core.observation import Observation
from console.core.reasons import Certainty, Reason, error_of, explained, reasons, started_at
from console.core.storage import Room
from tests.builders import observation, pending, recorded, schema_after, session, table_lock, tracking

V1 = "create table users (id bigint primary key, email text);"
V2 = "alter table users add note text; create unique index users_email on users (email); drop table gone"
ASKED = Clues(asked=True, unread="no log of the tool was found")
ERROR = 'ERROR:  could not create unique index "users_email"\nDETAIL:  Key (email)=(a@x) is duplicated.'
LARAVEL = """[2026-01-30 10:00:00] production.ERROR: SQLSTATE[55P03]: canceling statement due to lock timeout
#7 /srv/app/database/migrations/V2.php(15)
[2026-01-31 11:58:00] production.ERROR: SQLSTATE[23505]: Unique violation: could not create unique index "users_email"
#7 /srv/app/database/migrations/V2.php(15)
[2026-01-31 11:59:00] production.ERROR: SQLSTATE[57014]: canceling statement due to statement timeout (SQL: select 1)
#7 /srv/app/app/Http/Controllers/Home.php(3)
"""


def seen(clues: Clues = ASKED, **more: object) -> Observation:
    files = tracking(recorded("V1", V1), pending("V2.php", V2))
    schema = schema_after(V1 + "alter table users add note text; create table gone (n int)")
    return replace(observation(schema, files, **more), clues=clues)  # type: ignore[arg-type]


def of(found: Observation) -> tuple[Assessment, tuple[Reason, ...]]:
    assessment = assess(found)
    return assessment, reasons(assessment, assessment.troubled[0][1])


def test_nothing_seen_is_said_so_with_what_to_do() -> None:
    _, found = of(seen())
    assert [(r.what, r.certainty) for r in found] == [("the error itself", Certainty.CANNOT_TELL)]
    assert found[0].evidence.startswith("no log of the tool was found, and a server keeps no memory")
    assert "halfway assess --error -" in found[0].next


def test_an_error_that_was_given_names_statement_and_question() -> None:
    assessment, found = of(seen(replace(ASKED, error=ERROR)))
    assert [(r.what, r.certainty, r.n) for r in found] == [("data", Certainty.SEEN, 2)]
    assert found[0].next.startswith("Statement 2 (the only one open that speaks of users_email): rows are equal")
    told = error_of(assessment, assessment.troubled[0][1])
    assert told is not None
    assert told.question is not None
    assert told.question.words() == "duplicate values of users (email)"


def test_the_newest_failure_of_this_migration_counts_in_a_log() -> None:
    _, found = of(seen(replace(ASKED, log=LARAVEL, place="storage/logs/laravel.log", unread="")))
    assert [(r.what, r.n) for r in found] == [("data", 2)]
    assert found[0].evidence.startswith("storage/logs/laravel.log says: [2026-01-31 11:58:00]")


def test_a_log_of_one_entry_is_read_from_its_beginning() -> None:
    entry = LARAVEL.partition("[2026-01-31 11:58:00]")[2].partition("[2026-01-31 11:59:00]")[0]
    _, found = of(seen(replace(ASKED, log=f"[2026-01-31 11:58:00]{entry}", place="a.log", unread="")))
    assert [(r.what, r.n) for r in found] == [("data", 2)]


@pytest.mark.parametrize("log", ["", "nothing", LARAVEL.replace("V2.php", "V9.php").replace("users_email", "u")])
def test_what_a_log_says_of_others_is_not_taken(log: str) -> None:
    _, found = of(seen(replace(ASKED, log=log, place="a.log", unread="")))
    assert [r.certainty for r in found] == [Certainty.CANNOT_TELL]


def test_an_error_that_nobody_knows_is_not_guessed_at() -> None:
    _, found = of(seen(replace(ASKED, error="it did not work")))
    assert [(r.certainty, r.evidence) for r in found] == [
        (Certainty.CANNOT_TELL, "the error that was given is none of those known here")
    ]


def test_a_server_that_takes_no_writes_and_one_that_was_started_since_are_seen() -> None:
    before = seen()
    server = before.server.value
    assert server is not None
    told = replace(before, server=replace(before.server, value=replace(server, read_only=True, replica=True)))
    first = of(told)[1][0]
    assert (first.what, first.certainty) == ("server read only", Certainty.SEEN)
    assert started_at("7301 2026-01-31T12:00:00+00:00") == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert started_at("7301") is None


def test_a_kernel_that_killed_the_server_and_a_full_disk_are_likely() -> None:
    kernel = (
        "Jan 31 kernel: Out of memory: Killed process 812 (postgres) total-vm\nJan 31 kernel: Killed process 9 (java)"
    )
    _, found = of(seen(replace(ASKED, kernel=kernel, free=5 * 1024**2)))
    likely = {r.what: r.evidence for r in found if r.certainty is Certainty.LIKELY}
    assert set(likely) == {"server killed", "disk full"}
    assert "(postgres)" in likely["server killed"]
    assert likely["disk full"].startswith("only 5 MB are left")


def test_sessions_that_block_the_tables_now_make_a_lock_time_out_likely() -> None:
    sessions = (
        session("4711", "update users set email = ''", state="idle in transaction"),
        session("4712", "select 1"),
    )
    locks = (
        table_lock("4711", "users", "AccessExclusiveLock", granted=True),
        table_lock("4712", "users", "AccessShareLock", granted=False),
    )
    _, found = of(seen(sessions=sessions, locks=locks))
    assert ("lock time-out", Certainty.LIKELY) in [(r.what, r.certainty) for r in found]


@pytest.mark.parametrize(
    ("room", "certainty", "says"),
    [
        (Room(7 * 2**30, "/data", sizes=((("public", "users"), 40 * 2**30),)), Certainty.LIKELY,
         "statement 2 builds an index on users, which takes 40.0 GiB with its indexes, and 7.0 GiB are free in /data"),
        (Room(None, "", "the server is on another machine"), Certainty.CANNOT_TELL,
         "statement 2 builds an index on users; what is free on the disk is not visible from here: the server is on"),
        (Room(11 * 2**30, "/data", sizes=((("public", "users"), 40 * 2**30),)), None, ""),
        (Room(7, "/data"), None, ""),
        (Room(), None, ""),
    ],
    ids=["short", "far", "enough", "uncounted", "unasked"],
)  # fmt: skip
def test_a_disk_without_room_for_what_is_built_is_told_where_it_is_visible(
    room: Room, certainty: Certainty | None, says: str
) -> None:
    found = [reason for reason in of(seen(replace(ASKED, room=room)))[1] if reason.what == "disk full"]
    assert [reason.certainty for reason in found] == ([certainty] if certainty else [])
    assert all(reason.evidence.startswith(says) and reason.n == 2 for reason in found)


def taken_back(clues: Clues) -> Assessment:
    """PostgreSQL took all of the second migration back: it looks as if it had never begun."""
    files = tracking(recorded("V1", V1), pending("V2.php", V2), pending("V3.php", "drop table users"))
    return assess(replace(observation(schema_after(V1), files), clues=clues))


@pytest.mark.parametrize(
    ("clues", "n"),
    [
        (replace(ASKED, error=ERROR), 2),
        (replace(ASKED, log=LARAVEL, place="a.log"), 2),
        (ASKED, None),
        (replace(ASKED, error="it did not work"), None),
        (Clues(error=ERROR), None),
    ],
    ids=["error", "log", "neither", "unknown", "unasked"],
)
def test_the_next_migration_is_explained_where_an_error_speaks_of_it(clues: Clues, n: int | None) -> None:
    assessment = taken_back(clues)
    assert assessment.troubled == ()
    found = [(m.id, r.n) for m in explained(assessment) for r in reasons(assessment, m)]
    assert found == ([("V2.php", n)] if n else [])


def test_an_error_that_names_the_next_migration_is_not_about_one_in_trouble() -> None:
    files = tracking(
        recorded("V1", V1), pending("V2.php", V2), pending("V3.php", "create unique index ids on users (id)")
    )
    schema = schema_after(V1 + "alter table users add note text; create table gone (n int)")
    error = 'psql:V3.php:1: ERROR:  could not create unique index "ids"'
    assessment = assess(replace(observation(schema, files), clues=replace(ASKED, error=error)))
    assert [m.id for _, m in assessment.troubled] == ["V2.php"]
    assert [(m.id, r.what) for m in explained(assessment) for r in reasons(assessment, m)] == [
        ("V2.php", "the error itself"),
        ("V3.php", "data"),
    ]
