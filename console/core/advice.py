"""The verdict sentence and the next safe step.

Advice is read by a tired person who will act on it, so the rules are few and each names what it stands on: look at
orphans before blockers, never resume what is not a prefix, never call healthy what was not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.core.assessment import (
    Blocked,
    Coverage,
    Debris,
    DriftItem,
    JudgedFramework,
    JudgedMigration,
    Overall,
    unexplained,
)
from console.core.behind import listed
from console.core.coverage import sessions_are_seen, waits_are_known
from console.core.drift.words import sentence
from console.core.ending import session_steps
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.migration import Belief, State
from console.core.observation import Observation

PROBLEMS = (
    State.HALF_APPLIED,
    State.FAILED,
    State.UNRECORDED,
    State.HOLLOW,
    State.CHECKSUM_MISMATCH,
    State.FILE_MISSING,
)
"""States that need attention, worst first."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What assess() says in words."""

    overall: Overall
    summary: str
    next: tuple[str, ...]


def advise(
    observation: Observation,
    frameworks: tuple[JudgedFramework, ...],
    blocked: Blocked,
    debris: tuple[Debris, ...],
    coverage: tuple[Coverage, ...],
    drift: tuple[DriftItem, ...] = (),
) -> Advice:
    """One sentence, and one safe step a line."""
    bad = sorted(
        ((f, m) for f in frameworks for m in f.migrations if m.state in PROBLEMS),
        key=lambda pair: PROBLEMS.index(pair[1].state),
    )
    drift = unexplained(drift, (m for _, m in bad), debris)
    gaps = tuple(item for item in coverage if not item.complete)
    grave = tuple(item for item in gaps if item.matters)
    server = observation.server.value
    stuck = [m for f in frameworks for m in f.migrations if m.state is State.PENDING and _stopper(m) is not None]
    words = (*(_migration_sentence(f, m) for f, m in bad[:1]), *_more(bad), *_stuck_words(stuck))
    found = (*words, *_blocked_words(blocked), *_left(debris), *_drift_words(drift))
    mending = (*_migration_steps(bad), *(_stopped_step(j) for m in stuck[:2] if (j := _stopper(m)) is not None))
    sessions = session_steps(blocked, server.dialect if server is not None else "")
    begun = [*_blind_steps(observation, bad), *_lost_steps(frameworks)]
    steps = tuple(dict.fromkeys((*sessions, *begun, *mending, *_gap_steps(gaps))))
    severe = any(m.state in (State.HALF_APPLIED, State.FAILED) for _, m in bad) or blocked.waiting > 0
    if found:
        overall = Overall.INCIDENT if severe else Overall.ATTENTION
        return Advice(overall, " ".join(found), steps or _debris_steps(debris) or _drift_steps(drift))
    if grave:
        reason = f"{grave[0].what}: {grave[0].reason}"
        return Advice(Overall.ATTENTION, f"cannot tell: {reason}", steps)
    return Advice(Overall.HEALTHY, _healthy(frameworks, waits_are_known(observation)), ())


def _healthy(frameworks: tuple[JudgedFramework, ...], waits_known: bool) -> str:
    applied = sum(m.state is State.APPLIED for f in frameworks for m in f.migrations)
    pending = sum(m.state in (State.PENDING, State.UNREADABLE) for f in frameworks for m in f.migrations)
    waiting = f"{pending} pending" if pending else "none pending"
    migrations = "1 migration" if applied == 1 else f"{applied} migrations"
    nobody = ", nobody blocked" if waits_known else ""
    return f"Healthy: {migrations} applied, {waiting}{nobody}, nothing left behind."


def _migration_sentence(framework: JudgedFramework, migration: JudgedMigration) -> str:
    text = f"{migration.label} is {migration.state.word.lower()}: {_small(migration.headline)}"
    if migration.tracked.belief is Belief.FAILED:
        return f"{text} {framework.framework.capitalize()} recorded the failure."
    if migration.tracked.belief is not Belief.RECORDED:
        return f"{text} {framework.framework.capitalize()} has not recorded it."
    return text


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _more(bad: list[tuple[JudgedFramework, JudgedMigration]]) -> Iterator[str]:
    if len(bad) > 1:
        yield f"{len(bad) - 1} more need attention."


