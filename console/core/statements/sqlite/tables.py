"""CREATE TABLE and CREATE VIRTUAL TABLE of SQLite; the catalog's own text is read by the same functions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.core.operations import Create
from console.core.schema import Column, Constraint, Kind, Other, Ref, Table, Thing
from console.core.statements.cursor import Unreadable
from console.core.statements.sqlite.columns import read_column
from console.core.statements.sqlite.constraints import STARTS, Owner, read_constraint
from console.core.statements.sqlite.cursor import LiteCursor
from console.core.statements.tables import TEMPORARY
from console.core.statements.verbs import Meaning

TEMP = "temp"
WITHOUT_ROWID = "without rowid"


@dataclass
class _Draft:
    """The table as far as it has been read."""

    owner: Owner
    columns: list[Column] = field(default_factory=list)
    others: list[Constraint] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    copied: bool = False
    """AS SELECT: what columns it gets is not in the text."""


def is_temporary(cursor: LiteCursor, ref: Ref) -> bool:
    """Whether the words before, or the name, say that it goes with its connection."""
    before = {token.word for token in cursor.found[: cursor.at]}
    return bool(before & {"TEMP", "TEMPORARY"}) or ref.schema == TEMP


def create_table(cursor: LiteCursor) -> Meaning:
    """Behind `CREATE [TEMP] TABLE`."""
    if_absent = cursor.if_not_exists()
    table = cursor.ref(Kind.TABLE)
    if is_temporary(cursor, table):
        cursor.rest()
        return Meaning((TEMPORARY,), temporary=(table,))
    draft = _draft(cursor, table)
    return Meaning((Create(_things(draft), if_absent=if_absent),), (table, *draft.owner.referenced))


def _draft(cursor: LiteCursor, table: Ref) -> _Draft:
    draft = _Draft(Owner(table))
    if cursor.accept("AS"):
        draft.copied = True
        cursor.rest()
        return draft
    for item in cursor.group().items():
        _element(item, draft)
    if not draft.columns:
        raise Unreadable
    while not cursor.done:
        if cursor.accept("WITHOUT"):
            draft.options.append(f"without {cursor.name()}")
        else:
            cursor.expect("STRICT")
            draft.options.append("strict")
        cursor.accept(",")
    return draft


def _element(item: LiteCursor, draft: _Draft) -> None:
    if item.word() not in STARTS:
        column, others = read_column(item, draft.owner, len(draft.columns) + 1)
        draft.columns.append(column)
        draft.others += others
    # SQLite wants no comma between the constraints of a table
    while not item.done:
        draft.others.append(read_constraint(item, draft.owner))


def _things(draft: _Draft) -> tuple[Thing, ...]:
    unread = frozenset({"columns"}) if draft.copied else frozenset[str]()
    table = Table(ref=draft.owner.table, options=tuple(sorted(draft.options)), unread=unread)
    return (table, *(_settled(column, draft) for column in draft.columns), *draft.others)


def _settled(column: Column, draft: _Draft) -> Column:
    """Without rowids the primary key takes their place, so no part of it may be NULL."""
    keys = (key.columns for key in draft.others if key.type == "primary key")
    covered = WITHOUT_ROWID in draft.options and any(column.ref.name in columns for columns in keys)
    return replace(column, nullable=False) if covered else column


def create_virtual_table(cursor: LiteCursor) -> Meaning:
    """Behind `CREATE VIRTUAL TABLE`: what it is made of is the module's affair."""
    if_absent = cursor.if_not_exists()
    ref = cursor.ref(Kind.TABLE)
    cursor.expect("USING")
    return Meaning(
        (Create((Other(ref=ref, definition=f"virtual, using {cursor.everything()}"),), if_absent=if_absent),), (ref,)
    )


def table_things(text: str, schema: str, name: str) -> tuple[Thing, ...]:
    """What the catalog's text of a table says. ValueError where it cannot be read."""
    cursor = LiteCursor.at_start(text, schema)
    cursor.expect("CREATE")
    cursor.accept_any("TEMP", "TEMPORARY")
    cursor.expect("TABLE")
    cursor.if_not_exists()
    table = cursor.ref(Kind.TABLE)
    draft = _draft(cursor, table)
    if table.name != name:
        raise Unreadable
    return _things(draft)
