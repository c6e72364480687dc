"""Runs in the environment of `results`, never in ours: pairs of databases in, what it sees differ out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from copy import copy
from functools import cache
from typing import Any

import results  # type: ignore[import-not-found]
from results.dbdiff.util import differences  # type: ignore[import-not-found]
from results.schemainspect import get_inspector  # type: ignore[import-not-found]

KINDS = {
    "views": "view", "materialized_views": "view", "indexes": "key", "constraints": "key", "sequences": "sequence",
    "enums": "type", "types": "type", "domains": "type", "functions": "routine", "triggers": "trigger",
    "rlspolicies": "policy", "schemas": "schema",
}  # fmt: skip


@cache
def inspected(place: str) -> Any:
    return get_inspector(results.db(place))


def differing(before: Any, after: Any) -> Iterator[tuple[str, Any, bool]]:
    """(key, thing, whether it is on both sides)."""
    added, removed, modified, _ = differences(before, after)
    for things in (added, removed, modified):
        yield from ((key, thing, things is modified) for key, thing in things.items())


def found(expected: Any, actual: Any) -> Iterator[tuple[str, str, str, bool]]:
    """(kind, table, name, whether it is on both sides)."""
    for key, table, both in differing(expected.tables, actual.tables):
        if both:
            before = copy(expected.tables[key])
            yield from (("column", table.name, name, True) for name, *_ in differing(before.columns, table.columns))
            before.columns = table.columns
        if not both or before != table:
            yield "table", "", table.name, both
    for category, kind in KINDS.items():
        for _, thing, both in differing(getattr(expected, category), getattr(actual, category)):
            yield kind, getattr(thing, "table_name", None) or "", name_of(kind, thing), both


def name_of(kind: str, thing: Any) -> str:
    if kind == "routine":
        types = [argument.partition(" ")[2] for argument in thing.identity_arguments.split(", ")]
        return f"{thing.name}({', '.join(types)})"
    return str(thing.schema if kind == "schema" else thing.name)


pairs = json.load(sys.stdin)
json.dump([list(found(inspected(one), inspected(other))) for one, other in pairs], sys.stdout)
