"""The safer way where PostgreSQL believes a proof: partitions that are attached unread, indexes that are INVALID."""

from __future__ import annotations

import re

from console.core.operations import Change, Create, Operation
from console.core.preflight.ground import Case
from console.core.preflight.postgres_names import called, full, index_text
from console.core.schema import Constraint, Index, Kind, Ref, Table, table_ref
from console.core.types.postgres_words import qualified, quote_name

_KEY = re.compile(r'(RANGE|LIST) \(((?:[a-z_][a-z0-9_]*)|(?:"[^"]+"))\)')
_RANGE = re.compile(r"FOR VALUES FROM \(([^(),]+)\) TO \(([^(),]+)\)", re.IGNORECASE)
_LIST = re.compile(r"FOR VALUES IN \(([^()]+)\)", re.IGNORECASE)


def attached(operation: Operation, case: Case) -> tuple[str, ...]:
    """A CHECK of its bounds on the partition, and of the opposite on the default one, both validated before."""
    attrs = dict(operation.attrs) if isinstance(operation, Change) else {}
    above = case.schema.get(table_ref(*str(attrs.get("partition_of") or "").rpartition(".")[::2]))
    part = operation.subject
    if not isinstance(above, Table) or part is None:
        return ()
    inside = _inside(above.partition_key or "", str(attrs.get("partition_bound") or ""))
    if not inside:
        return ()
    proofs = [(part, inside), *((other, f"NOT ({inside})") for other in _defaults(above.ref, case))]
    made = [step for table, text in proofs for step in _proof(table, text, case)]
    gone = [f"ALTER TABLE {full(table, case)} DROP CONSTRAINT {called(table.name, 'bounds')}" for table, _ in proofs]
    return (*made, case.statement.sql, *gone)


def _proof(table: Ref, text: str, case: Case) -> tuple[str, str]:
    name, place = called(table.name, "bounds"), full(table, case)
    return (
        f"ALTER TABLE {place} ADD CONSTRAINT {name} CHECK ({text}) NOT VALID",
        f"ALTER TABLE {place} VALIDATE CONSTRAINT {name}",
    )


def _inside(key: str, bound: str) -> str:
    """What all rows of the partition are; '' where its bounds are more than one column's."""
    found = _KEY.fullmatch(key)
    if found is None:
        return ""
    name = found[2]
    if found[1] == "LIST":
        values = _LIST.fullmatch(bound)
        return f"{name} IS NOT NULL AND {name} IN ({values[1]})" if values and "null" not in bound.lower() else ""
    ends = _RANGE.fullmatch(bound)
    if ends is None:
        return ""
    low = "" if ends[1].upper() == "MINVALUE" else f" AND {name} >= {ends[1]}"
    high = "" if ends[2].upper() == "MAXVALUE" else f" AND {name} < {ends[2]}"
    return f"{name} IS NOT NULL{low}{high}"


def _defaults(parent: Ref, case: Case) -> list[Ref]:
    text = f"{parent.schema}.{parent.name}"
    parts = (table for table in case.schema.of_kind(Table) if table.partition_of == text)
    return [table.ref for table in parts if (table.partition_bound or "").upper() == "DEFAULT"]


def rebuilt(operation: Operation, case: Case) -> tuple[str, ...]:
    """The INVALID index goes first; then the statement makes it."""
    made = operation.things[0] if isinstance(operation, Create) else None
    if not isinstance(made, Index):
        return ()
    name = qualified(made.ref.schema, made.ref.name, case.schema.home)
    return (f"DROP INDEX CONCURRENTLY {name}", case.statement.sql)


def made_valid(operation: Operation, case: Case) -> tuple[str, ...]:
    """The same index is built again under its name, and becomes the constraint."""
    key = operation.things[0] if isinstance(operation, Create) else None
    found = re.search(r'using\s+index\s+("[^"]+"|\w+)', case.statement.sql, re.IGNORECASE)
    if not isinstance(key, Constraint) or found is None:
        return ()
    name = found[1].strip('"') if found[1].startswith('"') else found[1].lower()
    index = case.schema.get(Ref(Kind.INDEX, key.ref.schema, "", name))
    if not isinstance(index, Index) or any(not re.fullmatch(r"\w+", item) for item in index.columns):
        return ()
    text = index_text(quote_name(name), table_ref(key.ref.schema, key.ref.table), index, case)
    return (f"DROP INDEX CONCURRENTLY {qualified(key.ref.schema, name, case.schema.home)}", text, case.statement.sql)
