"""Which deploy of expand and contract a migration is, and whether one release holds more than one of them.

Expand: it only adds what running code need not know, so it runs before the new code. Contract: it takes away or
forbids what old code still does, so it runs when no old code is left. A release that does both has no right moment:
before the new code it breaks the old, behind it the new code waits for what it adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.code import broken
from console.core.preflight.code_use import Running, table_of
from console.core.preflight.code_values import Break
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground, Unit
from console.core.refs import Kind, Ref
from console.core.schema import Index
from console.core.statements import Nature


class Phase(StrEnum):
    """One deploy of the pattern."""

    EXPAND = "expand"
    DATA = "migrate data"
    SWITCH = "switch"
    """A rename: both at once."""
    CONTRACT = "contract"


_CONTRACTS = frozenset(
    {"app-drop-column", "app-drop-table", "app-drop-view", "app-drop-routine", "app-drop-unique", "app-drop-default"}
    | {"app-not-null", "app-not-null-without-db-default", "app-narrow-type", "app-new-unique", "app-new-fk"}
    | {"app-new-check", "app-enum-remove", "app-charset", "app-create-force", "app-drop-trigger", "app-row-security"}
)
_WHEN = {
    Phase.EXPAND: "It only adds (expand): no running code notices, so it runs before the new code starts.",
    Phase.DATA: "It moves rows (migrate data): between the expand deploy and the contract one, in batches.",
    Phase.CONTRACT: "It takes away or forbids (contract): it runs when no process of the old code is left.",
    Phase.SWITCH: "It gives something that runs another name: expand and contract in one step, which no order suits.",
}


@dataclass
class _Shape:
    """What one migration does, phase by phase."""

    unit: Unit
    does: dict[Phase, list[tuple[int, str]]] = field(default_factory=dict)
    """Statement and table."""

    def note(self, phase: Phase, n: int, table: str) -> None:
        self.does.setdefault(phase, []).append((n, table))

    def tables(self, phase: Phase) -> set[str]:
        return {table for _, table in self.does.get(phase, ())}

    def statements(self, phase: Phase) -> str:
        """`statement 2`, `statements 2 and 3`."""
        numbers = sorted({n for n, _ in self.does.get(phase, ())})
        told = " and ".join([", ".join(map(str, numbers[:-1])), str(numbers[-1])] if numbers[1:] else map(str, numbers))
        return f"statement{'s' * (len(numbers) > 1)} {told}"


def phases(ground: Ground, cases: Sequence[Case]) -> Iterator[Finding]:
    """One finding for each migration that does any of it, and one for each release that mixes."""
    shapes = list(_shapes(ground, cases))
    for shape in shapes:
        main = [phase for phase in Phase if phase in shape.does]
        if len(main) == 1:
            yield _finding(shape, f"app-phase-{main[0].value.replace(' ', '-')}", Severity.INFO, _WHEN[main[0]])
        elif main:
            yield _mixed(shape)
    for _, group in groupby(shapes, key=lambda shape: (shape.unit.framework, shape.unit.past)):
        yield from _release(list(group))


def _shapes(ground: Ground, cases: Sequence[Case]) -> Iterator[_Shape]:
    breaks: dict[int, list[Break]] = {}
    for told, case, _ in broken(ground, cases):
        breaks.setdefault(id(case), []).append(told)
    running = Running(cases[0].schema if cases else ground.schema)
    for _, each in groupby(cases, key=lambda case: id(case.unit)):
        unit = tuple(each)
        if unit[0].unit.past:
            running = Running(unit[0].schema)
        shape, passing = _Shape(unit[0].unit), _passing(unit)
        for case in unit:
            _fill(shape, case, breaks.get(id(case), []), running, passing)
        yield shape


def _passing(cases: Sequence[Case]) -> frozenset[str]:
    """Names of tables that do not stay what they were made as: copies on their way into another one's place."""
    operations = [operation for case in cases for operation in case.statement.operations]
    refs = (operation.ref for operation in operations if isinstance(operation, Drop | Rename))
    return frozenset(ref.name for ref in refs if ref.kind in (Kind.TABLE, Kind.VIEW))


