"""What a console holds in memory when it has read everything: at a hundred tables and at ten thousand.

Five consoles at once on one database, because memory does not care who else runs.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from console.drill.server import PrivatePostgres, available
from tests.bench import proc
from tests.bench.measure import RUNS
from tests.bench.pty import child
from tests.bench.shop import USEFUL, Shop, shop
from tests.bench.table import MEMORY, Row
from tests.bench.watch import SETTLED
from tests.servers import run

_BARS = {100: 80.0, 10_000: 200.0}
_AT_ONCE = 500
"""Tables that are made in one transaction."""
_TABLES = """DO $do$ BEGIN FOR n IN {first}..{last} LOOP EXECUTE format($f$
CREATE TABLE wide%1$s (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint,
    code varchar(40) NOT NULL DEFAULT 'x' UNIQUE, amount numeric(10, 2) CHECK (amount >= 0),
    note text, a integer, b integer, c date, d timestamptz DEFAULT now(), e boolean, f jsonb, g uuid
);
CREATE INDEX wide%1$s_a_idx ON wide%1$s (a) WHERE b IS NOT NULL;
CREATE INDEX wide%1$s_lower_idx ON wide%1$s (lower(note));
$f$, n); END LOOP; END $do$"""
_PATIENCE = 180.0


def rows() -> Iterator[Row]:
    """Fewer first: the same database grows."""
    with PrivatePostgres(max(available())) as server, shop(server.url) as made:
        there = 0
        for tables, bar in _BARS.items():
            firsts = range(there, tables, _AT_ONCE)
            lasts = (min(first + _AT_ONCE, tables) - 1 for first in firsts)
            run(made.url, *(_TABLES.format(first=a, last=b) for a, b in zip(firsts, lasts, strict=True)))
            there = tables
            yield from _measured(made, tables, bar)


def _measured(made: Shop, tables: int, bar: float) -> Iterator[Row]:
    with ExitStack() as stack:
        consoles = [stack.enter_context(child(made.line(), made.environ(f"{n}"))) for n in range(RUNS)]
        for console in consoles:
            console.until(USEFUL, patience=_PATIENCE)
        for console in consoles:
            console.settle(SETTLED)
        now = statistics.median(proc.megabytes(console.pid) for console in consoles)
        most = statistics.median(proc.megabytes(console.pid, "VmHWM") for console in consoles)
        helpers = statistics.median(sum(map(proc.megabytes, c.pids)) - proc.megabytes(c.pid) for c in consoles)
    yield Row.within(MEMORY, f"{tables:,} tables: the console", now, "MB", bar)
    yield Row.seen(MEMORY, f"{tables:,} tables: the most that it took", most, "MB")
    yield Row.seen(MEMORY, f"{tables:,} tables: the process that acts for it", helpers, "MB")
