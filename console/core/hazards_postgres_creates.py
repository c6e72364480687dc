"""What making things costs on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from console.core.hazards_cost import CRITICAL, HIGH, LOW, MEDIUM, Cost
from console.core.hazards_postgres_facts import ACCESS_EXCLUSIVE, Ask, family, owner
from console.core.hazards_postgres_types import adds_rows_of
from console.core.operations import Create
from console.core.schema import Column, Constraint, Index, Kind, Ref, Sequence, Table, View, table_ref

SHARED = "SHARE ROW EXCLUSIVE"
_CALL = re.compile(r"([a-z_][a-z0-9_.]*)\s*\(")
_STRING = re.compile(r"'(?:[^']|'')*'")
_STABLE = frozenset({"now", "transaction_timestamp", "statement_timestamp", "current_setting", "array", "numeric",
                     "varying", "varchar", "character", "timestamp", "time", "interval", "bit"})  # fmt: skip
_VOLATILE = frozenset({"random", "clock_timestamp", "gen_random_uuid", "timeofday", "nextval", "uuidv4", "uuidv7",
                       "uuid_generate_v4", "uuid_generate_v1"})  # fmt: skip


def _volatile(default: str) -> bool | None:
    """Whether the default is worked out for each row; None: a function that is not known here."""
    calls = {name.removeprefix("pg_catalog.") for name in _CALL.findall(_STRING.sub("''", default.lower()))}
    if calls & _VOLATILE:
        return True
    return False if calls <= _STABLE else None


def _column(create: Create, ask: Ask) -> Cost | None:
    column = create.things[0]
    if not isinstance(column, Column):
        return None
    table = owner(column.ref)
    locks = family(ACCESS_EXCLUSIVE, table, ask)
    if create.if_absent and ask.schema.get(column.ref) is not None:
        return Cost("pg-add-column", LOW, locks)
    refs = tuple(ref for _, ref in locks)
    cost = replace(_alone(column, refs, ask), locks=locks)
    for thing in create.things[1:]:
        if isinstance(thing, Constraint):
            cost = _with_constraint(cost, thing, column, refs, ask)
    return cost


def _alone(column: Column, refs: tuple[Ref, ...], ask: Ask) -> Cost:
    """A column without its constraints; the locks are the caller's."""
    if column.identity:
        return Cost("pg-add-column-identity", CRITICAL, rewritten=refs)
    if column.generated_kind == "stored":
        return Cost("pg-add-column-generated-stored", CRITICAL, rewritten=refs)
    if column.default is not None and column.default.startswith("nextval("):
        return Cost("pg-add-column-serial", CRITICAL, rewritten=refs)
    volatile = _volatile(column.default) if column.default is not None else False
    by_type = adds_rows_of(column.type, ask.schema)
    if volatile:
        return Cost("pg-add-column-volatile-default", CRITICAL, rewritten=refs)
    if by_type:
        return Cost("pg-add-column-domain-check", CRITICAL, rewritten=refs)
    if volatile is None or by_type is None:
        careful = f"Rows are rewritten if {column.default if volatile is None else column.type} has to be looked at."
        return Cost("pg-add-column", CRITICAL, unknown=True, careful=careful)
    if not column.nullable and column.default is None and column.generated is None:
        careful = f"It fails if {refs[0].label(ask.schema.home)} has a row: no value is given for the column."
        return Cost("pg-add-required-column", HIGH, unknown=True, careful=careful)
    return Cost("pg-add-column")


def _with_constraint(cost: Cost, constraint: Constraint, column: Column, refs: tuple[Ref, ...], ask: Ask) -> Cost:
    if constraint.type == "foreign key" and constraint.references:
        parent = ask.named(constraint.references)
        read = (*refs, parent) if column.default is not None else ()
        locks = (*cost.locks, *(((SHARED, parent),) if parent != refs[0] else ()))
        return _worse(cost, "pg-add-column-fk", HIGH, locks, read)
    if constraint.type == "check":
        return _worse(cost, "pg-add-column-check", HIGH, cost.locks, refs)
    return _worse(cost, "pg-add-column-unique", CRITICAL, cost.locks, refs)


def _worse(cost: Cost, rule: str, severity: int, locks: tuple[tuple[str, Ref], ...], read: tuple[Ref, ...]) -> Cost:
    rule = rule if severity > cost.severity or cost.severity == LOW else cost.rule
    return replace(cost, rule=rule, severity=max(severity, cost.severity), locks=locks, scanned=(*cost.scanned, *read))


def _constraint(create: Create, ask: Ask) -> Cost | None:
    made = create.things[0]
    if not isinstance(made, Constraint):
        return None
    table = owner(made.ref)
    if made.type == "foreign key":
        return _foreign_key(made, table, ask)
    locks = family(ACCESS_EXCLUSIVE, table, ask)
    refs = tuple(ref for _, ref in locks)
    if made.type in ("check", "not null"):
        return Cost("pg-add-check", HIGH if made.validated else LOW, locks, scanned=refs if made.validated else ())
    rule = {"primary key": "pg-add-pk", "unique": "pg-add-unique", "exclude": "pg-add-exclude"}.get(made.type)
    if rule is None:
        return None
    if any(isinstance(thing, Index) for thing in create.things):
        return Cost(rule, CRITICAL, locks, scanned=refs)
    return _using_index(rule, made, locks, ask)


