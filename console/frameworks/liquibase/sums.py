"""The check sum that Liquibase keeps of a changeset (its version 9), where it can be made again from the file.

Raw SQL counts without its blanks; other changes by what is said of them, sorted. What was not measured on the real one
gives no sum: then whether a changeset was edited cannot be told.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from console.readers.changelog import Node
from console.readers.changelog.node import UnreadError

VERSION = "9:"
_BLANKS = re.compile(r"[ \n\r\t]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?\Z")
_LEFT_OUT = frozenset({"ifNotExists"})
_PROVEN = frozenset(
    """afterColumn autoIncrement baseColumnNames baseTableName cacheSize cascadeConstraints column1Name column2Name
    columnDataType columnName columnNames computed constraintName cycle dataType deferrable defaultNullValue
    defaultValue defaultValueBoolean defaultValueComputed defaultValueDate defaultValueNumeric deleteCascade descending
    existingColumnName existingTableName finalColumnName finalColumnType foreignKeyName incrementBy indexName
    initiallyDeferred joinString maxValue message minValue name newColumnName newDataType newSequenceName newTableName
    newViewName nullable oldColumnName oldSequenceName oldTableName oldViewName onDelete onUpdate primaryKey
    primaryKeyName procedureName referencedColumnNames referencedTableName references remarks sequenceName startValue
    startWith tableName tag target type unique uniqueConstraintName value valueBoolean valueComputed valueDate
    valueNumeric viewName where""".split()
)
"""What may be said of a change: each of it was held against the real one."""
_NOT = frozenset({"createView", "createProcedure", "sqlFile", "loadData", "loadUpdateData", "customChange"})


def of_texts(texts: Iterable[str]) -> str:
    """The sum of a changeset whose changes are raw SQL."""
    return _whole(_md5(_BLANKS.sub("", text)) for text in texts)


def of_changes(changes: Iterable[Node]) -> str | None:
    """The sum of a changeset; None where one of its changes gives none."""
    try:
        return _whole([_one(change) for change in changes])
    except UnreadError:
        return None


def _one(change: Node) -> str:
    if change.name == "sql":
        return _md5(_BLANKS.sub("", change.get("sql") or change.text))
    if change.name in _NOT:
        raise UnreadError("its check sum is made of a text that was not measured")
    given = {name: change.get(name) for name in ("where",) if change.has(name)}
    if change.name == "output":
        given = {"message": change.get("message") or change.text, "target": change.get("target") or "STDERR"}
    change = replace(change, attributes={**change.attributes, **given})
    return _md5(f"{change.name}:{_serialized(change, 1)}")


def _whole(sums: Iterable[str]) -> str:
    return VERSION + _md5("".join(f"{VERSION}{each}:" for each in sums))


def _md5(text: str) -> str:
    return hashlib.md5(unicodedata.normalize("NFC", text).encode(), usedforsecurity=False).hexdigest()


def _serialized(node: Node, depth: int) -> str:
    lines = sorted(_fields(node, depth))
    inner = "\n" + "\n".join(lines) + "\n" if lines else ""
    return f"[{inner}{'    ' * (depth - 1)}]"


def _fields(node: Node, depth: int) -> Iterator[str]:
    indent = "    " * depth
    for name, value in node.attributes.items():
        if name not in _PROVEN | _LEFT_OUT:
            raise UnreadError(f"what {name} adds to a check sum was not measured")
        if name.endswith("Date") and not _MOMENT.match(value):
            raise UnreadError("how Liquibase writes this time into a check sum was not measured")
        if name not in _LEFT_OUT:
            yield f'{indent}{name}="{value}"'
    for constraints in node.all("constraints"):
        yield indent + _serialized(constraints, depth + 1)
    columns = list(node.all("column"))
    if columns:
        inner = "".join(f"{indent}    {_serialized(column, depth + 2)},\n" for column in columns)
        yield f"{indent}columns=[\n{inner.removesuffix(chr(44) + chr(10))}\n{indent}]"


def described(change: Node) -> str:
    """A change in Liquibase's words: its kind and the names it is about."""
    if change.name == "sqlFile":
        return f"sqlFile path={change.get('path')}"
    named = sorted(f"{name}={value}" for name, value in change.attributes.items()
                   if name.endswith("Name") and name not in ("schemaName", "catalogName") and not name.endswith(
                       ("SchemaName", "CatalogName")))  # fmt: skip
    return " ".join(part for part in (change.name, ", ".join(named)) if part)
