"""What is worth a thought on PostgreSQL before it is there for years: no lock, no error, nothing for an incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from console.core.operations import Create
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case
from console.core.preflight.locks import about
from console.core.preflight.postgres_names import words
from console.core.schema import Column, Constraint, Index, Thing

_WIDE = 3


def style(case: Case) -> Iterator[Finding]:
    """One finding for each kind of thing, however often it is in the statement."""
    if case.server.dialect != "postgresql" or case.unit.past:
        return
    found: dict[str, tuple[str, str]] = {}
    for operation in case.statement.operations:
        if isinstance(operation, Create):
            for rule, why, safer in _made(operation, case):
                found.setdefault(rule, (why, safer))
    for rule, why, safer in _assigned(case):
        found.setdefault(rule, (why, safer))
    for rule, (why, safer) in found.items():
        severity = Severity.LOW if rule in ("pg-fk-no-index", "pg-add-json-column") else Severity.INFO
        yield replace(about(case), rule=rule, severity=severity, about=About.LOCK, why=why, safer=safer)


def _made(made: Create, case: Case) -> Iterator[tuple[str, str, str]]:
    for thing in made.things:
        yield from _thing(thing, made, case)


def _thing(thing: Thing, made: Create, case: Case) -> Iterator[tuple[str, str, str]]:
    if isinstance(thing, Column):
        yield from _column(thing, made)
    elif isinstance(thing, Index) and not thing.constraint and not thing.unique and len(thing.columns) > _WIDE:
        why = f"{len(thing.columns)} columns in one index that is not unique: few queries use more than three."
        yield "pg-style-wide-index", why, "Index the columns that tell rows apart best."
    elif isinstance(thing, Constraint) and thing.type == "foreign key":
        yield from _key(thing, made, case)


def _column(column: Column, made: Create) -> Iterator[tuple[str, str, str]]:
    name, kind = column.ref.name, column.type.removesuffix("[]")
    if kind == "json":
        why = f"{name} is json, which has no equality: DISTINCT, UNION and GROUP BY on it fail."
        yield "pg-add-json-column", why, "jsonb has it."
    if kind.startswith("character("):
        yield "pg-style-char", f"{name} is padded with blanks to its length.", "text, with a CHECK of its length."
    if kind.startswith("character varying("):
        yield (
            "pg-style-varchar",
            f"A longer {name} is refused, and a shorter limit later rewrites.",
            "text with a CHECK.",
        )
    if kind.startswith("timestamp") and kind.endswith("without time zone"):
        yield "pg-style-timestamp", f"{name} does not say which moment it means.", "timestamp with time zone."
    if (column.default or "").startswith("nextval("):
        why = f"{name} is serial: its sequence has rights and an owner of its own."
        yield "pg-style-serial", why, "GENERATED ALWAYS AS IDENTITY."
    keys = (t.columns for t in made.things if isinstance(t, Constraint) and t.type == "primary key")
    if kind in ("integer", "smallint") and any(columns == (name,) for columns in keys):
        limit = "2,147,483,647" if kind == "integer" else "32,767"
        yield "pg-style-int-key", f"The key {name} ends at {limit}, and a larger type rewrites the table.", "bigint."


def _key(key: Constraint, made: Create, case: Case) -> Iterator[tuple[str, str, str]]:
    """Whoever deletes or changes a row of the parent reads all of the child."""
    place = key.ref.schema, key.ref.table
    near = (*case.schema.by_table.get(place, ()), *made.things, *_later(case))
    starts = [t.columns for t in near if isinstance(t, Index) and not t.where and t.table == key.ref.table]
    own = (t for t in near if isinstance(t, Constraint) and t.ref.table == key.ref.table)
    starts += [t.columns for t in own if t.type in ("primary key", "unique")]
    wanted = set(key.columns)
    if not any({item.split(" ")[0] for item in columns[: len(wanted)]} == wanted for columns in starts):
        names = ", ".join(key.columns)
        why = f"No index begins with {names}: each DELETE in {key.references} reads all of {key.ref.table}."
        yield "pg-fk-no-index", why, f"CREATE INDEX CONCURRENTLY on {key.ref.table} ({names}) first."


def _later(case: Case) -> Iterator[Thing]:
    """What the migrations of this run make as well: an index often comes right behind the key."""
    for unit in case.ground.units:
        for statement in unit.statements:
            for operation in statement.operations:
                if isinstance(operation, Create) and isinstance(operation.things[0], Index):
                    yield operation.things[0]


def _assigned(case: Case) -> Iterator[tuple[str, str, str]]:
    """UPDATE with one column twice is refused (42601)."""
    found = words(case) if case.statement.readable else ()
    if not found or found[0].word != "UPDATE":
        return
    depth, names = 0, list[str]()
    for before, token, behind in zip(found, found[1:], found[2:], strict=False):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.word in ("WHERE", "FROM", "RETURNING") and not depth:
            break
        if not depth and behind.text == "=" and (before.word == "SET" or before.text == ","):
            names.append(token.folded)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        yield "pg-style-assigned-twice", f"{twice[0]} is set twice, which is refused (42601).", "Set it once."
