"""Whether migrations with a good row really left what they say: the hollow ones are found here.

The recorded migrations are replayed in the order they ran. Whatever a later one changed again is not asked of an
earlier one; what later code (a DO block, a function call) or an unrecorded migration may have changed is not held
against it either: a healthy schema raises no alarm. Nor is what nobody told.
"""

from __future__ import annotations

from dataclasses import replace

from console.core.compare import Look, Sight
from console.core.evidence import Finding, Left, finding_of, in_words, mismatch, unjudged
from console.core.landed import Judgement, Verdict
from console.core.members import says
from console.core.past import History
from console.core.replay import effects
from console.core.schema import Ref, Schema
from console.core.state import Attrs, Picture
from console.core.statements import Statement


def judge_recorded(
    statements: tuple[Statement, ...], first: int, past: History, schema: Schema
) -> tuple[Judgement, ...]:
    """The verdicts of one recorded migration whose first statement stands at position `first` of the history."""
    verdicts = [_judged(s, first + i, past, schema) for i, s in enumerate(statements)]
    proven = max((i for i, j in enumerate(verdicts) if j.verdict is Verdict.LANDED and not j.inferred), default=-1)
    for i in range(proven):
        if verdicts[i].verdict is Verdict.UNKNOWABLE and unjudged(statements[i]) and not statements[i].apart:
            text = f"a later statement landed, so this one ran; {unjudged(statements[i])}"
            verdicts[i] = Judgement(statements[i], Verdict.LANDED, text, inferred=True)
    return tuple(verdicts)


def _judged(statement: Statement, position: int, past: History, schema: Schema) -> Judgement:
    why = unjudged(statement)
    if why:
        return Judgement(statement, Verdict.UNKNOWABLE, why)
    all_left = ((operation, left) for operation in statement.operations if (left := effects(operation)))
    current = [
        _still_said(finding_of(operation, left, schema, past.picture.unnamed), left, past.picture)
        for operation, left in all_left
        if not _replaced(left[0], position, past)
    ]
    if not any(f.looks for f in current):
        return Judgement(statement, Verdict.LANDED, "a later migration changed the same object again", inferred=True)
    bad = [f for f in current if f.looks and not f.fits]
    untold = next((f.untold for f in current if f.untold), "")
    if untold and not any(f.absent for f in bad):
        text = in_words((f for f in current if f.looks), schema.home)
        return Judgement(statement, Verdict.UNKNOWABLE, text, untold=untold)
    if not bad:
        return Judgement(statement, Verdict.LANDED, in_words((f for f in current if f.looks), schema.home))
    text = in_words(bad, schema.home)
    if all(_explained(f, position, past) for f in bad):
        why = "a later CASCADE, code or an unrecorded migration may have changed it"
        return Judgement(statement, Verdict.UNKNOWABLE, f"{text}; {why}", untold=untold)
    if any(f.absent for f in bad):
        return Judgement(statement, Verdict.NOT_LANDED, text)
    wants, has = mismatch(bad[0], schema.home)
    return Judgement(statement, Verdict.PARTIAL, text, wants=wants, has=has)


def _replaced(left: tuple[Ref, Attrs | None], position: int, past: History) -> bool:
    """After all recorded migrations its subject is gone, back again, or another thing under the same name."""
    subject, attrs = left
    if attrs is not None and past.vanished.get(subject, -1) > position:
        return True
    return past.picture.knows(subject) and (past.picture.get(subject) is None) is not (attrs is None)


def _still_said(finding: Finding, left: Left, picture: Picture) -> Finding:
    """Only what is still meant to be as this one `left` it, attribute by attribute."""
    said = dict(left)
    looks = (_part(seen, said.get(seen.ref), picture) for seen in finding.looks)
    still = tuple(seen for seen in looks if seen is not None)
    return finding if still == finding.looks else replace(finding, looks=still)


def _part(seen: Look, said: Attrs | None, picture: Picture) -> Look | None:
    """What was seen at one address, less what later migrations changed; None: all of it."""
    if picture.knows(seen.ref) and (picture.get(seen.ref) is None) is not (seen.wanted_absent):
        return None
    meant = picture.get(seen.ref) or {}
    changed = {name for name, value in (said or {}).items() if says(name, value, meant) is False}
    if said and changed == set(said):
        return None
    differing = tuple(item for item in seen.differing if item[0] not in changed)
    sight = Sight.AS_WANTED if seen.sight is Sight.DIFFERS and not differing else seen.sight
    as_it_was = sight is seen.sight and len(differing) == len(seen.differing)
    return seen if as_it_was else replace(seen, sight=sight, differing=differing)


def _explained(finding: Finding, position: int, past: History) -> bool:
    """Every part that is not as written was changed by an unrecorded migration, or may have been by later code."""
    wrong = (seen for seen in finding.looks if not seen.fits)
    return all(
        _changed_beyond(seen, past.beyond) or _in_passing(seen, past) or past.explains(seen.ref, position)
        for seen in wrong
    )


def _in_passing(seen: Look, past: History) -> bool:
    """A half-applied migration may have dropped or changed it, to put it back later."""
    if (seen.ref, "") in past.passing:
        return True
    return seen.sight is Sight.DIFFERS and all((seen.ref, name) in past.passing for name, _, _ in seen.differing)


def _changed_beyond(seen: Look, beyond: Picture) -> bool:
    if seen.sight is not Sight.DIFFERS:
        return beyond.knows(seen.ref) and (beyond.get(seen.ref) is None) is not seen.wanted_absent
    meant = beyond.get(seen.ref) or {}
    return all(says(name, wanted, meant) is False for name, wanted, _ in seen.differing)