def _stuck_words(stuck: list[JudgedMigration]) -> Iterator[str]:
    """What nobody has begun and would be refused all the same."""
    for migration in stuck[:1]:
        stopper = _stopper(migration)
        if stopper is not None:
            yield f"{migration.label} is pending and would be refused at statement {stopper.statement.n}."


def _stopper(migration: JudgedMigration) -> Judgement | None:
    """The first statement that the server would refuse for what is there."""
    return next((j for j in migration.statements if j.verdict is Verdict.PARTIAL or j.obstacle), None)


def _blocked_words(blocked: Blocked) -> Iterator[str]:
    if blocked.waiting:
        noun = "session is" if blocked.waiting == 1 else "sessions are"
        yield f"{blocked.waiting} {noun} blocked, {_by_whom(blocked)}."


def _by_whom(blocked: Blocked) -> str:
    """Nobody who is only likely is named as if it were known."""
    roots = [node.session.id for node in blocked.roots]
    likely = [node.session.id for node in blocked.candidates]
    said = [f"in the end by {listed(roots, 'and')}"] if roots else []
    said += [f"likely by {listed(likely, 'or')} (the server does not say)"] if likely else []
    said += [f"{'some ' if said else ''}by whom is not told"] if blocked.heads else []
    return " and ".join(said)


def _left(debris: tuple[Debris, ...]) -> Iterator[str]:
    if debris:
        first = f"{debris[0].kind.replace('_', ' ')} {debris[0].object}"
        yield f"Left behind: {first}" + (f" and {len(debris) - 1} more." if len(debris) > 1 else ".")


def _drift_words(drift: tuple[DriftItem, ...]) -> Iterator[str]:
    """What is not as it should be, besides what was told already."""
    if drift:
        many = f"{len(drift)} differences" if len(drift) > 1 else "1 difference"
        yield f"The schema is not as expected, {many}: {sentence(drift[0])}."


def _drift_steps(drift: tuple[DriftItem, ...]) -> tuple[str, ...]:
    many = "it is" if len(drift) == 1 else "they are"
    return (f"Find out who made the difference before {many} mended: the expectation may be the one that is old.",)


def _blind_steps(observation: Observation, bad: list[tuple[JudgedFramework, JudgedMigration]]) -> Iterator[str]:
    """What is half done may be at work still: nobody can tell who does not see what sessions do."""
    begun = [m.label for _, m in bad if m.state in (State.HALF_APPLIED, State.FAILED)]
    if begun and not sessions_are_seen(observation):
        yield (
            f"Find out whether {begun[0]} is still running before anything is finished or undone: what other sessions "
            "do is not visible."
        )


def _lost_steps(frameworks: tuple[JudgedFramework, ...]) -> Iterator[str]:
    """A ledger without a row beside the schema of several migrations was lost, or belongs to another database."""
    for framework in frameworks:
        recorded = any(m.tracked.belief is Belief.RECORDED for m in framework.migrations)
        there = sum(m.state in (State.UNRECORDED, State.HALF_APPLIED) for m in framework.migrations)
        if not recorded and there > 1:
            yield (
                f"{framework.ledger} records nothing, yet {there} migrations are in the catalog: find out whether it "
                "was lost, or whether this is the right database, before anything is recorded, run or undone."
            )


def _migration_steps(bad: list[tuple[JudgedFramework, JudgedMigration]]) -> Iterator[str]:
    for framework, migration in bad[:3]:
        yield from _STEPS[migration.state](framework, migration)


