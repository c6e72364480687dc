"""The words that ledger edits are made of: names and values as each server's SQL has them.

The rows themselves are the frameworks' business; quoting is not, so it stands here once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from console.core.migration import LedgerRow
from console.core.observation import Server
from console.core.plan import LedgerEdit

Values = Sequence[tuple[str, str | int | bool | None]]
"""Column and value, in the order of the statement."""


def name(text: str, server: Server) -> str:
    """A quoted identifier."""
    mark = "`" if server.grammar in ("mysql", "mariadb") else '"'
    return mark + text.replace(mark, mark * 2) + mark


def table(ledger: str, server: Server) -> str:
    """`schema.table`, as a ledger is called, quoted."""
    schema, _, plain = ledger.partition(".")
    return f"{name(schema, server)}.{name(plain, server)}" if plain else name(schema, server)


def value(given: str | int | bool | None, server: Server) -> str:
    """A literal. A backslash is written so that no setting of the session changes what it means."""
    if given is None:
        return "NULL"
    if isinstance(given, bool):
        return str(given).lower() if server.grammar == "postgres" else str(int(given))
    if isinstance(given, int):
        return str(given)
    if "\\" not in given:
        return "'" + given.replace("'", "''") + "'"
    if server.grammar == "postgres":
        return "E'" + given.replace("\\", "\\\\").replace("'", "''") + "'"
    if server.grammar == "sqlite":
        return "'" + given.replace("'", "''") + "'"
    return f"CONVERT(0x{given.encode().hex()} USING utf8mb4)"


def insert(ledger: str, values: Values, server: Server) -> str:
    """One row."""
    columns = ", ".join(name(column, server) for column, _ in values)
    given = ", ".join(value(what, server) for _, what in values)
    return f"INSERT INTO {table(ledger, server)} ({columns}) VALUES ({given})"


def delete(ledger: str, where: Values, server: Server) -> str:
    """The rows that have all these values."""
    same = " AND ".join(
        f"{name(column, server)} " + ("IS NULL" if what is None else f"= {value(what, server)}")
        for column, what in where
    )
    return f"DELETE FROM {table(ledger, server)} WHERE {same}"


def put_back(ledger: str, rows: Iterable[Sequence[tuple[str, str | None]]], server: Server) -> tuple[str, ...]:
    """Rows as they were, every column; numbers and times are given as text, which every server takes."""
    return tuple(insert(ledger, row, server) for row in rows)


def as_text(values: Mapping[str, str | int | bool | None], server: Server) -> tuple[tuple[str, str | None], ...]:
    """What the server answers for these values when every column is read as text."""
    yes, no = ("t", "f") if server.grammar == "postgres" else ("1", "0")
    return tuple(
        (column, None if given is None else (yes if given else no) if isinstance(given, bool) else str(given))
        for column, given in values.items()
    )


def one_row(ledger: str, values: Values, server: Server, follow_up: str) -> LedgerEdit:
    """One row more, and the way back."""
    given = tuple(values)
    sql, undo = insert(ledger, given, server), delete(ledger, given, server)
    return LedgerEdit(ledger, (sql,), (), (as_text(dict(given), server),), (undo,), follow_up)


def no_rows(ledger: str, rows: Sequence[LedgerRow], where: Values, server: Server, follow_up: str) -> LedgerEdit:
    """The rows that have these values go; they are kept, and put back as they were."""
    before = tuple(row.raw for row in rows)
    return LedgerEdit(ledger, (delete(ledger, where, server),), before, (), put_back(ledger, before, server), follow_up)
