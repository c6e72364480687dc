"""Between the shortest and the longest prefix that nothing contradicts: what a statement's own effects still tell.

A data statement says nothing, so it stays in doubt. An effect that was so before, or that only puts back what other
doubtful statements changed, says nothing either. Recency decides where a definition cannot be compared, or where
only the last touch of an object can tell who left it so. Where the recorded migrations left a thing otherwise than it
is now, and nobody else is known to have changed it, the statement that leaves it as it is now has run.
"""

from __future__ import annotations

from console.core.compare import Sight, look
from console.core.evidence import Finding, newer, same_value, was_so
from console.core.members import says
from console.core.operations import Change, Create, Operation, Rename
from console.core.replay import Replay, effects
from console.core.schema import Kind, Ref, Value
from console.core.state import Attrs
from console.core.timeline import Moment
from console.core.verdict import Ground

_NEAR = 30
"""How many statements back another touch is looked for."""

Findings = tuple[tuple[Finding, ...], ...]


def narrowed(told: Replay, findings: Findings, prefixes: tuple[int, ...], ground: Ground) -> tuple[int, int]:
    """Between the shortest and longest consistent prefix, move the ends as far as own effects and recency allow."""
    low, high = prefixes[0], prefixes[-1]
    end = told.at(high)
    for n in range(low + 1, high + 1):
        start, before = told.at(low), told.at(n - 1)
        since = ground.since
        telling = (
            f
            for f in findings[n - 1]
            if _survives(f, end) and not was_so(f, ground) and _tells(f, start, before, told.at(n))
        )
        voices = [_voice(f, start, before, since, _last_touch(told, findings, n, f)) for f in telling]
        by_past = [_against_the_past(f, told, low, before, ground) for f in findings[n - 1] if _survives(f, end)]
        support = _support([voice for voice in by_past if voice is not None] or voices)
        if support is False:
            high = max((k for k in prefixes if k < n), default=low)
            break
        if support:
            low = min((k for k in prefixes if k >= n), default=high)
    return min(low, high), high


def _against_the_past(finding: Finding, told: Replay, low: int, before: Moment, ground: Ground) -> bool | None:
    """What it says that a thing is not as the recorded migrations left it (True), or still is (False)."""
    operation = finding.operation
    ref = operation.subject
    former = ground.former.get(ref) if ref is not None and not told.touches(ref, low) else None
    if ref is None or not former or not finding.looks or not finding.fits:
        return None
    seen = look(ref, former, ground.schema)
    if isinstance(operation, Rename):
        moved = before.get(operation.ref)
        brought = look(ref, moved, ground.schema).sight if moved else None
        if seen.sight is Sight.AS_WANTED and not seen.uncertain:
            return False if brought is Sight.DIFFERS else None
        return True if seen.sight is Sight.DIFFERS and brought is not Sight.DIFFERS else None
    left = dict(effects(operation)).get(ref)
    others = {name for name, _, _ in seen.differing} & (left or {}).keys()
    return True if seen.sight is Sight.DIFFERS and others else None


def _last_touch(told: Replay, findings: Findings, n: int, finding: Finding) -> int | None:
    """When statements before `n` last changed anything else: what statement `n` left is younger than that.

    Statements run in order, so the nearest ones are enough to know.
    """
    group, subject = told.statements[n - 1].group, finding.operation.subject
    near = range(max(0, n - 1 - _NEAR), n - 1)
    earlier = (f for m in near if told.statements[m].group != group for f in findings[m])
    stamps = (f.stamp for f in earlier if f.operation.subject != subject and f.fits)
    return max((stamp for stamp in stamps if stamp is not None), default=None)


def _support(voices: list[bool | None]) -> bool | None:
    """Whether its own effects speak for a statement (True), against it (False), or say nothing (None)."""
    if False in voices:
        return False
    return True if True in voices else None


def _voice(finding: Finding, start: Moment, before: Moment, since: int | None, touched: int | None) -> bool | None:
    if not finding.looks or not finding.fits or finding.repeats:
        return None
    if _is_comment(finding.operation):
        return True
    recent = newer(finding, since)
    if isinstance(finding.operation, Create | Rename) and _may_be_older(finding, start, before):
        return recent
    return None if recent is False or (recent and _left_by_others(finding, touched)) else True


def _is_comment(operation: Operation) -> bool:
    """A comment does not touch what it is about: its age tells nothing."""
    return isinstance(operation, Change) and all(name == "comment" for name, _ in operation.attrs)


def _left_by_others(finding: Finding, touched: int | None) -> bool:
    """Its stamp may come from another statement: adding a column touches the table's own row as well."""
    of_table = finding.looks[0].ref.kind is Kind.TABLE
    return newer(finding, touched if of_table or touched is None else touched - 1) is False


def _may_be_older(finding: Finding, start: Moment, before: Moment) -> bool:
    """The same may have been there at the start: only recency can tell a thing from its like."""
    ref, attrs = effects(finding.operation)[0]
    if start.knows(ref) and start.get(ref) is None:
        return False
    return start.knows(ref) or before.knows(ref) or not attrs or not finding.compared


def _survives(finding: Finding, end: Moment) -> bool:
    """Nothing later in the same prefix has overwritten what it left."""
    return all(same_value(attrs, end.get(ref)) for ref, attrs in effects(finding.operation))


def _tells(finding: Finding, start: Moment, before: Moment, after: Moment) -> bool:
    """What it left is news: neither so at the start, nor only put back after statements that may not have run."""
    left = dict(effects(finding.operation))
    if isinstance(finding.operation, Rename):
        left[finding.operation.to] = after.get(finding.operation.to) or {}
    return any(_news_at(ref, attrs, start, before) for ref, attrs in left.items())


def _news_at(ref: Ref, attrs: Attrs | None, start: Moment, before: Moment) -> bool:
    if start.knows(ref) and (start.get(ref) is None) is not (attrs is None):
        return True
    if not before.knows(ref) and not start.knows(ref):
        return True
    if attrs is None:
        return False
    old, recent = start.get(ref) or {}, before.get(ref) or {}
    return any(_is_news(name, value, old, recent) for name, value in attrs.items())


def _is_news(name: str, value: Value, start: Attrs, before: Attrs) -> bool:
    """An owner is none unless it is known to have been another: whoever made the thing owns it."""
    same = says(name, value, start)
    if same is not None:
        return not same
    return name != "owner" and says(name, value, before) is None
