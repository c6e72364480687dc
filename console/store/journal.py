"""Writes the journal: every entry is on disk before `append` returns, bound to the one before it, and never changed.

One SQLite file holds the account of all incidents of a user in one chain. Consoles take turns (BEGIN IMMEDIATE), so two
of them make neither a fork nor a gap. What makes this hold when the disk is full is in reserve.py, what keeps others
out in place.py, what shows a lost end in mark.py. An observer's process never imports this module.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from console.core.faults import UsageFault
from console.core.journal import Entry, Mark, Person, Topic, flying, missing, seal
from console.core.masks import known_secrets
from console.store import place
from console.store.chain import Clock, Draft, add, clean, clean_details, last_of
from console.store.making import beginning, make
from console.store.mark import MarkFile, read_mark
from console.store.problems import no_room, told, unusable
from console.store.reserve import Reserve
from console.store.table import ENTRIES, connected, entry_of, strange

T = TypeVar("T")

MERGED_AFTER = 64
"""Pages in the log before they go into the file: far fewer than the log holds room for."""
_LAST = select(ENTRIES).order_by(ENTRIES.c.n.desc()).limit(1)
_BEHIND = f"SELECT {', '.join(ENTRIES.columns.keys())} FROM {ENTRIES.name} WHERE incident = ? AND n > ? ORDER BY n"
"""As text: it is asked each second."""


def open_journal(
    incident: str,
    who: Person,
    run: str,
    environ: Mapping[str, str],
    folder: Path | None = None,
    *,
    path: str | None = None,
    secrets: Iterable[str] = (),
    now: Clock = lambda: datetime.now(UTC),
) -> DiskJournal:
    """The journal for one incident and one console. JournalFault or UsageFault, one sentence, when it cannot be kept.

    `path` is what --journal says; without it HALFWAY_JOURNAL, else `folder` (the user's state folder). What `secrets`
    and the environment know as one is never written.
    """
    hidden = known_secrets(environ) | frozenset(secrets)
    person = Person(*(clean(name, hidden) for name in (who.user, who.origin, who.database_user)))
    blank = Draft(clean(incident, hidden), clean(run, hidden), person, Topic.NOTE, "", {})
    usual = _usual(folder)
    named = path or environ.get("HALFWAY_JOURNAL")
    where = place.find(named, {}) if named or usual is None else usual
    place.prepare(where, os.geteuid())
    if not where.exists():
        make(where, read_mark(where), beginning(_older(where, environ, usual), blank), now)
    return DiskJournal(where, blank, hidden, now)


class DiskJournal:
    """A journal's file, open for appending."""

    def __init__(self, path: Path, blank: Draft, secrets: frozenset[str], now: Clock) -> None:
        """`blank` is what all entries of this console share."""
        self.path = path
        self._blank = blank
        self._secrets = secrets
        self._now = now
        self._one = threading.Lock()
        self._reserve = Reserve(path)
        self._mark = MarkFile(path)
        with told(path):
            self._engine = self._with_room(lambda: _engine(path))
            self._file = _identity(path)
        try:
            with told(path):
                self._examine(read_mark(path))
                self._reserve.hold(self._engine, opening=True)
        except BaseException:
            self.close()
            raise

    @property
    def run(self) -> str:
        """What this console's entries are known by."""
        return self._blank.run

    def append(self, topic: Topic, text: str, details: Mapping[str, str] | None = None) -> Entry:
        """Write one entry; it is on disk when this returns. JournalFault when it cannot be kept."""
        blank = self._blank
        draft = Draft(blank.incident, blank.run, blank.who, topic, clean(text, self._secrets),
                      clean_details(details or {}, self._secrets))  # fmt: skip
        with self._one, told(self.path):
            self._still_there()
            entry = self._with_room(lambda: add(self._engine, draft, self._now))
            self._mark.move(entry)
            self._reserve.hold(self._engine)
        return entry

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        """All entries about this incident behind number `after`, oldest first. JournalFault when one was changed."""
        with self._one, told(self.path), self._engine.connect() as link:
            self._still_there()
            rows = link.exec_driver_sql(_BEHIND, (self._blank.incident, after)).all()
        return tuple(self._entry(row) for row in rows)

    def in_flight(self) -> tuple[Entry, ...]:
        """What was sent about this incident and whose end nobody has recorded, by any console."""
        return flying(self.entries())

    def close(self) -> None:
        """Let go of the file."""
        self._mark.close()
        with self._one, told(self.path):
            self._engine.dispose()
            self._reserve.refill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _entry(self, row: Any) -> Entry:  # noqa: ANN401 - whatever the file holds
        try:
            entry = entry_of(row)
        except ValueError:
            entry = None
        if entry is None or entry.hash != seal(entry):
            raise unusable(self.path, f"its entry {row[0]} was changed after it was written")
        return entry

    def _examine(self, known: Mark) -> None:
        """It is a journal, and its end is what it must be."""
        with self._engine.connect() as link:
            why = strange(link)
            last = None if why else link.execute(_LAST).first()
            end = Mark() if why else last_of(link)
        if why:
            raise unusable(self.path, why)
        if last is not None:
            self._entry(last)
        if end.n < known.n:
            raise unusable(self.path, f"{missing(end.n + 1, known.n)}: it lost its end")

    def _still_there(self) -> None:
        try:
            same = _identity(self.path) == self._file
        except FileNotFoundError:
            same = False
        if not same:
            raise unusable(self.path, "somebody removed or replaced it while it was open")

    def _with_room(self, act: Callable[[], T]) -> T:
        """Nothing of a write that found no room was kept: it may be tried again with the reserve."""
        try:
            return act()
        except DBAPIError as problem:
            if not no_room(problem):
                raise
            self._reserve.give_back()
            return act()


def _usual(folder: Path | None) -> Path | None:
    """Where the journal is when nobody names another place; None where there is no such place."""
    if folder is not None:
        return folder / place.NAME
    try:
        return place.default() / place.NAME
    except UsageFault:
        return None


def _older(where: Path, environ: Mapping[str, str], usual: Path | None) -> Path | None:
    """The journal that a new one in another place continues."""
    known = (place.find(None, environ) if environ.get("HALFWAY_JOURNAL") else usual, usual)
    return next((one for one in known if one is not None and one != where and one.exists()), None)


def _engine(path: Path) -> Engine:
    """Open for writing, and every commit on disk before it returns."""
    engine = connected(path, "mode=rw")
    try:
        with engine.connect() as link:
            mode = link.exec_driver_sql(f"PRAGMA journal_mode = {place.log_mode(path)}").scalar()
            if mode not in {"wal", "persist"}:
                link.exec_driver_sql("PRAGMA journal_mode = persist")
            for setting in ("synchronous = FULL", "fullfsync = ON", "secure_delete = OFF",
                            f"wal_autocheckpoint = {MERGED_AFTER}"):  # fmt: skip
                link.exec_driver_sql(f"PRAGMA {setting}")
            link.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    except BaseException:
        engine.dispose()
        raise
    return engine


def _identity(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_dev, found.st_ino
