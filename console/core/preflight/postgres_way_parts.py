"""The safer way, in SQL for the very table, for constraints, indexes and partitions on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Change, Create, Drop, Operation
from console.core.preflight.ground import Case
from console.core.preflight.postgres_names import LONGEST, behind, full, not_valid, words
from console.core.schema import Constraint, Index, Kind, Ref, Schema, Table, UserType, View, table_ref
from console.core.types.postgres_words import qualified, quote_name

Steps = tuple[str, ...]


def later(operation: Operation, case: Case) -> Steps:
    """NOT VALID now, under a short lock; VALIDATE after that lets others read and write."""
    key = operation.things[0] if isinstance(operation, Create) else None
    if not isinstance(key, Constraint):
        return ()
    table, holder = table_ref(key.ref.schema, key.ref.table), case.schema.get(table_ref(key.ref.schema, key.ref.table))
    parted = isinstance(holder, Table) and holder.partition_key is not None and key.type == "foreign key"
    if parted and case.server.version_number < 180_000:
        return ()
    return (not_valid(case), f"ALTER TABLE {full(table, case)} VALIDATE CONSTRAINT {quote_name(key.ref.name)}")


def domain_later(operation: Operation, case: Case) -> Steps:
    """The same of a domain; the name is the one that is written."""
    found = words(case)
    named = next((found[n + 1].folded for n, token in enumerate(found[:-1]) if token.word == "CONSTRAINT"), "")
    ref = operation.subject
    if not named or ref is None:
        return ()
    domain = qualified(ref.schema, ref.name, case.schema.home)
    return (not_valid(case), f"ALTER DOMAIN {domain} VALIDATE CONSTRAINT {quote_name(named)}")


def concurrently(operation: Operation, case: Case) -> Steps:
    """The same index, built or dropped while others read and write."""
    if isinstance(operation, Drop) and operation.cascade:
        return ()
    step = behind(case, "INDEX", "CONCURRENTLY")
    return (step,) if step else ()


def reindex(operation: Operation, case: Case) -> Steps:
    """The same, a new index beside the old one."""
    word = next((token.word for token in words(case) if token.word in ("INDEX", "TABLE", "SCHEMA")), "")
    return (behind(case, word, "CONCURRENTLY", only=("REINDEX", ")")),) if word else ()


def refresh(operation: Operation, case: Case) -> Steps:
    """Only with a unique index on columns, over all rows."""
    found = words(case)
    at = next((n for n, token in enumerate(found) if token.word == "VIEW"), len(found))
    names = [token.folded for token in found[at + 1 : at + 4]]
    view = Ref(
        Kind.VIEW,
        names[0] if names[1:2] == ["."] else case.schema.home,
        "",
        names[2] if names[1:2] == ["."] else "".join(names[:1]),
    )
    known = isinstance(case.schema.get(view), View) and any(
        i.unique and i.table == view.name and not i.where and not any("(" in item for item in i.columns)
        for i in case.schema.of_kind(Index)
        if i.ref.schema == view.schema
    )
    return (behind(case, "VIEW", "CONCURRENTLY"),) if known else ()


def indexed_by_part(operation: Operation, case: Case) -> Steps:
    """An empty index on the parent; each partition's own, and then they are joined."""
    made = operation.things[0] if isinstance(operation, Create) else None
    if not isinstance(made, Index):
        return ()
    parent = table_ref(made.ref.schema, made.table)
    parts = _parts(parent, case.schema)
    text = _around_table(case)
    if text is None or any(_parts(part, case.schema) for part in parts) or not made.named:
        return ()
    unique, rest = text
    name = qualified("", made.ref.name, "")
    steps = [f"CREATE {unique}INDEX {name} ON ONLY {full(parent, case)}{rest}"]
    for part in parts:
        own = _own_name(part.name, made)
        steps.append(f"CREATE {unique}INDEX CONCURRENTLY {quote_name(own)} ON {full(part, case)}{rest}")
        attach = qualified(made.ref.schema, made.ref.name, case.schema.home)
        steps.append(f"ALTER INDEX {attach} ATTACH PARTITION {qualified(part.schema, own, case.schema.home)}")
    return tuple(steps)


