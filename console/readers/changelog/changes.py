"""Every change that is known, and what is sent for it; for the others the reason why that is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from console.core.statements import Sent
from console.readers.changelog import columns, keys, others
from console.readers.changelog.cutting import cut
from console.readers.changelog.node import Node, UnreadError
from console.readers.changelog.reverse import back_of
from console.readers.changelog.target import Target

Write = Callable[[Node, Target], Iterator[str]]
Load = Callable[[Node], str]
"""The text of the file that a change names. UnreadError where it is not here."""

_WRITERS: Mapping[str, Write] = {
    "createTable": columns.create_table,
    "dropTable": others.drop_table,
    "renameTable": others.rename_table,
    "setTableRemarks": others.remarks_of_table,
    "addColumn": columns.add_column,
    "dropColumn": columns.drop_column,
    "renameColumn": columns.rename_column,
    "modifyDataType": columns.modify_type,
    "addNotNullConstraint": columns.add_not_null,
    "dropNotNullConstraint": columns.drop_not_null,
    "addDefaultValue": columns.add_default,
    "dropDefaultValue": columns.drop_default,
    "addAutoIncrement": columns.add_counter,
    "mergeColumns": columns.merge_columns,
    "setColumnRemarks": columns.remarks_of_column,
    "addUniqueConstraint": keys.add_unique,
    "dropUniqueConstraint": keys.drop_unique,
    "addPrimaryKey": keys.add_primary,
    "dropPrimaryKey": keys.drop_primary,
    "addForeignKeyConstraint": keys.add_foreign,
    "dropForeignKeyConstraint": keys.drop_foreign,
    "createIndex": keys.create_index,
    "dropIndex": keys.drop_index,
    "createSequence": others.create_sequence,
    "alterSequence": others.alter_sequence,
    "renameSequence": others.rename_sequence,
    "dropSequence": others.drop_sequence,
    "createView": others.create_view,
    "renameView": others.rename_view,
    "dropView": others.drop_view,
    "createProcedure": others.create_procedure,
    "dropProcedure": others.drop_procedure,
    "addLookupTable": others.add_lookup,
    "insert": others.insert,
    "update": others.update,
    "delete": others.delete,
    **dict.fromkeys(("tagDatabase", "empty", "output"), others.nothing),
}
KNOWN = frozenset(_WRITERS)
_ROWS = frozenset({"insert", "update", "delete", "loadData", "loadUpdateData"})
_WHOLE = frozenset({"createProcedure", "createView"})
_ON_SQLITE = frozenset(
    "createTable renameColumn dropTable renameTable createIndex dropIndex createView dropView insert update delete sql"
    " sqlFile tagDatabase empty output".split()
)
HOW = "`liquibase update-sql` shows it"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a change needs of its surroundings."""

    load: Load
    delimiter: str = ""


def sent_of(change: Node, target: Target, sources: Sources) -> tuple[Sent, ...]:
    """What is sent for one change."""
    try:
        return tuple(Sent(sql, line=line) for sql, line in _written(change, target, sources))
    except UnreadError as why:
        return (_unread(change, str(why)),)


def _unread(change: Node, why: str) -> Sent:
    source = change.source or f"<{change.name}>"
    rows = change.name in _ROWS
    return Sent("", source=source, line=change.line, unreadable=f"{change.name}: {why}; {HOW}", data=rows)


def _written(change: Node, target: Target, sources: Sources) -> Iterator[tuple[str, int]]:
    if target.dialect == "sqlite" and change.name not in _ON_SQLITE:
        raise UnreadError("what Liquibase makes of it on SQLite depends on the table as it is")
    if change.name in ("sql", "sqlFile"):
        yield from _cut(change, target, sources)
        return
    if change.name in ("loadData", "loadUpdateData"):
        raise UnreadError(f"its rows come from {change.get('file') or 'a file'}{_rows_in(change, sources)}")
    writer = _WRITERS.get(change.name)
    if writer is None:
        raise UnreadError("this kind of change is not known here")
    if change.name in _WHOLE and change.get("path"):
        change = replace(change, text=sources.load(change))
    for sql in writer(change, target):
        yield sql, change.line


def _rows_in(change: Node, sources: Sources) -> str:
    """How many rows a file of values has, where it is here."""
    try:
        lines = [line for line in sources.load(change).splitlines() if line.strip()]
    except UnreadError:
        return ""
    return f" ({max(len(lines) - 1, 0)} rows)"


def _cut(change: Node, target: Target, sources: Sources) -> Iterator[tuple[str, int]]:
    """Raw SQL, from the document or a file of its own."""
    text = sources.load(change) if change.name == "sqlFile" else change.get("sql") or change.text
    whole = change.get("splitStatements").lower() == "false"
    delimiter = change.get("endDelimiter") or sources.delimiter
    inside = change.name == "sql" and not change.attributes.get("sql")
    for sql, lines in cut(text, target.dialect, whole=whole, delimiter=delimiter):
        yield sql, change.line + (lines if inside else 0)


def reversed_of(changes: Iterable[Node], target: Target, sources: Sources) -> tuple[Sent, ...] | None:
    """What takes several changes back, the last one first; None where Liquibase refuses to."""
    found: list[Sent] = []
    for change in reversed(tuple(changes)):
        back = back_of(change)
        if back is None:
            return None
        for one in back:
            found += sent_of(one, target, sources)
    return tuple(found)
