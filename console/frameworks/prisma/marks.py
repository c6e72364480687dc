"""Prisma's own rows, as `prisma migrate resolve` writes them (facts: frameworks.md 6): none is ever deleted."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, name, table, value
from console.core.migration import Belief, LedgerRow, Tracked
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.prisma.ledger import GONE, id_of
from console.readers.sqlfiles.marking import rows_of

_NOW = {"postgres": "now()", "mysql": "UTC_TIMESTAMP(3)", "mariadb": "UTC_TIMESTAMP(3)"}


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Prisma."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the file says everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """`resolve --applied`: open tries are rolled back, and a row of a success comes."""
        found = _tracked(tracking, migration)
        rows = tracking.ledger.rows_of(migration)
        if any(row.success for row in rows):
            raise CannotWriteError("Prisma has recorded it already.")
        if found.migration is None or found.migration.checksum is None or found.migration.unreadable:
            raise CannotWriteError("Its file is not here, so its check sum is not known.")
        opened = tuple(row for row in rows if row.type != GONE)
        values: dict[str, str | int | bool | None] = {
            "id": _new_id(tracking, migration), "checksum": found.migration.checksum, "logs": "",
            "migration_name": migration,
        }  # fmt: skip
        ledger = tracking.ledger.name
        sql = (*(_rolled_back(ledger, row, server) for row in opened), _insert(ledger, values, server))
        back = (delete(ledger, (("id", values["id"]),), server), *(_opened(ledger, row, server) for row in opened))
        told = "The next prisma migrate deploy goes on behind it."
        after = (as_text({**values, "applied_steps_count": 0}, server), *map(_but_when, opened))
        return LedgerEdit(ledger, sql, tuple(row.raw for row in opened), after, back, told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """`resolve --rolled-back`: open tries are rolled back; a success stays, for Prisma has no way to undo one."""
        _tracked(tracking, migration)
        rows = [row for row in rows_of(tracking, migration, "Prisma") if row.type != GONE]
        opened = tuple(row for row in rows if not row.success)
        if any(row.success for row in rows):
            raise CannotWriteError("It is recorded as finished: Prisma itself never takes that back (P3012).")
        if not opened:
            raise CannotWriteError("It is rolled back already.")
        ledger = tracking.ledger.name
        sql = tuple(_rolled_back(ledger, row, server) for row in opened)
        back = tuple(_opened(ledger, row, server) for row in opened)
        told = "The next prisma migrate deploy runs it again."
        return LedgerEdit(ledger, sql, tuple(row.raw for row in opened), (), back, told)

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _tracked(tracking: Tracking, migration: str) -> Tracked:
    if not tracking.ledger.exists:
        raise CannotWriteError(f"{tracking.ledger.name} does not exist: Prisma makes it on its first run.")
    found = next((t for t in tracking.tracked if t.id == migration and t.belief is not Belief.IGNORED), None)
    if found is None:
        raise CannotWriteError(f"There is no migration {migration} any more.")
    return found


def _new_id(tracking: Tracking, migration: str) -> str:
    """A key that no row has: of the rows there are, so that the same plan has the same one."""
    known = "\n".join((migration, *(f"{id_of(row)} {row.type}" for row in tracking.ledger.rows)))
    return str(uuid.UUID(bytes=hashlib.sha256(known.encode()).digest()[:16], version=4))


def _but_when(row: LedgerRow) -> tuple[tuple[str, str | None], ...]:
    """A row that is rolled back, at a time that only the server knows."""
    return tuple((column, text) for column, text in row.raw if column.lower() != "rolled_back_at")


def _now(server: Server) -> str:
    if server.grammar not in _NOW:
        raise CannotWriteError("How Prisma writes a time there is not known.")
    return _NOW[server.grammar]


def _insert(ledger: str, values: Mapping[str, str | int | bool | None], server: Server) -> str:
    """The columns in Prisma's order; the others have defaults."""
    order = ("id", "checksum", "logs", "started_at", "finished_at", "migration_name")
    given = (value(values[column], server) if column in values else _now(server) for column in order)
    columns = ", ".join(name(column, server) for column in order)
    return f"INSERT INTO {table(ledger, server)} ({columns}) VALUES ({', '.join(given)})"


def _rolled_back(ledger: str, row: LedgerRow, server: Server) -> str:
    """Only while it still is open."""
    column = name("rolled_back_at", server)
    return f"UPDATE {table(ledger, server)} SET {column} = {_now(server)} WHERE {_is(row, server)} AND {column} IS NULL"


def _opened(ledger: str, row: LedgerRow, server: Server) -> str:
    return f"UPDATE {table(ledger, server)} SET {name('rolled_back_at', server)} = NULL WHERE {_is(row, server)}"


def _is(row: LedgerRow, server: Server) -> str:
    return f"{name('id', server)} = {value(id_of(row), server)}"