def _own_name(part: str, index: Index) -> str:
    """As the server itself would call the partition's index."""
    columns = "_".join(item.split(" ")[0] for item in index.columns)
    plain = "(" not in columns and len(f"{part}_{columns}_idx".encode()) <= LONGEST
    return f"{part}_{columns}_idx" if plain else f"{part}_{index.ref.name}"[:LONGEST]


def _around_table(case: Case) -> tuple[str, str] | None:
    """UNIQUE or nothing, and what stands behind the table's name."""
    found = words(case)
    at = next((n for n, token in enumerate(found) if token.word == "ON"), None)
    if at is None or found[at + 1].word == "ONLY":
        return None
    last = at + 3 if found[at + 2 : at + 3] and found[at + 2].text == "." else at + 1
    return "UNIQUE " if found[1].word == "UNIQUE" else "", case.statement.sql[found[last].end :]


def _parts(parent: Ref, schema: Schema) -> list[Ref]:
    text = f"{parent.schema}.{parent.name}"
    return [table.ref for table in schema.of_kind(Table) if table.partition_of == text]


def detached(operation: Operation, case: Case) -> Steps:
    """CONCURRENTLY, where there is no default partition."""
    part = case.schema.get(operation.subject) if operation.subject is not None else None
    if not isinstance(part, Table) or not part.partition_of or case.server.version_number < 140_000:
        return ()
    parent = table_ref(*part.partition_of.rpartition(".")[::2])
    others = (case.schema.get(ref) for ref in _parts(parent, case.schema))
    if any(isinstance(t, Table) and (t.partition_bound or "").upper() == "DEFAULT" for t in others):
        return ()
    step = f"ALTER TABLE {full(parent, case)} DETACH PARTITION {full(part.ref, case)} CONCURRENTLY"
    return (step, case.statement.sql) if isinstance(operation, Drop) else (step,)


def made_apart(operation: Operation, case: Case) -> Steps:
    """A table like the parent, attached: the parent keeps being read and written."""
    made = operation.things[0] if isinstance(operation, Create) else None
    if not isinstance(made, Table) or not made.partition_of or made.partition_key:
        return ()
    parent = table_ref(*made.partition_of.rpartition(".")[::2])
    bound = _bound(case)
    return (
        ()
        if not bound
        else (
            f"CREATE TABLE {full(made.ref, case)} (LIKE {full(parent, case)} INCLUDING ALL)",
            f"ALTER TABLE {full(parent, case)} ATTACH PARTITION {full(made.ref, case)} {bound}",
        )
    )


def _bound(case: Case) -> str:
    """FOR VALUES ... or DEFAULT, as it is written, where nothing stands behind it."""
    found = words(case)
    at = next((n for n, token in enumerate(found) if token.word in ("FOR", "DEFAULT")), None)
    if at is None or any(token.word in ("WITH", "TABLESPACE", "USING") for token in found[at + 4 :]):
        return ""
    plain = found[at - 1].text != ")"
    return case.statement.sql[found[at].start : found[-1].end] if plain else ""


def keys_first(operation: Operation, case: Case) -> Steps:
    """Each key is dropped on its own, with a lock that is soon given back; then the rest."""
    if not isinstance(operation, Drop):
        return ()
    keys = list(_keys(operation.ref, case.schema))
    drops = (
        f"ALTER TABLE {full(table_ref(k.schema, k.table), case)} DROP CONSTRAINT {quote_name(k.name)}" for k in keys
    )
    return (*drops, case.statement.sql) if keys else ()


def _keys(table: Ref, schema: Schema) -> Iterator[Ref]:
    text = f"{table.schema}.{table.name}"
    for key in schema.of_kind(Constraint):
        holder = table_ref(key.ref.schema, key.ref.table)
        if key.type == "foreign key" and (key.references == text) != (holder == table):
            yield key.ref


def domain_of(operation: Operation, schema: Schema) -> UserType | None:
    """The domain that is changed."""
    found = schema.get(operation.ref) if isinstance(operation, Change) else None
    return found if isinstance(found, UserType) else None
