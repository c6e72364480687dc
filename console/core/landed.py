"""Which statements landed: the heart.

Evidence, strongest first (DESIGN 5): what the catalog holds, compared after canonical typing; how recent it is
against the ledger's newest row; a count for data statements that undo their own WHERE; the order of statements.

First the prefixes that nothing contradicts are found (replay.py). One such prefix settles everything. Several leave
statements in doubt between the shortest and the longest; their own effects and recency narrow that. None means that
something else than a plain run happened: then each statement is judged by its own effects alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from console.core.compare import Sight, broken, look
from console.core.evidence import Finding, find, in_words, mismatch, newer, same_value, unjudged
from console.core.narrow import narrowed
from console.core.operations import Change, Create, Opaque
from console.core.replay import Replay, consistent_prefixes, effects, furthest, replay
from console.core.schema import Ref, Schema
from console.core.statements import Nature, Statement
from console.core.timeline import Moment


class Verdict(StrEnum):
    """DESIGN 2; the value is the word in JSON."""

    LANDED = "landed"
    NOT_LANDED = "not_landed"
    PARTIAL = "partial"
    UNKNOWABLE = "unknowable"

    @property
    def word(self) -> str:
        """The word on screen: `NOT LANDED`; UNKNOWABLE is `CANNOT TELL`."""
        return "CANNOT TELL" if self is Verdict.UNKNOWABLE else self.value.replace("_", " ").upper()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict of one statement and what supports it."""

    statement: Statement
    verdict: Verdict
    evidence: str
    """One sentence."""
    inferred: bool = False
    """Only the order of statements supports it."""
    wants: str = ""
    """For a partial one: what the statement asks for, in the server's words."""
    has: str = ""
    """For a partial one: what is there instead."""
    remaining_rows: int | None = None
    waiting: str = ""
    """Session id that is waiting to run, or running, this statement right now."""
    obstacle: str = ""
    """For one that did not land: what is there already, by hand, and makes the server refuse it."""
    skipped: bool = False
    """The file sends it only under a condition that does not hold: nothing is missing, and nothing was done."""

    @property
    def word(self) -> str:
        """The word on screen: `NOT LANDED`, `NOT SENT`."""
        return "NOT SENT" if self.skipped else self.verdict.word


@dataclass(frozen=True, slots=True)
class Ground:
    """What the verdicts of one migration stand on."""

    schema: Schema
    since: int | None = None
    """Stamp of the newest good ledger row that is not this migration's own; None: nothing to compare with."""
    counts: Mapping[int, int | None] = field(default_factory=dict)
    """Statement number -> rows still to do, where a person asked for it."""
    asked: Schema | None = None
    """Where the conditions of the file are asked, when that is another database than the one judged."""
    unmade: Mapping[Ref, str] = field(default_factory=dict)
    """What migrations before this one have still to make, and which: that it is gone shows nothing."""


def judge(statements: tuple[Statement, ...], ground: Ground) -> tuple[Judgement, ...]:
    """The verdict of every statement of a migration that has no good row."""
    told, prefixes = _prefixes(statements, ground.schema)
    prefixes = tuple(k for k in prefixes if k <= furthest(statements, ground.unmade))
    findings = tuple(find(s, ground.schema, told.timeline.unnamed) for s in statements)
    if not prefixes:
        return _with_counts(_one_by_one(told, findings, ground), ground)
    low, high = narrowed(told, findings, prefixes, ground.since)
    verdicts = []
    for n, (statement, found) in enumerate(zip(statements, findings, strict=True), start=1):
        if n <= low:
            verdicts.append(_landed(statement, found, ground, told.at(low)))
        elif n <= high:
            verdicts.append(_in_doubt(statement, found, ground))
        else:
            verdicts.append(_beyond(statement, found, ground, low))
    return _with_counts(tuple(verdicts), ground)


def _prefixes(statements: tuple[Statement, ...], schema: Schema) -> tuple[Replay, tuple[int, ...]]:
    """The consistent prefixes; only when there is none, code and CASCADE are allowed to have changed more."""
    told = replay(statements)
    prefixes = consistent_prefixes(told, schema)
    if prefixes:
        return told, prefixes
    lenient = replay(statements, forgiving=True)
    prefixes = consistent_prefixes(lenient, schema)
    return (lenient, prefixes) if prefixes else (told, ())


def out_of_band(judgements: tuple[Judgement, ...]) -> str:
    """One sentence when what landed is not a prefix: somebody changed the schema by hand."""
    stopped = next((j for j in judgements if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)), None)
    if stopped is None:
        return ""
    done = [j for j in judgements if j.verdict is Verdict.LANDED and not j.skipped]
    later = [j for j in done if j.statement.n > stopped.statement.n]
    if not later:
        return ""
    return (
        f"Statement {later[0].statement.n} is in the catalog although statement {stopped.statement.n} before it is "
        f"{stopped.verdict.word.lower()}: changed by hand, or not by this run. Do not resume it automatically."
    )


