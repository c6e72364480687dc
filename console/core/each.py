"""The verdict of one statement, by where it stands to the one the run stopped at.

Before it (`as_landed`), after it (`beyond`), between two that may both be it (`in_doubt`), or judged by nothing but
what it left itself, where no plain run explains the catalog (`by_itself`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.core.compare import Look, Sight, broken, look
from console.core.evidence import Finding, in_words, is_as_before, mismatch, newer, same_value, unjudged, was_so
from console.core.operations import Change, Create, Opaque
from console.core.replay import Replay, effects
from console.core.schema import Schema
from console.core.statements import Statement
from console.core.timeline import Moment
from console.core.verdict import Ground, Judgement, Verdict

if TYPE_CHECKING:
    from console.core.narrow import Findings

_APART = "it is sent at one time with others, or its failure is caught"


def as_landed(
    statement: Statement, findings: tuple[Finding, ...], ground: Ground, reached: Moment | None = None
) -> Judgement:
    """A statement before the last one that landed."""
    why = unjudged(statement)
    home = ground.schema.home
    if why and statement.apart:
        text = f"a later statement landed, which says nothing of this one: {_APART}; {why}"
        return Judgement(statement, Verdict.UNKNOWABLE, text)
    if why:
        return Judgement(statement, Verdict.LANDED, f"a later statement landed, so this one ran; {why}", inferred=True)
    seen = [f for f in findings if f.looks and f.fits]
    if not seen and reached is not None and not any(_explained(f, reached) for f in findings):
        text = in_words((f for f in findings if f.looks), home)
        return Judgement(statement, Verdict.UNKNOWABLE, f"{text}; a later statement of this file may have changed it")
    if not seen:
        return Judgement(statement, Verdict.LANDED, "a later statement landed that changed the same object again", True)
    return Judgement(statement, Verdict.LANDED, in_words(seen, home) + _age_note(seen, ground))


def _explained(finding: Finding, reached: Moment) -> bool:
    """What it left is known to have been changed again, not only forgotten because code may have changed it."""
    return any(reached.knows(ref) for ref, _ in effects(finding.operation))


def _age_note(findings: list[Finding], ground: Ground) -> str:
    old = findings and all(newer(f, ground.since) is False for f in findings)
    return "; older than the last recorded migration: it was there before this run" if old else ""


def in_doubt(statement: Statement, findings: tuple[Finding, ...], ground: Ground) -> Judgement:
    """A statement between the shortest and the longest run that could have been."""
    why = unjudged(statement)
    if not why:
        repeats = all(f.repeats for f in findings if f.looks)
        told = in_words((f for f in findings if f.looks), ground.schema.home)
        if repeats:
            why = f"{told}, as it may have been before"
        elif any(newer(f, ground.since) is False for f in findings):
            why = f"{told}, but was so before the last recorded migration already"
        else:
            why = f"{told}; other statements of this file leave the same, so before and after look alike"
    return Judgement(statement, Verdict.UNKNOWABLE, why)


def beyond(statement: Statement, findings: tuple[Finding, ...], ground: Ground, low: int) -> Judgement:
    """A statement after the last one that landed."""
    why = unjudged(statement)
    if why:
        follows = low + 1 < statement.n
        order = "a statement before it has not landed, so it has not run unless by hand; " if follows else ""
        return Judgement(statement, Verdict.UNKNOWABLE, order + why)
    home = ground.schema.home
    wrong = [f for f in findings if f.looks and not f.fits]
    if wrong and isinstance(wrong[0].operation, Create) and broken(wrong[0].looks[0].thing):
        return _partial(statement, wrong, in_words(wrong, home), ground)
    if wrong:
        return Judgement(statement, Verdict.NOT_LANDED, in_words(wrong, home))
    told = in_words((f for f in findings if f.looks), home)
    if all(f.repeats or _takes_nothing_away(f) or was_so(f, ground) for f in findings if f.looks):
        return Judgement(statement, Verdict.NOT_LANDED, f"{told}, but a statement before it has not landed", True)
    older = any(newer(f, ground.since) is False for f in findings) or ground.since is None
    reason = "was so before" if older else "a statement before it has not landed: done by hand, or before"
    return Judgement(statement, Verdict.UNKNOWABLE, f"{told}, but {reason}")


def _takes_nothing_away(finding: Finding) -> bool:
    """`COMMENT ... IS NULL` where there never was one: Laravel sends it with every changed column."""
    operation = finding.operation
    return isinstance(operation, Change) and operation.attrs == (("comment", None),)


def by_itself(statement: Statement, findings: tuple[Finding, ...], told: Replay, ground: Ground) -> Judgement:
    """A statement judged by nothing but what it left."""
    why = unjudged(statement)
    if why:
        return Judgement(statement, Verdict.UNKNOWABLE, why)
    visible = [f for f in findings if f.looks]
    bad = amiss(findings, told, ground.schema)
    home = ground.schema.home
    if not bad and any(not f.fits and (_taken_back(f, told) or is_as_before(f, ground)) for f in visible):
        return in_doubt(statement, findings, ground)
    if not bad:
        if all(f.repeats or was_so(f, ground) for f in visible):
            return in_doubt(statement, findings, ground)
        return as_landed(statement, findings, ground)
    text = in_words(bad, home)
    if any(f.absent for f in bad):
        present = [f for f in visible if f not in bad and not f.repeats]
        by_hand = [f for f in visible if f in bad and not f.absent] + present
        extra = "; it lands whole or not at all, yet " + in_words(by_hand, home) if by_hand else ""
        obstacle = in_words((f for f in by_hand if _is_in_the_way(f)), home)
        return Judgement(statement, Verdict.NOT_LANDED, text + extra, obstacle=obstacle)
    if all(_is_older(f, told, statement.n - 1, ground) for f in bad):
        return Judgement(statement, Verdict.NOT_LANDED, f"{text}, as earlier migrations left it")
    return _partial(statement, bad, text, ground)


def _is_older(finding: Finding, told: Replay, prefix: int, ground: Ground) -> bool:
    """What is there is the former one, which the file itself takes away before it makes another."""
    subject = finding.operation.subject
    if subject is None or told.at(prefix).get(subject) is not None:
        return False
    return told.touches(subject, prefix) and is_as_before(finding, ground)


def amiss(findings: tuple[Finding, ...], told: Replay, schema: Schema) -> list[Finding]:
    """What is not as the statement left it, though nothing later changed it again."""
    return [f for f in findings if f.looks and not f.fits and not _superseded(f, told, schema)]


def _is_in_the_way(finding: Finding) -> bool:
    """The server refuses to make what is there already."""
    operation = finding.operation
    return isinstance(operation, Create) and not operation.if_absent and not operation.replace and not finding.absent


def _partial(statement: Statement, bad: list[Finding], text: str, ground: Ground) -> Judgement:
    wants, has = mismatch(bad[0], ground.schema.home)
    changed_only = all(not isinstance(f.operation, Create) for f in bad)
    if changed_only:
        return Judgement(statement, Verdict.NOT_LANDED, text, wants=wants, has=has)
    leaves = next((f.operation.leaves for f in bad if not isinstance(f.operation, Opaque) and f.operation.leaves), "")
    recent = newer(bad[0], ground.since)
    if recent is False:
        text += "; older than the last recorded migration: it was there before this run"
    elif leaves and has in ("INVALID", "NOT VALID"):
        text += f": a run that failed leaves {leaves}"
    return Judgement(statement, Verdict.PARTIAL, text, wants=wants, has=has)


def _superseded(finding: Finding, told: Replay, schema: Schema) -> bool:
    """A later statement changed the same object again, and the catalog shows the later one's result."""
    later = _later(finding, told, schema)
    return all(seen is not None and seen.sight in (Sight.AS_WANTED, Sight.GONE) for seen in later)


