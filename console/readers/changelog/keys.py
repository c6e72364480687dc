"""Keys, foreign keys and indexes as Liquibase writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.readers.changelog.node import Node, UnreadError, refused
from console.readers.changelog.target import Target

_REFERENCES = re.compile(r"\s*(?P<table>[\w.\"`]+)\s*\((?P<columns>[^()]+)\)\s*\Z")
_RULES = frozenset({"CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"})


def unique(name: str, columns: str, target: Target) -> str:
    """A unique key inside a table."""
    return f"CONSTRAINT {target.name(name)} UNIQUE ({columns})" if name else f"UNIQUE ({columns})"


def _deferred(node: Node, target: Target) -> str:
    found = (" DEFERRABLE" if node.is_set("deferrable") else "") + (
        " INITIALLY DEFERRED" if node.is_set("initiallyDeferred") else "")  # fmt: skip
    if found and target.is_mysql:
        raise UnreadError("Liquibase refuses a constraint that is deferred here")
    return found


def refers(column: str, told: Node, target: Target, gap: str) -> str:
    """What a column's constraints say of another table, behind the word CONSTRAINT."""
    if not told.get("foreignKeyName"):
        raise UnreadError("its foreign key has no name, and what Liquibase makes of that is not known")
    if told.get("references"):
        match = _REFERENCES.match(told.get("references"))
        if match is None:
            raise UnreadError("what a column refers to cannot be read")
        schema, _, name = match["table"].rpartition(".")
        table, columns = f"{schema}.{name}" if schema else target.within("", name), match["columns"]
    else:
        table, columns = target.of(told, "referencedTableName", "referencedTable"), told.get("referencedColumnNames")
    names = target.names(columns)
    cascade = " ON DELETE CASCADE" if told.is_set("deleteCascade") else ""
    key = f"{target.name(told.get('foreignKeyName'))} FOREIGN KEY ({target.name(column)})"
    return f"{key} REFERENCES {table}{gap}({names}){cascade}{_deferred(told, target)}"


def add_unique(node: Node, target: Target) -> Iterator[str]:
    """A unique key."""
    refused(node, "disabled", "forIndexName", "forIndexSchemaName", "tablespace", "clustered")
    _validated(node)
    columns = target.names(node.get("columnNames"))
    key = unique(node.get("constraintName"), columns, target)
    yield f"ALTER TABLE {target.of(node, 'tableName')} ADD {key}{_deferred(node, target)}"


def _validated(node: Node) -> None:
    if node.get("validate") == "false":
        raise UnreadError("what Liquibase makes of a constraint that is not validated is not known")


def drop_unique(node: Node, target: Target) -> Iterator[str]:
    """A unique key goes."""
    if not node.get("constraintName"):
        raise UnreadError("its constraint has no name, so Liquibase writes one that is refused")
    word = "KEY" if target.is_mysql else "CONSTRAINT"
    yield f"ALTER TABLE {target.of(node, 'tableName')} DROP {word} {target.name(node.get('constraintName'))}"


def add_primary(node: Node, target: Target) -> Iterator[str]:
    """A primary key, which MySQL gives no name."""
    refused(node, "forIndexName", "forIndexSchemaName", "tablespace", "clustered")
    _validated(node)
    name = node.get("constraintName")
    named = f"CONSTRAINT {target.name(name)} " if name and not target.is_mysql else ""
    columns = target.names(node.get("columnNames"))
    yield f"ALTER TABLE {target.of(node, 'tableName')} ADD {named}PRIMARY KEY ({columns})"


def drop_primary(node: Node, target: Target) -> Iterator[str]:
    """A primary key goes; PostgreSQL is asked for its name where none is said."""
    refused(node, "dropIndex")
    table, name = target.of(node, "tableName"), node.get("constraintName")
    if target.is_mysql:
        yield f"ALTER TABLE {table} DROP PRIMARY KEY"
    elif name:
        yield f"ALTER TABLE {table} DROP CONSTRAINT {target.name(name)}"
    else:
        raise UnreadError("Liquibase asks the server for the name of the primary key, which the file does not say")


def add_foreign(node: Node, target: Target) -> Iterator[str]:
    """A foreign key."""
    _validated(node)
    base = target.of(node, "baseTableName", "baseTable")
    there = target.of(node, "referencedTableName", "referencedTable")
    own, theirs = (target.names(node.get(f"{side}ColumnNames")) for side in ("base", "referenced"))
    name = target.name(node.get("constraintName"))
    sql = f"ALTER TABLE {base} ADD CONSTRAINT {name} FOREIGN KEY ({own}) REFERENCES {there} ({theirs})"
    yield sql + _ruled(node) + _deferred(node, target)


def _ruled(node: Node) -> str:
    update, delete = node.get("onUpdate").strip().upper(), node.get("onDelete").strip().upper()
    delete = delete or ("CASCADE" if node.is_set("deleteCascade") else "")
    if not {update, delete} <= {*_RULES, ""}:
        raise UnreadError("what its foreign key does on a change cannot be read")
    return (f" ON UPDATE {update}" if update else "") + (f" ON DELETE {delete}" if delete else "")


def drop_foreign(node: Node, target: Target) -> Iterator[str]:
    """A foreign key goes."""
    word = "FOREIGN KEY" if target.is_mysql else "CONSTRAINT"
    base = target.of(node, "baseTableName", "baseTable")
    yield f"ALTER TABLE {base} DROP {word} {target.name(node.get('constraintName'))}"


def create_index(node: Node, target: Target) -> Iterator[str]:
    """An index."""
    refused(node, "clustered", "tablespace", "associatedWith", "using")
    if not node.get("indexName"):
        raise UnreadError("its index has no name, and what Liquibase makes of that is not known")
    sort = "UNIQUE " if node.is_set("unique") else ""
    columns = ", ".join(_indexed(column, target) for column in node.all("column"))
    name = target.name(node.get("indexName"))
    yield f"CREATE {sort}INDEX {name} ON {target.of(node, 'tableName')}({columns})"


def _indexed(column: Node, target: Target) -> str:
    refused(column, "includeColumn")
    name = column.get("name")
    shown = name if column.is_set("computed") else target.indexed(name)
    return f"{shown} DESC" if column.is_set("descending") else shown


def drop_index(node: Node, target: Target) -> Iterator[str]:
    """An index goes."""
    refused(node, "associatedWith")
    if target.is_mysql:
        yield f"DROP INDEX {target.name(node.get('indexName'))} ON {target.of(node, 'tableName')}"
    else:
        yield f"DROP INDEX {target.of(node, 'indexName')}"
