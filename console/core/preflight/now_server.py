"""What of the server itself speaks for waiting: replicas that are behind, wraparound near, a disk that is full,
another migration that is alive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from console.core.blocked import scene
from console.core.lock_rows import LockRow
from console.core.moment import Ageing, Follower, Moment
from console.core.operations import Create
from console.core.plain import lasted, one_line
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.preflight.now import Now
from console.core.preflight.now_sessions import Seen, begun, called, wait
from console.core.preflight.touched import tables_of
from console.core.reasons_disk import built, room_told
from console.core.restore.found import sized
from console.core.schema import Index, Ref
from console.core.session import SessionKind

_TOLD_ELSEWHERE = frozenset({"prepared_transaction", "stale_tool_lock", "tool_lock_row"})
BEHIND = 30.0
"""Seconds that a replica may be behind before a run waits for it."""
_BEHIND_BYTES = 256 * 2**20
"""The same, where only the log that it has not applied yet is told."""
_KEPT_BYTES = 2**30
_FROM_WRAPAROUND = 1_500_000_000
"""Of two thousand million transactions; at the end the server takes no more of them."""
_SOON = 0.9
"""Of the age from which the vacuum comes that cannot be put off."""


def alive(seen: Seen) -> Iterator[Finding]:
    """Another migration: its sessions, its process, its lock, told by the same signs as in an incident."""
    ground = seen.ground
    assessment, observation = ground.assessment, ground.observation
    blocked = assessment.blocked if assessment is not None else scene(observation).blocked
    for own in blocked.migration:
        who = called(own.session, seen)
        why = f"Another migration is alive: {who}, which {one_line(own.why, 200)}."
        yield wait("now-migration", why, f"{who}, which {one_line(own.why, 200)}")
    for row in observation.lock_rows.value or ():
        yield _lock_row(row, ground)
    if not blocked.migration:
        for tool in observation.machine.tools:
            name = f"process {tool.pid} ({one_line(tool.framework, 40)})"
            why = f"Process {tool.pid} on this machine looks like a running migration: {one_line(tool.command, 120)}."
            yield Finding("now-process", Severity.MED, About.NOW, why, "Look whether it works on this database.",
                          waits_for=name)  # fmt: skip


def _lock_row(row: LockRow, ground: Ground) -> Finding:
    place = one_line(row.place.label(ground.schema.home), 80)
    holder = f" by {one_line(row.holder, 80)}" if row.holder else ""
    since = f" since {one_line(row.since, 40)}" if row.since else ""
    name = f"the lock of {row.tool} in {place}, taken{holder}{since}"
    safer = "If that run is dead, release the lock first: `halfway` shows how."
    return wait("now-tool-lock", f"{row.tool} would wait: a row of {place} says that its lock is taken{holder}{since}.",
                name, safer)  # fmt: skip


def debris_in_the_way(seen: Seen, cases: Sequence[Case]) -> Iterator[Finding]:
    """What an earlier failure left under a name that the run wants, or on a table that it touches."""
    assessment = seen.ground.assessment
    tables = {name for _, name in tables_of(seen.touches)}
    made = {thing.ref: case for case in cases if not case.unit.past for op in case.statement.operations
            if isinstance(op, Create) for thing in op.things if isinstance(thing, Index)}  # fmt: skip
    for item in assessment.debris if assessment is not None else ():
        case = made.get(item.ref) if item.ref is not None else None
        label = f"{item.kind.replace('_', ' ')} {one_line(item.object, 120)}"
        if case is not None:
            why = (
                f"An {label} is in the way of statement {case.statement.n} of {one_line(case.unit.label, 80)}: the "
                "statement is refused, or with IF NOT EXISTS does nothing and leaves it so."
            )
            yield wait("now-debris", why, f"{label}, which has to be dropped first", "Drop it first.")
        elif item.kind.startswith("online_change") and _works_on(item.detail, tables):
            why = f"The {label} is of a tool that copies the table, or has left it: its last step would meet this run."
            yield wait("now-online-copy", why, label, "See whether the tool runs; if not, drop what it left first.")
        elif item.kind not in _TOLD_ELSEWHERE and _on(item.ref, tables):
            why = f"{begun(label)} was left on a table that this run touches: {one_line(item.detail, 200)}."
            yield Finding("now-debris", Severity.MED, About.NOW, why, "Clean it up first.", table=item.object)


def _works_on(detail: str, tables: set[str]) -> bool:
    """Whether the tool may still copy one of them; what it has put aside is in nobody's way."""
    names = (rf"(?<![\w$]){re.escape(name)}(?![\w$])" for name in tables)
    return " as it was before " not in detail and any(re.search(name, detail) for name in names)


def _on(ref: Ref | None, tables: set[str]) -> bool:
    return ref is not None and bool({ref.table, ref.name} & tables)


