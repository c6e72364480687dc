"""A column definition as the column, sequence, constraints and indexes that PostgreSQL makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.core.schema import Column, Kind, Ref, Sequence, Thing, column_ref
from console.core.statements.constraints import Owner, deferral, read_constraint
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.postgres import free_name, serial_base
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
_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


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
        maximum=_LARGEST[base],
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
        if cursor.word() == "(":
            cursor.skip_group()
        draft.identity, draft.nullable = kind, False
        return
    draft.generated = cursor.grouped_text()
    draft.generated_kind = cursor.accept_any("STORED", "VIRTUAL").lower() or "virtual"


def settled(column: Column, owner: Owner) -> Column:
    """The column once all constraints of its table are known."""
    return replace(column, nullable=column.nullable and column.ref.name not in owner.not_null)
