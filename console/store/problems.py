"""What SQLite and the disk say, as a fault in one sentence with the way out: another place for the journal."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import JournalFault
from console.core.plain import one_line

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

ELSEWHERE = "Go on with --journal PATH, in another place"
_SENTENCES = {
    "SQLITE_FULL": "its disk is full and its reserve is used up",
    "SQLITE_BUSY": "another console did not let go of it",
    "SQLITE_LOCKED": "another console did not let go of it",
    "SQLITE_READONLY": "it can only be read",
    "SQLITE_CANTOPEN": "it cannot be opened",
    "SQLITE_NOTADB": "it is damaged, or was never a journal",
    "SQLITE_CORRUPT": "it is damaged",
    "SQLITE_PERM": "its disk does not let it be used",
}
_NO_ROOM = ("SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHM", "SQLITE_IOERR_TRUNCATE")
"""SQLite knows only ENOSPC as a full disk: an exceeded quota, and no room for a new file, have these names."""


def unusable(path: Path, why: str) -> JournalFault:
    """The journal at a path cannot be used."""
    return JournalFault(f"the journal {one_line(str(path))} cannot be used", why, ELSEWHERE)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever goes wrong inside becomes a JournalFault."""
    try:
        yield
    except _engines() as problem:
        raise unusable(path, _sentence(problem.orig)) from None
    except sqlite3.Error as problem:
        raise unusable(path, _sentence(problem)) from None
    except OSError as problem:
        raise unusable(path, problem.strerror or type(problem).__name__) from None


def _engines() -> tuple[type[DBAPIError], ...]:
    """What SQLAlchemy raises, where it is loaded at all: who only reads a list of files never needs it."""
    loaded = sys.modules.get("sqlalchemy.exc")
    return () if loaded is None else (loaded.DBAPIError,)


def name_of(problem: BaseException) -> str:
    """SQLite's own name of an error: `SQLITE_FULL`; '' of anything else."""
    own = problem.orig if isinstance(problem, _engines()) else problem
    return str(getattr(own, "sqlite_errorname", ""))


def no_room(problem: BaseException) -> bool:
    """It may be that the disk is full."""
    return name_of(problem).startswith(_NO_ROOM)


def _sentence(problem: BaseException | None) -> str:
    name = name_of(problem) if problem is not None else ""
    known = next((words for start, words in _SENTENCES.items() if name.startswith(start)), "")
    return known or f"SQLite says: {one_line(str(problem), 200)}"
