"""What a mark needs of the plan, carried with each change: what Sqitch calls it, what it needs, and its tags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from console.core.migration import Migration
from console.frameworks.sqitch.identity import Said
from console.frameworks.sqitch.plan import Change, Plan, Tag

_KEY = "plan"


@dataclass(frozen=True, slots=True)
class Carried:
    """A change where it stands in its plan."""

    project: str
    uri: str
    change: Change
    before: Change | None
    """The one that must be the last that is deployed; None for the first."""
    ids: tuple[str | None, ...] = ()
    """Of each change that it requires; None where it is another project's, or none of the plan."""


def carrying(plan: Plan, migrations: Iterable[Migration]) -> Iterator[Migration]:
    """The migrations of a plan's changes, each with its place in it."""
    for at, migration in enumerate(migrations):
        change = plan.changes[at]
        before = plan.changes[at - 1] if at else None
        ids = tuple(_id(plan, need, at) for need in change.requires)
        text = json.dumps([plan.project, plan.uri, asdict(change), asdict(before) if before else None, ids])
        yield replace(migration, row=((_KEY, text),))


def carried(migration: Migration) -> Carried | None:
    """It, read back; None where the file is of no plan."""
    text = dict(migration.row).get(_KEY)
    if text is None:
        return None
    project, uri, change, before, ids = json.loads(text)
    return Carried(project, uri, _change(change), _change(before) if before else None, tuple(ids))


def _id(plan: Plan, need: str, at: int) -> str | None:
    found = plan.find(need)
    return plan.changes[found].digest if found is not None and found < at else None


def _change(raw: dict[str, Any]) -> Change:
    tags = tuple(Tag(tag["name"], Said(**tag["said"]), tag["digest"]) for tag in raw["tags"])
    return Change(raw["name"], tuple(raw["reworked"]), Said(**raw["said"]), tuple(raw["requires"]),
                  tuple(raw["conflicts"]), tags, raw["digest"])  # fmt: skip
