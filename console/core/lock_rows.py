"""Locks that tools keep as rows: Liquibase's and Knex's. One that is killed leaves its row, and waits for it after.

No server ends such a lock with a session. Whose it is stands in the row, if anywhere: Liquibase writes the name and the
address of its machine, Knex nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.core.schema import Column, Ref, Schema, Table

LIQUIBASE, KNEX = "Liquibase", "Knex"
_TABLES = {
    "databasechangeloglock": (LIQUIBASE, frozenset({"id", "locked", "lockgranted", "lockedby"})),
    "knex_migrations_lock": (KNEX, frozenset({"index", "is_locked"})),
}
_OTHERWISE = "_lock"
"""Behind whatever a project of Knex calls its ledger; then the table has these columns and no other."""
_FREE = frozenset({"f", "false", "0", "\x00", ""})
_PLACE = re.compile(r"(?P<host>[^\s#(]+).*\((?P<address>[^()]+)\)\s*")


@dataclass(frozen=True, slots=True)
class LockRow:
    """One row that says that a lock is taken."""

    place: Ref
    """Its table."""
    tool: str
    flag: str
    """The column that says so, as it is spelled."""
    row: tuple[tuple[str, str | None], ...]
    """All of it: another row later is another lock."""
    holder: str = ""
    """`web1 (10.0.0.7)`, where the tool wrote it."""
    since: str = ""

    @property
    def homes(self) -> tuple[str, ...]:
        """Where its holder is: the name and the address of a machine."""
        match = _PLACE.match(self.holder)
        return (match["host"], match["address"]) if match else ()


def lock_tables(schema: Schema) -> Iterator[Table]:
    """The tables in which tools keep such locks."""
    for table in schema.of_kind(Table):
        _, columns = _known(table)
        members = schema.by_table.get((table.ref.schema, table.ref.name), ())
        named = {thing.ref.name.lower() for thing in members if isinstance(thing, Column)}
        if columns and (columns <= named if table.ref.name.lower() in _TABLES else columns == named):
            yield table


def _known(table: Table) -> tuple[str, frozenset[str]]:
    name = table.ref.name.lower()
    otherwise = _TABLES["knex_migrations_lock"] if name.endswith(_OTHERWISE) else ("", frozenset[str]())
    return _TABLES.get(name, otherwise)


def taken(table: Table, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[LockRow]:
    """The rows that say that a lock is taken; whatever does not say that it is free."""
    tool, _ = _known(table)
    for values in rows:
        row = tuple(zip(columns, values, strict=True))
        by_name = {name.lower(): (name, value) for name, value in row}
        flag, said = by_name["locked" if tool == LIQUIBASE else "is_locked"]
        if (said or "").lower() not in _FREE:
            holder, since = (by_name.get(name, ("", None))[1] or "" for name in ("lockedby", "lockgranted"))
            yield LockRow(table.ref, tool, flag, row, holder, since)


def freed(row: LockRow, quoted: Callable[[str], str], no: str) -> str:
    """What the tool itself writes when it lets go; `no` is the server's word for false."""
    emptied = [name for name, _ in row.row if name.lower() in ("lockgranted", "lockedby")]
    flag = f"{quoted(row.flag)} = {no if row.tool == LIQUIBASE else 0}"
    return ", ".join((flag, *(f"{quoted(name)} = NULL" for name in emptied)))


def same_row(row: LockRow, quoted: Callable[[str], str], text: Callable[[str], str]) -> str:
    """That very row, and no other: whoever takes the lock later writes another."""
    parts = [(name, value) for name, value in row.row if name != row.flag]
    said = [f"{quoted(name)} IS NULL" if value is None else f"{quoted(name)} = {text(value)}" for name, value in parts]
    return " AND ".join(said)
