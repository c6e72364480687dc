"""Atlas' own rows, as `atlas migrate set` leaves them: one that stopped becomes resolved, one that is new says so."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import name as quoted
from console.core.ledger_sql import no_rows, table, value
from console.core.migration import LedgerRow
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.atlas.ledger import EXECUTED, RESOLVED, counted
from console.readers.sqlfiles.marking import of_a_file, rows_of


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Atlas."""

    def __init__(self, project: Project | None) -> None:
        """`project` is not needed: the rows say everything."""

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row is set to executed and resolved; counter and error stay, as Atlas leaves them."""
        of_a_file(tracking, migration, "Atlas")
        row = next((row for row in tracking.ledger.rows if row.id == migration), None)
        if row is None:
            raise CannotWriteError(
                "Atlas has no row of it, and what it writes into the columns of a new one is not known exactly: "
                f"`atlas migrate set {migration}` does that, for it and all before it."
            )
        _is_last(tracking, migration)
        return _resolved(tracking, row, server)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, where it is the last one: setting another version removes all after that."""
        rows = rows_of(tracking, migration, "Atlas")
        _is_last(tracking, migration)
        where = (("version", migration),)
        return no_rows(tracking.ledger.name, rows, where, server, "The next atlas migrate apply runs it whole.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _is_last(tracking: Tracking, migration: str) -> None:
    """CannotWriteError where it is not: Atlas keeps no row behind the version that it is set to."""
    later = next((row.id for row in tracking.ledger.rows if row.id > migration), None)
    if later is not None:
        raise CannotWriteError(f"{later} is recorded after it: Atlas would remove that row, too.")


def _resolved(tracking: Tracking, row: LedgerRow, server: Server) -> LedgerEdit:
    ledger, kind = tracking.ledger.name, EXECUTED | RESOLVED
    found = counted(row)

    def moved(to: int, was: int) -> str:
        of = f"{quoted('version', server)} = {value(row.id, server)} AND {quoted('type', server)} = {was}"
        counter = f"{quoted('applied', server)} = {found.applied}"
        return f"UPDATE {table(ledger, server)} SET {quoted('type', server)} = {to} WHERE {of} AND {counter}"

    after = tuple((column, str(kind) if column.lower() == "type" else text) for column, text in row.raw)
    told = "The next atlas migrate apply goes on behind it."
    sql, back = moved(kind, found.kind), moved(found.kind, kind)
    return LedgerEdit(ledger, (sql,), (row.raw,), (after,), (back,), told)
