"""Which verdicts stand whatever the things are that nobody told.

A catalog may be silent about some of what a file touches (told.py). Then the database is one of many, and each of them
would be judged in one of a few ways: as the run of one of the prefixes that nothing contradicts, or, where what is
hidden contradicts them all, statement by statement. A verdict that is the same in all of these ways is known; every
other one is unknowable, and says what would have to be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.core.compare import look
from console.core.each import amiss, as_landed, beyond, by_themselves, untold_later
from console.core.evidence import Finding, in_words, unjudged
from console.core.replay import Replay, consistent_prefixes, furthest, replay
from console.core.schema import Ref, Schema
from console.core.state import Attrs
from console.core.statements import Statement
from console.core.timeline import Span
from console.core.told import may_be_untold
from console.core.verdict import Ground, Judgement, Verdict

if TYPE_CHECKING:
    from console.core.narrow import Findings


@dataclass(frozen=True, slots=True)
class _Ways:
    """Every way the database can have become what was told of it."""

    told: Replay
    """What the file says, every word of it taken."""
    runs: tuple[tuple[Replay, tuple[int, ...]], ...]
    """Replays, each with the lengths of the prefixes that nothing contradicts."""
    alone: tuple[Judgement, ...]
    """The verdicts when none of them is what happened; none when that cannot be."""


def silence(told: Replay, findings: Findings, ground: Ground) -> str:
    """What nobody told, of all that decides the verdicts of a file; '' when everything was told.

    `told` is the replay that its verdicts stand on.
    """
    statements = told.statements
    undecided = furthest(statements, {**ground.unmade, **ground.perhaps_unmade}) < furthest(statements, ground.unmade)
    if undecided:
        return "it is not known what migrations before it have still to make"
    if not ground.schema.silent:
        return ""
    own = (finding.untold for found in findings for finding in found)
    return next((why for why in own if why), "") or _unseen(told, ground.schema)


def certain(verdicts: tuple[Judgement, ...], findings: Findings, ground: Ground, why: str) -> tuple[Judgement, ...]:
    """The verdicts that are sure; the others are unknowable, for want of what `why` says."""
    ways = _ways(tuple(judgement.statement for judgement in verdicts), findings, ground)
    return tuple(
        _sure(n, judgement, findings[n - 1], ways, ground, why) for n, judgement in enumerate(verdicts, start=1)
    )


def _unseen(told: Replay, schema: Schema) -> str:
    """What was not told of anything that a run would have left on its way."""
    strict = replay(told.statements)
    replays = (strict,) if told is strict else (strict, told)
    return next((why for each in replays for _, why in _hidden(each, schema)), "")


def _hidden(told: Replay, schema: Schema) -> Iterator[tuple[Span, str]]:
    """Every prediction of which nobody told whether it is so, and why."""
    for span in told.timeline.spans():
        if not may_be_untold(span.ref, schema):
            continue
        seen = look(span.ref, span.attrs, schema, by_definition=span.ref in told.timeline.unnamed)
        if seen.untold:
            yield span, seen.untold


def _ways(statements: tuple[Statement, ...], findings: Findings, ground: Ground) -> _Ways:
    """Of runs that only a lenient reading allows, those that can be when no strict one can."""
    most = furthest(statements, ground.unmade)
    strict, lenient = replay(statements), replay(statements, forgiving=True)
    (runs, needs), (others, demands) = (_runs(told, ground.schema, most) for told in (strict, lenient))
    possible = tuple(k for k in others if not any(_implied(needs[run], demands[k]) for run in runs))
    alone = all(needs[run] for run in runs) and all(demands[k] for k in possible)
    return _Ways(
        strict, ((strict, runs), (lenient, possible)), by_themselves(strict, findings, ground) if alone else ()
    )


_Demands = dict[Ref, Attrs | None]
"""What would have to be so, of all that nobody told."""


def _runs(told: Replay, schema: Schema, most: int) -> tuple[tuple[int, ...], dict[int, _Demands]]:
    """The prefixes that nothing contradicts, each with what it takes."""
    found = tuple(k for k in consistent_prefixes(told, schema) if k <= most)
    demands: dict[int, _Demands] = {k: {} for k in found}
    for span, _ in _hidden(told, schema):
        for k in found:
            if span.first <= k <= span.last:
                demands[k][span.ref] = span.attrs
    return found, demands


def _implied(needs: _Demands, demands: _Demands) -> bool:
    """Where the second hold, the first hold too."""
    return all(ref in demands and demands[ref] == attrs for ref, attrs in needs.items())


def _sure(n: int, judgement: Judgement, found: tuple[Finding, ...], ways: _Ways, ground: Ground, why: str) -> Judgement:
    own = next((finding.untold for finding in found if finding.untold), "")
    later = untold_later(found, ways.told, ground.schema)
    words = {judgement.verdict, *(way.verdict for way in _in_all(n, judgement.statement, found, ways, ground))}
    known = not later and (not own or _is_missing(judgement, found, ways, ground))
    if known and len(words) == 1 and judgement.verdict is not Verdict.UNKNOWABLE:
        return judgement
    return _open(judgement, found, own or later, why, ground.schema.home)


def _is_missing(judgement: Judgement, found: tuple[Finding, ...], ways: _Ways, ground: Ground) -> bool:
    """Whatever the rest of it is, a part that would be there is not: a statement lands whole or not at all."""
    bad = amiss(found, ways.told, ground.schema)
    return judgement.verdict is Verdict.NOT_LANDED and any(finding.absent for finding in bad)


def _in_all(
    n: int, statement: Statement, found: tuple[Finding, ...], ways: _Ways, ground: Ground
) -> Iterator[Judgement]:
    """The verdict of one statement in each way; the ends of the prefixes do for what is there to be seen."""
    yield from ways.alone[n - 1 : n]
    visible = any(finding.looks and finding.fits for finding in found) or bool(unjudged(statement))
    for told, prefixes in ways.runs:
        for k in {prefixes[0], prefixes[-1]} if visible and prefixes else prefixes:
            if n <= k:
                yield as_landed(statement, found, ground, told.at(k))
            else:
                yield beyond(statement, found, ground, k)


def _open(judgement: Judgement, found: tuple[Finding, ...], own: str, why: str, home: str) -> Judgement:
    """Nobody can tell."""
    seen = in_words((finding for finding in found if finding.looks), home) or unjudged(judgement.statement)
    text = seen if own else f"{seen}; whether this file did it cannot be told: {why}"
    if judgement.verdict is Verdict.UNKNOWABLE and not own:
        text = judgement.evidence
    return replace(
        judgement,
        verdict=Verdict.UNKNOWABLE,
        evidence=text,
        inferred=False,
        wants="",
        has="",
        obstacle="",
        untold=own or why,
    )
