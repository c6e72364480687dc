"""CREATE INDEX and DROP INDEX, which name their table."""

from __future__ import annotations

from console.core.operations import Create, Drop
from console.core.schema import Kind
from console.core.statements.mysql.cursor import MyCursor, part_of
from console.core.statements.mysql.keys import Owner, read_index
from console.core.statements.verbs import Meaning


def create_index(cursor: MyCursor) -> Meaning:
    """Behind `CREATE [UNIQUE | FULLTEXT | SPATIAL] INDEX`."""
    before = [token.word for token in cursor.found[: cursor.at]]
    method = next((word.lower() for word in before if word in ("FULLTEXT", "SPATIAL", "VECTOR")), "btree")
    if_absent = cursor.if_not_exists()
    name = cursor.name()
    using = cursor.step().word.lower() if cursor.accept_any("USING", "TYPE") else ""
    cursor.expect("ON")
    table = cursor.table()
    index = read_index(cursor, Owner(table), name, unique="UNIQUE" in before, method=using or method)
    cursor.end()
    return Meaning((Create((index,), if_absent=if_absent, replace="REPLACE" in before),), (table,))


def drop_index(cursor: MyCursor) -> Meaning:
    """Behind `DROP INDEX`."""
    if_present = cursor.if_exists()
    name = cursor.name()
    cursor.expect("ON")
    table = cursor.table()
    while cursor.accept_any("ALGORITHM", "LOCK", "WAIT"):
        cursor.accept("=")
        cursor.step()
    cursor.accept("NOWAIT")
    cursor.end()
    return Meaning((Drop(part_of(Kind.INDEX, table, name), if_present=if_present),), (table,))
