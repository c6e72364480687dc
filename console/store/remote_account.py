"""Reads the whole account of a room in a database, broken or not, with a login that may only SELECT: for the report."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.engine import URL

from console.core.journal import Entry, broken
from console.store.remote_tables import ENTRIES, Room
from console.store.table import entry_of


def read_account(url: URL) -> tuple[list[Entry], str]:
    """All entries that can be read, and why they cannot be trusted. JournalFault where there is no such room."""
    room, found = Room(url), list[Entry]()
    try:
        with room.told(), room.engine.connect() as link:
            rows = link.execute(select(ENTRIES.c.n, ENTRIES.c.entry).order_by(ENTRIES.c.n)).all()
    finally:
        room.engine.dispose()
    for n, row in rows:
        try:
            found.append(entry_of(tuple(json.loads(row))))
        except (ValueError, TypeError):
            return found, f"entry {n} was changed after it was written"
    return found, broken(found)
