"""What was found outside the database of why a migration failed: a pasted error, a tool's log, the kernel's.

All of it is text from elsewhere: bounded and masked where it is read, escaped where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from console.core.storage import Room

_ENTRY = re.compile(r"^(?=\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z], \[\d{4}-)", re.MULTILINE)
"""Where an entry of a log begins: Laravel's `[2026-01-31 12:00:00]`, Ruby's `E, [2026-...`, a plain time."""
_KILLED = re.compile(
    r"(?:Out of memory|oom-kill|Killed process)[^\n]*?\(?\b(?P<who>postgres|mysqld|mariadbd?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clues:
    """All of it; empty when nobody asked."""

    error: str = ""
    """What a person gave."""
    log: str = ""
    """The end of the tool's log."""
    place: str = ""
    """Where the log is."""
    unread: str = ""
    """Why no log was read."""
    kernel: str | None = None
    """The end of the kernel's log; None: it is not readable here, or the server is on another machine."""
    free: int | None = None
    """Bytes left where the file of the database lies; None: it is on a server."""
    room: Room = field(default_factory=Room)
    """What is free on the disk of a server."""
    asked: bool = False
    """Somebody wanted to know."""

    @property
    def killed(self) -> str:
        """The kernel's newest line about a server that it killed."""
        lines = [line for line in (self.kernel or "").splitlines() if _KILLED.search(line)]
        return lines[-1].strip() if lines else ""


def newest_failure(log: str, names: tuple[str, ...], sqls: tuple[str, ...], dialect: str) -> str:
    """The last entry that is about this migration and that the tables know; '' when there is none.

    An entry is about it when it names its file, or holds the SQL of one of its statements. Where a log has no entries
    (a tool's output that was kept), everything behind the last mention counts.
    """
    from console.core.errors import refusal_in

    if _ENTRY.search(log) is None:
        return _behind(log, names, dialect)
    entries = [entry for entry in _ENTRY.split(log) if entry.strip()]
    mine = [entry for entry in entries if is_about(entry, names, sqls) and refusal_in(entry, dialect) is not None]
    return mine[-1] if mine else ""


def _behind(log: str, names: tuple[str, ...], dialect: str) -> str:
    from console.core.errors import refusal_in

    places = [log.rfind(name) for name in names if name]
    start = max(places, default=-1)
    return log[start:] if start >= 0 and refusal_in(log[start:], dialect) is not None else ""


def is_about(entry: str, names: tuple[str, ...], sqls: tuple[str, ...]) -> bool:
    """Whether a text names a migration's file, or holds the SQL of one of its statements."""
    flat = " ".join(entry.split()).lower()
    return any(name and name in entry for name in names) or any(sql in flat for sql in _long(sqls))


def _long(sqls: tuple[str, ...]) -> Iterator[str]:
    """Statements that stand for themselves: `commit` would be anybody's."""
    return (" ".join(sql.split()).lower() for sql in sqls if len(sql) > 20)
