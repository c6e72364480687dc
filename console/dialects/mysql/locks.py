"""Rows of the lock tables as locks: metadata locks, locks on everything, user locks, and the rows that are waited for.

Of row locks only those somebody waits for are read, and of many that wait for the same row only the first is asked
about: the table of waits grows with the square of the waiters, and the table of all row locks stops InnoDB while it is
read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.core.session import Lock

Row = Sequence[Any]
RowKey = tuple[str, ...]
Holders = tuple[str, ...]
"""Who holds a lock; several when it is one of them and the server does not say which."""

MOST_ROWS = 50
"""Of how many rows it is asked who holds them; those waited for longest first."""
_AS_MUCH = 200
_SCOPES = {
    "GLOBAL": "global read lock",
    "COMMIT": "global read lock",
    "SCHEMA": "database {schema}",
    "TABLESPACE": "tablespace {name}",
    "BACKUP LOCK": "backup lock",
    "BACKUP TABLES": "backup lock of tables",
}
_ADDRESS_LETTERS = 12
_USER_LOCK = "USER LEVEL LOCK"
_TABLE = "TABLE"


@dataclass(frozen=True, slots=True)
class Owners:
    """Which session a thread is."""

    sessions: Mapping[int, str | None]
    """Thread -> connection id; None: a thread of the server itself."""
    own: str
    """Our own connection: its locks are left out."""
    orphans: Holders = ()
    """The owners of locks without a thread: prepared transactions. Empty: there is none."""
    since: Mapping[str, datetime] | None = None
    """When the statement of a session began."""

    def of(self, thread: int | None) -> Holders:
        """The session; several when it is one of them; empty when it is nobody's or our own."""
        if thread is None or thread not in self.sessions:
            return self.orphans
        found = self.sessions[thread]
        return () if found in (None, self.own) else (found,)


def metadata_locks(rows: Iterable[Row], owners: Owners, home: str) -> Iterator[Lock]:
    """Rows of `queries.METADATA_LOCKS`."""
    for kind, schema, name, mode, status, thread in rows:
        holders = owners.of(thread)
        for session in holders:
            yield metadata_lock(kind, schema or "", name or "", mode, session, home, granted=status == "GRANTED",
                                since=(owners.since or {}).get(session), inferred=len(holders) > 1)  # fmt: skip


def metadata_lock(
    kind: str, schema: str, name: str, mode: str, session: str, home: str, *, granted: bool,
    since: datetime | None = None, inferred: bool = False,
) -> Lock:  # fmt: skip
    """One lock on an object, on everything of a kind, or of GET_LOCK."""
    return Lock(
        session=session,
        target=(kind.lower(), schema, name),
        kind=_kind(kind),
        mode=mode,
        granted=granted,
        since=None if granted else since,
        object=_object(kind, schema, name, home),
        relation=(schema, name) if kind == _TABLE else None,
        inferred=inferred,
    )


def _kind(kind: str) -> str:
    if kind == _USER_LOCK:
        return "user lock"
    return "scope" if kind in _SCOPES else "metadata"


def _object(kind: str, schema: str, name: str, home: str) -> str:
    if kind == _USER_LOCK:
        return f"advisory {name}"
    if kind in _SCOPES:
        return _SCOPES[kind].format(schema=schema, name=name)
    label = name if schema in ("", home) else f"{schema}.{name}"
    return label if kind == _TABLE else f"{kind.lower()} {label}"


def row_key(lock_id: str) -> RowKey:
    """What a lock of InnoDB is on: space, page and place on it. Ids begin with the transaction and, on MySQL, end with
    an address in memory."""
    _, *parts = lock_id.split(":")
    if parts and len(parts[-1]) >= _ADDRESS_LETTERS:
        parts = parts[:-1]
    return tuple(parts[-3:]) or (lock_id,)


@dataclass(frozen=True, slots=True)
class RowWait:
    """A transaction that waits for a row."""

    session: str
    lock_id: str
    since: datetime | None
    transaction: str = ""

    @property
    def key(self) -> RowKey:
        """The row."""
        return row_key(self.lock_id)


def to_ask(waits: Sequence[RowWait]) -> list[RowWait]:
    """Of each row the wait that is oldest: nobody but holders stands in its way."""
    first: dict[RowKey, RowWait] = {}
    for wait in sorted(waits, key=lambda w: (w.since is None, w.since, w.lock_id)):
        first.setdefault(wait.key, wait)
    return list(first.values())[:MOST_ROWS]


def cheaper_whole(waits: int, rows: int) -> bool:
    """Whether everybody's waits are read with less work than those for so many rows one by one: each of these goes
    through all transactions (0.1 ms, 9.7), and all together grow with the square of the waiters (100 ms at 1,000)."""
    return 0 < waits * waits < _AS_MUCH * rows


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """A row somebody waits for."""

    schema: str = ""
    table: str = ""
    mode: str = "X"

    def words(self, home: str) -> str:
        """`a row of orders`."""
        if not self.table:
            return "a row"
        return f"a row of {self.table if self.schema == home else f'{self.schema}.{self.table}'}"


@dataclass(slots=True)
class LastWaits:
    """What is kept of one look for the next one, on one connection."""

    whole: bool = False
    """Everybody's waits at once were the cheaper read."""
    things: Mapping[tuple[str, str], WaitedFor] = field(default_factory=dict)
    """By transaction and lock, which stays what it is as long as the transaction lasts."""


def row_locks(
    waits: Sequence[RowWait],
    holders: Mapping[RowKey, Sequence[Holders]],
    things: Mapping[RowKey, WaitedFor],
    home: str,
) -> Iterator[Lock]:
    """Everybody who waits for a row and everybody who holds one that is waited for."""
    for wait in waits:
        thing = things.get(wait.key, WaitedFor())
        yield _row_lock(wait.session, wait.key, thing, home, granted=False, since=wait.since)
    for key, found in holders.items():
        thing = things.get(key, WaitedFor())
        for group in dict.fromkeys(found):
            yield from (_row_lock(one, key, thing, home, granted=True, inferred=len(group) > 1) for one in group)


def _row_lock(
    session: str, key: RowKey, thing: WaitedFor, home: str, *, granted: bool, since: datetime | None = None,
    inferred: bool = False,
) -> Lock:  # fmt: skip
    relation = (thing.schema, thing.table) if thing.table else None
    mode = thing.mode.partition(",")[0]
    return Lock(session, ("row", *key), "row", mode, granted, since, thing.words(home), relation, inferred)


def flush_locks(states: Iterable[tuple[str, str, float]], waiting: str = "Waiting for table flush") -> Iterator[Lock]:
    """FLUSH TABLES and all behind it wait for a statement that no lock table names: each that ran before may be it.

    `states` are (session, state, seconds) of the statements that run.
    """
    known = list(states)
    stuck = [(session, seconds) for session, state, seconds in known if state == waiting]
    longest = max((seconds for _, seconds in stuck), default=0.0)
    running = [(seconds, session) for session, state, seconds in known if state != waiting and seconds >= longest]
    target = ("flush", "", "")
    for _, session in sorted(running, reverse=True) if stuck else ():
        yield Lock(session, target, "flush", "FLUSH", True, object="a table flush", inferred=True)
    for session, _ in stuck:
        yield Lock(session, target, "flush", "FLUSH", False, object="a table flush", inferred=True)