def _using_index(rule: str, made: Constraint, locks: tuple[tuple[str, Ref], ...], ask: Ask) -> Cost:
    """An index that is there becomes the constraint: only a column that may be NULL has to be read."""
    words = ask.words
    name = words[words.index("index") + 1] if "index" in words else ""
    table = locks[0][1]
    index = ask.schema.get(Ref(Kind.INDEX, table.schema, "", name))
    columns = index.columns if isinstance(index, Index) else ()
    found = [ask.schema.get(Ref(Kind.COLUMN, table.schema, table.name, column)) for column in columns]
    if rule != "pg-add-pk":
        return Cost(rule, LOW, locks)
    if not found or not all(isinstance(column, Column) for column in found):
        return Cost(rule, HIGH, locks, unknown=True)
    nullable = any(isinstance(column, Column) and column.nullable for column in found)
    return Cost(rule, HIGH if nullable else LOW, locks, scanned=(table,) if nullable else ())


def _foreign_key(made: Constraint, table: Ref, ask: Ask) -> Cost | None:
    if not made.references:
        return None
    parent = ask.named(made.references)
    parents = (parent, *ask.below(parent)) if parent != table else ()
    locks = (*family(SHARED, table, ask), *((SHARED, one) for one in parents))
    refs = tuple(ref for _, ref in locks)
    return Cost("pg-add-fk", HIGH if made.validated else MEDIUM, locks, scanned=refs if made.validated else ())


def _index(create: Create, ask: Ask) -> Cost | None:
    made = create.things[0]
    if not isinstance(made, Index):
        return None
    ref = Ref(Kind.TABLE, made.ref.schema, "", made.table)
    if isinstance(ask.schema.get(Ref(Kind.VIEW, ref.schema, "", ref.name)), View):
        ref = Ref(Kind.VIEW, ref.schema, "", ref.name)
    table = ask.table(ref)
    parent = table is not None and table.partition_key is not None
    if ask.statement.concurrently:
        careful = "It waits for every transaction that uses the table; a failure leaves an INVALID index."
        return Cost("pg-create-index", LOW, (("SHARE UPDATE EXCLUSIVE", ref),), scanned=(ref,), careful=careful)
    if not parent:
        return Cost("pg-create-index", HIGH, (("SHARE", ref),), scanned=(ref,))
    locks = family("SHARE", ref, ask)
    return Cost("pg-index-partitioned", HIGH, locks, scanned=tuple(one for _, one in locks[1:]))


_FILLED = re.compile(r"\bas\s*\(?\s*(select|with|values|table|execute)\b", re.IGNORECASE)


def _table(create: Create, ask: Ask) -> Cost | None:
    made = create.things[0]
    if not isinstance(made, Table) or made.inherits or _FILLED.search(ask.statement.sql):
        return None
    if made.partition_of:
        return _partition(made, ask)
    keys = (t for t in create.things if isinstance(t, Constraint) and t.type == "foreign key" and t.references)
    parents = dict.fromkeys(ask.named(str(key.references)) for key in keys)
    locks = tuple((SHARED, parent) for parent in parents if parent != made.ref)
    return Cost("pg-create-table-fk" if locks else "pg-create-table", MEDIUM if locks else 0, locks)


def _partition(made: Table, ask: Ask) -> Cost:
    parent = ask.named(str(made.partition_of))
    default = ask.default_of(parent)
    locks = tuple((ACCESS_EXCLUSIVE, ref) for ref in (parent, *default))
    return Cost("pg-create-partition-of", HIGH, locks, scanned=default)


def _on_table(rule: str, mode: str) -> Callable[[Create, Ask], Cost | None]:
    def cost(create: Create, ask: Ask) -> Cost | None:
        ref = owner(create.subject)
        view = Ref(Kind.VIEW, ref.schema, "", ref.name)
        return Cost(rule, MEDIUM, ((mode, view if ask.schema.get(view) is not None else ref),))

    return cost


def _view(create: Create, ask: Ask) -> Cost | None:
    made = create.things[0]
    if not isinstance(made, View):
        return None
    if made.materialized:
        return Cost("pg-create-matview", LOW, unknown=True, careful="It reads all that its query asks for.")
    there = ask.schema.get(made.ref) is not None
    return Cost("pg-replace-view", MEDIUM if there else 0, ((ACCESS_EXCLUSIVE, made.ref),) if there else ())


def _statistics(create: Create, ask: Ask) -> Cost | None:
    words = ask.words
    at = words.index("from") if "from" in words else -1
    rest = words[at + 1 :] if at > 0 else ()
    if not rest:
        return None
    dotted = len(rest) > 2 and rest[1] == "."
    ref = table_ref(rest[0] if dotted else ask.schema.home, rest[2] if dotted else rest[0])
    return Cost("pg-storage-params", LOW, (("SHARE UPDATE EXCLUSIVE", ref),))


def _apart(create: Create, ask: Ask) -> Cost | None:
    """Types, sequences, code and schemas stand apart from the tables."""
    return Cost("pg-create-other", 0)


def _sequence(create: Create, ask: Ask) -> Cost | None:
    """By itself, or with the column whose counter it is."""
    made = create.things[0]
    alone = isinstance(made, Sequence) and (made.owned_by is None or ask.words[:1] == ("alter",))
    return Cost("pg-create-other", 0) if alone else None


CREATES: dict[Kind, Callable[[Create, Ask], Cost | None]] = {
    Kind.TABLE: _table,
    Kind.COLUMN: _column,
    Kind.CONSTRAINT: _constraint,
    Kind.INDEX: _index,
    Kind.TRIGGER: _on_table("pg-create-trigger", SHARED),
    Kind.POLICY: _on_table("pg-rls-policy-rule", ACCESS_EXCLUSIVE),
    Kind.RULE: _on_table("pg-rls-policy-rule", ACCESS_EXCLUSIVE),
    Kind.VIEW: _view,
    Kind.STATISTICS: _statistics,
    Kind.SEQUENCE: _sequence,
    Kind.TYPE: _apart,
    Kind.SCHEMA: _apart,
    Kind.ROUTINE: _apart,
}
