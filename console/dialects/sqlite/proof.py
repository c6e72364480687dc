"""What a connection to a SQLite file refuses, and whether its file could be changed by somebody like us.

The write that is tried sets the file's user_version to what it is: a file opened to be read refuses it.
"""

from __future__ import annotations

import sqlite3

from console.core.proof import Power, Tried
from console.dialects.sqlite.wire import Reader, Wire

_REFUSED = "readonly database"


def try_to_write(wire: Wire) -> Tried:
    """Whether a connection is refused a write."""
    return wire.read(_attempt)


def _attempt(reader: Reader) -> Tried:
    try:
        version = reader.connection.execute("PRAGMA user_version").fetchone()[0]
        reader.connection.execute(f"PRAGMA user_version = {int(version)}")
    except sqlite3.Error as error:
        told = str(error)
        return Tried(True if _REFUSED in told else None, told)
    return Tried(False, "a write was not refused")


def read_powers(wire: Wire) -> tuple[Power, ...]:
    """What the file's permissions allow."""
    if not wire.file.may_write:
        return ()
    return (Power("write to the file", "its permissions let the current user; observe as another user"),)
