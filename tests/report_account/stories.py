"""Incidents for reports, written by hand line by line, and the report as a stranger runs it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.cli import cli, run
from console.core.journal import GENESIS, Entry, Person, Topic
from console.core.room.seen import details_of
from console.report.account.story import Story, story_of
from tests.headless import Answer
from tests.store.journals import NOON, journal, ticking

INCIDENT = "shop on db1"
DEPLOY = Person("deploy", "10.0.0.5", "shop_rw")
SQL = "ALTER TABLE orders\r\n\tADD COLUMN note text DEFAULT 'tr\u00e8s ''little'' \u202e'"
"""With a line end of Windows, a tab, and a letter that turns the text around."""
TREE = {"id": 4711, "user": "app", "state": "idle in transaction", "since_seconds": 312, "query": "SELECT 1",
        "waiters": [{"id": 4712, "user": "flyway", "query": "ALTER TABLE orders", "waiters": []}]}  # fmt: skip


class Writing:
    """The lines of a journal, a second apart."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __call__(self, run_: str, topic: Topic, text: str = "", incident: str = INCIDENT, **details: str) -> Entry:
        """One more line; `_` in the name of a detail is a blank."""
        before = self.entries[-1].hash if self.entries else GENESIS
        n = len(self.entries) + 1
        named = {name.rstrip("_").replace("__", " "): value for name, value in details.items()}
        made = Entry(n, NOON + timedelta(seconds=n), incident, run_, DEPLOY, topic, text, named, before).sealed()
        self.entries.append(made)
        return made

    def saw(self, found: dict[str, Any], run_: str = "ann") -> Entry:
        """What all was found."""
        return self(run_, Topic.SEEN, str(found["verdict"]["summary"]), **details_of(found))

    def did(self, run_: str, sql: str, outcome: str, plan: str = "Finish V4", **details: str) -> Entry:
        """A step with its end; '' leaves it open."""
        sent = self(run_, Topic.ACTING, "statement 2", plan=plan, sql=sql, server="pg 1", **details)
        if outcome:
            self(run_, Topic.OUTCOME, f"statement 2: {outcome}", acting=str(sent.n), outcome=outcome)
        return sent


def picture(state: str, landed: int, **more: Any) -> dict[str, Any]:
    """An assessment with three statements, of which the first `landed` ran."""
    statements = [{"n": n, "sql": f"ALTER TABLE orders ADD COLUMN c{n} varchar(40)", "evidence": f"column c{n} seen",
                   "verdict": "landed" if n <= landed else "not_landed"} for n in (1, 2, 3)]  # fmt: skip
    own = {"id": "4", "state": "half_applied" if landed < 3 else "applied", "statements": statements,
           "headline": f"{landed} of 3 statements landed"}  # fmt: skip
    plain: dict[str, Any] = {
        "halfway": 1, "taken_at": "2026-01-31T12:00:00Z", "coverage": [], "baseline": "V4.sql", "debris": [],
        "database": {"dialect": "postgresql", "version": "16.4", "name": "shop", "host": "db1", "user": "shop_rw"},
        "frameworks": [{"framework": "flyway", "ledger": "flyway_schema_history", "migrations": [own]}],
        "sessions": {"total": 3, "blocked": 0, "trees": []}, "drift": [],
        "verdict": {"state": state, "summary": f"{landed} of 3 statements landed", "next": ["Finish V4"]},
    }  # fmt: skip
    return plain | more


def incident() -> Writing:
    """Two people and an open end: blocked, finished with a partner, once alone, refused, noted, decided."""
    write = Writing()
    missing = {"change": "missing", "kind": "column", "object": "orders.c2", "expected": "varchar(40)", "actual": None}
    write("ann", Topic.OPENED, "the console was opened")
    write("ann", Topic.JOINED, "Ann joins", name="Ann", ssh_key="SHA256:abc")
    write("bob", Topic.JOINED, "Bob joins", name="Bob")
    write("ann", Topic.WHEEL, "Ann takes the wheel", wheel="ann")
    write.saw(picture("incident", 1, drift=[missing], sessions={"total": 3, "blocked": 1, "trees": [TREE]}))
    write("ann", Topic.INTENT, "Finish V4")
    asked = write("ann", Topic.ASKED, "Finish V4 waits", plan="Finish V4", sql=SQL, digest="d", phrase="finish 4")
    write("bob", Topic.AGREED, "Bob agrees", asked=str(asked.n), digest="d")
    write("ann", Topic.OBSERVED, "Bob agreed", asked=str(asked.n), provable="yes")
    write.did("ann", SQL, "done", evidence="column note is there", session="4711")
    write.saw(picture("attention", 2))
    write("ann", Topic.ALONE, "Mark V4: nobody answers", plan="Mark V4", reason="nobody answers")
    mark = write.did("ann", "INSERT INTO flyway_schema_history VALUES ('4')", "in flight", plan="Mark V4")
    write("ann", Topic.OUTCOME, "statement 2: done", acting=str(mark.n), outcome="done")
    write("bob", Topic.REFUSED, "Undo V4", reason="rows would be lost")
    write("bob", Topic.NOTE, "the shop was called")
    write("ann", Topic.DECISION, "the release fits", plan="Finish V4")
    write.saw(picture("healthy", 3))
    write.did("bob", "VACUUM orders", "", plan="Clean V4")
    return write


def told(entries: Iterable[Entry], broken: str = "") -> Story:
    """The story of them."""
    return story_of(entries, INCIDENT, broken, "/var/lib/halfway/journal.db")


def reported(*arguments: str) -> Answer:
    """`halfway report` in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run(cli, ["report", *arguments])
        out.seek(0)
        err.seek(0)
        return Answer(code, out.read(), err.read())


def kept(folder: Path, write: Writing) -> Path:
    """The lines in a journal on disk, all of them by one console."""
    with journal(folder, INCIDENT, who=DEPLOY, run="ann", now=ticking()) as first:
        for entry in write.entries:
            first.append(entry.topic, entry.text, dict(entry.details))
        return first.path
