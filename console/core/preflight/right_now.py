"""The rule of this moment: everything that a run should wait for, asked once for all of its statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.assessment import Assessment
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.preflight.now_backup import kept, running
from console.core.preflight.now_server import alive, debris_in_the_way, disk, kept_log, replicas, wraparound
from console.core.preflight.now_sessions import (
    Seen,
    begun,
    locked_by_nobody,
    older_snapshots,
    sessions_in_the_way,
    stopped_for_all,
    wait,
)
from console.core.preflight.row_versions import row_versions
from console.core.preflight.touched import touches


def right_now(ground: Ground, cases: Sequence[Case]) -> Iterator[Finding]:
    """Nothing where all that is judged was run long ago, or there is nothing to be run. Where nobody asked about this
    moment, an action's plan is judged: then what it is about to clean up is not told once more."""
    coming = [case for case in cases if not case.unit.past]
    if not coming:
        return
    seen, now = Seen(ground, touches(coming)), ground.now
    yield from _once(_found(seen, ground, coming))
    yield from replicas(seen, now)
    yield from kept(now, coming, ground.observation.taken_at)
    yield from disk(now, coming)
    if now.moment is not None:
        yield from wraparound(now.moment)
        yield from kept_log(now.moment, coming)
        yield from row_versions(ground, coming)
        yield from _untold((*now.moment.untold, *filter(None, (now.moment.unseen,))))
        if ground.assessment is not None:
            yield from _open_incident(ground, ground.assessment)


def _found(seen: Seen, ground: Ground, coming: Sequence[Case]) -> Iterator[Finding]:
    """Who is in the way, what says most of it first."""
    yield from alive(seen)
    yield from running(seen, ground.now)
    yield from stopped_for_all(seen)
    yield from sessions_in_the_way(seen)
    if ground.now.moment is not None:
        yield from _writer(ground.now.moment.busy)
        yield from locked_by_nobody(seen, ground.now.moment.in_use)
        yield from older_snapshots(seen, ground.now.moment.snapshots)
        yield from debris_in_the_way(seen, coming)


def _writer(busy: str) -> Iterator[Finding]:
    if busy:
        why = f"{begun(busy)} writes to the file, or waits to: a change waits for it until its own time-out."
        yield wait("now-transaction", why, f"{busy}, which writes to the file")


def _once(found: Iterator[Finding]) -> Iterator[Finding]:
    """Of one session only the first: a backup that also holds locks is a backup."""
    met = set[str]()
    for finding in found:
        name = finding.waits_for.partition(" (")[0] if finding.waits_for.startswith("session ") else ""
        if not name or name not in met:
            met.add(name)
            yield finding


def _open_incident(ground: Ground, assessment: Assessment) -> Iterator[Finding]:
    """A script may be what settles it, so it is said and nothing more; tools' own migrations are judged elsewhere."""
    if any(unit.framework for unit in ground.units):
        return
    for _, migration in assessment.troubled[:3]:
        state = f"{migration.label} is {migration.state.word.lower()}"
        why = f"An incident may be open: {state}. {migration.headline}".strip()
        yield Finding("now-open-incident", Severity.HIGH, About.NOW, why, "Settle it first, unless this is what does.",
                      waits_for=migration.label)  # fmt: skip


def _untold(sentences: Sequence[str]) -> Iterator[Finding]:
    for sentence in sentences:
        yield Finding("unknown-moment", Severity.LOW, About.UNKNOWN, f"{begun(sentence).rstrip('.')}.")
