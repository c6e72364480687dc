"""PRIMARY KEY, UNIQUE, CHECK and FOREIGN KEY of SQLite, in a column or behind the columns.

Hardly any of them has a name there, so what it is stands for one: `unique (email)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.schema import Constraint, Kind, Ref
from console.core.statements.cursor import Unreadable
from console.core.statements.foreign_keys import deferral
from console.core.statements.sqlite.cursor import LiteCursor, address, behind_conflict
from console.core.types.sqlite import quote_name

STARTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_ACTIONS = ("SET NULL", "SET DEFAULT", "CASCADE", "RESTRICT", "NO ACTION")


@dataclass
class Owner:
    """The table that constraints are read for."""

    table: Ref
    referenced: list[Ref] = field(default_factory=list)

    def ref(self, name: str | None, otherwise: str) -> Ref:
        """The address of a constraint; `otherwise` says what it is."""
        return address(Kind.CONSTRAINT, self.table.schema, self.table.name, name or otherwise)


def read_constraint(cursor: LiteCursor, owner: Owner) -> Constraint:
    """The constraint of the table that begins here."""
    name = cursor.written() if cursor.accept("CONSTRAINT") else None
    if cursor.accept("PRIMARY", "KEY"):
        return _key(cursor, owner, name, "primary key")
    if cursor.accept("UNIQUE"):
        return _key(cursor, owner, name, "unique")
    if cursor.accept("CHECK"):
        return check(cursor, owner, name)
    cursor.expect("FOREIGN", "KEY")
    return references(cursor, owner, name, cursor.names())


def _key(cursor: LiteCursor, owner: Owner, name: str | None, kind: str) -> Constraint:
    columns = []
    for item in cursor.group().items():
        columns.append(item.name())
        if item.accept("COLLATE"):
            item.name()
        item.accept_any("ASC", "DESC")
        item.accept("AUTOINCREMENT")
        item.end()
    behind_conflict(cursor)
    return key(owner, name, kind, tuple(columns))


def key(owner: Owner, name: str | None, kind: str, columns: tuple[str, ...]) -> Constraint:
    """A primary key or a unique constraint."""
    if not columns:
        raise Unreadable
    said = kind if kind == "primary key" else f"{kind} ({', '.join(map(quote_name, columns))})"
    return Constraint(ref=owner.ref(name, said), type=kind, columns=columns, named=name is not None)


def check(cursor: LiteCursor, owner: Owner, name: str | None, column: str = "") -> Constraint:
    """Behind CHECK; `column` is the one it stands in and goes with."""
    text = cursor.grouped()
    behind_conflict(cursor)
    return Constraint(
        ref=owner.ref(name, f"check ({text})"),
        type="check",
        columns=(column,) if column else (),
        expression=text,
        named=name is not None,
    )


def references(cursor: LiteCursor, owner: Owner, name: str | None, columns: tuple[str, ...]) -> Constraint:
    """At REFERENCES."""
    cursor.expect("REFERENCES")
    target = address(Kind.TABLE, owner.table.schema, "", cursor.written())
    owner.referenced.append(target)
    theirs = cursor.names() if cursor.word() == "(" else ()
    actions = {"DELETE": "no action", "UPDATE": "no action"}
    while True:
        if cursor.accept("MATCH"):
            cursor.step()
        elif cursor.accept("ON", "DELETE"):
            actions["DELETE"] = _action(cursor)
        elif cursor.accept("ON", "UPDATE"):
            actions["UPDATE"] = _action(cursor)
        else:
            break
    deferrable, deferred = deferral(cursor)
    return Constraint(
        ref=owner.ref(name, f"foreign key ({', '.join(map(quote_name, columns))})"),
        type="foreign key",
        columns=columns,
        references=f"{target.schema}.{target.name}",
        referenced_columns=theirs,
        on_delete=actions["DELETE"],
        on_update=actions["UPDATE"],
        deferrable=deferrable,
        deferred=deferred,
        named=name is not None,
    )


def _action(cursor: LiteCursor) -> str:
    found = next((action for action in _ACTIONS if cursor.accept(*action.split())), "")
    if not found:
        raise Unreadable
    return found.lower()
