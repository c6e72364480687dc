"""Flyway's schema history table: recognised by its columns, its rows as values, and the key of its own lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from console.core.migration import Ledger, LedgerRow
from console.core.ports import Project, TableRows
from console.frameworks.flyway.names import version_of
from console.frameworks.flyway.options import TABLE, options_of

COLUMNS = frozenset({"installed_rank", "version", "description", "type", "script", "checksum", "success"})
LEGACY_TABLE = "schema_version"
"""The name before Flyway 5; such tables are still in use."""
LOCK_BASE = 77431708279161
"""`Flyway` in ASCII, as its source spells the advisory lock's number."""
_TRUE = frozenset({"t", "true", "1", "yes", "y", "on"})


def ledger_tables(project: Project | None) -> tuple[tuple[str | None, str], ...]:
    """Where the history may be: as configured, then anywhere under that name, then under Flyway's default names."""
    options = options_of(project.settings if project else {})
    places: list[tuple[str | None, str]] = [(options.schema, options.table)] if options.schema else []
    return tuple(dict.fromkeys([*places, (None, options.table), (None, TABLE), (None, LEGACY_TABLE)]))


def parse_ledger(name: str, rows: TableRows) -> Ledger | None:
    """The history in these rows, oldest first; None when the table is not Flyway's."""
    columns = [column.lower() for column in rows.columns]
    if not set(columns) >= COLUMNS:
        return None
    stamps = rows.stamps or (None,) * len(rows.rows)
    parsed = [
        _row(dict(zip(columns, values, strict=True)), tuple(zip(rows.columns, values, strict=True)), stamp)
        for values, stamp in zip(rows.rows, stamps, strict=True)
    ]
    return Ledger(name, True, tuple(sorted(parsed, key=lambda row: -1 if row.rank is None else row.rank)))


def _row(values: Mapping[str, str | None], raw: tuple[tuple[str, str | None], ...], stamp: int | None) -> LedgerRow:
    return LedgerRow(
        id=_id(values),
        success=(values["success"] or "").strip().lower() in _TRUE,
        applied_at=_when(values.get("installed_on")),
        checksum=values["checksum"],
        description=values["description"] or "",
        script=values["script"] or "",
        type=(values["type"] or "").upper(),
        rank=_number(values["installed_rank"]),
        stamp=stamp,
        raw=raw,
    )


def _id(values: Mapping[str, str | None]) -> str:
    kind = (values["type"] or "").upper()
    text = values["version"]
    if text:
        version = version_of(text)
        prefix = "B" if kind == "SQL_BASELINE" else ""
        return prefix + (version.text if version else text)
    if kind == "SCHEMA":
        return values["description"] or "schema"
    return f"R__{values['description'] or ''}"


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def _when(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def lock_names(project: Project | None, ledger_name: str, dialect: str) -> tuple[str, ...]:
    """Flyway's lock for this history as the server lists it: a number, or what GET_LOCK was given, which MySQL lists
    in lower case and MariaDB as it was given."""
    if dialect in {"mysql", "mariadb"}:
        names = [f"Flyway-{hashed}" for hashed in _hashes(project, ledger_name, "`")]
        return tuple(name.lower() for name in names) if dialect == "mysql" else tuple(names)
    return tuple(str(key) for key in lock_keys(project, ledger_name))


def lock_note(project: Project | None, dialect: str) -> str:
    """What is to be known of who holds it: it stands behind `holds Flyway's lock`."""
    if dialect in {"mysql", "mariadb"}:
        return ": it is the session that migrates too"
    options = options_of(project.settings if project else {})
    how = "in a transaction" if options.transactional_lock else "as long as it is connected"
    return (
        f", {how}, and writes the history: another session migrates, ending this one does not stop that, and what that "
        "does outside a transaction then gets no row"
    )


def lock_keys(project: Project | None, ledger_name: str) -> tuple[int, ...]:
    """The numbers of Flyway's advisory lock for this history: with the schema in its name, and without."""
    return tuple(LOCK_BASE + hashed for hashed in _hashes(project, ledger_name, '"'))


def _hashes(project: Project | None, ledger_name: str, quote: str) -> tuple[int, ...]:
    options = options_of(project.settings if project else {})
    schema, _, table = ledger_name.rpartition(".")
    if ledger_name.endswith("." + options.table):
        schema, table = ledger_name[: -len(options.table) - 1], options.table
    return tuple(dict.fromkeys(java_hash(name) for name in _spellings(schema, table, quote)))


def _spellings(schema: str, table: str, quote: str) -> Iterator[str]:
    quoted = _quoted(table, quote)
    if schema:
        yield f"{_quoted(schema, quote)}.{quoted}"
    yield quoted


def _quoted(name: str, quote: str) -> str:
    if len(name) > 1 and name[0] == name[-1] == quote:
        return name
    return quote + name.replace(quote, quote * 2) + quote


def java_hash(text: str) -> int:
    """Java's String.hashCode()."""
    units = text.encode("utf-16-le", errors="surrogatepass")
    total = 0
    for at in range(0, len(units), 2):
        total = (31 * total + units[at] + 256 * units[at + 1]) % 2**32
    return total - 2**32 if total >= 2**31 else total
