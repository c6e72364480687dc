"""Indexes and constraints: inside CREATE TABLE, behind ADD, and as statements of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from console.core.schema import Constraint, Index, Kind, Ref, Thing
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor, part_of

_ACTIONS = {
    "CASCADE": "cascade",
    "RESTRICT": "no action",
    "SET NULL": "set null",
    "SET DEFAULT": "set default",
    "NO ACTION": "no action",
}

_NOT_READ = (
    "KEY_BLOCK_SIZE",
    "ENGINE_ATTRIBUTE",
    "SECONDARY_ENGINE_ATTRIBUTE",
    "CLUSTERING",
    "ALGORITHM",
    "LOCK",
    "WAIT",
)


@dataclass
class Owner:
    """The table that keys are being read for, and the names already given out."""

    table: Ref
    taken: set[str] = field(default_factory=set)
    not_null: set[str] = field(default_factory=set)
    """Columns of a primary key."""
    referenced: list[Ref] = field(default_factory=list)
    checks: int = 0
    keys: int = 0
    if_absent: bool = False
    """The key that was read last was only wanted if it is not there."""

    def index_name(self, name: str) -> str:
        """`name`, `name_2`, ... whichever is free."""
        candidate, number = name, 1
        while candidate.lower() in self.taken:
            number += 1
            candidate = f"{name}_{number}"
        return candidate


def read_key(cursor: MyCursor, owner: Owner) -> tuple[Thing, ...] | None:
    """The index or constraint that begins here; None when none does."""
    start = cursor.at
    name = None
    if cursor.accept("CONSTRAINT") and not any(cursor.sees(*words) for words in READERS):
        name = cursor.name()
    for words, reader in READERS.items():
        if cursor.accept(*words):
            return reader(cursor, owner, name)
    cursor.at = start
    return None


def _primary_key(cursor: MyCursor, owner: Owner, name: str | None) -> tuple[Thing, ...]:
    if cursor.word() != "(" and cursor.word() != "USING":
        cursor.name()
    return primary_key(owner, read_index(cursor, owner, "PRIMARY", unique=True))


def primary_key(owner: Owner, index: Index) -> tuple[Thing, ...]:
    """A primary key from the index behind it."""
    columns = tuple(plain_name(item) for item in index.columns)
    owner.not_null.update(columns)
    constraint = Constraint(
        ref=part_of(Kind.CONSTRAINT, owner.table, "PRIMARY"), type="primary key", columns=columns, comment=None
    )
    return constraint, index


def _index(method: str = "btree", *, unique: bool = False) -> Reader:
    def reader(cursor: MyCursor, owner: Owner, name: str | None) -> tuple[Thing, ...]:
        cursor.accept_any("INDEX", "KEY")
        owner.if_absent = cursor.if_not_exists()
        if cursor.word() not in ("(", "USING", "TYPE"):
            name = cursor.name()
        return (read_index(cursor, owner, name, unique=unique, method=method),)

    return reader


def read_index(
    cursor: MyCursor, owner: Owner, name: str | None, *, unique: bool = False, method: str = "btree"
) -> Index:
    """At USING or the parentheses with the columns."""
    method = _using(cursor) or method
    items = tuple(index_item(item) for item in cursor.group().items())
    if not items:
        raise Unreadable
    first = "functional_index" if items[0].startswith("(") else plain_name(items[0])
    given = name or owner.index_name(first)
    owner.taken.add(given.lower())
    options = _options(cursor)
    method = options.method or method
    if method == "hash" and cursor.dialect == "mariadb":
        items = tuple(item.removesuffix(" DESC") for item in items)
    return Index(
        ref=part_of(Kind.INDEX, owner.table, given),
        table=owner.table.name,
        columns=items,
        method=method,
        unique=unique,
        comment=options.comment,
        visible=options.visible,
        constraint=given == "PRIMARY",
        named=name is not None,
        unread=frozenset({"options"}),
    )


_BEHIND_NAME = re.compile(r"(?:\(\d+\))?(?: DESC)?\Z")


def plain_name(item: str) -> str:
    """The column in `the code(20) DESC`."""
    return _BEHIND_NAME.sub("", item, count=1)


def index_item(item: MyCursor) -> str:
    """`code(20) DESC` or `(lower(code))`."""
    if item.word() == "(":
        subject = f"({item.grouped_text()})"
    else:
        subject = item.name().lower()
        if item.word() == "(":
            subject += f"({item.group().integer()})"
    descending = item.accept_any("ASC", "DESC") == "DESC"
    item.end()
    return f"{subject} DESC" if descending else subject


def _using(cursor: MyCursor) -> str:
    if not cursor.accept_any("USING", "TYPE"):
        return ""
    word = cursor.accept_any("BTREE", "HASH", "RTREE")
    return "spatial" if word == "RTREE" else word.lower()


@dataclass
class _Options:
    """What stands behind the columns of an index."""

    method: str = ""
    comment: str | None = None
    visible: bool = True


def _options(cursor: MyCursor) -> _Options:
    found = _Options()
    while not cursor.done:
        method = _using(cursor)
        if method:
            found.method = method
        elif cursor.accept("COMMENT"):
            found.comment = cursor.text_value() or None
        elif cursor.accept_any("INVISIBLE", "IGNORED"):
            found.visible = False
        elif cursor.accept("NOT", "IGNORED") or cursor.accept("VISIBLE"):
            found.visible = True
        elif cursor.accept("WITH", "PARSER"):
            cursor.name()
        elif cursor.accept_any(*_NOT_READ):
            cursor.accept("=")
            cursor.step()
        elif not cursor.accept("NOWAIT"):
            break
    return found


def _foreign_key(cursor: MyCursor, owner: Owner, name: str | None) -> tuple[Thing, ...]:
    owner.if_absent = cursor.if_not_exists()
    if cursor.word() != "(":
        index = cursor.name()
        name = name or (index if cursor.dialect == "mariadb" else None)
    columns = cursor.lower_names()
    cursor.expect("REFERENCES")
    return references(cursor, owner, name, columns)


def references(cursor: MyCursor, owner: Owner, name: str | None, columns: tuple[str, ...]) -> tuple[Thing, ...]:
    """Behind REFERENCES: the foreign key, and the index it gets when none fits."""
    target = cursor.table()
    owner.referenced.append(target)
    referenced = cursor.lower_names() if cursor.word() == "(" else ()
    actions = {"DELETE": "no action", "UPDATE": "no action"}
    while not cursor.done:
        if cursor.accept("MATCH"):
            cursor.step()
        elif cursor.accept("ON", "DELETE"):
            actions["DELETE"] = _action(cursor)
        elif cursor.sees("ON", "UPDATE") and cursor.word(2) in ("CASCADE", "RESTRICT", "SET", "NO"):
            cursor.expect("ON", "UPDATE")
            actions["UPDATE"] = _action(cursor)
        else:
            break
    owner.keys += name is None
    constraint = Constraint(
        ref=part_of(Kind.CONSTRAINT, owner.table, name or f"{owner.table.name}_ibfk_{owner.keys}"),
        type="foreign key",
        columns=columns,
        references=f"{target.schema}.{target.name}",
        referenced_columns=referenced,
        on_delete=actions["DELETE"],
        on_update=actions["UPDATE"],
        named=name is not None,
        unread=frozenset({"match"} if referenced else {"match", "referenced_columns"}),
    )
    return constraint, _implied(owner, name, columns)


def _implied(owner: Owner, name: str | None, columns: tuple[str, ...]) -> Index:
    return Index(
        ref=part_of(Kind.INDEX, owner.table, name or owner.index_name(columns[0])),
        table=owner.table.name,
        columns=columns,
        named=False,
        implied=True,
    )


def _action(cursor: MyCursor) -> str:
    for words, action in _ACTIONS.items():
        if cursor.accept(*words.split()):
            return action
    raise Unreadable


def _check(cursor: MyCursor, owner: Owner, name: str | None) -> tuple[Thing, ...]:
    return (read_check(cursor, owner, name),)


def read_check(cursor: MyCursor, owner: Owner, name: str | None, column: str = "") -> Constraint:
    """Behind CHECK; `column` is the column it stands in."""
    expression = cursor.grouped_text()
    enforced = not cursor.accept("NOT", "ENFORCED")
    cursor.accept("ENFORCED")
    given = name
    if given is None and column and cursor.dialect == "mariadb":
        given = column
    elif given is None:
        owner.checks += 1
        mariadb = cursor.dialect == "mariadb"
        given = f"CONSTRAINT_{owner.checks}" if mariadb else f"{owner.table.name}_chk_{owner.checks}"
    return Constraint(
        ref=part_of(Kind.CONSTRAINT, owner.table, given),
        type="check",
        expression=expression,
        enforced=enforced,
        named=name is not None,
        unread=frozenset({"columns"}),
    )


Reader = Callable[[MyCursor, Owner, "str | None"], tuple[Thing, ...]]
READERS: dict[tuple[str, ...], Reader] = {
    ("PRIMARY", "KEY"): _primary_key,
    ("UNIQUE",): _index(unique=True),
    ("FULLTEXT",): _index("fulltext"),
    ("SPATIAL",): _index("spatial"),
    ("VECTOR", "INDEX"): _index("vector"),
    ("VECTOR", "KEY"): _index("vector"),
    ("INDEX",): _index(),
    ("KEY",): _index(),
    ("FOREIGN", "KEY"): _foreign_key,
    ("CHECK", "("): lambda cursor, owner, name: _check(_back(cursor), owner, name),
}


def _back(cursor: MyCursor) -> MyCursor:
    cursor.at -= 1
    return cursor
