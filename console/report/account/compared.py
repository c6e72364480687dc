"""The first and the last picture of an incident beside each other: what became of each statement, and of each
difference in the schema. What only one of the pictures can tell is not known of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.report.account.blocks import Block, Grid, Heading, cells
from console.report.account.story import NOT_KNOWN, Seen

APPLIED = "migration applied"
AS_EXPECTED = "as expected"
_COMPARING = frozenset({"drift", "schema"})
"""What has to be seen whole before nothing found means that nothing differs."""
_Key = tuple[str, str]


def statements_compared(first: Seen, last: Seen) -> Iterator[Block]:
    """Each statement of what was not calm in either of them."""
    before, after = _migrations(first.document), _migrations(last.document)
    rows = [row for key in dict.fromkeys((*before, *after))
            for row in _statements(key, before, after, first.document, last.document)]  # fmt: skip
    if rows:
        yield Heading("Statements, before and after")
        yield Grid(("migration", "n", "statement", "before", "after"), cells(rows))


def _migrations(found: dict[str, Any]) -> dict[_Key, dict[str, Any]]:
    return {(str(f.get("framework")), str(m.get("id"))): m
            for f in found.get("frameworks") or [] for m in f.get("migrations") or []}  # fmt: skip


def _statements(
    key: _Key,
    before: dict[_Key, dict[str, Any]],
    after: dict[_Key, dict[str, Any]],
    first: dict[str, Any],
    last: dict[str, Any],
) -> Iterator[tuple[object, ...]]:
    then, now = _verdicts(before.get(key)), _verdicts(after.get(key))
    for n, sql in {**_texts(before.get(key)), **_texts(after.get(key))}.items():
        yield (" ".join(key), n, sql, then.get(n) or _absent(key, before, first, last),
               now.get(n) or _absent(key, after, last, first))  # fmt: skip


def _texts(migration: dict[str, Any] | None) -> dict[str, object]:
    return {str(s.get("n")): s.get("sql") for s in (migration or {}).get("statements") or []}


def _verdicts(migration: dict[str, Any] | None) -> dict[str, str]:
    return {str(s.get("n")): str(s.get("verdict", NOT_KNOWN)).replace("_", " ")
            for s in (migration or {}).get("statements") or []}  # fmt: skip


def _absent(key: _Key, found: dict[_Key, dict[str, Any]], document: dict[str, Any], other: dict[str, Any]) -> str:
    """What is so of a migration that a picture does not list statement by statement."""
    if key in found:
        return str(found[key].get("state", NOT_KNOWN)).replace("_", " ")
    here, there = _counts(document, key[0]), _counts(other, key[0])
    listed = sum(1 for name, _ in found if name == key[0])
    whole = sum(here.values()) == sum(there.values()) and listed == sum(here.values()) - here.get("applied", 0)
    return APPLIED if whole and here.get("applied") else NOT_KNOWN


def _counts(document: dict[str, Any], framework: str) -> dict[str, int]:
    """How many migrations are in which state; every one that is not listed is applied, where this says so."""
    return next((f.get("states") or {} for f in document.get("frameworks") or [] if f.get("framework") == framework),
                {})  # fmt: skip


def drift_compared(first: Seen, last: Seen) -> Iterator[Block]:
    """Each difference that either of them had."""
    before, after = _drift(first.document), _drift(last.document)
    rows = [(*key, (before.get(key) or after[key]).get("expected"), _found(key, before, first.document),
             _found(key, after, last.document)) for key in dict.fromkeys((*before, *after))]  # fmt: skip
    if rows:
        yield Heading("Schema, then and now")
        yield Grid(("kind", "object", "expected", "then", "now"), cells(rows))


def _drift(found: dict[str, Any]) -> dict[_Key, dict[str, Any]]:
    return {(str(d.get("kind")), str(d.get("object"))): d for d in found.get("drift") or []}


def _found(key: _Key, drift: dict[_Key, dict[str, Any]], document: dict[str, Any]) -> str:
    if key in drift:
        actual = drift[key].get("actual")
        return f"{drift[key].get('change')}: {actual}" if actual else str(drift[key].get("change"))
    compared = document.get("baseline") and document.get("drift_total") == len(document.get("drift") or [])
    seen = all(item.get("complete") for item in document.get("coverage") or [] if item.get("what") in _COMPARING)
    return AS_EXPECTED if compared and seen else NOT_KNOWN
