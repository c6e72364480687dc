"""What would keep other runs of a tool away: its own lock with its own key, the exact SQL for it, or why nothing would.

Only locks that end with the session that took them are taken. Rows in which tools note that they are at work
(Liquibase, Knex) are shown elsewhere and never written from here: they would outlive us.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.ledger_sql import value
from console.core.observation import Server, Tracking
from console.core.tool_lock import Hold, ToolLock

_UNTOLD = "How {tool} keeps two runs of itself apart is not known here."
INSTEAD = "Before each step it is looked whether a migration runs: one that appears stops the plan."
"""What protects where nobody can be held off (DESIGN 7.13)."""
_LONGEST = 64
"""Characters of a name that MySQL's GET_LOCK takes."""
_HALF = 32
_ADVISORY = (
    "FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM "
    "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND classid::bigint = {high} "
    "AND objid::bigint = {low} AND objsubid = {form}"
)


def hold_of(tracking: Tracking, server: Server) -> Hold:
    """What would hold off other runs of the tool whose ledger this is."""
    habits, tool = tracking.habits, tracking.framework.capitalize()
    why = habits.no_lock or _refused(tracking, server) or ("" if tracking.locks else _UNTOLD.format(tool=tool))
    locks = () if why else tuple(_locks((target[0] or "" for target in tracking.locks), server))
    if not locks:
        return Hold(tracking.framework, why=f"{why or _UNTOLD.format(tool=tool)} {INSTEAD}")
    kind = "advisory lock" if server.grammar == "postgres" else "GET_LOCK"
    origin = "; ".join(part for part in (habits.key, habits.meets) if part)
    unsure = "" if habits.meets else f"A run that does not take it is not held off. {INSTEAD}"
    return Hold(tracking.framework, locks, kind, origin, sure=not unsure, why=unsure)


def _refused(tracking: Tracking, server: Server) -> str:
    """Why a lock that the tool has is not taken here."""
    if not tracking.locks:
        return ""
    if server.foreign:
        return f"This is {server.foreign}: whether it keeps such locks is not known."
    if server.grammar == "sqlite":
        return "SQLite has no such locks."
    if any("Galera" in note for note in server.notes):
        return "GET_LOCK holds on one node of a Galera cluster only."
    odd = [target[0] for target in tracking.locks if not _can_be_taken(target, server)]
    return (
        f"The key of {tracking.framework.capitalize()}'s lock is not one that can be taken ({odd[0]})." if odd else ""
    )


def _can_be_taken(target: tuple[str | None, ...], server: Server) -> bool:
    key = target[0] or ""
    if len(target) != 1 or not key:
        return False
    return _is_number(key) if server.grammar == "postgres" else len(key) <= _LONGEST


def _is_number(key: str) -> bool:
    digits = key.removeprefix("-")
    return digits.isascii() and digits.isdigit() and -(2**63) <= int(key) < 2**63


def _locks(keys: Iterable[str], server: Server) -> Iterable[ToolLock]:
    make = _advisory if server.grammar == "postgres" else _named
    return (make(key, server) for key in dict.fromkeys(keys))


def _advisory(key: str, server: Server) -> ToolLock:
    """PostgreSQL lists a number as its two halves."""
    number = int(key) % (1 << 64)
    where = _ADVISORY.format(high=number >> _HALF, low=number % (1 << _HALF), form=1)
    return ToolLock(
        key,
        f"SELECT pg_catalog.pg_try_advisory_lock({key})",
        f"SELECT pg_catalog.count(*) {where} AND pid = pg_catalog.pg_backend_pid()",
        f"SELECT pg_catalog.pg_advisory_unlock({key})",
        f"SELECT pg_catalog.min(pid) {where}",
    )


def _named(key: str, server: Server) -> ToolLock:
    name = value(key, server)
    return ToolLock(
        key,
        f"SELECT GET_LOCK({name}, 0)",
        f"SELECT IS_USED_LOCK({name}) = CONNECTION_ID()",
        f"SELECT RELEASE_LOCK({name})",
        f"SELECT IS_USED_LOCK({name})",
    )