def _fill(shape: _Shape, case: Case, breaks: Sequence[Break], running: Running, passing: frozenset[str]) -> None:
    n, home = case.statement.n, case.schema.home
    rules = {each.rule for each in breaks}
    table = next((table_of(each.ref, case.schema).label(home) for each in breaks), "")
    if any(f.rule == "app-rename" and f.severity is Severity.APP for f in breaks):
        shape.note(Phase.SWITCH, n, table)
    elif "app-rename" in rules:
        shape.note(Phase.EXPAND, n, table)
    elif rules & _CONTRACTS:
        shape.note(Phase.CONTRACT, n, table)
    if case.statement.nature is Nature.DATA and any(
        running.uses(Ref(Kind.TABLE, s, "", t)) for s, t in case.statement.tables
    ):
        shape.note(Phase.DATA, n, case.statement.tables[0][1])
    for operation in case.statement.operations:
        place = _adds(operation, case, running) if not rules & {*_CONTRACTS, "app-rename"} else None
        if place is not None and place.name not in passing:
            shape.note(Phase.EXPAND, n, place.label(home))
        running.note(operation)


def _adds(operation: Operation, case: Case, running: Running) -> Ref | None:
    """The table, or the thing itself, that something is added to."""
    subject = operation.subject
    if subject is None:
        return None
    if isinstance(operation, Create):
        first = operation.things[0]
        if isinstance(first, Index):
            return None
        return table_of(first.ref) if first.ref.kind is Kind.TABLE or running.uses(table_of(first.ref)) else None
    if isinstance(operation, Change) and running.uses(subject):
        attrs = dict(operation.attrs)
        widened = attrs.get("nullable") is True or attrs.get("default") is not None or "type" in attrs
        labels = any(name.startswith("labels:") and value for name, value in operation.attrs)
        return table_of(subject, case.schema) if widened or labels else None
    return None


def _mixed(shape: _Shape) -> Finding:
    told = [f"{phase.value}: {shape.statements(phase)}" for phase in Phase if phase in shape.does]
    breaking = {Phase.CONTRACT, Phase.SWITCH} & shape.does.keys()
    why = f"It is several deploys of expand and contract in one migration ({'; '.join(told)})"
    if not breaking:
        safer = "Move the rows in batches of their own, behind the migration that adds."
        return _finding(shape, "app-mixed-phases", Severity.LOW, f"{why}.", safer)
    safer = (
        "Make a migration of each, and release them apart: what adds before the new code, what takes away behind it."
    )
    why += ": before the new code it breaks the old, behind it the new code waits for what it adds."
    return _finding(shape, "app-mixed-phases", _weight(shape, shape), why, safer)


def _release(shapes: Sequence[_Shape]) -> Iterator[Finding]:
    """Migrations that wait to run together: the ones that add and the ones that take away."""
    if shapes and (shapes[0].unit.past or not shapes[0].unit.framework):
        return
    adding = [shape for shape in shapes if Phase.EXPAND in shape.does or Phase.DATA in shape.does]
    for shape in shapes:
        if Phase.CONTRACT not in shape.does:
            continue
        near = [other for other in adding if other is not shape and _near(other, shape)]
        if near:
            others = ", ".join(other.unit.label for other in near[:3])
            why = (
                f"It takes away from a table that {others} adds to, and both wait for one release: no process of the "
                "old code may be left when it runs, and the new code cannot start before the other has run."
            )
            safer = f"Hold {shape.unit.label} back for the release after."
            yield _finding(shape, "app-mixed-release", Severity.APP, why, safer)


def _near(one: _Shape, other: _Shape) -> bool:
    """They are about one table."""
    return bool((one.tables(Phase.EXPAND) | one.tables(Phase.DATA)) & other.tables(Phase.CONTRACT))


def _weight(one: _Shape, other: _Shape) -> Severity:
    return Severity.APP if _near(one, other) else Severity.MED


def _finding(shape: _Shape, rule: str, severity: Severity, why: str, safer: str = "") -> Finding:
    unit = shape.unit
    key = unit.id if unit.framework else ""
    return Finding(rule, severity, About.CODE, why, safer, migration=key, file=unit.file)
