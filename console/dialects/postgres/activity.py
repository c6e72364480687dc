"""Rows of the activity and lock functions as sessions and locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from console.core.session import Lock, Progress, Session, SessionKind

Row = Sequence[Any]
Names = Mapping[int, tuple[str, str]]

_HIDDEN = "<insufficient privilege>"
_KINDS = {
    "client backend": SessionKind.CLIENT,
    "autovacuum worker": SessionKind.AUTOVACUUM,
    "autovacuum launcher": SessionKind.SYSTEM,
    "parallel worker": SessionKind.PARALLEL,
    "walsender": SessionKind.REPLICATION,
    None: SessionKind.CLIENT,
}
_SIGN_BITS = {32: 1 << 31, 64: 1 << 63}


def session(row: Row, roles: Mapping[int, str], databases: Mapping[int, str]) -> Session:
    """One row of `queries.SESSIONS`."""
    (pid, leader, datid, userid, application, address, port, started, transaction, began, changed, event_type, event,
     state, has_xid, query, kind) = row  # fmt: skip
    if kind == "prepared":
        return prepared((address, application, started, userid, datid), roles, databases)
    visible = query != _HIDDEN and started is not None
    if kind is None and userid is None and datid is None:
        kind = "system"
    return Session(
        id=str(pid),
        user=roles.get(userid),
        database=databases.get(datid),
        application=application or "",
        address="" if port == -1 else address,
        port=port if port != -1 else None,
        started_at=started,
        transaction_at=transaction,
        query_at=began,
        changed_at=changed,
        state=state or ("background" if visible and kind != "client backend" else "unknown"),
        waiting_for=f"{event_type}/{event}" if event_type == "Lock" or (event_type and state == "active") else "",
        query=(query or "") if visible else "",
        kind=_KINDS.get(kind, SessionKind.SYSTEM),
        leader=str(leader) if leader is not None and leader != pid else None,
        has_written=bool(has_xid),
        own=(application or "").split(" ")[0] == "halfway",
        visible=visible,
    )


def prepared(row: Row, roles: Mapping[int, str], databases: Mapping[int, str]) -> Session:
    """A prepared transaction: nobody's session, but it holds locks all the same."""
    _, gid, since, owner, database = row
    return Session(
        id=gid,
        user=roles.get(owner),
        database=databases.get(database),
        started_at=since,
        transaction_at=since,
        changed_at=since,
        state="prepared",
        kind=SessionKind.PREPARED,
        has_written=True,
    )


def locks(rows: Sequence[Row], gids: Mapping[str, str], names: Names, home: str) -> tuple[Lock, ...]:
    """Rows of `queries.LOCKS`. Those of prepared transactions have no pid; the virtual transaction they share with
    the lock on their own transaction number leads to the gid."""
    owners = {row[9]: gids.get(row[5], f"transaction {row[5]}") for row in rows if row[10] is None and row[5]}
    return tuple(_lock(row, owners, names, home) for row in rows)


def _lock(row: Row, owners: Mapping[str, str], names: Names, home: str) -> Lock:
    kind, relation, *_, virtual, pid, mode, granted, since = row
    return Lock(
        session=str(pid) if pid is not None else owners.get(virtual, "prepared"),
        target=_target(row),
        kind=kind,
        mode=mode,
        granted=granted,
        since=since,
        object=_object(row, names, home),
        relation=names.get(relation) if relation is not None else None,
    )


def _target(row: Row) -> tuple[str | None, ...]:
    """Kind and whatever identifies it; an advisory lock by its key as the application gave it."""
    if row[0] == "advisory":
        return ("advisory", *_advisory_key(row))
    return (row[0], *(str(value) for value in row[1:9] if value is not None))


def _advisory_key(row: Row) -> tuple[str, ...]:
    high, low, form = row[6], row[7], row[8]
    if form == 1:
        return (str(_signed(high << 32 | low, 64)),)
    return (str(_signed(high, 32)), str(_signed(low, 32)))


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >= _SIGN_BITS[bits] else number


def _object(row: Row, names: Names, home: str) -> str:
    kind, relation, _, _, virtual, transaction = row[:6]
    if kind == "advisory":
        return "advisory " + ", ".join(_advisory_key(row))
    if relation is not None:
        schema, name = names.get(relation, ("", ""))
        label = (name if schema == home else f"{schema}.{name}") if name else f"relation {relation}"
        return {"relation": label, "tuple": f"a row of {label}"}.get(kind, f"{kind} of {label}")
    if transaction is not None:
        return f"transaction {transaction}"
    if virtual is not None:
        return f"virtual transaction {virtual}"
    return str(kind) + "".join(f" {value}" for value in row[6:8] if value is not None)


def progress(rows: Iterable[Row], names: Names) -> tuple[Progress, ...]:
    """Rows of `queries.PROGRESS`: tuples where they are counted, else blocks, else lockers waited for."""
    return tuple(_progress(row, names) for row in rows)


def _progress(row: Row, names: Names) -> Progress:
    pid, phase, index, *counts = row
    pairs = list(zip(counts[0::2], counts[1::2], strict=True))
    order = [pairs[2]] if "waiting for" in phase else [pairs[1], pairs[0]]
    done, total = next(((d, t) for d, t in order if t), (None, None))
    return Progress(str(pid), phase, done, total, ".".join(names.get(index, ())))


_KEPT = frozenset({"lock_timeout", "statement_timeout", "timezone"})


def given(role: str, here: bool, setting: str) -> tuple[str, str] | None:
    """A setting with whom it is for; None where it does not matter to a migration."""
    name, _, value = setting.partition("=")
    whose = " in ".join(part for part in (f"role {role}" if role else "", "this database" if here else "") if part)
    return (f"{name} of {whose or 'every role'}", value) if name.lower() in _KEPT else None
