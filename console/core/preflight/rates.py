"""How long a lock is held by work on rows: from how large the table is, and how fast this server was seen to read it.

Nobody knows how long a rewrite takes. What is told is a floor where a rate was measured, a wide range where none was,
and always what it rests on; no more digits than that bears.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from console.core.moment import Pace
from console.core.preflight.finding import Finding
from console.core.preflight.ground import Case
from console.core.preflight.now import Now
from console.core.restore.found import sized
from console.core.schema import Table
from console.core.write_rates import TableName

SLOW, FAST = 20 * 10**6, 10**9
"""Bytes a second that a busy disk manages, and that come out of memory."""
_SHORTEST = 0.001
_STEPS = ((3600.0, "h"), (60.0, "min"), (1.0, "s"))


def timed(finding: Finding, case: Case) -> Finding:
    """The same with how long its work on rows takes, where it does any."""
    now = case.ground.now
    if not (finding.rewrite or finding.scan) or case.unit.past:
        return finding
    sizes = dict(now.moment.sizes) if now.moment is not None else {}
    found = {name: sizes[name] for name in _tables(case) if name in sizes}
    parts = (finding.hold, _duration(found, now, rewritten=bool(finding.rewrite)))
    return replace(finding, hold="; ".join(part for part in parts if part))


def _tables(case: Case) -> Iterator[TableName]:
    """With their partitions: a table that has some holds no rows itself."""
    met = dict.fromkeys((schema or case.schema.home, name) for schema, name in case.statement.tables)
    waiting = list(met)
    while waiting:
        schema, name = waiting.pop()
        parts = (t.ref for t in case.schema.of_kind(Table) if t.partition_of == f"{schema}.{name}")
        new = [(ref.schema, ref.name) for ref in parts if (ref.schema, ref.name) not in met]
        met |= dict.fromkeys(new)
        waiting += new
    yield from met


def _duration(sizes: Mapping[TableName, int], now: Now, *, rewritten: bool) -> str:
    """All of them together: they are worked on one after the other, under one lock."""
    if not sizes:
        return ""
    pace = next((p for p in now.paces if p.table in sizes), next(iter(now.paces), None))
    return of_size(sum(sizes.values()), pace, rewritten=rewritten)


def of_size(size: int, pace: Pace | None, *, rewritten: bool) -> str:
    """`12.4 GiB, which takes 3 min to read at 70.2 MiB a second, measured just now by ...`."""
    if pace is None:
        fast, slow = roughly(size / FAST), roughly(size / SLOW * (3 if rewritten else 1))
        between = slow if fast == slow else f"{fast} to {slow}"
        return f"{sized(size)}, which takes {between} on disks as they are (no rate was measured: --data does)"
    rate = pace.bytes / max(pace.seconds, _SHORTEST)
    end = "; writing it anew takes longer" if rewritten else ""
    basis = f"{sized(int(rate))} a second, measured just now by reading {pace.share} of {pace.table[1]}"
    return f"{sized(size)}, which takes {roughly(size / rate)} to read at {basis}{end}"


def roughly(seconds: float) -> str:
    """One digit: `3 min`, `40 s`, `less than 1 s`."""
    for step, word in _STEPS:
        if seconds >= step:
            count = seconds / step
            return f"{round(count) if count < 10 else int(round(count, -1))} {word}"
    return "less than 1 s"
