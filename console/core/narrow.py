"""Between the shortest and the longest prefix that nothing contradicts: what a statement's own effects still tell.

A data statement says nothing, so it stays in doubt. An effect that was so before, or that only puts back what other
doubtful statements changed, says nothing either. Recency decides where the text of a replacement cannot be compared.
"""

from __future__ import annotations

from console.core.evidence import Finding, newer, same_value
from console.core.operations import Create
from console.core.replay import Replay, effects
from console.core.schema import Ref, Value
from console.core.state import Attrs, Picture


def narrowed(
    told: Replay, findings: tuple[tuple[Finding, ...], ...], prefixes: tuple[int, ...], since: int | None
) -> tuple[int, int]:
    """Between the shortest and longest consistent prefix, move the ends as far as own effects and recency allow."""
    low, high = prefixes[0], prefixes[-1]
    picture = told.pictures[high]
    for n in range(low + 1, high + 1):
        telling = [
            found
            for found in findings[n - 1]
            if _survives(found, picture) and _tells(found, told.pictures[low], told.pictures[n - 1])
        ]
        support = _support(telling, since)
        if support is False:
            high = max((k for k in prefixes if k < n), default=low)
            break
        if support:
            low = min((k for k in prefixes if k >= n), default=high)
    return min(low, high), high


def _support(findings: list[Finding], since: int | None) -> bool | None:
    """Whether its own effects speak for a statement (True), against it (False), or say nothing (None)."""
    voices = [_voice(finding, since) for finding in findings]
    if False in voices:
        return False
    return True if True in voices else None


def _voice(finding: Finding, since: int | None) -> bool | None:
    if not finding.looks or not finding.fits or finding.repeats:
        return None
    recent = newer(finding, since)
    replaced = isinstance(finding.operation, Create) and finding.operation.replace
    if replaced and not finding.compared:
        return recent
    return None if recent is False else True


def _survives(finding: Finding, picture: Picture) -> bool:
    """Nothing later in the same prefix has overwritten what it left."""
    return all(same_value(attrs, picture.get(ref)) for ref, attrs in effects(finding.operation))


def _tells(finding: Finding, start: Picture, before: Picture) -> bool:
    """What it left is news: neither so at the start, nor only put back after statements that may not have run."""
    return any(_news_at(ref, attrs, start, before) for ref, attrs in effects(finding.operation))


def _news_at(ref: Ref, attrs: Attrs | None, start: Picture, before: Picture) -> bool:
    if start.knows(ref) and (start.get(ref) is None) is not (attrs is None):
        return True
    if attrs is None:
        return not before.knows(ref) and not start.knows(ref)
    old, recent = start.get(ref) or {}, before.get(ref) or {}
    return any(_is_news(name, value, old, recent) for name, value in attrs.items())


def _is_news(name: str, value: Value, start: Attrs, before: Attrs) -> bool:
    if name in start:
        return start[name] != value
    return name not in before
