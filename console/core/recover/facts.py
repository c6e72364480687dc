"""The facts on which a way out is recommended: one small word for each, drawn from an assessment and what was given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from console.core.assessment import Assessment, JudgedMigration
from console.core.coverage import sessions_are_seen
from console.core.guard import alive
from console.core.hazards import hazard_of
from console.core.hazards_cost import longest
from console.core.landed import Judgement, Verdict, out_of_band
from console.core.migration import State
from console.core.recover.effects import destroys, lost_with, only_adds, slow_to_undo
from console.core.recover.given import Given, Known, any_of, known, other
from console.core.schema import Schema, Table
from console.core.statements import Nature, Statement


class Share(StrEnum):
    """How much of the migration landed."""

    NONE = "none"
    SOME = "some"
    ALL = "all"
    DEBRIS = "debris"
    """A statement left an index that is INVALID, or a constraint that is NOT VALID."""
    DIFFERS = "differs"
    """Something is there under its name, and is not what it makes."""
    ODD = "odd"
    """No run of the tool leaves it so: changed by hand, or by something else."""
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Which of its statements nobody can judge."""

    NONE = "none"
    BEHIND = "behind"
    """Only such as stand behind one that did not land: a run never came to them."""
    DATA = "data"
    """Changes of rows."""
    CODE = "code"
    """Code, or schema that was not read."""
    FILE = "file"
    """All of them: the file may not be the one that ran."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the decision table asks for."""

    state: State
    landed: Share
    doubt: Doubt
    proven: Known
    """Everything that landed shows itself, nothing only by its place."""
    busy: Known
    """The migration, its tool or a step of our own is still at work."""
    gone: Known
    """What landed destroyed data."""
    spends: Known
    """What is left to do destroys data."""
    loses: Known
    """Taking back what landed destroys data."""
    fits: Known
    """The running release works with the schema as it is."""
    kept: Known
    """The release from before works with the schema as it is."""
    worse: Known
    """Finishing may break the running release."""
    mended: Known
    """What stopped it is mended."""
    long: Known
    """What is left may take longer than a minute."""
    slow_back: Known
    """Taking back what landed may take longer than a minute."""
    atomic: Known
    """The tool runs all of it in one transaction: all or nothing."""
    backup: Known
    """There is a copy from before, and it was read."""


def facts_of(assessment: Assessment, migration: JudgedMigration, given: Given) -> Facts:
    """What is known, and what is not."""
    statements = tuple(j for j in migration.statements if not j.skipped)
    behind = _behind(statements)
    rest = [j.statement for j in statements if j.verdict is not Verdict.LANDED]
    touched = [j.statement for j in statements if j.verdict is not Verdict.NOT_LANDED and j.statement.n not in behind]
    done = [j.statement for j in statements if j.verdict is Verdict.LANDED]
    losses = [Known.YES for plan in given.plans if plan.losses and plan.intent.migration == migration.id]
    landed = _share(assessment, migration, statements)
    doubt = Doubt.FILE if _another_file(migration) else _doubt(statements)
    told = landed is not Share.UNKNOWN and doubt is not Doubt.FILE
    as_made = told and landed not in (Share.ODD, Share.DIFFERS)
    return Facts(
        state=migration.state,
        landed=landed,
        doubt=doubt,
        proven=known(bool(statements) and all(j.verdict is Verdict.LANDED and not j.inferred for j in statements)),
        busy=_busy(assessment, given),
        gone=_where(as_made, destroys(touched)),
        spends=_where(told, destroys(rest)),
        loses=_where(as_made, any_of((*losses, lost_with(done, given.holds)))),
        fits=given.fits,
        kept=_first_known(given.former_fits, _where(as_made, only_adds(touched))),
        worse=_first_known(other(given.fits_finished), _where(told, other(only_adds(rest)))),
        mended=_mended(migration, statements, given.mended),
        long=_where(told, _long(assessment, rest, given)),
        slow_back=_where(as_made, slow_to_undo(done)),
        atomic=_where(told, _atomic(assessment, migration, statements)),
        backup=given.backup,
    )


def fresh(assessment: Assessment) -> bool:
    """The server and its schema were read just now, not before the link was lost."""
    seen = assessment.observation
    return seen.server.complete and seen.schema.complete


def _first_known(*answers: Known) -> Known:
    return next((answer for answer in answers if answer is not Known.UNKNOWN), Known.UNKNOWN)


