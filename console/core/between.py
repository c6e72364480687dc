"""Two schemas beside each other, each read of a server or made of a file, whichever of them is the one expected.

What a file says is compared as a statement is: a server writes it in its own way. Only what is expected may be such a
file, so where it is the other one the two change places, and the answer is turned around.
"""

from __future__ import annotations

from dataclasses import replace

from console.core.drift import Change, Difference, Drift, compare_schemas
from console.core.drift.compare import as_there
from console.core.drifting import rules_between, without_open
from console.core.expected import expected
from console.core.expected_base import Baseline, Ignore

_TURNED = {Change.MISSING: Change.UNEXPECTED, Change.UNEXPECTED: Change.MISSING}


def between(one: Baseline, other: Baseline, ignore: tuple[Ignore, ...] = ()) -> Drift:
    """What of `one` is otherwise in `other`."""
    if other.of_files and not one.of_files:
        return _turned(between(other, one, ignore))
    if not one.of_files:
        return compare_schemas(one.schema, other.schema, rules_between(one, other, ignore))
    wanted = expected(replace(one, schema=as_there(one.schema, other.schema)), ())
    rules = rules_between(one, other, ignore, loose=wanted.loose)
    found = without_open(compare_schemas(wanted.schema, other.schema, rules), wanted)
    return without_open(found, expected(other, ())) if other.of_files else found


def _turned(drift: Drift) -> Drift:
    """The same with the two sides changed."""
    sides = ((_other_way(difference) for difference in side) for side in (drift.differences, drift.ignored))
    differences, ignored = (tuple(side) for side in sides)
    return replace(drift, differences=differences, ignored=ignored)


def _other_way(difference: Difference) -> Difference:
    return replace(
        difference,
        change=_TURNED.get(difference.change, difference.change),
        expected=difference.actual,
        actual=difference.expected,
        parts=tuple((name, actual, wanted) for name, wanted, actual in difference.parts),
    )
