"""Locks that are rows, and whose holder is nowhere to be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.core.assessment import Debris
from console.core.debris_watch import Watch
from console.core.lock_rows import LockRow


def of_lock_rows(rows: Iterable[LockRow], home: str, watch: Watch) -> Iterator[Debris]:
    """None while a session comes from where the lock was taken, speaks of it, or changes the schema."""
    for row in rows:
        if watch.comes_from(*row.homes) or watch.mentions(row.place.name, row.tool) or watch.alters():
            continue
        holder = f" by {row.holder}" if row.holder else ", by whom it does not say"
        since = f" since {row.since}" if row.since else ""
        text = f"{row.tool}'s lock is taken{holder}{since}; every run of it waits for that"
        held = "" if watch.complete else "whether its holder is still connected cannot be seen here"
        yield Debris("tool_lock_row", row.place.label(home), text, row.place, held)