def _landed(
    statement: Statement, findings: tuple[Finding, ...], ground: Ground, reached: Moment | None = None
) -> Judgement:
    why = unjudged(statement)
    home = ground.schema.home
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


def _in_doubt(statement: Statement, findings: tuple[Finding, ...], ground: Ground) -> Judgement:
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


def _beyond(statement: Statement, findings: tuple[Finding, ...], ground: Ground, low: int) -> Judgement:
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
    if all(f.repeats or _takes_nothing_away(f) for f in findings if f.looks):
        return Judgement(statement, Verdict.NOT_LANDED, f"{told}, but a statement before it has not landed", True)
    older = any(newer(f, ground.since) is False for f in findings) or ground.since is None
    reason = "was so before" if older else "a statement before it has not landed: done by hand, or before"
    return Judgement(statement, Verdict.UNKNOWABLE, f"{told}, but {reason}")


def _takes_nothing_away(finding: Finding) -> bool:
    """`COMMENT ... IS NULL` where there never was one: Laravel sends it with every changed column."""
    operation = finding.operation
    return isinstance(operation, Change) and operation.attrs == (("comment", None),)


def _one_by_one(told: Replay, findings: tuple[tuple[Finding, ...], ...], ground: Ground) -> tuple[Judgement, ...]:
    """No prefix fits: judge each statement by its own effects, then infer only inside the leading landed run."""
    verdicts = [
        _alone(statement, found, told, ground) for statement, found in zip(told.statements, findings, strict=True)
    ]
    stop = next(
        (i for i, j in enumerate(verdicts) if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)), len(verdicts)
    )
    proven = max((i for i, j in enumerate(verdicts[:stop]) if j.verdict is Verdict.LANDED), default=-1)
    for i in range(proven):
        if verdicts[i].verdict is Verdict.UNKNOWABLE:
            verdicts[i] = _landed(verdicts[i].statement, (), ground)
    return tuple(verdicts)


def _alone(statement: Statement, findings: tuple[Finding, ...], told: Replay, ground: Ground) -> Judgement:
    why = unjudged(statement)
    if why:
        return Judgement(statement, Verdict.UNKNOWABLE, why)
    visible = [f for f in findings if f.looks]
    bad = [f for f in visible if not f.fits and not _superseded(f, told, ground.schema)]
    home = ground.schema.home
    if not bad and any(not f.fits and _taken_back(f, told) for f in visible):
        return _in_doubt(statement, findings, ground)
    if not bad:
        if all(f.repeats for f in visible):
            return _in_doubt(statement, findings, ground)
        return _landed(statement, findings, ground)
    text = in_words(bad, home)
    if any(f.absent for f in bad):
        present = [f for f in visible if f not in bad and not f.repeats]
        by_hand = [f for f in visible if f in bad and not f.absent] + present
        extra = "; it lands whole or not at all, yet " + in_words(by_hand, home) if by_hand else ""
        obstacle = in_words((f for f in by_hand if _is_in_the_way(f)), home)
        return Judgement(statement, Verdict.NOT_LANDED, text + extra, obstacle=obstacle)
    return _partial(statement, bad, text, ground)


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
    last, unnamed = told.last, told.timeline.unnamed
    for ref, attrs in effects(finding.operation):
        seen = look(ref, attrs, schema, by_definition=ref in unnamed)
        if seen.fits:
            continue
        later = last.get(ref)
        if not last.knows(ref) or same_value(attrs, later):
            return False
        if look(ref, later, schema, by_definition=ref in unnamed).sight not in (Sight.AS_WANTED, Sight.GONE):
            return False
    return True


def _taken_back(finding: Finding, told: Replay) -> bool:
    """In the end the file leaves the object as it was before the file."""
    subject = effects(finding.operation)[0][0]
    return told.at(0).knows(subject) and told.at(0).get(subject) == told.last.get(subject)


def _with_counts(judgements: tuple[Judgement, ...], ground: Ground) -> tuple[Judgement, ...]:
    """Counts that a person asked for, where they are evidence."""
    return tuple(_counted(j, ground.counts[j.statement.n]) if j.statement.n in ground.counts else j for j in judgements)


def _counted(judgement: Judgement, rows: int | None) -> Judgement:
    if rows is None or judgement.statement.nature is not Nature.DATA or judgement.statement.probe is None:
        return replace(judgement, evidence=judgement.evidence + "; the count of rows left is not known")
    if rows and judgement.verdict is Verdict.LANDED:
        text = f"{rows} rows match its WHERE, still or again; {judgement.evidence}"
        return replace(judgement, verdict=Verdict.UNKNOWABLE, evidence=text, inferred=False, remaining_rows=rows)
    if rows:
        text = f"{rows} rows still match its WHERE"
        return replace(judgement, verdict=Verdict.NOT_LANDED, evidence=text, inferred=False, remaining_rows=rows)
    text = "no row matches its WHERE any more: nothing is left to do"
    return replace(judgement, verdict=Verdict.LANDED, evidence=text, inferred=False, remaining_rows=0)
