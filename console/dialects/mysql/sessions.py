"""Rows of the session lists as sessions, prepared transactions among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from console.core.session import Session, SessionKind

Row = Sequence[Any]

_KINDS = {"Binlog Dump": SessionKind.REPLICATION, "Binlog Dump GTID": SessionKind.REPLICATION}
_SYSTEM = ("Daemon", "Slave_IO", "Slave_SQL", "Slave_worker", "Connect")
_BEFORE = 0.01
"""Seconds by which a transaction surely began before the statement that runs in it."""
_SURELY = 1.4
"""Seconds by which a transaction is surely older than the statement in it, as InnoDB tells ages: it keeps the second in
which one began, and its picture may be made some tenths of a second after the list of sessions."""
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_WAITS = {
    "metadata lock": "Lock/metadata",
    "global read lock": "Lock/global read",
    "commit lock": "Lock/commit",
    "table flush": "Lock/flush",
    "backup lock": "Lock/backup",
    "table level lock": "Lock/table",
}


@dataclass(frozen=True, slots=True)
class Transaction:
    """What InnoDB says of a session's transaction."""

    seconds: float = 0.0
    waited: float | None = None
    """Seconds it has waited for a row."""
    modified: int = 0
    rolling_back: bool = False

    def with_other(self, other: Transaction | None) -> Transaction:
        """Both as one: an ALTER may have two, one of which waits for a lock in InnoDB."""
        if other is None:
            return self
        waited = max((w for w in (self.waited, other.waited) if w is not None), default=None)
        undone = self.rolling_back or other.rolling_back
        return Transaction(max(self.seconds, other.seconds), waited, self.modified + other.modified, undone)


@dataclass(frozen=True, slots=True)
class Around:
    """What other reads say about the sessions."""

    now: datetime
    transactions: Mapping[int, float] = field(default_factory=dict)
    """Connection id -> seconds, of transactions that the session opened itself."""
    innodb: Mapping[int, Transaction] | None = None
    """By connection id; None when it is not visible."""
    programs: Mapping[int, str] = field(default_factory=dict)
    last: Mapping[int, str] = field(default_factory=dict)
    """What an idle session ran last."""
    hosts: Mapping[int, str] = field(default_factory=dict)
    """Where it comes from, with the port."""
    libraries: Mapping[int, str] = field(default_factory=dict)
    """What its driver calls itself."""

    def ago(self, seconds: float | None) -> datetime | None:
        """That long before now."""
        return None if seconds is None else self.now - timedelta(seconds=float(seconds))


def session(row: Row, around: Around) -> Session:
    """One row of `queries.THREADS` or `queries.PROCESSES`."""
    _, number, user, host, database, command, seconds, state, info, name = row
    number, seconds, state = int(number), float(seconds or 0), state or ""
    inside = around.innodb.get(number) if around.innodb is not None else None
    address, port = place(around.hosts.get(number, host or ""))
    idle = command == "Sleep" or (command == "Killed" and not info and "ollback" not in state)
    command = "Sleep" if idle else command  # MariaDB says Killed of who was cancelled while it ran nothing
    kind = _kind(command, name)
    opened = _opened(number, inside, around, idle=idle, seconds=seconds)
    program = around.programs.get(number, "")
    return Session(
        id=str(number),
        user=user,
        database=database,
        application=program,
        address=address,
        port=port,
        transaction_at=around.ago(opened),
        query_at=None if idle else around.ago(seconds),
        changed_at=around.ago(seconds),
        state=_state(command, inside, kind, in_transaction=opened is not None),
        waiting_for=_waiting(state, inside),
        query=(info or around.last.get(number, "")) if kind is SessionKind.CLIENT else "",
        kind=kind,
        has_written=bool(inside and inside.modified) if around.innodb is not None else None,
        rows_modified=(inside.modified if inside else 0) if around.innodb is not None else None,
        own=program.split(" ")[0] == "halfway",
        library=around.libraries.get(number, ""),
    )


