"""Makes a journal's file where there is none: whole, or not at all, so that no console meets one half made.

A journal that goes on elsewhere begins with where it goes on, and with what was in flight there: an action whose end
nobody has recorded must not be forgotten because the disk that knew of it is full.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from console.core.faults import Fault
from console.core.journal import BEGINNING, Entry, Mark, Topic, continuation, flying, missing
from console.store.chain import Clock, Draft, add
from console.store.place import log_mode, made
from console.store.problems import told, unusable
from console.store.reading import entries_of, opened
from console.store.table import connected, furnish


def make(path: Path, known: Mark, first: Iterable[Draft], now: Clock) -> None:
    """The file with its first entries. JournalFault when there was one, and it is gone."""
    if known.n:
        raise unusable(path, f"{missing(1, known.n)}: the file itself is gone")
    new = path.with_name(f"{path.name}-new-{os.getpid()}")
    with told(path):
        new.unlink(missing_ok=True)
        try:
            os.close(made(new, os.O_WRONLY | os.O_EXCL))
            _fill(new, first, now)
            _put(new, path)
        finally:
            for name in ("", "-wal", "-shm", "-journal"):
                new.with_name(new.name + name).unlink(missing_ok=True)


def beginning(older: Path | None, draft: Draft) -> Iterator[Draft]:
    """The first entries of a journal that continues `older`, if it continues one."""
    if older is None:
        return
    try:
        with opened(older) as link:
            entries = tuple(entries_of(link, older))
    except Fault as fault:
        text, details = continuation(str(older), None, fault.why or fault.what)
        yield replace(draft, topic=Topic.OPENED, text=text, details=details)
        return
    end = Mark(entries[-1].n, entries[-1].hash) if entries else BEGINNING
    text, details = continuation(str(older), end)
    yield replace(draft, topic=Topic.OPENED, text=text, details=details)
    yield from (_carried(entry, older, draft) for entry in flying(entries))


def _carried(entry: Entry, older: Path, draft: Draft) -> Draft:
    """Its own words and details, and whose they are."""
    told_there = {"carried_from": f"entry {entry.n} of {older}", "carried_hash": entry.hash,
                  "carried_at": entry.at.isoformat(), "carried_by": str(entry.who)}  # fmt: skip
    return replace(draft, incident=entry.incident, topic=entry.topic, text=entry.text,
                   details={**entry.details, **told_there})  # fmt: skip


def _fill(new: Path, first: Iterable[Draft], now: Clock) -> None:
    engine = connected(new, "mode=rw")
    try:
        furnish(engine, log_mode(new))
        for draft in first:
            add(engine, draft, now)
    finally:
        engine.dispose()


def _put(new: Path, path: Path) -> None:
    """Under its name, unless another console was quicker: then theirs is the journal."""
    with suppress(FileExistsError):
        try:
            path.hardlink_to(new)
        except PermissionError:
            # A file system without links.
            if not path.exists():
                new.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
