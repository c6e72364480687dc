"""What a server says of this moment besides sessions and locks: who follows it, what it keeps for them, how old its
tables are, how large. Only asked where something is about to be run: none of it changes from one look to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.write_rates import TableName


@dataclass(frozen=True, slots=True)
class Follower:
    """A replica that reads from this server."""

    name: str
    """What it calls itself, and where it is: `replica2@10.0.0.9`."""
    seconds: float | None = None
    """How far it is behind; None: not told, or it has nothing to do."""
    bytes: int | None = None
    """How much of the log it has not applied yet."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the log that the server keeps for somebody (PostgreSQL)."""

    name: str
    active: bool
    kept: int | None = None
    """Bytes of log that are kept for it."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """How near a table, or the database, is to the vacuum that cannot be put off (PostgreSQL)."""

    name: str
    age: int
    limit: int
    """From this age on such a vacuum is begun."""
    table: TableName | None = None
    """None: the whole database."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One look."""

    identity: str = ""
    """The server's own number, without the time it was started."""
    followers: tuple[Follower, ...] = ()
    lag: float | None = None
    """Of a replica: seconds behind. None: not known."""
    follows: frozenset[str] = frozenset()
    """Of a replica: what it says of the server it copies; one that is in `called` of that server proves it."""
    called: frozenset[str] = frozenset()
    """What a replica of this server would say of it."""
    slots: tuple[Slot, ...] = ()
    ageing: tuple[Ageing, ...] = ()
    snapshots: frozenset[str] = frozenset()
    """Sessions that still see the database as it was: CREATE INDEX CONCURRENTLY waits for them at its end."""
    copying: tuple[str, ...] = ()
    """Backups of the whole server that it knows of, `session 4711`-like names."""
    versions: tuple[tuple[TableName, int], ...] = ()
    """MySQL: how many shapes the rows of a table have been left in by ALGORITHM=INSTANT."""
    busy: str = ""
    """SQLite: who writes to the file, or waits to: `process 4711`."""
    in_use: tuple[TableName, ...] = ()
    """MariaDB, where it does not say who holds locks: tables that somebody has locked or works on."""
    unseen: str = ""
    """Why some locks cannot be seen at all, one sentence; '' where all can."""
    sizes: tuple[tuple[TableName, int], ...] = ()
    """Bytes of tables with their indexes, as far as they were counted."""
    untold: tuple[str, ...] = ()
    """What could not be asked, one sentence each."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast this server read a part of one table just now."""

    table: TableName
    bytes: int
    seconds: float
    share: str = field(default="", compare=False)
    """Which part that was: `its first 2,048 pages`."""
