"""Whether migrations with a good row really left what they say: the hollow ones are found here.

The recorded migrations are replayed in the order they ran. Whatever a later one changed again is not asked of an
earlier one; what later code (a DO block, a function call) or an unrecorded migration may have changed is not held
against it either: a healthy schema raises no alarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.core.evidence import Finding, find, mismatch, same_value, sentence, unjudged
from console.core.landed import Judgement, Verdict
from console.core.operations import Drop, Opaque, apply_all
from console.core.replay import effects
from console.core.schema import Kind, Ref, Schema
from console.core.state import Canvas, Picture
from console.core.statements import Statement


@dataclass(frozen=True)
class History:
    """All recorded statements in the order they ran, and what they should have left together."""

    statements: tuple[Statement, ...]
    picture: Picture
    """After the recorded ones."""
    beyond: Picture
    """After those without a good row as well."""
    code: tuple[tuple[int, Opaque | Drop], ...]
    """(position, operation) of everything that may have changed more than it says: code, and CASCADE."""


def history(recorded: Sequence[Statement], unrecorded: Sequence[Statement]) -> History:
    """Replay both on an unknown base."""
    canvas = Canvas()
    code: list[tuple[int, Opaque | Drop]] = []
    for position, statement in enumerate(recorded):
        apply_all(statement.operations, canvas)
        code += [(position, op) for op in _doing_more(statement)]
    picture = canvas.still()
    for statement in unrecorded:
        apply_all(statement.operations, canvas)
        code += [(len(recorded), op) for op in _doing_more(statement)]
    return History(tuple(recorded), picture, canvas.still(), tuple(code))


def _doing_more(statement: Statement) -> Iterator[Opaque | Drop]:
    """Operations that may change more than they say."""
    for operation in statement.operations:
        if (isinstance(operation, Opaque) and not operation.harmless) or (
            isinstance(operation, Drop) and operation.cascade
        ):
            yield operation


_HANGS_ON_A_TABLE = frozenset(
    {Kind.VIEW, Kind.CONSTRAINT, Kind.INDEX, Kind.RULE, Kind.ROUTINE, Kind.POLICY, Kind.TRIGGER}
)


def _may_touch(operation: Opaque | Drop, ref: Ref) -> bool:
    """Whether this could explain that `ref` is not as an earlier statement left it."""
    if isinstance(operation, Opaque):
        return operation.may_touch(ref)
    dropped = operation.ref.kind
    if dropped in (Kind.TABLE, Kind.VIEW, Kind.COLUMN):
        return ref.kind in _HANGS_ON_A_TABLE or dropped is ref.kind is Kind.COLUMN
    return ref.kind is not Kind.TABLE or dropped is Kind.SCHEMA


def judge_recorded(
    statements: tuple[Statement, ...], first: int, past: History, schema: Schema
) -> tuple[Judgement, ...]:
    """The verdicts of one recorded migration whose first statement stands at position `first` of the history."""
    verdicts = [_judged(s, first + i, past, schema) for i, s in enumerate(statements)]
    proven = max((i for i, j in enumerate(verdicts) if j.verdict is Verdict.LANDED and not j.inferred), default=-1)
    for i in range(proven):
        if verdicts[i].verdict is Verdict.UNKNOWABLE and unjudged(statements[i]):
            text = f"a later statement landed, so this one ran; {unjudged(statements[i])}"
            verdicts[i] = Judgement(statements[i], Verdict.LANDED, text, inferred=True)
    return tuple(verdicts)


def _judged(statement: Statement, position: int, past: History, schema: Schema) -> Judgement:
    why = unjudged(statement)
    if why:
        return Judgement(statement, Verdict.UNKNOWABLE, why)
    findings = [f for f in find(statement, schema, past.picture.unnamed) if f.looks]
    current = [f for f in findings if _still_said(f, past.picture)]
    if not current:
        return Judgement(statement, Verdict.LANDED, "a later migration changed the same object again", inferred=True)
    bad = [f for f in current if _wrong_refs(f, past.picture)]
    if not bad:
        return Judgement(statement, Verdict.LANDED, "; ".join(sentence(f, schema.home) for f in current))
    text = "; ".join(sentence(f, schema.home) for f in bad)
    if all(_explained(f, position, past) for f in bad):
        return Judgement(
            statement,
            Verdict.UNKNOWABLE,
            f"{text}; a later CASCADE, code or an unrecorded migration may have changed it",
        )
    if any(f.absent for f in bad):
        return Judgement(statement, Verdict.NOT_LANDED, text)
    wants, has = mismatch(bad[0], schema.home)
    return Judgement(statement, Verdict.PARTIAL, text, wants=wants, has=has)


def _still_said(finding: Finding, picture: Picture) -> bool:
    """The subject is, after all recorded migrations, still meant to be as this one left it."""
    subject, attrs = effects(finding.operation)[0]
    return same_value(attrs, picture.get(subject))


def _wrong_refs(finding: Finding, picture: Picture) -> list[Ref]:
    said = dict(effects(finding.operation))
    wrong = [seen.ref for seen in finding.looks if not seen.fits]
    return [ref for ref in wrong if ref not in said or same_value(said[ref], picture.get(ref))]


def _explained(finding: Finding, position: int, past: History) -> bool:
    """Every part that is not as written was changed again, or may have been, by what came later."""
    said = dict(effects(finding.operation))
    for ref in _wrong_refs(finding, past.picture):
        changed = ref in said and not same_value(said[ref], past.beyond.get(ref))
        if not changed and not any(at > position and _may_touch(op, ref) for at, op in past.code):
            return False
    return True