def untold_later(findings: tuple[Finding, ...], told: Replay, schema: Schema) -> str:
    """Why it is not known whether a later statement changed the same object again; '' when it is."""
    later = (seen for finding in findings if not finding.fits for seen in _later(finding, told, schema))
    return next((seen.untold for seen in later if seen is not None and seen.untold), "")


def _later(finding: Finding, told: Replay, schema: Schema) -> Iterator[Look | None]:
    """All that is not as the operation left it, beside what the whole file leaves of it; None: no other thing."""
    last, unnamed = told.last, told.timeline.unnamed
    for ref, attrs in effects(finding.operation):
        if look(ref, attrs, schema, by_definition=ref in unnamed).fits:
            continue
        later = last.get(ref)
        overtaken = last.knows(ref) and not same_value(attrs, later)
        yield look(ref, later, schema, by_definition=ref in unnamed) if overtaken else None


def _taken_back(finding: Finding, told: Replay) -> bool:
    """In the end the file leaves the object as it was before the file."""
    subject = effects(finding.operation)[0][0]
    return told.at(0).knows(subject) and told.at(0).get(subject) == told.last.get(subject)


def by_themselves(told: Replay, findings: Findings, ground: Ground) -> tuple[Judgement, ...]:
    """No prefix fits: judge each statement by its own effects, then infer only inside the leading landed run.

    A statement of which nothing was told may be the one that failed: the run is not known beyond it.
    """
    verdicts = [
        by_itself(statement, found, told, ground) for statement, found in zip(told.statements, findings, strict=True)
    ]
    silent = [any(finding.untold for finding in found) for found in findings]
    stops = (i for i, j in enumerate(verdicts) if silent[i] or j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL))
    stop = next(stops, len(verdicts))
    proven = max((i for i, j in enumerate(verdicts[:stop]) if j.verdict is Verdict.LANDED), default=-1)
    for i in range(proven):
        if verdicts[i].verdict is Verdict.UNKNOWABLE:
            verdicts[i] = as_landed(verdicts[i].statement, (), ground)
    return tuple(verdicts)
