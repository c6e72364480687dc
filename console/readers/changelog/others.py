"""Tables, sequences, views, routines and rows as Liquibase writes them."""

from __future__ import annotations

from collections.abc import Iterator

from console.readers.changelog.node import Node, UnreadError, refused
from console.readers.changelog.target import Target
from console.readers.changelog.values import value_of


def drop_table(node: Node, target: Target) -> Iterator[str]:
    """A table goes; MySQL is not told of CASCADE."""
    refused(node, "ifExists")
    cascade = " CASCADE" if node.is_set("cascadeConstraints") and target.dialect == "postgres" else ""
    yield f"DROP TABLE {target.of(node, 'tableName')}{cascade}"


def rename_table(node: Node, target: Target) -> Iterator[str]:
    """A table is renamed."""
    yield from _renamed(node, "Table", f"ALTER TABLE {target.of(node, 'oldTableName')} RENAME", target)


def _renamed(node: Node, what: str, sql: str, target: Target) -> Iterator[str]:
    if target.is_mysql:
        yield f"{sql} {target.of(node, f'new{what}Name')}"
    else:
        yield f"{sql} TO {target.name(node.get(f'new{what}Name'))}"


def rename_view(node: Node, target: Target) -> Iterator[str]:
    """A view is renamed."""
    old = target.of(node, "oldViewName")
    if target.is_mysql:
        yield f"RENAME TABLE {old} TO {target.of(node, 'newViewName')}"
    else:
        yield f"ALTER TABLE {old} RENAME TO {target.name(node.get('newViewName'))}"


def remarks_of_table(node: Node, target: Target) -> Iterator[str]:
    """SetTableRemarks."""
    table, said = target.of(node, "tableName"), target.text(node.get("remarks"))
    yield f"ALTER TABLE {table} COMMENT = {said}" if target.is_mysql else f"COMMENT ON TABLE {table} IS {said}"


def create_sequence(node: Node, target: Target) -> Iterator[str]:
    """A sequence; MySQL has none."""
    refused(node, "ordered")
    name = target.of(node, "sequenceName")
    start = _said(node, ("START WITH", "startValue"))
    step = _said(node, ("INCREMENT BY", "incrementBy"))
    bounds = _said(node, ("MINVALUE", "minValue"), ("MAXVALUE", "maxValue"))
    tail = _said(node, ("CACHE", "cacheSize")) + (" CYCLE" if node.is_set("cycle") else "")
    if target.dialect == "postgres":
        kind = _said(node, ("AS", "dataType"))
        yield f"CREATE SEQUENCE  IF NOT EXISTS {name}{kind}{start}{step}{bounds}{tail}"
        return
    _sequences(target)
    refused(node, "dataType")
    yield f"CREATE SEQUENCE {name}{step}{bounds}{start}{tail}"


def _sequences(target: Target) -> None:
    if target.dialect not in ("postgres", "mariadb"):
        raise UnreadError("Liquibase refuses sequences here")


def _said(node: Node, *words: tuple[str, str]) -> str:
    return "".join(f" {word} {node.get(name)}" for word, name in words if node.get(name))


def alter_sequence(node: Node, target: Target) -> Iterator[str]:
    """A sequence is changed."""
    _sequences(target)
    refused(node, "ordered", "dataType", "startValue", "cacheSize", "cycle", "minValue", "maxValue")
    yield f"ALTER SEQUENCE {target.of(node, 'sequenceName')}{_said(node, ('INCREMENT BY', 'incrementBy'))}"


def rename_sequence(node: Node, target: Target) -> Iterator[str]:
    """A sequence is renamed."""
    _sequences(target)
    old, new = target.of(node, "oldSequenceName"), target.name(node.get("newSequenceName"))
    yield f"ALTER SEQUENCE {old} RENAME TO {new}"


