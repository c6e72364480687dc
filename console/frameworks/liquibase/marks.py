"""Liquibase's own rows, as `changelog-sync` writes them and as its rollback deletes them.

The check sum is written where it can be made again; else it is NULL, as `clear-checksums` leaves it: the next run takes
such a row as it is and fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.core.ledger_sql import as_text, delete, name, no_rows, table, value
from console.core.migration import LedgerRow, Migration
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, LedgerEdit
from console.core.ports import Project
from console.frameworks.liquibase.sums import VERSION
from console.readers.sqlfiles.marking import of_a_file, rows_of

_NOW = {"postgres": "NOW()", "mysql": "NOW()", "mariadb": "NOW()"}
_RUN = {
    "postgres": "substring(floor(extract(epoch from now()) * 1000)::bigint::text from 4)",
    "mysql": "SUBSTRING(CAST(FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) AS CHAR), 4)",
    "mariadb": "SUBSTRING(CAST(FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000) AS CHAR), 4)",
}
"""DEPLOYMENT_ID: the milliseconds of now without their first three figures."""
_KEYS = ("id", "author", "filename")


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Liquibase."""

    def __init__(self, project: Project | None) -> None:
        """`project` says whether paths begin where the settings say, or where it was guessed."""
        self._told = project is not None and bool(project.settings.get("changelog"))

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """A row as Liquibase writes it of a changeset that it ran."""
        file = of_a_file(tracking, migration, "Liquibase")
        _free(tracking)
        if not self._told and not any(_path(row) == row.id.split("::", 2)[-1] for row in _own(tracking)):
            raise CannotWriteError(
                "Where the paths of its changelog begin is not said, so what its row calls the file is not known: set"
                " changeLogFile in liquibase.properties."
            )
        if server.grammar not in _NOW or not file.row:
            raise CannotWriteError(
                "What Liquibase would write of it is not known exactly here: `liquibase mark-next-changeset-ran` writes"
                " the row of the first changeset that has none."
            )
        ledger = tracking.ledger
        values = {_cased(column, server): what for column, what in _values(file, ledger.rows).items()}
        keys = {column: what for column, what in values.items() if column.lower() in _KEYS}
        insert = _insert(ledger.name, values, server)
        undo = delete(ledger.name, tuple(keys.items()), server)
        told = "The next liquibase update passes it over" + ("." if file.checksum else ", and fills in its check sum.")
        return LedgerEdit(ledger.name, (insert,), (), (as_text(values, server),), (undo,), told)

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """Its row goes, as Liquibase's rollback deletes it: by id, author and file."""
        _free(tracking)
        rows = rows_of(tracking, migration, "Liquibase")
        where = tuple((column, text) for column, text in rows[0].raw if column.lower() in _KEYS)
        return no_rows(tracking.ledger.name, rows, where, server, "The next liquibase update runs it again.")

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: it is the server's own."""
        return {}


def _own(tracking: Tracking) -> tuple[LedgerRow, ...]:
    """The rows whose changesets are in the files."""
    return tuple(t.row for t in tracking.tracked if t.row is not None and t.migration is not None)


def _path(row: LedgerRow) -> str:
    return next((text or "" for column, text in row.raw if column.lower() == "filename"), "")


def _free(tracking: Tracking) -> None:
    """CannotWriteError while the lock is held: nobody can tell here whether its holder still works."""
    if dict(tracking.ledger.beside).get("locked") == "yes":
        raise CannotWriteError("Liquibase's lock is held: release it first, once nobody migrates any more.")


def _values(file: Migration, rows: tuple[LedgerRow, ...]) -> dict[str, str | int | bool | None]:
    """All but what the clock says, in Liquibase's order."""
    name_, author, path = file.id.split("::", 2)
    told = dict(file.row)
    sums = [row.checksum or "" for row in rows if row.checksum]
    older = bool(sums) and not sums[-1].startswith(VERSION)
    kept = {column.lower(): what for column, what in rows[-1].raw} if rows else {}
    found: dict[str, str | int | bool | None] = {
        "id": name_,
        "author": author,
        "filename": path,
        "orderexecuted": max((row.rank or 0 for row in rows), default=0) + 1,
        "md5sum": None if older else file.checksum,
        "description": told["description"],
        "comments": told["comments"],
        "exectype": "EXECUTED",
        "contexts": told["contexts"] or None,
        "labels": told["labels"] or None,
        "liquibase": kept.get("liquibase"),
    }
    return {**found, "tag": told["tag"]} if told["tag"] else found


def _cased(column: str, server: Server) -> str:
    return column if server.grammar == "postgres" else column.upper()


def _insert(ledger: str, values: Mapping[str, str | int | bool | None], server: Server) -> str:
    clock = {"dateexecuted": _NOW[server.grammar], "deployment_id": _RUN[server.grammar]}
    given = {column: value(what, server) for column, what in values.items()}
    given |= {_cased(column, server): sql for column, sql in clock.items()}
    columns = ", ".join(name(column, server) for column in given)
    return f"INSERT INTO {table(ledger, server)} ({columns}) VALUES ({', '.join(given.values())})"
