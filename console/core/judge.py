"""Observation in, Assessment out: the one function behind the screens, the text and the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from console.core.advice import advise
from console.core.assessment import Assessment, Blocked, Cause, Coverage, JudgedFramework, JudgedMigration
from console.core.blocked import Scene, scene
from console.core.conditional import skipped_next
from console.core.counted import disagreement
from console.core.coverage import coverage_of
from console.core.debris import debris
from console.core.drifting import Drifted, drift_of
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.ledgers import about
from console.core.migration import Belief, State, Tracked
from console.core.observation import Answered, Health, Observation, Runs, Tracking
from console.core.past import History
from console.core.recency_mysql import dates
from console.core.recency_runs import with_runs
from console.core.schema import Schema
from console.core.session import MigrationSession
from console.core.state import Picture
from console.core.verdicts import Bench, Schemas, good


@dataclass
class Memo:
    """Verdicts of the last sweep, used again while schema, files and ledger are the very same values."""

    key: tuple[object, ...] = ()
    frameworks: tuple[JudgedFramework, ...] = ()
    intended: Picture = field(default_factory=Picture)
    drift: Drifted = field(default_factory=Drifted)


def assess(observation: Observation, memo: Memo | None = None) -> Assessment:
    """Judge everything one sweep saw. `memo` only saves work; it never changes the result."""
    memo = memo if memo is not None else Memo()
    schema = observation.schema.value
    elsewhere = (other.schema.value for other in observation.elsewhere)
    trackings = (reading.value for reading in observation.tracking)
    key = (schema, observation.server.value is None, observation.baseline, observation.kept, observation.counts,
           observation.answers, *elsewhere, *trackings)  # fmt: skip
    if len(memo.key) != len(key) or any(old is not new for old, new in zip(memo.key, key, strict=True)):
        memo.frameworks, memo.intended = _judged_frameworks(observation)
        memo.drift = drift_of(observation, memo.frameworks)
        memo.key = key
    seen = scene(observation)
    frameworks = tuple(_with_sessions(framework, seen) for framework in memo.frameworks)
    left = debris(
        schema,
        memo.intended,
        observation.sessions.value or (),
        observation.progress.value or (),
        seen.blocked.migration,
        sees_all=_sees_all_sessions(observation),
        anew=_dialect(observation) == "sqlite",
        rows=observation.lock_rows.value or (),
    )
    coverage = tuple(_as_supported(item, observation) for item in (*coverage_of(observation), *memo.drift.coverage))
    advice = advise(observation, frameworks, seen.blocked, left, coverage, memo.drift.items)
    return Assessment(
        observation=observation,
        overall=advice.overall,
        summary=advice.summary,
        next=advice.next,
        frameworks=frameworks,
        blocked=seen.blocked,
        debris=left,
        drift=memo.drift.items,
        drift_ignored=memo.drift.ignored,
        baseline=memo.drift.baseline,
        why_no_baseline=memo.drift.why_none,
        expected=memo.drift.expected,
        coverage=coverage,
    )


def _as_supported(item: Coverage, observation: Observation) -> Coverage:
    """What servers of a kind do not have at all is not missing: nothing more can be read of it anywhere."""
    health = {"sessions": observation.sessions.health, "locks": observation.locks.health}.get(item.what)
    return replace(item, complete=True) if health is Health.NOT_SUPPORTED else item


def _dialect(observation: Observation) -> str:
    return observation.server.value.dialect if observation.server.value is not None else ""


def _sees_all_sessions(observation: Observation) -> bool:
    server = observation.server.value
    return observation.sessions.complete and server is not None and server.sees_all_sessions


def _judged_frameworks(observation: Observation) -> tuple[tuple[JudgedFramework, ...], Picture]:
    judged: list[JudgedFramework] = []
    intended = Picture()
    counts = {(m, n): rows for m, n, rows in observation.counts}
    schemas = {"": observation.schema, **{other.name: other.schema for other in observation.elsewhere}}
    for reading in observation.tracking:
        if reading.value is not None:
            framework, past = _framework(reading.value, schemas, counts)
            judged.append(_explained(framework, observation.answers))
            intended = intended.with_things(past.picture.things)
    return tuple(judged), intended


def _cause(answer: Answered) -> Cause:
    return Cause(answer.n, answer.question, answer.rows, answer.sample, answer.sql, answer.why)


def _explained(framework: JudgedFramework, answers: tuple[Answered, ...]) -> JudgedFramework:
    """The framework with the answers that a person asked for."""
    causes: dict[str, list[Cause]] = {}
    for answer in answers:
        causes.setdefault(answer.migration, []).append(_cause(answer))
    migrations = tuple(replace(m, causes=tuple(causes.get(m.id, ()))) for m in framework.migrations)
    return replace(framework, migrations=migrations) if causes else framework


def _framework(
    tracking: Tracking, schemas: Schemas, counts: Mapping[tuple[str, int], int | None]
) -> tuple[JudgedFramework, History]:
    bench = Bench(tracking, schemas, counts)
    judged = ((t, _with_runs(t, verdicts, tracking)) for t, verdicts in bench.judged())
    migrations = tuple(_judged(t, verdicts, tracking, bench.schema_of("")) for t, verdicts in judged)
    framework = JudgedFramework(
        tracking.framework,
        tracking.ledger.name,
        tracking.ledger.exists,
        tracking.project,
        migrations,
        tracking.releases,
        tracking.current_release,
        tracking.next_run,
        len(tracking.ledger.rows),
        about(tracking, bench.schema_of("")),
    )
    return framework, bench.past


def _judged(
    tracked: Tracked, verdicts: tuple[Judgement, ...], tracking: Tracking, schema: Schema | None
) -> JudgedMigration:
    state = state_of(tracked, verdicts, project_found=tracking.files.complete)
    left_out = skipped_next(verdicts, schema) if schema is not None and not good(tracked) else ""
    dated = _dates(tracked, state, verdicts, tracking, schema)
    counted = "" if good(tracked) else disagreement(tracked, verdicts)
    said = (tracked.note, counted, _odd(tracked, verdicts), left_out, dated, *_weakened(tracked))
    notes = [note for note in said if note]
    return JudgedMigration(tracked, state, verdicts, (), tuple(notes), headline(tracked, state, verdicts))


def state_of(tracked: Tracked, verdicts: tuple[Judgement, ...], *, project_found: bool = True) -> State:
    """Exactly one state, the first that holds (DESIGN 2)."""
    words = [judgement.verdict for judgement in verdicts if not judgement.skipped]
    if good(tracked):
        if tracked.migration is None:
            return State.FILE_MISSING if tracked.file_expected and project_found else State.APPLIED
        if tracked.checksum_differs:
            return State.CHECKSUM_MISMATCH
        hollow = Verdict.NOT_LANDED in words or Verdict.PARTIAL in words
        return State.HOLLOW if hollow else State.APPLIED
    if _to_be_repeated(tracked):
        return State.PENDING
    landed = words.count(Verdict.LANDED)
    begun = landed or Verdict.PARTIAL in words
    if begun and landed < len(words):
        return State.HALF_APPLIED
    if tracked.belief is Belief.FAILED:
        return State.FAILED
    if words and landed == len(words):
        return State.UNRECORDED
    unreadable = tracked.migration is not None and bool(tracked.migration.unreadable)
    if unreadable or (words and set(words) == {Verdict.UNKNOWABLE}):
        return State.UNREADABLE
    return State.PENDING


def _to_be_repeated(tracked: Tracked) -> bool:
    """A repeatable that ran well and has changed since: what its last run left is no half of the next one."""
    repeatable = tracked.migration is not None and tracked.migration.repeatable
    return repeatable and tracked.belief is Belief.PENDING and tracked.row is not None and tracked.row.success


def headline(tracked: Tracked, state: State, verdicts: tuple[Judgement, ...]) -> str:
    """How much landed: `2 of 4 statements landed, 1 cannot be told.`."""
    if tracked.migration is not None and tracked.migration.unreadable:
        return f"The file cannot be read: {tracked.migration.unreadable}"
    if not verdicts:
        return "Its file is not there." if tracked.migration is None else "It holds no statements."
    total = len(verdicts)
    skipped = sum(j.skipped for j in verdicts)
    landed = sum(j.verdict is Verdict.LANDED for j in verdicts) - skipped
    doubtful = sum(j.verdict is Verdict.UNKNOWABLE for j in verdicts)
    partial = sum(j.verdict is Verdict.PARTIAL for j in verdicts)
    statements = "statement" if total == 1 else "statements"
    text = f"{landed} of {total} {statements} landed"
    text += f", {partial} partly" if partial else ""
    text += f", {skipped} not sent" if skipped else ""
    return text + (f", {doubtful} cannot be told." if doubtful else ".")


def _odd(tracked: Tracked, verdicts: tuple[Judgement, ...]) -> str:
    if good(tracked) or _to_be_repeated(tracked):
        return ""
    odd = out_of_band(verdicts)
    atomic = tracked.migration is not None and tracked.migration.transactional and len(verdicts) > 1
    words = {judgement.verdict for judgement in verdicts if not judgement.skipped}
    if not odd and atomic and Verdict.LANDED in words and Verdict.NOT_LANDED in words:
        return "The tool runs this file in one transaction, so a part of it was done by something else."
    return odd


def _dates(
    tracked: Tracked, state: State, verdicts: tuple[Judgement, ...], tracking: Tracking, schema: Schema | None
) -> str:
    """When its tables were last altered, where that helps to tell whether this run did it."""
    if schema is None or state not in (State.HALF_APPLIED, State.FAILED, State.UNRECORDED, State.UNREADABLE):
        return ""
    return dates(verdicts, schema, _last(tracked, tracking))


def _last(tracked: Tracked, tracking: Tracking) -> datetime | None:
    """When the last of the other good migrations ended."""
    ended = (t.row.applied_at for t in tracking.tracked if good(t) and t is not tracked and t.row is not None)
    return max((moment for moment in ended if moment is not None), default=None)


def _with_runs(tracked: Tracked, verdicts: tuple[Judgement, ...], tracking: Tracking) -> tuple[Judgement, ...]:
    """Nothing was asked about most migrations: then nobody has to look through all the others."""
    runs = _runs(tracked, tracking)
    return with_runs(verdicts, runs, _last(tracked, tracking)) if runs else verdicts


def _runs(tracked: Tracked, tracking: Tracking) -> Mapping[int, Runs]:
    return {n: runs for migration, n, runs in tracking.runs if migration == tracked.id}


def _weakened(tracked: Tracked) -> tuple[str, ...]:
    """A file that changed since the failure is no longer what ran."""
    migration, row = tracked.migration, tracked.row
    if migration is None or good(tracked):
        return ()
    notes = []
    if tracked.checksum_differs:
        notes.append("The file changed after the failure (its checksum is not the recorded one): evidence is weaker.")
    elif row is not None and row.applied_at is not None and migration.modified_at is not None:
        changed = migration.modified_at.replace(tzinfo=None) > row.applied_at.replace(tzinfo=None)
        if changed:
            notes.append(
                f"The file was written after the failure ({migration.modified_at:%b %d %H:%M} UTC): evidence is weaker."
            )
    if migration.uncommitted:
        notes.append("The file differs from the last commit (git): it may not be what ran.")
    return tuple(notes)


def _with_sessions(framework: JudgedFramework, seen: Scene) -> JudgedFramework:
    migrations = tuple(_waiting(m, seen.blocked, seen) for m in framework.migrations)
    return replace(framework, migrations=migrations)


def _waiting(migration: JudgedMigration, blocked: Blocked, seen: Scene) -> JudgedMigration:
    mine = {m.statement: m for m in blocked.migration if m.migration == migration.id and m.statement is not None}
    if not mine:
        return migration
    statements = tuple(_running(j, mine.get(j.statement.n), seen) for j in migration.statements)
    return replace(migration, statements=statements)


def _running(judgement: Judgement, own: MigrationSession | None, seen: Scene) -> Judgement:
    if own is None or judgement.verdict is Verdict.LANDED:
        return judgement
    return replace(judgement, evidence=f"{seen.doing(own)}; {judgement.evidence}", waiting=own.session.id)
