"""What SQLite says, as faults; the only place where its error numbers are known."""

from __future__ import annotations

import sqlite3

from console.core.faults import (
    Fault,
    LinkLostFault,
    LockedFault,
    NotPermittedFault,
    ReadFault,
    TimedOutFault,
)

NEEDS_A_WRITER = frozenset({264, 776, 1032, 1288, 1544, 14, 526, 270})
"""It can only be read by somebody who may also mend or make what lies beside it: a journal that a killed process left,
a log without its index."""
_BUSY, _LOCKED, _INTERRUPTED, _CANNOT_OPEN, _DAMAGED, _NO_DATABASE = 5, 6, 9, 14, 11, 26
_FORBIDDEN = frozenset({3, 8, 23})


def code_of(error: sqlite3.Error) -> int:
    """The extended error number, 0 when it has none."""
    return getattr(error, "sqlite_errorcode", 0) or 0


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else's lock was in the way."""
    return code_of(error) & 0xFF in (_BUSY, _LOCKED)


def read_fault(error: sqlite3.Error, name: str, *, holder: str, cancelled: bool) -> Fault:
    """Why a read failed; `holder` is who holds a lock."""
    said, code = " ".join(str(error).split()), code_of(error) & 0xFF
    if is_busy(error):
        return LockedFault(f"{name} is locked", f"{holder} is writing to it")
    if code == _INTERRUPTED:
        return ReadFault("The read was cancelled") if cancelled else TimedOutFault("The read took too long")
    if code == _CANNOT_OPEN:
        return LinkLostFault(f"{name} cannot be opened any more", said)
    if code == _DAMAGED:
        return ReadFault(
            f"{name} is damaged", said, "Keep a copy of it and of what lies beside it before anything else"
        )
    if code == _NO_DATABASE:
        return ReadFault(f"{name} is no SQLite database", said)
    if code in _FORBIDDEN:
        return NotPermittedFault(f"{name} may not be read", said)
    return ReadFault("SQLite refused a read", said)
