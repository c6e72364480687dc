"""CREATE TABLE: the table, its columns, and the keys and checks that are made with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.core.operations import Create
from console.core.schema import Column, Index, Table, Thing
from console.core.statements.mysql.columns import read_column
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.mysql.keys import Owner, read_key
from console.core.statements.mysql.table_options import TableOptions, read_option, read_partitions
from console.core.statements.tables import TEMPORARY
from console.core.statements.verbs import Meaning
from console.core.types.mysql import has_charset


@dataclass
class _Draft:
    """The table as far as it has been read."""

    owner: Owner
    options: TableOptions = field(default_factory=TableOptions)
    columns: list[Column] = field(default_factory=list)
    others: list[Thing] = field(default_factory=list)
    unread: set[str] = field(default_factory=lambda: {"owner"})


def create_table(cursor: MyCursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] [TEMPORARY] TABLE`; the words before are looked at again."""
    before = {token.word for token in cursor.found[: cursor.at]}
    if_absent = cursor.if_not_exists()
    table = cursor.table()
    if "TEMPORARY" in before:
        cursor.rest()
        return Meaning((TEMPORARY,), temporary=(table,))
    draft = _Draft(Owner(table))
    _body(cursor, draft)
    things = (_table(draft), *(_settled(column, draft) for column in draft.columns), *_kept(draft))
    create = Create(things, if_absent=if_absent, replace="REPLACE" in before)
    return Meaning((create,), (table, *draft.owner.referenced))


def _body(cursor: MyCursor, draft: _Draft) -> None:
    if cursor.accept("LIKE"):
        _like(cursor, draft)
        return
    if cursor.word() == "(" and cursor.word(1) == "LIKE":
        _like(_behind_like(cursor.group()), draft)
        return
    if cursor.word() == "(" and cursor.word(1) not in ("SELECT", "WITH", "("):
        for item in cursor.group().items():
            _element(item, draft)
    _tail(cursor, draft)


def _behind_like(inside: MyCursor) -> MyCursor:
    inside.expect("LIKE")
    return inside


def _like(cursor: MyCursor, draft: _Draft) -> None:
    draft.owner.referenced.append(cursor.table())
    cursor.end()
    draft.unread |= {"columns", "engine", "charset", "collation", "partitions", "partition_key", "options"}


def _element(item: MyCursor, draft: _Draft) -> None:
    if item.accept("PERIOD", "FOR"):
        item.rest()
        return
    things = read_key(item, draft.owner)
    if things is None:
        column, things = read_column(item, draft.owner, len(draft.columns) + 1)
        draft.columns.append(column)
    item.end()
    draft.others += things


def _tail(cursor: MyCursor, draft: _Draft) -> None:
    while not cursor.done:
        if read_option(cursor, draft.options) or cursor.accept(","):
            continue
        if cursor.accept("PARTITION", "BY"):
            read_partitions(cursor, draft.options)
            continue
        if cursor.accept("START", "TRANSACTION"):
            continue
        cursor.accept_any("IGNORE", "REPLACE")
        cursor.accept("AS")
        if cursor.word() not in ("SELECT", "WITH", "(", "TABLE", "VALUES"):
            return
        cursor.rest()
        draft.unread.add("columns")


def _table(draft: _Draft) -> Table:
    options = draft.options
    given = {"engine": options.engine, "charset": options.charset, "collation": options.collation}
    return Table(
        ref=draft.owner.table,
        engine=options.engine,
        charset=options.charset,
        collation=options.collation,
        comment=options.comment,
        options=tuple(options.kept),
        partition_key=options.partition_key,
        partitions=options.partitions or (),
        unread=frozenset(draft.unread | {name for name, value in given.items() if value is None}),
    )


def _settled(column: Column, draft: _Draft) -> Column:
    """The column once the keys and options of its table are known."""
    unread, charset, collation = set(column.unread), column.charset, column.collation
    if has_charset(column.type) and charset is None and draft.options.charset:
        charset, collation = draft.options.charset, draft.options.collation
        unread -= {"charset"} | ({"collation"} if collation else set())
    nullable = column.nullable and column.ref.name not in draft.owner.not_null
    if not nullable:
        unread.discard("nullable")
    return replace(column, nullable=nullable, charset=charset, collation=collation, unread=frozenset(unread))


def _kept(draft: _Draft) -> list[Thing]:
    """Without the indexes that foreign keys do not need: another one begins with their columns."""
    indexes = [thing for thing in draft.others if isinstance(thing, Index) and not thing.implied]
    heads = [index.columns for index in indexes if index.method in ("btree", "hash")]
    return [
        thing
        for thing in draft.others
        if not (isinstance(thing, Index) and thing.implied)
        or not any(columns[: len(thing.columns)] == thing.columns for columns in heads)
    ]
