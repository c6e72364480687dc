"""What changing things costs on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable

from console.core.hazards_cost import CRITICAL, HIGH, LOW, MEDIUM, Cost
from console.core.hazards_postgres_facts import ACCESS_EXCLUSIVE, Ask, family, other_sides, owner
from console.core.hazards_postgres_types import rewrites
from console.core.operations import Change, Operation
from console.core.schema import Column, Constraint, Index, Kind, Ref, Table, UserType, View, table_ref

_SOFT = "SHARE UPDATE EXCLUSIVE"


def _column(change: Change, ask: Ask) -> Cost | None:
    attrs, table = dict(change.attrs), owner(change.ref)
    if set(attrs) == {"comment"}:
        return Cost("pg-storage-params", LOW, ((_SOFT, table),))
    locks = family(ACCESS_EXCLUSIVE, table, ask)
    if "type" in attrs:
        return _type(change, str(attrs["type"]), locks, ask)
    if attrs.get("nullable") is False:
        return _not_null(change.ref, locks, ask)
    if attrs.get("generated") is not None:
        return _set_expression(change.ref, locks, ask)
    return Cost(_QUICK.get(frozenset(attrs), "pg-alter-column"), LOW, locks) if set(attrs) <= _KNOWN else None


_KNOWN = {"default", "nullable", "identity", "generated", "generated_kind"}
_QUICK = {
    frozenset({"default"}): "pg-set-default",
    frozenset({"nullable"}): "pg-drop-not-null",
    frozenset({"identity"}): "pg-identity",
    frozenset({"generated", "generated_kind"}): "pg-drop-expression",
}


def _set_expression(ref: Ref, locks: tuple[tuple[str, Ref], ...], ask: Ask) -> Cost:
    column = ask.schema.get(ref)
    if isinstance(column, Column) and column.generated_kind == "stored":
        return Cost("pg-set-expression", CRITICAL, locks, rewritten=tuple(one for _, one in locks))
    return Cost("pg-set-expression", CRITICAL, locks, unknown=True)


def _not_null(ref: Ref, locks: tuple[tuple[str, Ref], ...], ask: Ask) -> Cost:
    column = ask.schema.get(ref)
    if isinstance(column, Column) and not column.nullable:
        return Cost("pg-set-not-null", LOW, locks)
    wanted = re.compile(rf'^\(*"?{re.escape(ref.name)}"?\s+is\s+not\s+null\)*$', re.IGNORECASE)
    proofs = (c for c in ask.constraints_of(owner(ref)) if c.type == "check" and c.validated)
    if any(wanted.match(c.expression or "") for c in proofs):
        return Cost("pg-set-not-null", LOW, locks)
    return Cost("pg-set-not-null", HIGH, locks, scanned=tuple(one for _, one in locks))


def _type(change: Change, new: str, locks: tuple[tuple[str, Ref], ...], ask: Ask) -> Cost:
    column = ask.schema.get(change.ref)
    refs = tuple(ref for _, ref in locks)
    others = other_sides(ask, owner(change.ref), change.ref.name)
    locks = (*locks, *((ACCESS_EXCLUSIVE, other) for other in others))
    if not isinstance(column, Column):
        return Cost("pg-alter-type-rewrite", CRITICAL, locks, unknown=True)
    collation = dict(change.attrs).get("collation", column.collation)
    writes = _with_using(rewrites(column.type, new, ask.schema), change.ref, ask)
    if writes:
        return Cost("pg-alter-type-rewrite", CRITICAL, locks, rewritten=refs, scanned=others, careful=_VIEWS)
    if writes is None:
        return Cost("pg-alter-type-rewrite", CRITICAL, locks, unknown=True, careful=_why_unknown(column.type, new))
    if column.type == new and collation == column.collation and not _checked(column, ask):
        return Cost("pg-alter-type", LOW, locks)
    return _indexes_only(column, collation != column.collation, locks, refs, ask)


def type_refused(operation: Operation, ask: Ask) -> Cost | None:
    """A change of type of a column that a view or another column works with."""
    retypes = isinstance(operation, Change) and "type" in dict(operation.attrs) and operation.ref.kind is Kind.COLUMN
    column = ask.schema.get(operation.ref) if isinstance(operation, Change) and retypes else None
    user = _used_by(column, ask) if isinstance(column, Column) else ""
    refused = f"It is refused (0A000): {user} uses the column."
    return Cost("pg-alter-type-view", HIGH, refused=refused) if user else None


def _used_by(column: Column, ask: Ask) -> str:
    """A view, or a generated column, that works something out of it."""
    table = owner(column.ref)
    views = (v for v in ask.schema.of_kind(View) if _speaks(v.definition, table.name, column.ref.name))
    for view in views:
        return f"the view {view.ref.label(ask.schema.home)}"
    mates = (c for c in ask.schema.by_table.get((table.schema, table.name), ()) if isinstance(c, Column))
    made = next((c for c in mates if c.ref != column.ref and _speaks(c.generated, column.ref.name)), None)
    return f"the generated column {made.ref.name}" if made is not None else ""


def _speaks(text: str | None, *names: str) -> bool:
    """Another name that is given behind AS is not the column's."""
    known = re.sub(r"\bAS\s+(\w+|\"[^\"]*\")", "", text or "", flags=re.IGNORECASE)
    return bool(text) and all(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", known) for name in names)


_VIEWS = "It is refused if a view uses the column."


def _why_unknown(old: str, new: str) -> str:
    if old.startswith("timestamp") and new.startswith("timestamp"):
        return "Rows are rewritten unless the session's time zone is UTC."
    return f"Whether {old} becomes {new} without a rewrite is not known."


def _with_using(writes: bool | None, ref: Ref, ask: Ask) -> bool | None:
    """USING works a value out for each row, unless it only names the column."""
    words = ask.words
    if "using" not in words:
        return writes
    rest = tuple(word for word in words[words.index("using") + 1 :] if word not in ("(", ")"))
    plain = rest[:1] == (ref.name,) and (len(rest) == 1 or rest[1] == "::") and "," not in rest
    return writes if plain else None if "," in rest else True


def _checked(column: Column, ask: Ask) -> bool:
    """A CHECK on it is looked at again, even where nothing changes."""
    return any(c.type == "check" and column.ref.name in c.columns for c in ask.constraints_of(owner(column.ref)))


def _indexes_only(
    column: Column, collates: bool, locks: tuple[tuple[str, Ref], ...], refs: tuple[Ref, ...], ask: Ask
) -> Cost:
    """The rows stay; an index that works something out of the column, or sorts it otherwise, is made again."""
    name = re.compile(rf'(?<![\w"]){re.escape(column.ref.name)}(?![\w"])')
    table = owner(column.ref)
    checked = _checked(column, ask)
    for index in ask.indexes_of(table):
        worked = [item for item in (*index.columns, index.where or "") if name.search(item)]
        plain = not index.where and all(item.split(" ")[0] == column.ref.name for item in worked)
        if worked and (collates or not plain):
            return Cost("pg-alter-type-index", HIGH, locks, scanned=refs, careful=_VIEWS)
    return Cost("pg-alter-type", HIGH if checked else LOW, locks, unknown=checked, careful=_VIEWS)


def _constraint(change: Change, ask: Ask) -> Cost | None:
    attrs, found, table = dict(change.attrs), ask.schema.get(change.ref), owner(change.ref)
    if not isinstance(found, Constraint):
        return None
    if set(attrs) <= {"deferrable", "deferred"}:
        return Cost("pg-alter-fk-deferrable", LOW, ((ACCESS_EXCLUSIVE, table),))
    if attrs != {"validated": True}:
        return None
    if found.type != "foreign key" or not found.references:
        return Cost("pg-validate", MEDIUM, ((_SOFT, table),), scanned=(table,))
    parent = ask.named(found.references)
    return Cost("pg-validate", MEDIUM, ((_SOFT, table), ("ROW SHARE", parent)), scanned=(table, parent))


def _table(change: Change, ask: Ask) -> Cost | None:
    attrs, ref = dict(change.attrs), change.ref
    if "partition_of" in attrs:
        return _attach(ref, ask) if attrs["partition_of"] else _detach(ref, ask)
    if "persistence" in attrs:
        return Cost("pg-set-logged", CRITICAL, ((ACCESS_EXCLUSIVE, ref),), rewritten=(ref,))
    if all(name.startswith("inherits:") and value for name, value in attrs.items()):
        parents = (ask.named(name.partition(":")[2]) for name in attrs)
        return Cost("pg-inherit", LOW, ((ACCESS_EXCLUSIVE, ref), *((_SOFT, parent) for parent in parents)))
    if set(attrs) == {"comment"} or all(_SOFT_OPTION.match(name) for name in attrs):
        return Cost("pg-storage-params", LOW, ((_SOFT, ref),))
    hard = set(attrs) <= {"row_security", "replica_identity", "owner"}
    rule = "pg-rls-policy-rule" if "row_security" in attrs else "pg-set-storage"
    return Cost(rule, MEDIUM, ((ACCESS_EXCLUSIVE, ref),)) if hard else None


_SOFT_OPTION = re.compile(r"^options:(fillfactor|(toast\.)?autovacuum_\w+|parallel_workers)=")


def _attach(ref: Ref, ask: Ask) -> Cost:
    parent = next(ask.named(str(value)) for name, value in _attrs(ask) if name == "partition_of")
    default = ask.default_of(parent)
    locks = ((_SOFT, parent), *((ACCESS_EXCLUSIVE, one) for one in (ref, *default)))
    proof = any(c.type == "check" and c.validated for c in ask.constraints_of(ref))
    careful = "A CHECK that proves the bounds saves reading the partition: whether it does is not known here."
    if proof:
        return Cost("pg-attach-no-proof", HIGH, locks, scanned=default, unknown=True, careful=careful)
    return Cost("pg-attach-no-proof", HIGH, locks, scanned=(ref, *default))


def _attrs(ask: Ask) -> list[tuple[str, object]]:
    return [pair for op in ask.statement.operations if isinstance(op, Change) for pair in op.attrs]


def _detach(ref: Ref, ask: Ask) -> Cost | None:
    table = ask.table(ref)
    if table is None or not table.partition_of:
        return None
    parent = ask.named(table.partition_of)
    defaults = ask.default_of(parent)
    if ask.says("concurrently"):
        return _detach_gently(parent, ref, defaults, ask)
    part = ACCESS_EXCLUSIVE if ask.version >= 130_000 else _SOFT
    careful = "On 13 this was not measured: the lock on the partition may be weaker." if ask.version < 140_000 else ""
    above = ((ACCESS_EXCLUSIVE, one) for one in (parent, *defaults))
    return Cost("pg-detach", HIGH, (*above, (part, ref)), careful=careful if ask.version >= 130_000 else "")


def _detach_gently(parent: Ref, ref: Ref, defaults: tuple[Ref, ...], ask: Ask) -> Cost:
    """FINALIZE ends one that was broken off."""
    locks = ((_SOFT, parent), (ACCESS_EXCLUSIVE, ref))
    name = defaults[0].label(ask.schema.home) if defaults else ""
    refused = f"CONCURRENTLY is refused (55000) while there is a default partition: {name}." if defaults else ""
    careful = "It waits for every transaction that uses the table; broken off, it has to be ended with FINALIZE."
    return Cost("pg-detach", LOW, locks, careful=careful, refused=refused)


def _type_itself(change: Change, ask: Ask) -> Cost | None:
    attrs = dict(change.attrs)
    if all(name.startswith("labels:") for name in attrs):
        added = True in attrs.values() and len(attrs) == 1
        careful = "A new label cannot be used in the transaction that adds it, and nothing takes it away again."
        told = careful if added else "Code that still uses the old label fails."
        return Cost("pg-enum-add-value" if added else "pg-enum-rename-value", LOW, careful=told)
    checks = [name for name, value in attrs.items() if name.startswith("checks:") and value]
    if len(checks) == len(attrs) and all(name.endswith(" NOT VALID") for name in checks):
        return Cost("pg-domain-add-check", LOW)
    if len(checks) != len(attrs) and attrs != {"nullable": False}:
        return None
    return _domain(change.ref, ask)


def _domain(ref: Ref, ask: Ask) -> Cost | None:
    """Every table with a column of it is locked and read."""
    names = {ref.name, f"{ref.schema}.{ref.name}"}
    if any(t.base in names for t in ask.schema.of_kind(UserType)):
        return None
    users = [c for c in ask.schema.of_kind(Column) if c.type.removesuffix("[]") in names]
    if any(c.type.endswith("[]") for c in users):
        return None
    tables = tuple(dict.fromkeys(owner(column.ref) for column in users))
    real = tuple(ref for ref in tables if isinstance(ask.schema.get(ref), Table))
    return Cost("pg-domain-add-check", HIGH, tuple(("SHARE", one) for one in real), scanned=real)


def _index(change: Change, ask: Ask) -> Cost | None:
    attached = dict(change.attrs).get("attached_to")
    if attached and isinstance(ask.schema.get(change.ref), Index):
        return Cost("pg-attach-index", LOW, ((ACCESS_EXCLUSIVE, change.ref),))
    soft = isinstance(ask.schema.get(change.ref), Index) and all(_SOFT_OPTION.match(n) for n, _ in change.attrs)
    return Cost("pg-storage-params", LOW, ((_SOFT, change.ref),)) if soft else None


def _trigger(change: Change, ask: Ask) -> Cost | None:
    table = table_ref(change.ref.schema, change.ref.table)
    return Cost("pg-toggle-trigger", MEDIUM, (("SHARE ROW EXCLUSIVE", table),))


CHANGES: dict[Kind, Callable[[Change, Ask], Cost | None]] = {
    Kind.TABLE: _table,
    Kind.COLUMN: _column,
    Kind.CONSTRAINT: _constraint,
    Kind.INDEX: _index,
    Kind.TRIGGER: _trigger,
    Kind.TYPE: _type_itself,
}
