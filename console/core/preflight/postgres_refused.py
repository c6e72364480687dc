"""What PostgreSQL will not take, whatever the locks: words a version does not know, tables that are not there, bugs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from console.core.hazards_cost import is_new
from console.core.lexer import TokenKind
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case
from console.core.preflight.locks import about
from console.core.preflight.postgres_names import words
from console.core.schema import MEMBERS, Column, Constraint, Index, Kind, Namespace, Ref, Routine, Table, table_ref

_BITES = range(140_000, 140_004)
"""14.0 to 14.3: an index that is built CONCURRENTLY can miss rows."""
_LONGEST = 63
_WORDS: tuple[tuple[int, str, tuple[str, ...]], ...] = (
    (130_000, "DROP EXPRESSION", ("DROP", "EXPRESSION")),
    (140_000, "DETACH ... CONCURRENTLY", ("DETACH", "PARTITION", "...", "CONCURRENTLY")),
    (140_000, "SET COMPRESSION", ("SET", "COMPRESSION")),
    (140_000, "CREATE OR REPLACE TRIGGER", ("OR", "REPLACE", "TRIGGER")),
    (150_000, "SET ACCESS METHOD", ("SET", "ACCESS", "METHOD")),
    (150_000, "NULLS NOT DISTINCT", ("NULLS", "NOT", "DISTINCT")),
    (150_000, "MERGE", ("MERGE", "INTO")),
    (170_000, "SET EXPRESSION", ("SET", "EXPRESSION")),
    (180_000, "NOT ENFORCED", ("NOT", "ENFORCED")),
    (180_000, "WITHOUT OVERLAPS", ("WITHOUT", "OVERLAPS")),
)
"""(first version that knows it, how it is called, its words in a row; `...` stands for a name)."""
_FUNCTIONS = {"gen_random_uuid": 130_000, "uuidv7": 180_000, "uuidv4": 180_000}


def refused(case: Case) -> Iterator[Finding]:
    """What will be answered with an error, or does harm, on this very server."""
    if case.server.dialect != "postgresql":
        return
    yield from _version(case)
    yield from _corrupts(case)
    yield from _names(case)
    yield from _missing(case)
    yield from _hangs(case)


def _found(case: Case, rule: str, severity: Severity, why: str, safer: str) -> Finding:
    return replace(about(case), rule=rule, severity=severity, about=About.LOCK, why=why, safer=safer)


def _version(case: Case) -> Iterator[Finding]:
    version = case.server.version_number
    needs = max(_needs(case), default=(0, ""))
    if needs[0] > version:
        why = f"PostgreSQL {case.server.version} does not know {needs[1]}: it came with {needs[0] // 10_000}."
        yield _found(case, "pg-version", Severity.BLOCK, why, "Write it in the words of this version.")


def _needs(case: Case) -> Iterator[tuple[int, str]]:
    """What each thing in the statement asks of the version."""
    if case.statement.readable:
        found = [token.word or token.text.upper() for token in words(case)]
        yield from ((minimum, name) for minimum, name, row in _WORDS if _row(row, found))
        calls = re.findall(r"(\w+)\(", " ".join(_defaults(case)).lower())
        yield from ((_FUNCTIONS[call], f"{call}()") for call in calls if call in _FUNCTIONS and not _own(call, case))
    for operation in case.statement.operations:
        for thing in operation.things if isinstance(operation, Create) else ():
            if isinstance(thing, Column) and thing.generated_kind == "virtual":
                yield 180_000, "VIRTUAL columns"
            if isinstance(thing, Constraint) and thing.type == "not null" and not thing.validated:
                yield 180_000, "NOT NULL constraints that are NOT VALID"


def _defaults(case: Case) -> Iterator[str]:
    for operation in case.statement.operations:
        if isinstance(operation, Create):
            yield from (thing.default or "" for thing in operation.things if isinstance(thing, Column))


def _row(row: tuple[str, ...], found: list[str]) -> bool:
    return any(
        all(want in ("...", have) for want, have in zip(row, found[at:], strict=False))
        for at in range(len(found) - len(row) + 1)
    )


def _own(call: str, case: Case) -> bool:
    """An extension's, or somebody's own, function of that name."""
    return any(routine.ref.name.partition("(")[0] == call for routine in case.schema.of_kind(Routine))


def _corrupts(case: Case) -> Iterator[Finding]:
    if case.server.version_number in _BITES and case.statement.concurrently and "index" in case.statement.sql.lower():
        why = f"PostgreSQL {case.server.version} can build an index CONCURRENTLY that misses rows (mended in 14.4)."
        yield _found(case, "pg-cic-corruption-14", Severity.BLOCK, why, "Update the server to 14.4 or later first.")


def _names(case: Case) -> Iterator[Finding]:
    """The lexer cuts names as the server does, so a long one is looked for in the text."""
    names = (token.text.strip('"') for token in words(case) if token.kind in (TokenKind.WORD, TokenKind.QUOTED))
    long = [name for name in names if len(name.encode()) > _LONGEST]
    if long and case.statement.readable:
        why = f"{long[0][:80]} has more than 63 bytes: the server cuts it without a word, and two such names may meet."
        yield _found(case, "pg-ident-too-long", Severity.MED, why, "Give it a shorter name yourself.")


def _missing(case: Case) -> Iterator[Finding]:
    """A table that is not there, where all tables were read."""
    schema = case.schema
    tolerant = "if exists" in " ".join(case.statement.sql.lower().split())
    if schema.untold or schema.unread or case.unsure or case.unit.past or tolerant:
        return
    for operation in case.statement.operations:
        table = _wanted(operation)
        if table is not None and table in schema.by_ref:
            yield from _missing_columns(operation, table, case)
        if table is None or table in schema.by_ref or not is_new(schema, table):
            continue
        if table.schema not in {schema.home, *(space.ref.name for space in schema.of_kind(Namespace))}:
            continue
        name = table.label(schema.home)
        why = f"There is no table {name} when its turn comes (42P01)."
        yield _found(case, "pg-missing-table", Severity.BLOCK, why, "Look which migration makes it, and in what order.")
        return


def _missing_columns(operation: Operation, table: Ref, case: Case) -> Iterator[Finding]:
    """Columns that are asked for and not there, where all of the table was read."""
    schema, there = case.schema, case.schema.get(table)
    made = {o.things[0].ref.name for o in case.statement.operations if isinstance(o, Create)}
    columns = {t.ref.name for t in schema.by_table.get((table.schema, table.name), ()) if isinstance(t, Column)} | made
    if not isinstance(there, Table) or MEMBERS in there.unread or there.inherits or not columns - made:
        return
    gone = next((name for name in _named(operation) if name not in columns), "")
    if gone:
        label = f"{table.label(schema.home)}.{gone}"
        why = f"There is no column {label} when its turn comes (42703)."
        yield _found(
            case, "pg-missing-column", Severity.BLOCK, why, "Look which migration makes it, and in what order."
        )


def _named(operation: Operation) -> tuple[str, ...]:
    """The columns an operation asks for."""
    if isinstance(operation, Create):
        thing = operation.things[0]
        columns = thing.columns if isinstance(thing, Constraint) and thing.type != "exclude" else ()
        items = tuple(item.split(" ")[0] for item in thing.columns) if isinstance(thing, Index) else ()
        return (*columns, *(item for item in items if re.fullmatch(r"[a-z_][a-z0-9_]*", item)))
    if isinstance(operation, Drop | Change | Rename) and operation.ref.kind is Kind.COLUMN:
        return (operation.ref.name,)
    return ()


def _wanted(operation: Operation) -> Ref | None:
    """The table an operation needs; None where it makes it, or does without."""
    if isinstance(operation, Create):
        ref, thing = operation.things[0].ref, operation.things[0]
        if isinstance(thing, Index):
            return table_ref(ref.schema, thing.table)
        return table_ref(ref.schema, ref.table) if ref.table and ref.kind is not Kind.RULE else None
    if isinstance(operation, Drop | Rename | Change) and not operation.if_present:
        if operation.ref.kind is Kind.TABLE:
            return operation.ref
        return table_ref(operation.ref.schema, operation.ref.table) if operation.ref.kind is Kind.COLUMN else None
    return None


def _hangs(case: Case) -> Iterator[Finding]:
    """Flyway's own transaction, which holds its lock, is one that the index waits for."""
    waits = "concurrently" in case.statement.sql.lower()
    if case.unit.framework == "flyway" and case.statement.concurrently and waits and not case.unit.transactional:
        why = (
            "Flyway holds its lock in a transaction of its own unless `flyway.postgresql.transactional.lock` is false, "
            "and a build CONCURRENTLY waits for every transaction: the two wait for each other without end."
        )
        yield _found(case, "pg-cic-advisory-deadlock", Severity.CRIT, why, "Set that option to false.")