def replicas(seen: Seen, now: Now) -> Iterator[Finding]:
    """Those behind this server, and this server where it is one itself."""
    server, moment = seen.ground.server, now.moment
    if server.replica:
        lag = server.replica_lag if server.replica_lag is not None else moment.lag if moment is not None else None
        told = f"{lasted(lag)} behind" if lag is not None else "how far it is behind is not known"
        why = (
            f"This server is a replica ({told}): the run has to be done on its primary, whose sessions and locks were "
            "not seen."
        )
        yield Finding("now-replica", Severity.HIGH, About.NOW, why, "Ask the primary.")
    elif server.read_only and server.dialect != "postgresql":
        why = "The server is read only: what an account without the right to override that sends is refused."
        yield Finding("now-read-only", Severity.HIGH, About.NOW, why, "Ask the server that takes writes.")
    for follower in moment.followers if moment is not None else ():
        yield from _behind(follower)
    if now.replica is not None and not now.replica.doubt:
        yield from _behind(Follower(now.replica.name, now.replica.lag))
    yield from _untold_lag(seen, now)


def _behind(follower: Follower) -> Iterator[Finding]:
    late = follower.seconds is not None and follower.seconds > BEHIND
    far = follower.bytes is not None and follower.bytes > _BEHIND_BYTES
    if not late and not far:
        return
    told = [f"{lasted(follower.seconds)}"] if follower.seconds is not None and late else []
    told += [f"{sized(follower.bytes)} of log"] if follower.bytes is not None and far else []
    name = f"replica {one_line(follower.name, 80)}, {' and '.join(told)} behind"
    why = f"{begun(name)}: what is run now comes to it later still, and until then its readers see the old schema."
    yield wait("now-replica-lag", why, name, "Let it catch up, then run preflight again.")


def _untold_lag(seen: Seen, now: Now) -> Iterator[Finding]:
    """MySQL's primaries do not know how far their replicas are behind."""
    dumps = [s for s in seen.sessions.values() if s.kind is SessionKind.REPLICATION]
    if seen.mysql and dumps and now.replica is None and not seen.ground.server.replica:
        names = ", ".join(one_line(s.who, 60) for s in dumps[:3])
        why = f"{len(dumps)} replicas read from here ({names}); a primary does not know how far they are behind."
        yield Finding("unknown-replica-lag", Severity.LOW, About.UNKNOWN, why, "Name one of them: --data-from URL.")


def wraparound(moment: Moment) -> Iterator[Finding]:
    """How near the vacuum is that cannot be put off, and the end of the numbers."""
    for each in moment.ageing:
        if each.age >= _FROM_WRAPAROUND:
            yield _ageing(
                each, Severity.CRIT, "the server stops taking writes soon unless it is vacuumed: do that first"
            )
        elif each.age >= each.limit:
            yield _ageing(each, Severity.HIGH, "a vacuum that nobody can put off may begin at any moment, and does not "
                          "give way to a statement that waits")  # fmt: skip
        elif each.table is not None and each.age >= _SOON * each.limit:
            yield _ageing(each, Severity.MED, "a vacuum that does not give way comes soon")


def _ageing(each: Ageing, severity: Severity, what: str) -> Finding:
    name = f"{'table' if each.table else 'database'} {one_line(each.name, 80)}"
    why = f"The oldest row of {name} is {each.age:,} transactions old, of {each.limit:,} allowed: {what}."
    safer = f"VACUUM (FREEZE) {one_line(each.name, 80)} first." if each.table else "VACUUM the oldest tables first."
    return Finding("now-wraparound", severity, About.NOW, why, safer, table=each.name if each.table else "")


def kept_log(moment: Moment, cases: Sequence[Case]) -> Iterator[Finding]:
    """Log that is kept for somebody who does not come for it: what is written anew is kept as well."""
    rewrites = any(c.hazard.rewrite for c in cases if not c.unit.past)
    for slot in moment.slots:
        if not slot.active and ((slot.kept or 0) >= _KEPT_BYTES or rewrites):
            size = f"{sized(slot.kept)} of log" if slot.kept is not None else "log"
            name = one_line(slot.name, 80)
            why = (
                f"Nobody reads replication slot {name}, and {size} is kept for it on the disk: what this run writes is "
                "kept too."
            )
            severity = Severity.HIGH if rewrites else Severity.LOW
            yield Finding("now-slot", severity, About.NOW, why, "Drop the slot if nobody comes back for it.")


def disk(now: Now, cases: Sequence[Case]) -> Iterator[Finding]:
    """Whether there is room for what is built anew."""
    if now.room.free is None and not now.room.unseen:
        return  # nobody looked, or there is no server
    sizes = now.moment.sizes if now.moment is not None else ()
    for case in cases:
        if case.unit.past or case.statement.database:
            continue
        for words, table, part in built(case.statement, case.server, case.ground.schema):
            told = room_told(now.room, sizes, table, f"statement {case.statement.n} {words}", part)
            if told is None:
                continue
            seen, why, todo = told
            severity, about = (Severity.BLOCK, About.NOW) if seen else (Severity.LOW, About.UNKNOWN)
            yield Finding(
                "now-disk" if seen else "unknown-disk", severity, about, f"{begun(why)}.", todo,
                case.unit.id if case.unit.framework else "", case.unit.file, case.statement.n, case.statement.line,
                case.statement.sql, table.label(case.schema.home),
                waits_for=f"there is too little room in {one_line(now.room.folder, 120)}" if seen else "",
            )  # fmt: skip
