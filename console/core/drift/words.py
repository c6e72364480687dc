"""Differences in words: what text, JSON and screens say of each."""

from __future__ import annotations

from collections.abc import Callable

from console.core.assessment import DriftItem
from console.core.describe import definition, noun, words
from console.core.drift.difference import Change, Difference
from console.core.expected import By
from console.core.schema import Ref, Table, Thing, owner_of, table_ref


def nobody(ref: Ref) -> By | None:
    """Where no statement is known to have touched anything."""
    return None


def item(difference: Difference, home: str, by: Callable[[Ref], By | None]) -> DriftItem:
    """One difference; `by` knows the statement that should have left it so."""
    ref, there = difference.ref, difference.actual
    found = by(ref) or (by(there.ref) if there is not None else None)
    renamed = difference.change is Change.RENAMED and there is not None
    return DriftItem(
        change=difference.change.value,
        kind=ref.kind.value,
        object=ref.label(home),
        expected=_said(difference, difference.expected),
        actual=_said(difference, there),
        became=there.ref.label(home) if there is not None and renamed else "",
        parts=tuple((name.replace("_", " "), words(a), words(b)) for name, a, b in difference.parts),
        members=tuple(_member(thing, home) for thing in difference.members),
        migration=found.migration if found is not None else "",
        statement=found.n if found is not None else None,
        ignored=difference.ignored,
        ref=ref,
        table=_table(difference, home),
    )


def _table(difference: Difference, home: str) -> str:
    thing = difference.expected or difference.actual
    owner = owner_of(thing) if thing is not None else ""
    return table_ref(difference.ref.schema, owner).label(home) if owner else ""


def _said(difference: Difference, thing: Thing | None) -> str | None:
    """Its definition; of a changed one whatever tells the two apart."""
    if thing is None:
        return None
    both = difference.expected, difference.actual
    plain = [definition(side) for side in both if side is not None]
    if difference.parts and len(set(plain)) == 1:
        mine = 1 if thing is difference.expected else 2
        return ", ".join(f"{part[0].replace('_', ' ')} {words(part[mine])}" for part in difference.parts)
    if isinstance(thing, Table) and not definition(thing):
        return _counted(difference.members) or "table"
    return definition(thing) or thing.ref.kind.value


def _counted(members: tuple[Thing, ...]) -> str:
    """`4 columns, 1 index`."""
    kinds = [thing.ref.kind.value for thing in members]
    return ", ".join(f"{kinds.count(kind)} {_several(kind, kinds.count(kind))}" for kind in dict.fromkeys(kinds))


def _several(kind: str, count: int) -> str:
    plural = {"index": "indexes", "policy": "policies"}.get(kind, f"{kind}s")
    return kind if count == 1 else plural


def _member(thing: Thing, home: str) -> str:
    text = definition(thing)
    return f"{noun(thing.ref, home)}: {text}" if text else noun(thing.ref, home)


def sentence(found: DriftItem) -> str:
    """`missing column orders.carrier: varchar(40), null`."""
    text = f"{found.change} {found.kind} {found.object}"
    if found.became:
        return f"{text}: it is called {found.became}"
    if found.change == Change.CHANGED:
        return f"{text}: {found.expected} expected, {found.actual} found"
    return f"{text}: {found.expected or found.actual}"


def of_statement(found: DriftItem) -> str:
    """`statement 3 of V2`, or nothing."""
    return f"statement {found.statement} of {found.migration}" if found.statement is not None else ""