def rolling_back(listed: Iterable[str], around: Around) -> Iterator[Session]:
    """Sessions that are in no list any more while InnoDB still undoes what they did: others wait for all of it."""
    known = set(listed)
    for number, inside in (around.innodb or {}).items():
        if inside.rolling_back and str(number) not in known:
            began = around.ago(inside.seconds)
            yield Session(id=str(number), transaction_at=began, state="rolling back", has_written=True,
                          rows_modified=inside.modified, visible=False)  # fmt: skip


def _kind(command: str, name: str | None) -> SessionKind:
    if command in _KINDS:
        return _KINDS[command]
    if "replica" in (name or "") or "slave" in (name or ""):
        return SessionKind.REPLICATION
    return SessionKind.SYSTEM if command in _SYSTEM else SessionKind.CLIENT


def _opened(number: int, inside: Transaction | None, around: Around, *, idle: bool, seconds: float) -> float | None:
    """How long a transaction has been open that the session opened itself: not one of a single statement."""
    if number in around.transactions:
        since = around.transactions[number]
        return since if idle else max(since, seconds + _BEFORE)  # it began before what runs, which is told in seconds
    if inside is None or around.transactions:
        return None
    return inside.seconds if idle or inside.seconds > seconds + _SURELY else None


def _state(command: str, inside: Transaction | None, kind: SessionKind, *, in_transaction: bool) -> str:
    if inside is not None and inside.rolling_back:
        return "rolling back"
    if kind is not SessionKind.CLIENT:
        return "background"
    if command == "Killed":
        return "killed"
    if command == "Sleep":
        return "idle in transaction" if in_transaction else "idle"
    return "active"


def _waiting(state: str, inside: Transaction | None) -> str:
    if inside is not None and inside.waited is not None:
        return "Lock/row"
    if state == "User lock":
        return "Lock/user"
    return next((word for ending, word in _WAITS.items() if state.lower().endswith(ending)), "")


def place(host: str) -> tuple[str | None, int | None]:
    """`10.0.0.7:41000` apart; ('', None) for a Unix socket."""
    address, colon, port = host.rpartition(":")
    if not colon or not port.isdigit():
        return ("" if host in ("localhost", "") else host), None
    return ("127.0.0.1" if address == "localhost" else address), int(port)


def prepared(rows: Sequence[Row], around: Around, seconds: float | None) -> Iterator[Session]:
    """Transactions that were prepared (XA) and wait for COMMIT or ROLLBACK; `seconds` when it is known of the one."""
    for form, length, more, data in rows:
        yield Session(
            id=gid(data, int(length)),
            xid=xid(data, int(length), int(more), int(form)),
            transaction_at=around.ago(seconds),
            state="prepared",
            kind=SessionKind.PREPARED,
            has_written=True,
        )


def xid(data: str | bytes, length: int, more: int, form: int) -> str:
    """An XA id as statements call it, whatever bytes it is made of; '' where not all of it was told."""
    raw = _raw(data)
    if isinstance(raw, str):
        raw = raw.encode()
    if len(raw) != length + more:
        return ""
    return f"X'{raw[:length].hex()}',X'{raw[length:].hex()}',{form}"


def _raw(data: str | bytes) -> str | bytes:
    return bytes.fromhex(data[2:]) if isinstance(data, str) and _HEX.fullmatch(data) else data


def gid(data: str | bytes, length: int) -> str:
    """The global part of an XA id as text; in hexadecimal where it is none."""
    raw = _raw(data)
    if isinstance(raw, str):
        return raw[:length]
    part = raw[:length]
    try:
        text = part.decode()
    except UnicodeDecodeError:
        text = ""
    return text if text.isprintable() and text else f"0x{part.hex()}"


def aware(moment: datetime) -> datetime:
    """The server's clock, which our connections read in UTC."""
    return moment.replace(tzinfo=UTC)
