"""Several flat reads as one statement: a look asks a busy server once where it asked a dozen times.

MySQL gives each read as one JSON value, so that the types stay and no two collations meet; MariaDB runs them in a block
and gives each as rows. Both can also tell InnoDB's transactions as they are now (see innodb.py): MySQL because the same
statement reads its own catalog, which begins a transaction that shows the mark, MariaDB because the block begins one.
What cannot be read so, behind a proxy or where one of the reads fails, is read one by one, as if nobody had asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from console.core.faults import Fault, LinkLostFault, UnreachableFault
from console.dialects.mysql import innodb, queries

if TYPE_CHECKING:
    from console.dialects.mysql.wire import Row, Wire

Given = Mapping[str, Any]
NOTHING: Given = MappingProxyType({})
APART = 15
"""Looks that are taken one by one after one of the reads failed."""
_COLUMNS = {
    queries.NOW: 1, queries.NOWS: 2, queries.THREADS: 10, queries.OWNERS: 2, queries.HOSTS: 2, queries.TRANSACTIONS: 2,
    queries.METADATA_LOCKS: 6, queries.INSTRUMENT: 1, queries.LOST_LOCKS: 1, queries.STAGES_ON: 1, queries.PROGRESS: 4,
    queries.CLOSED_TABLES: 1, queries.ENDED: 1, queries.UNCOUNTED: 1, queries.LAST: 2, queries.EVERY_WAIT: 4,
    **{queries.PROGRAMS.format(table=table): 3 for table in queries.PROGRAM_TABLES},
    **dict.fromkeys(queries.CHANGES, 3),
}  # fmt: skip
_INNODB_COLUMNS = 10
_MOMENTS = {queries.NOW: (0,), queries.NOWS: (0, 1), **dict.fromkeys(queries.CHANGES, (2,))}
"""Columns that JSON brings as text."""
_BEGINS = "(SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'mysql')"
_BLOCK = """BEGIN NOT ATOMIC
DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
{begin}{reads};
{end}END"""


@contextmanager
def ahead(wire: Wire, *reads: str, given: Given = NOTHING, transactions: bool = False) -> Iterator[None]:
    """In the block these reads, and InnoDB's transactions where they are wanted, are answered by what was read at its
    beginning. `given` are the parameters of those that take some."""
    if reads and wire.ahead.keys() >= set(reads):
        yield
        return
    wire.ahead = {}
    if wire.proxied or wire.apart:
        wire.apart = max(0, wire.apart - 1)
    else:
        try:
            wire.ahead = _several(wire, tuple(dict.fromkeys(reads)), given, transactions=transactions)
        except (LinkLostFault, UnreachableFault):
            raise
        except (Fault, ValueError):
            wire.apart = APART
    try:
        yield
    finally:
        wire.ahead = {}


def _several(wire: Wire, reads: Sequence[str], given: Given, *, transactions: bool) -> dict[str, list[Row]]:
    mark = innodb.new_mark(wire)
    spelled = [wire.spelled(sql, given) if given and "%(" in sql else sql for sql in reads]
    if transactions:
        spelled.append(queries.INNODB_TRX.format(mark=mark))
    ask = _in_a_block if wire.is_mariadb else _in_json
    found = ask(wire, spelled, f"{queries.TRX_MARK} /* {mark}*/", transactions=transactions)
    rows = found if wire.is_mariadb else [_typed(sql, each) for sql, each in zip(reads, found, strict=False)]
    known = dict(zip(reads, rows, strict=False))
    if transactions and innodb.is_fresh(wire, found[-1], mark):
        known[queries.INNODB_TRX] = innodb.others(found[-1])
    return known


def _in_a_block(wire: Wire, reads: Sequence[str], marks: str, *, transactions: bool) -> list[list[Row]]:
    begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;\n" if transactions else ""
    end = "ROLLBACK;\n" if transactions else ""
    if transactions:  # a block is shown without its comments
        reads = [*reads[:-1], reads[-1].replace("SELECT", f"SELECT '{marks}',", 1)]
    try:
        found = wire.several(_BLOCK.format(begin=begin, reads=";\n".join(reads), end=end))[: len(reads)]
    except Fault:
        with suppress(Fault):  # who cancels a block cancels its handlers too
            wire.read("ROLLBACK")
        raise
    return [*found[:-1], [row[1:] for row in found[-1]]] if transactions else found


def _in_json(wire: Wire, reads: Sequence[str], marks: str, *, transactions: bool) -> list[list[Row]]:
    widths = [_COLUMNS.get(sql, 0) for sql in reads]
    columns = [_as_json(sql, width or _width(sql)) for sql, width in zip(reads, widths, strict=True)]
    begins = [_BEGINS] if transactions else ["1"]
    told = wire.read(f"SELECT {marks}\n" + ",\n".join([*begins, *columns]))[0][1:]
    return [[tuple(row) for row in json.loads(text)] if text else [] for text in told]


def _width(spelled: str) -> int:
    """Of a read that was spelled out with its parameters, or that holds a mark."""
    return _INNODB_COLUMNS if queries.TRX_MARK in spelled else 3


def _as_json(sql: str, width: int) -> str:
    names = ", ".join(f"c{n}" for n in range(width))
    return f"(SELECT json_arrayagg(json_array({names})) FROM ({sql}) AS q ({names}))"


def _typed(sql: str, rows: list[Row]) -> list[Row]:
    moments = _MOMENTS.get(sql, ())
    return (
        [tuple(_moment(v) if n in moments and v else v for n, v in enumerate(row)) for row in rows] if moments else rows
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
