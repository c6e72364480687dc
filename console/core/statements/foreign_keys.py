"""What all constraints share (the table they are read for, DEFERRABLE), and foreign keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.core.schema import Constraint, Kind, Ref, Thing
from console.core.statements.cursor import Cursor, Unreadable
from console.core.types.postgres_names import free_name, joined_columns

_ACTIONS = {
    "CASCADE": "cascade",
    "RESTRICT": "restrict",
    "SET NULL": "set null",
    "SET DEFAULT": "set default",
    "NO ACTION": "no action",
}


@dataclass
class Owner:
    """The table that constraints are being read for."""

    table: Ref
    taken: set[str] = field(default_factory=set)
    """Names given out or used in this statement."""
    not_null: set[str] = field(default_factory=set)
    """Columns that a constraint made NOT NULL."""
    referenced: list[Ref] = field(default_factory=list)
    using_index: Ref | None = None
    """The existing index a constraint takes over."""

    def forget(self) -> None:
        """Begin a constraint that stands for itself."""
        self.not_null, self.using_index = set(), None

    def ref(self, name: str) -> Ref:
        """The address of a constraint of this table."""
        self.taken.add(name)
        return Ref(Kind.CONSTRAINT, self.table.schema, self.table.name, name)


def deferral(cursor: Cursor) -> tuple[bool, bool]:
    """(deferrable, initially deferred) from the words that come next."""
    deferrable = deferred = False
    while True:
        if cursor.accept("NOT", "DEFERRABLE"):
            deferrable = False
        elif cursor.accept("DEFERRABLE"):
            deferrable = True
        elif cursor.accept("INITIALLY"):
            deferred = cursor.accept_any("DEFERRED", "IMMEDIATE") == "DEFERRED"
            deferrable = deferrable or deferred
        else:
            return deferrable, deferred


def foreign_key(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    """Behind FOREIGN KEY."""
    columns: list[str] = []
    for item in cursor.group().items():
        if item.word() == "PERIOD" and item.word(1):
            item.step()
        columns.append(item.name())
        item.end()
    cursor.expect("REFERENCES")
    return _references(cursor, owner, name, tuple(columns))


def column_references(cursor: Cursor, owner: Owner, name: str | None, column: str | None) -> tuple[Thing, ...]:
    """Behind the REFERENCES of a column."""
    if column is None:
        raise Unreadable
    return _references(cursor, owner, name, (column,))


def _references(cursor: Cursor, owner: Owner, name: str | None, columns: tuple[str, ...]) -> tuple[Thing, ...]:
    target = cursor.ref(Kind.TABLE)
    owner.referenced.append(target)
    referenced = _referenced_columns(cursor) if cursor.word() == "(" else ()
    match, actions = "simple", {"DELETE": "no action", "UPDATE": "no action"}
    while cursor.word() in ("MATCH", "ON"):
        if cursor.accept("MATCH"):
            match = cursor.accept_any("FULL", "PARTIAL", "SIMPLE").lower()
            continue
        cursor.expect("ON")
        event = cursor.accept_any("DELETE", "UPDATE")
        actions[event or "DELETE"] = _action(cursor)
    deferrable, deferred, validated = _tail_of_foreign_key(cursor)
    given = name or free_name(owner.table.name, joined_columns(columns), "fkey", owner.taken)
    constraint = Constraint(
        ref=owner.ref(given),
        type="foreign key",
        columns=columns,
        references=f"{target.schema}.{target.name}",
        referenced_columns=referenced,
        on_delete=actions["DELETE"],
        on_update=actions["UPDATE"],
        match=match,
        validated=validated,
        deferrable=deferrable,
        deferred=deferred,
        named=name is not None,
        unread=frozenset() if referenced else frozenset({"referenced_columns"}),
    )
    return (constraint,)


def _referenced_columns(cursor: Cursor) -> tuple[str, ...]:
    names: list[str] = []
    for item in cursor.group().items():
        if item.word() == "PERIOD" and item.word(1):
            item.step()
        names.append(item.name())
    return tuple(names)


def _action(cursor: Cursor) -> str:
    for words, action in _ACTIONS.items():
        if cursor.accept(*words.split()):
            only = words.startswith("SET") and cursor.word() == "("
            return f"{action} ({', '.join(cursor.names())})" if only else action
    raise Unreadable


def _tail_of_foreign_key(cursor: Cursor) -> tuple[bool, bool, bool]:
    validated, found = True, (False, False)
    while not cursor.done:
        if cursor.accept("NOT", "VALID") or cursor.accept("NOT", "ENFORCED"):
            validated = False
        elif cursor.accept("ENFORCED"):
            continue
        elif cursor.word() in ("DEFERRABLE", "INITIALLY") or cursor.sees("NOT", "DEFERRABLE"):
            found = deferral(cursor)
        else:
            break
    return *found, validated
