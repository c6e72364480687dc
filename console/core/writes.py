"""Who still writes to the tables that a migration touches, and how fast: what a responder must know before they change.

Rates come from two looks at what the server counts anyway. Who writes is told by the locks that open transactions have,
and by what a session runs or ran last: a rate with nobody seen beside it is an answer, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from console.core.assessment import Assessment, JudgedFramework
from console.core.debris import touched
from console.core.migration import State
from console.core.observation import Observation
from console.core.session import Session

if TYPE_CHECKING:
    from console.core.plan import Plan
    from console.core.write_rates import Rate, TableName

_CALM = frozenset({State.APPLIED, State.PENDING})
_STATEMENT = re.compile(
    r"""\s* (?:/\*.*?\*/\s*)*
        (?:insert\s+(?:ignore\s+)?into | replace\s+into | update | delete\s+from | merge\s+into) \s+
        (?:only\s+)? (?:(?P<schema>"[^"]+"|`[^`]+`|\w+)\.)? (?P<name>"[^"]+"|`[^`]+`|\w+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""A statement that writes, and to what."""
_LATELY = timedelta(seconds=15)
_WRITES = frozenset({"RowExclusiveLock", "SHARED_WRITE", "SHARED_WRITE_LOW_PRIO"})
"""What INSERT, UPDATE and DELETE take on their table, as the servers call it."""
_MOST = 20
"""Tables that are looked at."""
_NAMED = 3
"""Of those who write, how many are named."""


def affected(frameworks: Iterable[JudgedFramework]) -> tuple[TableName, ...]:
    """The tables of the migrations that are neither done nor untouched."""
    troubled = (m for f in frameworks for m in f.migrations if m.state not in _CALM)
    found = (table for m in troubled for j in m.statements if not j.statement.database for table in j.statement.tables)
    return tuple(dict.fromkeys(found))[:_MOST]


def writers(table: TableName, seen: Observation) -> dict[str, int]:
    """Who has written to it in a transaction that is still open, or just now, with the number of sessions."""
    known = {s.id: s for s in seen.sessions.value or () if not s.own}
    locks = (lock for lock in seen.locks.value or () if lock.granted and lock.relation == table)
    ids = [lock.session for lock in locks if lock.mode in _WRITES and lock.session in known]
    ids += [s.id for s in known.values() if _has_just_written(s, table, seen)]
    return dict(Counter(known[i].user or "?" for i in dict.fromkeys(ids)).most_common())


def _has_just_written(session: Session, table: TableName, seen: Observation) -> bool:
    """What it runs, or ran last and not long ago, begins as a write to this table."""
    found = _STATEMENT.match(session.query)
    if found is None or found["name"].strip('"`').lower() != table[1].lower():
        return False
    if found["schema"] is not None and found["schema"].strip('"`').lower() != table[0].lower():
        return False
    server, since = seen.server.value, session.changed_at or session.query_at
    now = (server.now if server is not None else None) or seen.taken_at
    return since is not None and (session.state == "active" or now - since <= _LATELY)


def told(tables: Iterable[TableName], assessment: Assessment) -> Iterator[tuple[bool, str]]:
    """Whether it is quiet, and a sentence, for each table that is there."""
    seen = assessment.observation
    schema = seen.schema.value
    rates = {rate.table: rate for rate in seen.writes.value or ()}
    home = schema.home if schema is not None else ""
    for table in tables:
        if schema is None or not any((t.ref.schema, t.ref.name) == table for t in schema.things):
            continue
        name = table[1] if table[0] == home else ".".join(table)
        by = _by(writers(table, seen), seen)
        rate = rates.get(table)
        if rate is None or rate.per_second is None or not seen.writes.complete:
            yield False, f"{name}: how much is written is not known ({_why(seen, rate)}){by and f'; written{by}'}"
        elif rate.per_second or by:
            yield (
                False,
                f"{name}: {_fast(rate.per_second)} rows/s written{by or ', by nobody who is seen to do it now'}",
            )
        else:
            yield True, f"{name}: nobody wrote to it for {rate.seconds:.0f} s"


def _by(found: dict[str, int], seen: Observation) -> str:
    """` by web (3 sessions)`."""
    if not found:
        return "" if seen.locks.complete else ", by whom is not known: the locks were not read"
    named = [f"{who} ({count} session{'s' * (count != 1)})" for who, count in list(found.items())[:_NAMED]]
    more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return f" by {', '.join([*named, *more])}"


def _why(seen: Observation, rate: Rate | None) -> str:
    once = "it has been looked at once so far"
    return seen.writes.reason.rstrip(".") or (once if rate is not None else "no migration in trouble touches it")


def _fast(per_second: float) -> str:
    return f"{per_second:,.0f}" if per_second >= 10 or per_second == 0 else f"{max(per_second, 0.1):.1f}"


def with_writes(plan: Plan, assessment: Assessment) -> Plan:
    """The plan with who writes to its tables: what is quiet stands under CHECKED, the rest under CAREFUL."""
    changed = (t for step in plan.steps for j in step.judgements for t in j.statement.tables)
    tables = dict.fromkeys((*touched(plan.intent, assessment), *changed)) if plan.steps else ()
    found = tuple(told(tables, assessment))
    calm, busy = (tuple(text for quiet, text in found if quiet is wanted) for wanted in (True, False))
    return replace(plan, checked=(*plan.checked, *calm), careful=(*plan.careful, *busy))