def _half(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    odd = out_of_band(migration.statements)
    if odd:
        yield odd
        return
    stopped = _stopper(migration)
    yield from _data_steps(migration, stopped.statement.n if stopped is not None else 0)
    if stopped is not None:
        yield _stopped_step(stopped)
    yield from _open_steps(migration)
    left = [j for j in migration.statements if j.verdict is not Verdict.LANDED and not _is_open(j)]
    if left:
        first, last = left[0].statement.n, left[-1].statement.n
        which = f"statement {first}" if len(left) == 1 else f"statements {first} to {last}"
        undo = ", or undo what landed" if any(_has_landed(j) for j in migration.statements) else ""
        yield f"Do not run {migration.label} again as it is: finish {which} of it{undo}."


def _has_landed(judgement: Judgement) -> bool:
    return judgement.verdict is Verdict.LANDED and not judgement.skipped


def _is_open(judgement: Judgement) -> bool:
    """Whether it was ever to be sent, only running the file would tell."""
    return judgement.verdict is Verdict.UNKNOWABLE and any(guard.ref is None for guard in judgement.statement.guards)


def _open_steps(migration: JudgedMigration) -> Iterator[str]:
    for judgement in [j for j in migration.statements if _is_open(j)][:2]:
        guard = next(guard for guard in judgement.statement.guards if guard.ref is None)
        n = judgement.statement.n
        yield f"Find out whether statement {n} was meant at all, before anything is done about it: if {guard.text}."


def _data_steps(migration: JudgedMigration, but: int = 0) -> Iterator[str]:
    """What refuses a statement; what the schema says of statement `but` is told by who asks."""
    for cause in migration.causes:
        if cause.rows and not (cause.of_schema and cause.n == but):
            what = "Decide about what" if cause.of_schema else "Mend the data that"
            yield f"{what} statement {cause.n} is refused for: {cause.found}."


def _stopped_step(stopped: Judgement) -> str:
    n, has, why = stopped.statement.n, stopped.has, stopped.obstacle or stopped.evidence
    if has == "INVALID":
        return f"Statement {n} left an INVALID index: drop it concurrently before the statement is run again."
    if has == "NOT VALID":
        return f"Statement {n} left a constraint that is NOT VALID: validate it, do not add it again."
    return f"Statement {n} cannot run as written: {why}. Decide about what is there first."


def _failed(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    words = {judgement.verdict for judgement in migration.statements if not judgement.skipped}
    if words == {Verdict.LANDED} and not any(judgement.inferred for judgement in migration.statements):
        yield f"All of {migration.label} is in the catalog: mark it ran for the failed row, do not run it again."
        return
    if Verdict.NOT_LANDED not in words:
        yield f"What of {migration.label} landed cannot be told: find the file that ran before anything is done."
        return
    if words != {Verdict.NOT_LANDED}:
        yield f"Nothing of {migration.label} is in the catalog, but part of it cannot be told: look at the data first."
        return
    yield from _data_steps(migration)
    yield f"Nothing of {migration.label} is in the catalog: mend its cause, clear the failed row, then run it again."


def _unrecorded(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    yield f"All of {migration.label} is in the catalog: record it, do not run it again."


def _hollow(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    missing = next((j for j in migration.statements if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)), None)
    if missing is not None:
        n, why = missing.statement.n, missing.evidence
        yield f"{migration.label} is recorded, but statement {n} is not in effect: {why}."


def _mismatch(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    yield f"The file of {migration.label} is not the one that was recorded: compare it with the version control."


def _missing(framework: JudgedFramework, migration: JudgedMigration) -> Iterator[str]:
    yield f"Find the file of {migration.label}: it is recorded, but not in the project."


_STEPS = {
    State.HALF_APPLIED: _half,
    State.FAILED: _failed,
    State.UNRECORDED: _unrecorded,
    State.HOLLOW: _hollow,
    State.CHECKSUM_MISMATCH: _mismatch,
    State.FILE_MISSING: _missing,
}


def _debris_steps(debris: tuple[Debris, ...]) -> tuple[str, ...]:
    return tuple(f"Clean up {item.kind.replace('_', ' ')} {item.object}: {item.detail}." for item in debris[:3])


def _gap_steps(gaps: tuple[Coverage, ...]) -> Iterator[str]:
    """What mends each thing, each statement once."""
    mended: dict[str, dict[str, None]] = {}
    for gap in gaps:
        if gap.grant:
            mended.setdefault(gap.grant, {})[gap.what] = None
    together: dict[tuple[str, ...], list[str]] = {}
    for grant, names in mended.items():
        together.setdefault(tuple(names), []).append(grant)
    for what, grants in together.items():
        yield f"To see {listed(what, 'and')}: {'; '.join(grants)}"
    for gap in gaps:
        if not gap.grant and (gap.what == "migrations" or "no project" in gap.reason):
            yield "Name the project with --project DIR, or the files with --migrations PATH."
