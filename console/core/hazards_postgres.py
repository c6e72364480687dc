"""What DDL costs on PostgreSQL 12 to 18: one rule for each kind of object and verb.

Locks are held to the end of the transaction. The strongest on each object is told, also on the other side of a
foreign key and on a default partition, which the statement does not name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from console.core.hazards_cost import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    Cost,
    Hazard,
    careful_of,
    estimate_of,
    is_new,
    may_last,
    parts_of,
    severity_of,
    undo_of,
    work_of,
)
from console.core.hazards_postgres_changes import CHANGES, type_refused
from console.core.hazards_postgres_creates import CREATES
from console.core.hazards_postgres_facts import ACCESS_EXCLUSIVE, MODES, Ask, family, other_sides, owner
from console.core.hazards_postgres_words import opaque_cost
from console.core.hazards_rules import Rules
from console.core.observation import Server
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.schema import Constraint, Index, Kind, Ref, Schema, Table, View
from console.core.statements import Statement

OLDEST = 120_000
"""Nothing older was measured."""


def postgres_hazard(statement: Statement, server: Server, schema: Schema) -> Hazard:
    """What the statement costs; empty where a part of it is not known."""
    if server.version_number < OLDEST:
        return Hazard()
    ask = Ask(statement, schema, server.version_number)
    costs = []
    for operation in _judged(statement.operations):
        cost = _RULES.told(operation, ask)
        if cost is None or not all(_seen(ref, schema) for _, ref in cost.locks):
            return Hazard()
        costs.append(_without_new(cost, schema))
        refused = type_refused(operation, ask)
        costs += [refused] if refused is not None else []
    return _hazard(costs, ask) if costs else Hazard()


def _seen(ref: Ref, schema: Schema) -> bool:
    """What hangs on a table that was not read is not known."""
    return ref.kind is not Kind.TABLE or ref in schema.by_ref or is_new(schema, ref)


def _judged(operations: Sequence[Operation]) -> list[Operation]:
    """Without what only follows from another: a NOT NULL that its constraint says, the name of an adopted index."""
    keys = [op for op in operations if isinstance(op, Create) and isinstance(op.things[0], Constraint)]
    if not keys:
        return list(operations)
    return [op for op in operations if not _follows(op)]


def _follows(operation: Operation) -> bool:
    if isinstance(operation, Rename):
        return operation.ref.kind is Kind.INDEX
    return isinstance(operation, Change) and operation.attrs == (("nullable", False),)


def _without_new(cost: Cost, schema: Schema) -> Cost:
    """Nobody waits for a table that is made only now."""
    locks = tuple((mode, ref) for mode, ref in cost.locks if not is_new(schema, ref))
    return replace(
        cost,
        severity=cost.severity if locks or not cost.locks else 0,
        locks=locks,
        rewritten=tuple(ref for ref in cost.rewritten if not is_new(schema, ref)),
        scanned=tuple(ref for ref in cost.scanned if not is_new(schema, ref)),
    )


def _hazard(costs: Sequence[Cost], ask: Ask) -> Hazard:
    locks = strongest(costs)
    rewrite, scan = work_of(costs)
    severity = severity_of(costs, ask.schema)
    worst = max(costs, key=lambda cost: (bool(cost.locks), cost.severity))
    return Hazard(
        lock=lock_words(locks, ask.schema),
        rewrite=rewrite,
        scan=scan,
        blocks=max((MODES[mode] for mode in locks.values()), key=_GRADES.index, default="nothing"),
        estimate=estimate_of(costs, ask.schema),
        undo=worst.undo or undo_of(ask.statement.operations, ask.schema),
        careful=" ".join(careful_of(costs)),
        rule=worst.rule,
        severity=severity,
        lasts=may_last(costs, ask.schema),
        locks=tuple((mode, ref) for ref, mode in locks.items()),
        parts=parts_of(costs, ask.schema),
    )


_GRADES = ("nothing", "writes", "reads and writes")


def strongest(costs: Sequence[Cost]) -> dict[Ref, str]:
    """The strongest lock on each object."""
    order, found = list(MODES), dict[Ref, str]()
    for mode, ref in (lock for cost in costs for lock in cost.locks):
        if ref not in found or order.index(mode) > order.index(found[ref]):
            found[ref] = mode
    return found


def lock_words(locks: dict[Ref, str], schema: Schema) -> str:
    """`ACCESS EXCLUSIVE on orders, SHARE ROW EXCLUSIVE on customers`."""
    words = []
    for mode in reversed(MODES):
        names = [ref.label(schema.home) for ref, held in locks.items() if held == mode]
        words += [f"{mode} on {' and '.join(names)}"] if names else []
    return ", ".join(words) or "none that others wait for"


def _rename(operation: Rename, ask: Ask) -> Cost | None:
    kind, ref = operation.ref.kind, operation.ref
    if kind is Kind.INDEX:
        return Cost("pg-rename-index", LOW, (("SHARE UPDATE EXCLUSIVE", ref),))
    if kind in (Kind.TABLE, Kind.VIEW):
        moves = operation.to.schema != ref.schema
        rule = "pg-set-schema" if moves else "pg-rename-table" if kind is Kind.TABLE else "pg-rename-view"
        return Cost(rule, MEDIUM, ((ACCESS_EXCLUSIVE, ref),), careful=_OLD_NAME)
    if kind is Kind.COLUMN:
        return Cost("pg-rename-column", MEDIUM, family(ACCESS_EXCLUSIVE, owner(ref), ask), careful=_OLD_NAME)
    if kind is Kind.CONSTRAINT:
        return Cost("pg-rename-constraint", LOW, ((ACCESS_EXCLUSIVE, owner(ref)),))
    return Cost("pg-rename-other", LOW) if kind in _APART else None


_OLD_NAME = "Code that still uses the old name fails."


def _drop_table(operation: Drop, ask: Ask) -> Cost | None:
    ref = operation.ref
    others = other_sides(ask, ref)
    table = ask.table(ref)
    above = (ask.named(table.partition_of),) if table is not None and table.partition_of else ()
    parts = (*above, *(d for parent in above for d in ask.default_of(parent)))
    rule = "pg-drop-partition" if above else "pg-drop-table-fk" if others else "pg-drop-table"
    refs = (ref, *ask.below(ref), *others, *parts)
    return Cost(rule, CRITICAL, tuple((ACCESS_EXCLUSIVE, one) for one in refs))


def _drop_column(operation: Drop, ask: Ask) -> Cost | None:
    ref = operation.ref
    others = other_sides(ask, owner(ref), ref.name)
    locks = (*family(ACCESS_EXCLUSIVE, owner(ref), ask), *((ACCESS_EXCLUSIVE, other) for other in others))
    return Cost("pg-drop-column", CRITICAL, locks, careful="Code that still reads the column fails.")


def _drop_constraint(operation: Drop, ask: Ask) -> Cost | None:
    ref, found = operation.ref, ask.schema.get(operation.ref)
    locks = family(ACCESS_EXCLUSIVE, owner(ref), ask)
    if not isinstance(found, Constraint):
        return None
    if found.type == "foreign key" and found.references:
        other = ask.named(found.references)
        return Cost("pg-drop-fk", HIGH, (*locks, (ACCESS_EXCLUSIVE, other)))
    others = other_sides(ask, owner(ref), incoming=True) if operation.cascade else ()
    return Cost("pg-drop-constraint", LOW, (*locks, *((ACCESS_EXCLUSIVE, other) for other in others)))


def _drop_index(operation: Drop, ask: Ask) -> Cost | None:
    found = ask.schema.get(operation.ref)
    if not isinstance(found, Index):
        return None
    table = Ref(Kind.TABLE, operation.ref.schema, "", found.table)
    if ask.statement.concurrently:
        careful = "It waits for every transaction that uses the table; a failure leaves an INVALID index."
        return Cost("pg-drop-index", LOW, (("SHARE UPDATE EXCLUSIVE", table),), careful=careful)
    return Cost("pg-drop-index", MEDIUM, family(ACCESS_EXCLUSIVE, table, ask))


def _drop_part(rule: str) -> Callable[[Drop, Ask], Cost | None]:
    def cost(operation: Drop, ask: Ask) -> Cost | None:
        return Cost(rule, MEDIUM, ((ACCESS_EXCLUSIVE, owner(operation.ref)),))

    return cost


def _drop_schema(operation: Drop, ask: Ask) -> Cost | None:
    """All its tables with it, and the other sides of their keys."""
    inside = [table.ref for table in ask.schema.of_kind(Table) if table.ref.schema == operation.ref.name]
    others = (other for ref in inside for other in other_sides(ask, ref) if other.schema != operation.ref.name)
    refs = dict.fromkeys((*inside, *others))
    return Cost("pg-drop-schema", CRITICAL if inside else MEDIUM, tuple((ACCESS_EXCLUSIVE, ref) for ref in refs))


def _drop_apart(operation: Drop, ask: Ask) -> Cost | None:
    """With CASCADE defaults and columns go too."""
    return None if operation.cascade else Cost("pg-drop-other", LOW)


_APART = (Kind.SEQUENCE, Kind.TYPE, Kind.ROUTINE, Kind.PROCEDURE, Kind.EXTENSION)


def _drop_view(operation: Drop, ask: Ask) -> Cost | None:
    if operation.cascade and any(isinstance(t, View) and t.ref != operation.ref for t in ask.schema.things):
        return None
    return Cost("pg-drop-view", MEDIUM, ((ACCESS_EXCLUSIVE, operation.ref),))


_DROPS: dict[Kind, Callable[[Drop, Ask], Cost | None]] = {
    Kind.TABLE: _drop_table,
    Kind.COLUMN: _drop_column,
    Kind.CONSTRAINT: _drop_constraint,
    Kind.INDEX: _drop_index,
    Kind.TRIGGER: _drop_part("pg-drop-trigger"),
    Kind.POLICY: _drop_part("pg-rls-policy-rule"),
    Kind.RULE: _drop_part("pg-rls-policy-rule"),
    Kind.VIEW: _drop_view,
    Kind.SCHEMA: _drop_schema,
    **dict.fromkeys(_APART, _drop_apart),
}
_RULES: Rules[Ask, Cost] = Rules(creates=CREATES, drops=_DROPS, changes=CHANGES, rename=_rename, opaque=opaque_cost)
