"""InnoDB's transactions as they are now, and not as somebody was shown them before.

InnoDB answers from a picture it makes anew only when nobody has read one for 0.1 s: two consoles and a monitor together
may be shown the same old one again and again. So the read is made inside a transaction of its own, with a mark in its
text. The picture shows each transaction with the statement it runs: one that shows the mark was taken for this read.
Measured on MySQL 9.7 and MariaDB 10.11, at REPEATABLE READ and READ COMMITTED.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from itertools import count
from uuid import uuid4

from console.core.faults import Fault, ReadFault
from console.dialects.mysql import queries
from console.dialects.mysql.wire import Row, Wire

_WAITS = (0.11, 0.13, 0.17, 0.23, 0.31)
"""Seconds until the next try; of different lengths, so that two consoles do not keep step."""
_PROCESS = uuid4().hex[:12]
_numbers = count(1)
_LANES = {"sessions", "locks"}
_TOGETHER = 0.05
"""Seconds between two lanes that begin together. InnoDB shows the second one what it made for the first."""
_issued: deque[tuple[float, str, str]] = deque(maxlen=16)


def transactions(wire: Wire) -> list[Row]:
    """Rows of `queries.INNODB_TRX`, Halfway's own left out. ReadFault when every picture was an old one."""
    if queries.INNODB_TRX in wire.ahead:
        return wire.ahead[queries.INNODB_TRX]
    began = time.monotonic()
    for seconds in (*_WAITS, 0.0):
        mark, late = new_mark(wire), time.monotonic() - began
        rows = _rows(wire, mark)
        if is_fresh(wire, rows, mark):
            return [_earlier(row, late) for row in others(rows)]
        time.sleep(seconds)  # the picture ages only while nobody reads
    why = "another program asks InnoDB for its transactions more than ten times a second, which keeps an old answer"
    raise ReadFault("InnoDB's transactions cannot be seen as they are now", why)


def new_mark(wire: Wire) -> str:
    """What stands in the text of one read and of no other."""
    mark = f"halfway {_PROCESS} {next(_numbers)} "
    _issued.append((time.monotonic(), wire.lane, mark))
    return mark


def is_fresh(wire: Wire, rows: list[Row], mark: str) -> bool:
    """Whether the picture was taken for the read with this mark, or for the other lane's in the same sweep."""
    soon = time.monotonic() - _TOGETHER
    beside = [other for issued, lane, other in tuple(_issued) if issued >= soon and {lane, wire.lane} == _LANES]
    return any(each in row[-1] for row in rows if queries.TRX_MARK in row[-1] for each in (mark, *beside))


def _earlier(row: Row, late: float) -> Row:
    """With the ages that it had so many seconds before, when the sessions were read that these belong to."""
    number, name, state, age, waited, *more = row
    ages = (None if told is None else max(0.0, float(told) - late) for told in (age, waited))
    return (number, name, state, *ages, *more)


def others(rows: list[Row]) -> list[Row]:
    """Those that are not Halfway's, without their texts."""
    return [row[:-1] for row in rows if queries.TRX_MARK not in row[-1]]


def _rows(wire: Wire, mark: str) -> list[Row]:
    wire.read("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    try:
        return wire.read(queries.INNODB_TRX.format(mark=mark))
    finally:
        with suppress(Fault):  # a lost connection ends it too
            wire.read("ROLLBACK")
