"""What takes a change back where its changeset says nothing: other changes, as Liquibase makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from console.readers.changelog.node import Node

Back = Callable[[Node], Iterator[Node]]


def _as(name: str, **moved: str) -> Back:
    """The same attributes under another change, some by another name (new=old)."""

    def back(node: Node) -> Iterator[Node]:
        given = {new: node.get(old) for new, old in moved.items() if node.has(old)}
        kept = {key: value for key, value in node.attributes.items() if key not in moved and "efault" not in key}
        yield replace(node, name=name, attributes={**kept, **given}, children=(), text="")

    return back


def _columns(node: Node) -> Iterator[Node]:
    """addColumn: defaults go first, then the columns."""
    columns = tuple(node.all("column"))
    kept = dict(node.attributes)
    for column in columns:
        if any(key.startswith("defaultValue") for key in column.attributes):
            yield replace(node, name="dropDefaultValue", children=(),
                          attributes={**kept, "columnName": column.get("name")})  # fmt: skip
    yield replace(node, name="dropColumn", children=tuple(replace(c, attributes={"name": c.get("name")}, children=())
                                                           for c in columns))  # fmt: skip


def _index(node: Node) -> Iterator[Node]:
    yield replace(node, name="dropIndex", children=())


def _lookup(node: Node) -> Iterator[Node]:
    given = node.attributes
    yield replace(
        node,
        name="dropForeignKeyConstraint",
        attributes={
            "baseTableName": node.get("existingTableName"),
            "constraintName": node.get("constraintName"),
            **({"baseTableSchemaName": given["existingTableSchemaName"]} if "existingTableSchemaName" in given else {}),
        },
    )
    yield replace(
        node,
        name="dropTable",
        attributes={
            "tableName": node.get("newTableName"),
            **({"schemaName": given["newTableSchemaName"]} if "newTableSchemaName" in given else {}),
        },
    )


def _nothing(_: Node) -> Iterator[Node]:
    yield from ()


_WAYS: Mapping[str, Back] = {
    "createTable": _as("dropTable"),
    "addColumn": _columns,
    "renameColumn": _as("renameColumn", oldColumnName="newColumnName", newColumnName="oldColumnName"),
    "renameTable": _as("renameTable", oldTableName="newTableName", newTableName="oldTableName"),
    "renameView": _as("renameView", oldViewName="newViewName", newViewName="oldViewName"),
    "renameSequence": _as("renameSequence", oldSequenceName="newSequenceName", newSequenceName="oldSequenceName"),
    "addNotNullConstraint": _as("dropNotNullConstraint"),
    "dropNotNullConstraint": _as("addNotNullConstraint"),
    "addUniqueConstraint": _as("dropUniqueConstraint"),
    "addPrimaryKey": _as("dropPrimaryKey"),
    "addForeignKeyConstraint": _as("dropForeignKeyConstraint"),
    "createIndex": _index,
    "addDefaultValue": _as("dropDefaultValue"),
    "createSequence": _as("dropSequence"),
    "createView": _as("dropView"),
    "addLookupTable": _lookup,
    **dict.fromkeys(("tagDatabase", "empty", "output"), _nothing),
}


def back_of(change: Node) -> tuple[Node, ...] | None:
    """The changes that take it back, in their order; None where Liquibase knows none."""
    way = _WAYS.get(change.name)
    return tuple(way(change)) if way is not None else None
