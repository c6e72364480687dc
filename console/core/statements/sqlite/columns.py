"""A column definition of SQLite: a name, perhaps a type, and what is said about it in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from console.core.schema import Column, Constraint, Kind
from console.core.statements.columns import stored_default
from console.core.statements.cursor import Unreadable
from console.core.statements.foreign_keys import deferral
from console.core.statements.sqlite.constraints import Owner, check, key, references
from console.core.statements.sqlite.cursor import LiteCursor, address, behind_conflict


@dataclass
class _Draft:
    """What has been said so far."""

    owner: Owner
    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    collation: str | None = None
    generated: str | None = None
    generated_kind: str = ""
    counts: bool = False
    constraint: str | None = None
    """The name that CONSTRAINT gave to what comes next."""
    others: list[Constraint] = field(default_factory=list)


def read_column(cursor: LiteCursor, owner: Owner, position: int = 0) -> tuple[Column, tuple[Constraint, ...]]:
    """The column that is defined here, and the constraints that come with it."""
    written = cursor.written()
    ref = address(Kind.COLUMN, owner.table.schema, owner.table.name, written)
    draft = _Draft(owner, ref.name, cursor.type())
    while not cursor.done:
        _one(cursor, draft)
    column = Column(
        ref=ref,
        position=position,
        type=draft.type,
        nullable=draft.nullable,
        default=draft.default,
        collation=draft.collation,
        generated=draft.generated,
        generated_kind=draft.generated_kind,
        auto_increment=draft.counts,
    )
    return column, tuple(draft.others)


def _one(cursor: LiteCursor, draft: _Draft) -> None:
    for words, attribute in _ATTRIBUTES.items():
        if cursor.accept(*words):
            attribute(cursor, draft)
            if words != ("CONSTRAINT",):
                draft.constraint = None
            return
    if cursor.word() not in ("DEFERRABLE", "INITIALLY") and not cursor.sees("NOT", "DEFERRABLE"):
        raise Unreadable
    deferral(cursor)


def _named(cursor: LiteCursor, draft: _Draft) -> None:
    draft.constraint = cursor.written()


def _primary(cursor: LiteCursor, draft: _Draft) -> None:
    cursor.accept_any("ASC", "DESC")
    behind_conflict(cursor)
    draft.counts = cursor.accept("AUTOINCREMENT")
    draft.others.append(key(draft.owner, draft.constraint, "primary key", (draft.name,)))


def _unique(cursor: LiteCursor, draft: _Draft) -> None:
    behind_conflict(cursor)
    draft.others.append(key(draft.owner, draft.constraint, "unique", (draft.name,)))


def _not_null(cursor: LiteCursor, draft: _Draft) -> None:
    behind_conflict(cursor)
    draft.nullable = False


def _null(cursor: LiteCursor, draft: _Draft) -> None:
    behind_conflict(cursor)


def _check(cursor: LiteCursor, draft: _Draft) -> None:
    draft.others.append(check(cursor, draft.owner, draft.constraint, draft.name))


def _references(cursor: LiteCursor, draft: _Draft) -> None:
    cursor.at -= 1
    draft.others.append(references(cursor, draft.owner, draft.constraint, (draft.name,)))


def _default(cursor: LiteCursor, draft: _Draft) -> None:
    if cursor.word() == "(":
        draft.default = stored_default(cursor.grouped())
        return
    start = cursor.at
    cursor.accept_any("-", "+")
    cursor.step()
    draft.default = stored_default(cursor.said(start))


def _collate(cursor: LiteCursor, draft: _Draft) -> None:
    name = cursor.name()
    draft.collation = None if name == "binary" else name


def _generated(cursor: LiteCursor, draft: _Draft) -> None:
    draft.generated = cursor.grouped()
    draft.generated_kind = "stored" if cursor.accept_any("STORED", "VIRTUAL") == "STORED" else "virtual"


_ATTRIBUTES: dict[tuple[str, ...], Callable[[LiteCursor, _Draft], None]] = {
    ("CONSTRAINT",): _named,
    ("PRIMARY", "KEY"): _primary,
    ("UNIQUE",): _unique,
    ("NOT", "NULL"): _not_null,
    ("NULL",): _null,
    ("CHECK",): _check,
    ("DEFAULT",): _default,
    ("COLLATE",): _collate,
    ("REFERENCES",): _references,
    ("GENERATED", "ALWAYS", "AS"): _generated,
    ("AS",): _generated,
}
