"""Journals for tests, and what can be done to one from outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.core.journal import Entry, Person
from console.store.journal import DiskJournal, open_journal
from console.store.reading import entries_of, opened

ANN = Person("ann", "10.0.0.5", "shop_rw")
BOB = Person("bob")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def journal(folder: Path, incident: str = "shop on db1", **more: Any) -> DiskJournal:
    """A console's journal in a folder of the test's own."""
    environ = more.pop("environ", {})
    who = more.pop("who", ANN)
    return open_journal(incident, who, more.pop("run", "run-1"), environ, folder / "halfway", **more)


def ticking(step: timedelta = timedelta(seconds=1), start: datetime = NOON) -> Callable[[], datetime]:
    """A clock that goes on by `step` each time it is asked."""
    now = start - step

    def tick() -> datetime:
        nonlocal now
        now += step
        return now

    return tick


def all_of(path: Path) -> list[Entry]:
    """Every entry of every incident."""
    with opened(path) as link:
        return list(entries_of(link, path))


@contextmanager
def tampered(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in the hands of somebody who knows SQLite: without its triggers, which are put back."""
    link = sqlite3.connect(path, isolation_level=None)
    triggers = link.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        link.execute(f"DROP TRIGGER {name}")
    yield link
    for _, sql in triggers:
        link.execute(sql)
    link.close()
