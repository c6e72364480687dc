"""Differences between expected and actual, as JSON values and as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from console.core.assessment import DriftItem
from console.core.drift.words import of_statement, sentence


def drift_value(item: DriftItem) -> dict[str, Any]:
    """One difference as a plain value (DESIGN 6)."""
    return {
        "change": item.change,
        "kind": item.kind,
        "object": item.object,
        "expected": item.expected,
        "actual": item.actual,
        "became": item.became or None,
        "parts": [{"what": what, "expected": expected, "actual": actual} for what, expected, actual in item.parts],
        "members": list(item.members),
        "migration": item.migration or None,
        "statement": item.statement,
        "ignored": item.ignored or None,
    }


def drift_lines(items: Iterable[DriftItem], ignored: Iterable[DriftItem]) -> Iterator[str]:
    """A line for each difference, those that count first."""
    for item in items:
        by = of_statement(item)
        yield f"DRIFT  {sentence(item)}" + (f"  ({by})" if by else "")
    for item in ignored:
        yield f"IGNORED  {sentence(item)}  ({item.ignored})"