def _where(told: bool, answer: Known) -> Known:
    """Of statements that were not read, or that something else was made instead of, nothing follows."""
    return answer if told else Known.UNKNOWN


def _readable(migration: JudgedMigration) -> bool:
    file = migration.tracked.migration
    return file is not None and not file.unreadable and bool(migration.statements)


def _behind(statements: Sequence[Judgement]) -> frozenset[int]:
    """Numbers of those that nobody can judge, behind a statement that surely did not land."""
    stop = next((i for i, j in enumerate(statements) if j.verdict is Verdict.NOT_LANDED and not j.inferred), None)
    if stop is None or out_of_band(tuple(statements)):
        return frozenset()
    return frozenset(j.statement.n for j in statements[stop:] if j.verdict is Verdict.UNKNOWABLE)


def _share(assessment: Assessment, migration: JudgedMigration, statements: Sequence[Judgement]) -> Share:
    if not fresh(assessment) or not _readable(migration) or not statements:
        return Share.UNKNOWN
    if out_of_band(migration.statements):
        return Share.ODD
    if partial := [j for j in statements if j.verdict is Verdict.PARTIAL]:
        return Share.DEBRIS if all(j.has in ("INVALID", "NOT VALID") for j in partial) else Share.DIFFERS
    behind = _behind(statements)
    words = {j.verdict for j in statements if j.statement.n not in behind}
    if words >= {Verdict.LANDED, Verdict.NOT_LANDED}:
        return Share.ODD if _atomic(assessment, migration, statements) is Known.YES else Share.SOME
    return {frozenset({Verdict.LANDED}): Share.ALL, frozenset({Verdict.NOT_LANDED}): Share.NONE}.get(
        frozenset(words), Share.UNKNOWN
    )


def _doubt(statements: Sequence[Judgement]) -> Doubt:
    """What cannot be judged, and data that only its place speaks for."""
    found = [j for j in statements if j.verdict is Verdict.UNKNOWABLE or _guessed(j)]
    behind = _behind(statements)
    if not found:
        return Doubt.NONE
    if all(j.statement.n in behind for j in found):
        return Doubt.BEHIND
    return Doubt.DATA if all(j.statement.nature is Nature.DATA for j in found) else Doubt.CODE


def _another_file(migration: JudgedMigration) -> bool:
    """It was changed since it ran, as far as its checksum, its date or git tell."""
    file, row = migration.tracked.migration, migration.tracked.row
    if migration.tracked.checksum_differs or (file is not None and file.uncommitted):
        return True
    if file is None or row is None or file.modified_at is None or row.applied_at is None:
        return False
    return file.modified_at.replace(tzinfo=None) > row.applied_at.replace(tzinfo=None) and not row.success


def _guessed(judgement: Judgement) -> bool:
    return judgement.inferred and judgement.statement.nature is not Nature.SCHEMA


def _busy(assessment: Assessment, given: Given) -> Known:
    if given.in_flight or given.at_work is Known.YES or any(alive(assessment)):
        return Known.YES
    return known(False) if sessions_are_seen(assessment.observation) else given.at_work


def _mended(migration: JudgedMigration, statements: Iterable[Judgement], said: Known) -> Known:
    """A cause that was found and counted stays one, whatever a person says."""
    found = any(j.obstacle for j in statements) or any(cause.rows for cause in migration.causes)
    return Known.NO if found else said


def _long(assessment: Assessment, rest: Sequence[Statement], given: Given) -> Known:
    server, schema = assessment.observation.server.value, assessment.observation.schema.value
    if server is None or schema is None:
        return Known.UNKNOWN
    counted = _counted(schema, given)
    lasts = longest([hazard_of(statement, server, counted) for statement in rest])
    return Known.UNKNOWN if lasts is None else known(lasts)


def _counted(schema: Schema, given: Given) -> Schema:
    """The schema with the sizes that somebody counted."""
    if not given.rows:
        return schema
    rows = given.rows
    things = (
        replace(thing, rows=rows.get((thing.ref.schema, thing.ref.name), thing.rows))
        if isinstance(thing, Table)
        else thing
        for thing in schema.things
    )
    return replace(schema, things=tuple(things))


def _atomic(assessment: Assessment, migration: JudgedMigration, statements: Iterable[Judgement]) -> Known:
    server, file = assessment.observation.server.value, migration.tracked.migration
    if server is None or file is None:
        return Known.UNKNOWN
    together = file.transactional and server.dialect in ("postgresql", "sqlite")
    return known(together and not any(j.statement.concurrently or j.statement.database for j in statements))
