"""Reads a journal without a thing that could write one: for `halfway journal`, and for going on in another place.

A journal on a read-only or full disk is read as well, as long as no log waits to be merged into it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from console.core.faults import JournalFault
from console.core.journal import BEGINNING, Entry, Mark, broken
from console.core.plain import one_line
from console.store.mark import read_mark
from console.store.place import not_followed
from console.store.problems import name_of, no_room, told, unusable
from console.store.table import ENTRIES, connected, entry_of, strange

AT_ONCE = 500
"""Rows that are held in memory."""


class BrokenFault(JournalFault):
    """What the journal holds is not what was written."""

    exit_code = 1

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"the journal {one_line(str(path))} is broken", why)


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """The journal, for reading. UsageFault where there is none, JournalFault where it cannot be read."""
    not_followed(path)
    with told(path):
        try:
            yield from _linked(path, "mode=ro")
        except _NotYetReadError:
            yield from _linked(path, "mode=ro&immutable=1")


def entries_of(link: Connection, path: Path) -> Iterator[Entry]:
    """Every entry, oldest first. BrokenFault at the first that is not as it was written."""
    rows = link.execution_options(yield_per=AT_ONCE).execute(select(ENTRIES).order_by(ENTRIES.c.n))
    for row in rows:
        try:
            yield entry_of(row)
        except ValueError:
            raise BrokenFault(path, f"entry {row[0]} was changed after it was written") from None


def verified(path: Path) -> Mark:
    """How far the journal goes. BrokenFault with the first thing that is wrong with its chain."""
    known = read_mark(path)
    last = BEGINNING

    def watched(link: Connection) -> Iterator[Entry]:
        nonlocal last
        for entry in entries_of(link, path):
            last = Mark(entry.n, entry.hash)
            yield entry

    with opened(path) as link:
        problem = broken(watched(link), known)
    if problem:
        raise BrokenFault(path, problem)
    return last


def first_of(path: Path) -> Entry | None:
    """The first entry: it says what the journal continues."""
    with opened(path) as link:
        return next(entries_of(link, path), None)


def has(path: Path, mark: Mark) -> bool:
    """Whether this journal holds that very entry."""
    with opened(path) as link:
        found = link.execute(select(ENTRIES.c.hash).where(ENTRIES.c.n == mark.n)).scalar()
    return bool(found == mark.hash)


class _NotYetReadError(Exception):
    """The file needs a place for its log's index, and there is none."""


def _linked(path: Path, how: str) -> Iterator[Connection]:
    engine = connected(path, how)
    try:
        with engine.connect() as link:
            why = _strange(link, path)
            if why:
                raise unusable(path, why)
            yield link
    finally:
        engine.dispose()


def _strange(link: Connection, path: Path) -> str:
    try:
        return strange(link)
    except DBAPIError as problem:
        waiting = path.with_name(path.name + "-wal")
        unlogged = not waiting.exists() or waiting.stat().st_size == 0
        if unlogged and (no_room(problem) or name_of(problem).startswith("SQLITE_READONLY")):
            raise _NotYetReadError from None
        raise
