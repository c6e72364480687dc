"""CREATE TABLE: the table, its columns and everything that is made with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.core.operations import Create, Opaque, Operation
from console.core.schema import Column, Constraint, Index, Kind, Table, Thing
from console.core.statements.columns import read_column, settled
from console.core.statements.constraints import read_constraint
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner
from console.core.statements.verbs import Meaning
from console.core.types.postgres_words import quote_name

TEMPORARY = Opaque("A temporary table is gone with its session.", harmless=True)


@dataclass
class _Draft:
    """The table as far as it has been read."""

    owner: Owner
    columns: list[Column] = field(default_factory=list)
    others: list[Thing] = field(default_factory=list)
    unread: set[str] = field(default_factory=lambda: {"owner"})
    partition_key: str | None = None
    partition_of: str | None = None
    partition_bound: str | None = None
    inherits: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def create_table(cursor: Cursor) -> Meaning:
    """Behind `CREATE [TEMP | UNLOGGED | FOREIGN] TABLE`; the words before are looked at again."""
    before = {token.word for token in cursor.found[: cursor.at]}
    if_absent = cursor.accept("IF", "NOT", "EXISTS")
    table = cursor.ref(Kind.TABLE)
    if before & {"TEMP", "TEMPORARY"} or table.schema.startswith("pg_temp"):
        cursor.rest()
        return Meaning((TEMPORARY,), temporary=(table,))
    draft = _Draft(Owner(table))
    _body(cursor, draft)
    thing = Table(
        ref=table,
        persistence="unlogged" if "UNLOGGED" in before else "permanent",
        partition_key=draft.partition_key,
        partition_of=draft.partition_of,
        partition_bound=draft.partition_bound,
        inherits=draft.inherits,
        options=draft.options,
        foreign="FOREIGN" in before,
        unread=frozenset(draft.unread),
    )
    columns = [settled(column, draft.owner) for column in draft.columns]
    operation: Operation = Create((thing, *columns, *_without_twins(draft.others)), if_absent=if_absent)
    return Meaning((operation,), (table, *draft.owner.referenced))


def _body(cursor: Cursor, draft: _Draft) -> None:
    if cursor.accept("PARTITION", "OF"):
        _partition_of(cursor, draft)
    elif cursor.accept("OF"):
        cursor.dotted()
        draft.unread.add("columns")
    if cursor.word() == "(":
        _elements(cursor, draft)
    _tail(cursor, draft)


def _elements(cursor: Cursor, draft: _Draft) -> None:
    start = cursor.at
    inside = cursor.group()
    if "columns" in draft.unread or cursor.word() == "AS":
        # `t (a, b) AS SELECT`, `OF type (a WITH OPTIONS ...)`: names without types.
        draft.unread.add("columns")
        return
    for item in inside.items():
        _element(item, draft)
    if cursor.at == start:
        raise Unreadable


def _element(item: Cursor, draft: _Draft) -> None:
    if item.accept("LIKE"):
        draft.unread |= {"columns"}
        item.rest()
        return
    things = None if _is_column(item) else read_constraint(item, draft.owner)
    if things is None:
        column, things = read_column(item, draft.owner, len(draft.columns) + 1)
        draft.columns.append(column)
    item.end()
    draft.others += [thing for thing in things if not (isinstance(thing, Constraint) and thing.type == "not null")]


def _is_column(item: Cursor) -> bool:
    """`exclude int` and `foreign_key text` are columns; only `EXCLUDE USING` and `EXCLUDE (` are not."""
    return item.word() == "EXCLUDE" and item.word(1) not in ("USING", "(")


def _partition_of(cursor: Cursor, draft: _Draft) -> None:
    parent = cursor.ref(Kind.TABLE)
    draft.owner.referenced.append(parent)
    draft.partition_of = f"{parent.schema}.{parent.name}"
    draft.unread.add("columns")
    if cursor.word() == "(":
        cursor.skip_group()
    draft.partition_bound = partition_bound(cursor)
    if draft.partition_bound is None:
        draft.unread.add("partition_bound")


def partition_bound(cursor: Cursor) -> str | None:
    """`DEFAULT` or `FOR VALUES ...` as the catalog spells it; None where the server rewrites the values."""
    if cursor.accept("DEFAULT"):
        return "DEFAULT"
    cursor.expect("FOR", "VALUES")
    parts = ["FOR VALUES"]
    certain = True
    while cursor.word() in ("FROM", "TO", "IN", "WITH"):
        word = cursor.step().word
        values = [_bound_value(item, word) for item in cursor.group().items()]
        certain = certain and all(values)
        parts.append(f"{word} ({', '.join(str(value) for value in values)})")
    return " ".join(parts) if certain else None


def _bound_value(item: Cursor, word: str) -> str | None:
    if word == "WITH":
        return f"{item.name()} {item.step().text}"
    text = item.rest()
    if text.upper() in ("MINVALUE", "MAXVALUE", "NULL", "TRUE", "FALSE"):
        return text.upper() if text.upper() in ("MINVALUE", "MAXVALUE", "NULL") else text.lower()
    # A date is written out in full, a number in quotes loses them: only the server knows.
    plain = text.isdigit() or (text[:1] == "'" and text[1:2].isalpha() and text.count("'") == 2)
    return text if plain else None


def _tail(cursor: Cursor, draft: _Draft) -> None:
    while not cursor.done:
        if cursor.accept("INHERITS"):
            parents = [item.ref(Kind.TABLE) for item in cursor.group().items()]
            draft.inherits = tuple(f"{ref.schema}.{ref.name}" for ref in parents)
            draft.unread |= {"columns"} if parents else set()
            draft.owner.referenced += parents
        elif cursor.accept("PARTITION", "BY"):
            draft.partition_key = _partition_key(cursor)
        elif cursor.accept("WITHOUT", "OIDS"):
            continue
        elif cursor.accept("WITH"):
            draft.options = cursor.options()
        elif cursor.accept_any("USING", "TABLESPACE", "SERVER"):
            cursor.name()
        elif cursor.accept("OPTIONS"):
            cursor.skip_group()
        elif cursor.accept("AS"):
            cursor.rest()
            draft.unread |= {"columns"}
        else:
            raise Unreadable


def _partition_key(cursor: Cursor) -> str:
    strategy = cursor.name().upper()
    items = []
    for item in cursor.group().items():
        plain = len(item.found) == 1
        items.append(quote_name(item.name()) if plain else item.rest())
    return f"{strategy} ({', '.join(items)})"


def _without_twins(things: list[Thing]) -> list[Thing]:
    """PostgreSQL makes one index where a table asks for the same key twice: the primary key or the first one stays,
    under the first name that was given."""
    primary = {t.ref.name for t in things if isinstance(t, Constraint) and t.type == "primary key"}
    indexes = [t for t in things if isinstance(t, Index)]
    kept: dict[tuple[object, ...], Index] = {}
    names: dict[str, str | None] = {}
    for index in sorted(indexes, key=lambda i: i.ref.name not in primary):
        key = (index.columns, index.include, index.where, index.method)
        first = kept.setdefault(key, index)
        if first is not index:
            names[index.ref.name] = None
            if index.named and not first.named:
                names[first.ref.name] = index.ref.name
                kept[key] = replace(first, named=True)
    return [_renamed(t, names.get(t.ref.name)) for t in things if not _superfluous(t, names)]


def _superfluous(thing: Thing, names: dict[str, str | None]) -> bool:
    return isinstance(thing, (Constraint, Index)) and thing.ref.name in names and names[thing.ref.name] is None


def _renamed(thing: Thing, name: str | None) -> Thing:
    return replace(thing, ref=replace(thing.ref, name=name), named=True) if name else thing
