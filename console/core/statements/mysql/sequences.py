"""MariaDB's CREATE SEQUENCE and ALTER SEQUENCE."""

from __future__ import annotations

from console.core.operations import Change, Create, Opaque, Operation
from console.core.schema import Kind, Sequence, Value
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.mysql.table_options import TableOptions, read_option
from console.core.statements.tables import TEMPORARY
from console.core.statements.verbs import Meaning

_TOP = 2**63 - 2
"""MariaDB keeps one number of a bigint back at each end."""


def create_sequence(cursor: MyCursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [TEMPORARY] SEQUENCE`."""
    before = {token.word for token in cursor.found[: cursor.at]}
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.SEQUENCE)
    if "TEMPORARY" in before:
        cursor.rest()
        return Meaning((TEMPORARY,), temporary=(ref,))
    said = _settings(cursor)
    step = _number(said.get("increment"), 1)
    minimum = _number(said.get("minimum"), 1 if step >= 0 else -_TOP)
    maximum = _number(said.get("maximum"), _TOP if step >= 0 else -1)
    sequence = Sequence(
        ref=ref,
        start=_number(said.get("start"), minimum if step >= 0 else maximum),
        increment=step,
        minimum=minimum,
        maximum=maximum,
        cycle=bool(said.get("cycle")),
        unread=frozenset({"owner", "owned_by", "type"}),
    )
    return Meaning((Create((sequence,), if_absent=if_absent, replace="REPLACE" in before),))


def alter_sequence(cursor: MyCursor) -> Meaning:
    """Behind `ALTER SEQUENCE`."""
    if_present = cursor.if_exists()
    ref = cursor.ref(Kind.SEQUENCE)
    said = _settings(cursor)
    restarted = said.pop("restart", None)
    operations: list[Operation] = [Change(ref, tuple(said.items()), if_present=if_present)] if said else []
    if restarted or not operations:
        operations.append(
            Opaque("Where a sequence stands is data: the catalog shows only where it began.", harmless=True)
        )
    return Meaning(tuple(operations))


def _number(value: Value, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _settings(cursor: MyCursor) -> dict[str, Value]:
    said: dict[str, Value] = {}
    while not cursor.done:
        if cursor.accept_any("NOMINVALUE", "NOMAXVALUE", "NOCACHE"):
            continue
        if cursor.accept("NO"):
            cursor.step()
        elif cursor.accept_any("NOCYCLE"):
            said["cycle"] = False
        elif cursor.accept("CYCLE"):
            said["cycle"] = True
        elif word := cursor.accept_any(*_NAMES):
            cursor.accept_any("WITH", "BY", "=")
            bare = word == "RESTART" and (cursor.token is None or not cursor.token.text[:1].isdigit())
            value = True if bare else cursor.integer()
            if word != "CACHE":
                said[_NAMES[word]] = value
        elif cursor.accept("AS"):
            cursor.kind_of_type()
        elif not read_option(cursor, TableOptions()):
            raise Unreadable
    return said


_NAMES = {
    "START": "start",
    "INCREMENT": "increment",
    "MINVALUE": "minimum",
    "MAXVALUE": "maximum",
    "RESTART": "restart",
    "CACHE": "cache",
}
