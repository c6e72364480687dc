"""What making things costs on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from console.core.hazards_cost import CRITICAL, HIGH, LOW, MEDIUM, Cost, is_new
from console.core.hazards_postgres_facts import ACCESS_EXCLUSIVE, Ask, family, owner
from console.core.hazards_postgres_types import adds_rows_of
from console.core.operations import Create
from console.core.schema import Column, Constraint, Index, Kind, Ref, Routine, Table, View, table_ref

SHARED = "SHARE ROW EXCLUSIVE"
_STRONG_ON_PARTS = 170_000
"""UNIQUE on a partitioned table: SHARE on its partitions on 15 and 16, ACCESS EXCLUSIVE on 18; 17 was not tried."""
_CALL = re.compile(r"([a-z_][a-z0-9_.]*)\s*\(")
_STRING = re.compile(r"'(?:[^']|'')*'")
_STABLE = frozenset({"now", "transaction_timestamp", "statement_timestamp", "current_setting", "array", "numeric",
                     "varying", "varchar", "character", "timestamp", "time", "interval", "bit"})  # fmt: skip
_VOLATILE = frozenset({"random", "clock_timestamp", "gen_random_uuid", "timeofday", "nextval", "uuidv4", "uuidv7",
                       "uuid_generate_v4", "uuid_generate_v1"})  # fmt: skip


def _volatile(default: str, ask: Ask) -> bool | None:
    """Whether the default is worked out for each row; None: a function that is not known here."""
    calls = {name.removeprefix("pg_catalog.") for name in _CALL.findall(_STRING.sub("''", default.lower()))}
    if calls & _VOLATILE:
        return True
    own = [_own(call, ask) for call in calls - _STABLE]
    return True if True in own else None if None in own else False


def _own(call: str, ask: Ask) -> bool | None:
    """A function of this database, by what it says of itself; with several of the name, by the worst."""
    place, _, name = call.rpartition(".")
    routines = ask.schema.of_kind(Routine)
    found = [r for r in routines if r.ref.name.partition("(")[0] == name and place in ("", r.ref.schema)]
    if not found or any(r.volatility is None for r in found):
        return None
    return any(r.volatility == "volatile" for r in found)


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
    volatile = _volatile(column.default, ask) if column.default is not None else False
    by_type = adds_rows_of(column.type, ask.schema)
    if volatile:
        return Cost("pg-add-column-volatile-default", CRITICAL, rewritten=refs)
    if by_type:
        return Cost("pg-add-column-domain-check", CRITICAL, rewritten=refs)
    if volatile is None or by_type is None:
        careful = f"Rows are rewritten if {column.default if volatile is None else column.type} has to be looked at."
        return Cost("pg-add-column", CRITICAL, unknown=True, careful=careful)
    if not column.nullable and column.default is None and column.generated is None:
        return _required(refs[0], ask)
    return Cost("pg-add-column")


def _required(table: Ref, ask: Ask) -> Cost:
    """No value is given for the rows that are there."""
    name, there = table.label(ask.schema.home), ask.table(table)
    careful = f"It fails if {name} has a row: no value is given for the column."
    new = is_new(ask.schema, table) and table not in ask.schema.filled
    empty = new or (there is not None and there.rows == 0)
    refused = "" if empty else f"It fails (23502) as soon as {name} has one row: no value is given for the column."
    return Cost("pg-add-required-column", HIGH, unknown=True, careful=careful, refused=refused)


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
        weak = made.type == "unique" and ask.version < _STRONG_ON_PARTS
        parts = (("SHARE" if weak else mode, ref) for mode, ref in locks[1:])
        return Cost(rule, CRITICAL, (locks[0], *parts), scanned=refs)
    return _using_index(rule, made, locks, ask)


def _using_index(rule: str, made: Constraint, locks: tuple[tuple[str, Ref], ...], ask: Ask) -> Cost:
    """An index that is there becomes the constraint: only a column that may be NULL has to be read."""
    words = ask.words
    name = words[words.index("index") + 1] if "index" in words else ""
    table = locks[0][1]
    index = ask.schema.get(Ref(Kind.INDEX, table.schema, "", name))
    columns = index.columns if isinstance(index, Index) else ()
    if isinstance(index, Index) and not index.valid:
        refused = f"It is refused (55000): the index {name} is not valid, so what built it did not end well."
        return Cost("pg-invalid-index", HIGH, locks, refused=refused)
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
    holder = ask.table(table)
    if not made.validated and holder is not None and holder.partition_key is not None and ask.version < 180_000:
        refused = "NOT VALID is refused (42809) before PostgreSQL 18 where the table is partitioned."
        return Cost("pg-add-fk", HIGH, locks, refused=refused)
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
    there = ask.schema.get(made.ref) if made.named else None
    if create.if_absent and isinstance(there, Index):
        return _index_there(there, ref)
    if ask.statement.concurrently:
        soft = (("SHARE UPDATE EXCLUSIVE", ref),)
        if parent:
            refused = "CONCURRENTLY is refused (0A000) on a partitioned table: only its partitions can be indexed so."
            return Cost("pg-index-partitioned", HIGH, soft, refused=refused)
        careful = "It waits for every transaction that uses the table; a failure leaves an INVALID index."
        return Cost("pg-create-index", LOW, soft, scanned=(ref,), careful=careful)
    if not parent:
        return Cost("pg-create-index", HIGH, (("SHARE", ref),), scanned=(ref,))
    locks = family("SHARE", ref, ask)
    return Cost("pg-index-partitioned", HIGH, locks, scanned=tuple(one for _, one in locks[1:]))


def _index_there(there: Index, ref: Ref) -> Cost:
    """IF NOT EXISTS only looks at the name."""
    locks = (("SHARE UPDATE EXCLUSIVE", ref),)
    if there.valid:
        careful = f"There is an index {there.ref.name} already, and it stays as it is, whatever it indexes."
        return Cost("pg-create-index", LOW, locks, careful=careful)
    careful = f"The index {there.ref.name} is there and INVALID: the statement succeeds, and no query will ever use it."
    return Cost("pg-cic-if-not-exists", CRITICAL, locks, careful=careful)


_FILLED = re.compile(r"\bas\s*\(?\s*(select|with|values|table|execute)\b", re.IGNORECASE)


def _table(create: Create, ask: Ask) -> Cost | None:
    made = create.things[0]
    if not isinstance(made, Table):
        return None
    if _FILLED.search(ask.statement.sql):
        return Cost("pg-create-table-as", LOW, unknown=True, careful="It reads all that its query asks for.")
    if made.partition_of:
        return _partition(made, ask)
    keys = (t for t in create.things if isinstance(t, Constraint) and t.type == "foreign key" and t.references)
    parents = dict.fromkeys(ask.named(str(key.references)) for key in keys)
    above = tuple(("SHARE UPDATE EXCLUSIVE", ask.named(parent)) for parent in made.inherits)
    if above and not parents:
        return Cost("pg-inherit", LOW, above)
    locks = (*((SHARED, parent) for parent in parents if parent != made.ref), *above)
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
        table = ask.table(ref)
        if table is not None and table.partition_key is not None and not ask.says("each", "statement"):
            return Cost(rule, MEDIUM, family(mode, ref, ask))
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
    Kind.SEQUENCE: _apart,
    Kind.TYPE: _apart,
    Kind.SCHEMA: _apart,
    Kind.EXTENSION: _apart,
    Kind.ROUTINE: _apart,
}
