"""InnoDB's transactions as they are now, and not as somebody was shown them before.

InnoDB answers from a picture it makes anew only when nobody has read one for 0.1 s: two consoles and a monitor together
may be shown the same old one again and again. So the read is made inside a transaction of its own, with a mark in its
text. The picture shows each transaction with the statement it runs: one that shows the mark was taken for this read.
Measured on MySQL 9.7 and MariaDB 10.11, at REPEATABLE READ and READ COMMITTED.
"""

from __future__ import annotations

import time
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


def transactions(wire: Wire) -> list[Row]:
    """Rows of `queries.INNODB_TRX`, Halfway's own left out. ReadFault when every picture was an old one."""
    for seconds in (*_WAITS, 0.0):
        rows = _rows(wire, mark := f"halfway {_PROCESS} {next(_numbers)}")
        if any(mark in row[-1] for row in rows):
            return [row[:-1] for row in rows if queries.TRX_MARK not in row[-1]]
        time.sleep(seconds)  # the picture ages only while nobody reads
    why = "another program asks InnoDB for its transactions more than ten times a second, which keeps an old answer"
    raise ReadFault("InnoDB's transactions cannot be seen as they are now", why)


def _rows(wire: Wire, mark: str) -> list[Row]:
    wire.read("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    try:
        return wire.read(queries.INNODB_TRX.format(mark=mark))
    finally:
        with suppress(Fault):  # a lost connection ends it too
            wire.read("ROLLBACK")
