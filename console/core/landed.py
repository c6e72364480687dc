"""Which statements landed: the heart.

Evidence, strongest first (DESIGN 5): what the catalog holds, compared after canonical typing; how recent it is
against the ledger's newest row; a count for data statements that undo their own WHERE; the order of statements.

First the prefixes that nothing contradicts are found (replay.py). One such prefix settles everything. Several leave
statements in doubt between the shortest and the longest; their own effects and recency narrow that. None means that
something else than a plain run happened: then each statement is judged by its own effects alone. Where the catalog was
silent about something, only those verdicts are kept that stand whatever it is (certain.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.core.certain import certain, silence
from console.core.each import as_landed, beyond, by_themselves, in_doubt
from console.core.evidence import find
from console.core.replay import Replay, consistent_prefixes, furthest, replay
from console.core.schema import Schema
from console.core.statements import Nature, Statement
from console.core.verdict import Ground, Judgement, Verdict

if TYPE_CHECKING:
    from console.core.narrow import Findings

__all__ = ["Ground", "Judgement", "Verdict", "judge", "out_of_band"]


def judge(statements: tuple[Statement, ...], ground: Ground) -> tuple[Judgement, ...]:
    """The verdict of every statement of a migration that has no good row."""
    told, prefixes = _prefixes(statements, ground.schema)
    findings = tuple(find(s, ground.schema, told.timeline.unnamed) for s in statements)
    verdicts = _judged(told, prefixes, findings, ground)
    why = silence(told, findings, ground)
    return _with_counts(certain(verdicts, findings, ground, why) if why else verdicts, ground)


def _judged(told: Replay, prefixes: tuple[int, ...], findings: Findings, ground: Ground) -> tuple[Judgement, ...]:
    prefixes = tuple(k for k in prefixes if k <= furthest(told.statements, ground.unmade))
    if not prefixes:
        return by_themselves(told, findings, ground)
    from console.core.narrow import narrowed

    low, high = narrowed(told, findings, prefixes, ground)
    verdicts = []
    for n, (statement, found) in enumerate(zip(told.statements, findings, strict=True), start=1):
        if n <= low:
            verdicts.append(as_landed(statement, found, ground, told.at(low)))
        elif n <= high:
            verdicts.append(in_doubt(statement, found, ground))
        else:
            verdicts.append(beyond(statement, found, ground, low))
    return tuple(verdicts)


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


def _with_counts(judgements: tuple[Judgement, ...], ground: Ground) -> tuple[Judgement, ...]:
    """Counts that a person asked for, where they are evidence."""
    return tuple(_counted(j, ground.counts[j.statement.n]) if j.statement.n in ground.counts else j for j in judgements)


def _counted(judgement: Judgement, rows: int | None) -> Judgement:
    if rows is None or judgement.statement.nature is not Nature.DATA or judgement.statement.probe is None:
        return replace(judgement, evidence=judgement.evidence + "; the count of rows left is not known")
    if rows and (judgement.verdict is Verdict.LANDED or judgement.untold):
        text = f"{rows} rows match its WHERE, still or again; {judgement.evidence}"
        return replace(judgement, verdict=Verdict.UNKNOWABLE, evidence=text, inferred=False, remaining_rows=rows)
    if rows:
        text = f"{rows} rows still match its WHERE"
        return replace(judgement, verdict=Verdict.NOT_LANDED, evidence=text, inferred=False, remaining_rows=rows)
    text = "no row matches its WHERE any more: nothing is left to do"
    return replace(judgement, verdict=Verdict.LANDED, evidence=text, inferred=False, remaining_rows=0)
