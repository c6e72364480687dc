"""Where a server keeps what is in it, and how large that is: what a disk that is full is told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.core.write_rates import TableName


@dataclass(frozen=True, slots=True)
class Storage:
    """What a server says of it; looked up in its catalog, without a lock on any table."""

    identity: str = ""
    """Which server says so."""
    folder: str = ""
    """Its data directory; '' where it does not tell this login."""
    host: str = ""
    """What its machine calls itself."""
    why: str = ""
    """Why there is none that counts, one sentence without a full stop."""
    sizes: tuple[tuple[TableName, int], ...] = ()
    """Bytes of a table with its indexes, as the server last counted its pages; not there where it never did."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is free where the server keeps its data."""

    free: int | None = None
    """Bytes; None: not visible from here."""
    folder: str = ""
    unseen: str = ""
    """Why it is not visible, one sentence without a full stop; '' also where nobody looked."""
    sizes: tuple[tuple[TableName, int], ...] = ()
