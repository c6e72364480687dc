"""Rails' table of versions: recognised by its one column, its rows in the order of their numbers, and Rails' lock."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace

from console.core.migration import Ledger, LedgerRow
from console.core.plain import one_line
from console.core.ports import Project, TableRows

TABLE = "schema_migrations"
BESIDE = "ar_internal_metadata"
"""Rails' own table of settings since 5.0."""
LOCK_SALT = 2053462845
"""What Rails multiplies the check sum of the database's name with."""
_LONGEST = 255
"""Digits of a version."""


def table_of(project: Project | None) -> str:
    """The name of the table, with what the application puts around names."""
    settings: Mapping[str, str] = project.settings if project else {}
    return settings.get("prefix", "") + settings.get("schema_migrations", TABLE) + settings.get("suffix", "")


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the table may be: as configured, then anywhere under that name, then under the usual name."""
    settings: Mapping[str, str] = project.settings if project else {}
    table = table_of(project)
    first = settings.get("search_path", "").partition(",")[0].strip().strip('"')
    places: list[tuple[str | None, str]] = [(first, table)] if first not in ("", "public", "$user") else []
    return tuple(dict.fromkeys([*places, (None, table), (None, TABLE)]))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The ledger in these rows; None when the table is not Rails'. Other tools have more columns, or a number. Where
    only some rows are no versions it is Rails' and cannot be read."""
    if [column.lower() for column in rows.columns] != ["version"]:
        return None
    stamps = rows.stamps or (None,) * len(rows.rows)
    found = [(values[0] or "", stamp) for values, stamp in zip(rows.rows, stamps, strict=True)]
    odd = next((version for version, _ in found if not is_version(version)), None)
    if odd is not None:
        mixed = any(is_version(version) for version, _ in found)
        return Ledger(name, True, unread=f"its row {one_line(odd, 40)!r} is no version") if mixed else None
    found.sort(key=lambda row: (int(row[0]), row[0]))
    made = (
        LedgerRow(id=_id(version), success=True, rank=rank, stamp=stamp, raw=((rows.columns[0], version),))
        for rank, (version, stamp) in enumerate(found, 1)
    )
    return Ledger(name, True, tuple(made))


def with_beside(ledger: Ledger, rows: TableRows) -> Ledger:
    """The ledger with the names and values of `ar_internal_metadata`."""
    names = [column.lower() for column in rows.columns]
    if not {"key", "value"} <= set(names):
        return ledger
    key, value = names.index("key"), names.index("value")
    return replace(ledger, beside=tuple(sorted((row[key] or "", row[value] or "") for row in rows.rows)))


def is_version(text: str) -> bool:
    """A number as Rails writes it; other scripts have digits, too, and no version is longer than a name may be."""
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST


def _id(version: str) -> str:
    return str(int(version))


def lock_number(database: str) -> int:
    """The advisory lock of a database, and on MySQL the name of the lock."""
    return LOCK_SALT * zlib.crc32(database.encode())