def drop_sequence(node: Node, target: Target) -> Iterator[str]:
    """A sequence goes."""
    _sequences(target)
    cascade = " CASCADE" if target.dialect == "postgres" else ""
    yield f"DROP SEQUENCE {target.of(node, 'sequenceName')}{cascade}"


def create_view(node: Node, target: Target) -> Iterator[str]:
    """A view by its query, or by its whole definition."""
    refused(node, "remarks", "tableType")
    query = (node.get("selectQuery") or node.text).strip().rstrip(";").rstrip()
    if node.is_set("fullDefinition"):
        yield query
        return
    replace = "OR REPLACE " if node.is_set("replaceIfExists") else ""
    if replace and target.dialect == "sqlite":
        raise UnreadError("Liquibase drops a view of SQLite before it makes it, where it is there")
    yield f"CREATE {replace}VIEW {target.of(node, 'viewName')} AS {query}"


def drop_view(node: Node, target: Target) -> Iterator[str]:
    """A view goes."""
    exists = "IF EXISTS " if node.is_set("ifExists") else ""
    yield f"DROP VIEW {exists}{target.of(node, 'viewName')}"


def create_procedure(node: Node, target: Target) -> Iterator[str]:
    """The text as it stands."""
    refused(node, "replaceIfExists")
    yield (node.get("procedureText", "procedureBody") or node.text).strip()


def drop_procedure(node: Node, target: Target) -> Iterator[str]:
    """A procedure goes."""
    yield f"DROP PROCEDURE {target.of(node, 'procedureName')}"


def insert(node: Node, target: Target) -> Iterator[str]:
    """One row."""
    columns = tuple(node.all("column"))
    names = ", ".join(target.name(column.get("name")) for column in columns)
    values = ", ".join(value_of(column, target) for column in columns)
    yield f"INSERT INTO {target.of(node, 'tableName')} ({names}) VALUES ({values})"


def update(node: Node, target: Target) -> Iterator[str]:
    """Rows are changed."""
    given = (f"{target.name(c.get('name'))} = {value_of(c, target)}" for c in node.all("column"))
    yield f"UPDATE {target.of(node, 'tableName')} SET {', '.join(given)}{_where(node, target)}"


def delete(node: Node, target: Target) -> Iterator[str]:
    """Rows go."""
    yield f"DELETE FROM {target.of(node, 'tableName')}{_where(node, target)}"


def _where(node: Node, target: Target) -> str:
    text = node.get("where", "whereClause").strip()
    around = next((child for child in node.children if child.name == "whereParams"), None)
    parameters = list(around.all("param")) if around is not None else []
    if not text:
        return ""
    if parameters:
        raise UnreadError("what Liquibase makes of the parameters of its WHERE is not known")
    return f" WHERE {text}"


def add_lookup(node: Node, target: Target) -> Iterator[str]:
    """A table of the values of a column, and a foreign key to it."""
    old, new = target.of(node, "existingTableName", "existingTable"), target.of(node, "newTableName", "newTable")
    here, there = target.name(node.get("existingColumnName")), target.name(node.get("newColumnName"))
    refused(node, "newColumnDataType")
    if target.dialect != "postgres" or not node.get("constraintName"):
        raise UnreadError("what Liquibase makes of addLookupTable here is not known")
    key = f"{target.name(node.get('constraintName'))} FOREIGN KEY ({here}) REFERENCES {new} ({there})"
    yield f"CREATE TABLE {new} AS SELECT DISTINCT {here} AS {there} FROM {old} WHERE {here} IS NOT NULL"
    yield f"ALTER TABLE {new} ALTER COLUMN  {there} SET NOT NULL"
    yield f"ALTER TABLE {new} ADD PRIMARY KEY ({there})"
    yield f"ALTER TABLE {old} ADD CONSTRAINT {key}"


def nothing(node: Node, target: Target) -> Iterator[str]:
    """Changes of Liquibase's own that send nothing: a tag, a word on the screen."""
    yield from ()
