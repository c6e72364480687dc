"""What a migration means for the code that runs: what breaks in the old one, and what the new one has to wait for.

Independent of locks and sizes: a rename that takes a millisecond breaks every program that was started before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.code_gone import gone, renamed
from console.core.preflight.code_inside import left_behind
from console.core.preflight.code_new import NewColumns, may_be_left_out, required
from console.core.preflight.code_plans import imports_models, replanned
from console.core.preflight.code_tight import changed, made
from console.core.preflight.code_use import (
    Running,
    Swap,
    between,
    ends,
    made_again,
    swaps,
    table_of,
    taken_away,
    unique_keys,
)
from console.core.preflight.code_values import Break, Code
from console.core.preflight.finding import About, Finding
from console.core.preflight.ground import Case, Ground
from console.core.preflight.steps_sequence import steps_of
from console.core.refs import Kind, Ref
from console.core.schema import Column


def code(ground: Ground, cases: Sequence[Case]) -> Iterator[Finding]:
    """Every finding about running code, migration by migration."""
    for told, case, operation in broken(ground, cases):
        yield _found(told, case, operation)


def broken(ground: Ground, cases: Sequence[Case]) -> Iterator[tuple[Break, Case, Operation | None]]:
    """The same as values: what breaks, by which statement, and by which of its operations where one alone does it."""
    running = Running(cases[0].schema if cases else ground.schema)
    for _, each in groupby(cases, key=lambda case: id(case.unit)):
        unit = tuple(each)
        if unit[0].unit.past:
            running = Running(unit[0].schema)
        yield from _of_unit(unit, running)


@dataclass(frozen=True)
class _Unit:
    """One migration while it is gone through."""

    cases: tuple[Case, ...]
    swapped: dict[Ref, Swap]
    again: frozenset[Ref]
    running: Running
    ends: dict[Ref, Ref]
    keys: frozenset[tuple[Ref, tuple[str, ...]]]
    dropped: frozenset[Ref]
    given: set[Ref] = field(default_factory=set)

    def breaks(self, operation: Operation, case: Case) -> Iterator[Break]:
        """What one operation does to running code."""
        subject = operation.ref if isinstance(operation, Drop | Rename) else operation.subject
        if subject is None:
            return
        swap = self.swapped.get(subject) if isinstance(operation, Drop | Rename) else None
        used = self.running.uses(subject)
        if swap is not None and used and not swap.fresh and swap.columns is not None:
            for inner in between(subject, swap, case.schema):
                if isinstance(inner, Create):
                    yield from (
                        required(c.ref, case) for c in inner.things if isinstance(c, Column) and not may_be_left_out(c)
                    )
                else:
                    yield from self._told(inner, case, None)
        elif used or self._is_of_used(operation):
            yield from self._told(operation, case, swap)

    def met(self, case: Case, table: Ref, swap: Swap | None = None) -> Code:
        """What a rule about one table is asked with."""
        return Code(
            case, swap, self.again, self.running, table, self.keys, self.dropped, frozenset(self.given), self.ends
        )

    def replans(self, operation: Operation, case: Case, done: set[Ref]) -> Iterator[Break]:
        """Once for each table."""
        subject = operation.ref if isinstance(operation, Drop | Rename) else operation.subject
        table = _place(operation, subject, case) if subject is not None else None
        if table is not None and table not in done and self.running.uses(table):
            for told in replanned(operation, table, self.met(case, table)):
                done.add(table)
                yield told

    def _is_of_used(self, operation: Operation) -> bool:
        """It is made in this run, on a table that runs already."""
        if not isinstance(operation, Create) or operation.subject.kind is Kind.TABLE:
            return False
        place = _place(operation, operation.subject, self.cases[0])
        return place != operation.subject and self.running.uses(place)

    def _told(self, operation: Operation, case: Case, swap: Swap | None) -> Iterator[Break]:
        subject = operation.ref if isinstance(operation, Drop | Rename) else operation.subject
        assert subject is not None
        met = self.met(case, _place(operation, subject, case), swap)
        match operation:
            case Drop():
                yield from gone(operation, met)
                yield from left_behind(operation, met)
            case Rename():
                yield from renamed(operation, met)
                yield from left_behind(operation, met)
            case Change():
                yield from changed(operation, met)
            case Create():
                yield from made(operation, met)


def _place(operation: Operation, subject: Ref, case: Case) -> Ref:
    """The table; that of a new index is not in the schema yet."""
    table = getattr(operation.things[0], "table", "") if isinstance(operation, Create) else ""
    return table_of(replace(subject, table=subject.table or table), case.schema)


def _of_unit(cases: tuple[Case, ...], running: Running) -> Iterator[tuple[Break, Case, Operation | None]]:
    unit, new = (
        _Unit(cases, swaps(cases), made_again(cases), running, ends(cases), unique_keys(cases), taken_away(cases)),
        NewColumns(),
    )
    yield from ((told, cases[0], None) for told in imports_models(unit.met(cases[0], Ref(Kind.TABLE, "", "", ""))))
    replans: set[Ref] = set()
    for case in cases:
        for operation in case.statement.operations:
            if isinstance(operation, Create):
                running.note(operation)
            found = (told for told in unit.breaks(operation, case) if not _relied_on_by_nobody(told, cases))
            yield from ((told, case, operation) for told in found)
            yield from ((told, case, None) for told in unit.replans(operation, case, replans))
            new.note(operation, case, running)
            if isinstance(operation, Rename):
                unit.given.add(operation.to)
            if not isinstance(operation, Create):
                running.note(operation)
    yield from ((told, case, None) for told, case in new.breaks())


def _relied_on_by_nobody(told: Break, cases: Sequence[Case]) -> bool:
    """A default that this migration put there itself, for its own rows, or that NULL takes the place of in the end."""
    if told.rule != "app-drop-default":
        return False
    before = cases[0].schema.get(told.ref)
    if isinstance(before, Column) and before.default is None:
        return True
    changes = (o for case in cases for o in case.statement.operations if isinstance(o, Change) and o.ref == told.ref)
    nullable = [value for change in changes for name, value in change.attrs if name == "nullable"]
    return bool(nullable) and nullable[-1] is True


def _found(told: Break, case: Case, operation: Operation | None) -> Finding:
    """As a finding of its statement."""
    statement, unit = case.statement, case.unit
    place = table_of(told.ref, case.schema) if operation is None else _place(operation, told.ref, case)
    return Finding(
        told.rule,
        told.severity,
        About.CODE,
        told.why,
        told.safer,
        migration=unit.id if unit.framework else "",
        file=unit.file,
        n=statement.n,
        line=statement.line,
        sql=statement.sql,
        table=place.label(case.schema.home),
        steps=steps_of(operation, case) if operation is not None and told.stepped else (),
    )
