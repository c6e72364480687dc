"""SQLite: a file that programs open by themselves, so there is nobody to ask who else does.

Reading takes a lock of milliseconds and leaves no trace: the file is opened for each question and closed again, never
made, never written, and nothing is put beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.dialects.sqlite.link import SQLiteLink
from console.dialects.sqlite.wire import Wire

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

__all__ = ["SQLiteDialect", "make"]


class SQLiteDialect:
    """SQLite."""

    name = "sqlite"

    def open(self, url: URL, lane: str) -> SQLiteLink:
        """The file of the URL, which must be there; UnreachableFault, NotPermittedFault."""
        return SQLiteLink(Wire(url.database or "", lane))


def make() -> SQLiteDialect:
    """The dialect."""
    return SQLiteDialect()
