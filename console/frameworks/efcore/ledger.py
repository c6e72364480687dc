"""__EFMigrationsHistory: the id of each migration, and the version of EF Core its model was made with."""

from __future__ import annotations

from console.core.migration import Ledger, LedgerRow
from console.core.observation import Server
from console.core.ports import Project, TableRows
from console.readers.sqlfiles import ledger as _rows

TABLE = "__EFMigrationsHistory"
NAMES = (("MigrationId", "ProductVersion"), ("migration_id", "product_version"))


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be; another name would stand in C#, which is not read."""
    return ((None, TABLE),)


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The rows in the order of their ids; None when the table is not EF Core's."""
    own = next((names for names in NAMES if _rows.has(rows, *(one.lower() for one in names))), None)
    if own is None:
        return None
    found = sorted(_rows.read(rows), key=lambda row: row.text(own[0].lower()).lower())
    made = (
        LedgerRow(row.text(own[0].lower()), True, type=row.text(own[1].lower()), rank=n, stamp=row.stamp, raw=row.raw)
        for n, row in enumerate(found, 1)
    )
    return Ledger(name, True, tuple(made))


def columns_of(ledger: Ledger, *, snake: bool) -> tuple[str, str]:
    """What its columns are called: as in a row that is there, else as the script writes them."""
    if ledger.rows and len(ledger.rows[0].raw) > 1:
        names = tuple(column for column, _ in ledger.rows[0].raw)
        own = [one for wanted in ("migration", "product") for one in names if one.lower().startswith(wanted)]
        if len(own) > 1:
            return own[0], own[1]
    return NAMES[1] if snake else NAMES[0]


def locks(server: Server) -> tuple[tuple[str, ...], ...]:
    """The lock that Pomelo takes from EF Core 9 on; Npgsql locks the table itself."""
    if server.grammar not in ("mysql", "mariadb"):
        return ()
    return ((f"__{server.name}_EFMigrationsLock",),)
