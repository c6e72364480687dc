"""A column definition as the column, sequence, constraints and indexes that PostgreSQL makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.core.schema import Column, Kind, Ref, Sequence, Thing, column_ref
from console.core.statements.constraints import read_constraint
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner, deferral
from console.core.statements.sequence_settings import largest, read_sequence
from console.core.types.postgres import serial_base
from console.core.types.postgres_names import free_name
from console.core.types.postgres_words import qualified

DEFAULT_STOPS = (
    "CONSTRAINT",
    "NOT",
    "NULL",
    "CHECK",
    "DEFAULT",
    "GENERATED",
    "UNIQUE",
    "PRIMARY",
    "REFERENCES",
    "COLLATE",
    "STORAGE",
    "COMPRESSION",
)


@dataclass
class _Draft:
    """What is known of the column so far."""

    ref: Ref
    type: str
    default: str | None = None
    identity: str = ""
    generated: str | None = None
    generated_kind: str = ""
    collation: str | None = None
    nullable: bool = True
    counter: Cursor | None = None
    """What was said about the sequence of an identity column."""


def read_column(cursor: Cursor, owner: Owner, position: int = 0) -> tuple[Column, tuple[Thing, ...]]:
    """The column that is defined here, and the things that come with it. NOT NULL is also noted in `owner`."""
    name = cursor.name()
    draft = _Draft(column_ref(owner.table.schema, owner.table.name, name), cursor.type())
    others: list[Thing] = []
    base = serial_base(draft.type)
    if base:
        others.append(_serial_sequence(draft, owner, base, cursor.home))
    while not cursor.done:
        others += _one_constraint(cursor, owner, draft)
    if draft.identity:
        others.insert(0, identity_sequence(draft.ref, draft.type, draft.counter, owner))
    if not draft.nullable:
        owner.not_null.add(name)
    column = Column(
        ref=draft.ref,
        position=position,
        type=draft.type,
        nullable=draft.nullable and name not in owner.not_null,
        default=draft.default,
        identity=draft.identity,
        generated=draft.generated,
        generated_kind=draft.generated_kind,
        collation=draft.collation,
        unread=frozenset() if draft.collation else frozenset({"collation"}),
    )
    return column, tuple(others)


def identity_sequence(column: Ref, type_name: str | None, counter: Cursor | None, owner: Owner) -> Sequence:
    """The sequence behind an identity column; its bounds follow from the column's type, when that is known."""
    name = free_name(column.table, column.name, "seq", owner.taken)
    owner.taken.add(name)
    ref = Ref(Kind.SEQUENCE, column.schema, "", name)
    settings = counter or Cursor("", ())
    sequence = read_sequence(settings, ref, {"type": type_name or "bigint"})
    return replace(
        sequence,
        owned_by=f"{column.schema}.{column.table}.{column.name}",
        unread=sequence.unread if type_name else sequence.unread | {"type", "minimum", "maximum", "start"},
        named=sequence.ref != ref,
    )


def _serial_sequence(draft: _Draft, owner: Owner, base: str, home: str) -> Sequence:
    table, column = draft.ref.table, draft.ref.name
    name = free_name(table, column, "seq", owner.taken)
    owner.taken.add(name)
    draft.type, draft.nullable = base, False
    written = qualified(draft.ref.schema, name, home).replace("'", "''")
    draft.default = f"nextval('{written}'::regclass)"
    return Sequence(
        ref=Ref(Kind.SEQUENCE, draft.ref.schema, "", name),
        type=base,
        minimum=1,
        maximum=largest(base),
        owned_by=f"{draft.ref.schema}.{table}.{column}",
        unread=frozenset({"owner"}),
        named=False,
    )


def _one_constraint(cursor: Cursor, owner: Owner, draft: _Draft) -> tuple[Thing, ...]:
    """One thing that is said about the column."""
    if cursor.accept("CONSTRAINT"):
        # A name before NULL, DEFAULT or GENERATED is allowed and means nothing.
        named_at = cursor.at - 1
        cursor.name()
        if cursor.word() not in ("NULL", "DEFAULT", "GENERATED"):
            cursor.at = named_at
    if cursor.accept("DEFAULT"):
        draft.default = stored_default(cursor.until(DEFAULT_STOPS))
    elif cursor.accept("COLLATE"):
        draft.collation = collation_name(cursor)
    elif cursor.accept("GENERATED"):
        _generated(cursor, draft)
    elif cursor.accept_any("STORAGE", "COMPRESSION"):
        cursor.step()
    elif cursor.accept("OPTIONS"):
        cursor.skip_group()
    elif cursor.word() in ("DEFERRABLE", "INITIALLY") or cursor.sees("NOT", "DEFERRABLE"):
        deferral(cursor)
    elif not cursor.accept("NULL"):
        things = read_constraint(cursor, owner, draft.ref.name)
        if things is None:
            raise Unreadable
        return things
    return ()


def stored_default(text: str) -> str | None:
    """The default as the catalog has it: DEFAULT NULL is no default."""
    bare = text.strip()
    while bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    return None if bare.split("::")[0].strip().upper() == "NULL" else text


def collation_name(cursor: Cursor) -> str:
    """`"C"` is C, `other.x` keeps its schema."""
    parts = cursor.dotted()
    plain = len(parts) == 1 or parts[-2] in ("pg_catalog", cursor.home)
    return parts[-1] if plain else ".".join(parts[-2:])


def _generated(cursor: Cursor, draft: _Draft) -> None:
    kind = "by default" if cursor.accept("BY", "DEFAULT") else "always"
    if kind == "always":
        cursor.expect("ALWAYS")
    cursor.expect("AS")
    if cursor.accept("IDENTITY"):
        draft.counter = cursor.group() if cursor.word() == "(" else None
        draft.identity, draft.nullable = kind, False
        return
    draft.generated = cursor.grouped_text()
    draft.generated_kind = cursor.accept_any("STORED", "VIRTUAL").lower() or "virtual"


def settled(column: Column, owner: Owner) -> Column:
    """The column once all constraints of its table are known."""
    return replace(column, nullable=column.nullable and column.ref.name not in owner.not_null)
