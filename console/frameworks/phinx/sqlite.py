"""Phinx's SQL for SQLite: new tables and indexes; every other change copies the table as it is when it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.frameworks.phinx.actions import (
    AddIndex,
    AddKey,
    ChangeColumn,
    ChangeComment,
    ChangeKey,
    Column,
    DropIndex,
    DropKey,
    Index,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    Table,
)
from console.frameworks.phinx.grammar import Piece, Quoting, Steps, default_of, keyed, primary_key
from console.frameworks.phinx.planning import Creation
from console.readers.php.draft import UnreadableError
from console.readers.php.values import Listing, Value

_TYPES = {
    "biginteger": "biginteger", "binary": "binary_blob", "binaryuuid": "uuid_blob", "blob": "blob",
    "boolean": "boolean_integer", "char": "char", "date": "date_text", "datetime": "datetime_text",
    "decimal": "decimal", "double": "double", "float": "float", "integer": "integer", "json": "json_text",
    "jsonb": "jsonb_text", "smallinteger": "smallinteger", "string": "varchar", "text": "text", "time": "time_text",
    "timestamp": "timestamp_text", "tinyinteger": "tinyinteger", "uuid": "uuid_text", "varbinary": "varbinary_blob",
}  # fmt: skip
_COPIED = "Phinx makes the table anew from what it is when it runs"


@dataclass(slots=True)
class SqLite(Quoting):
    """What `console.frameworks.phinx.grammar.Grammar` promises."""

    def create(self, creation: Creation) -> Iterator[Piece]:
        """The table, then its indexes."""
        columns, key = keyed(creation, signed=None)
        inside = ", ".join(f"{self.name(column.name)} {self._definition(column)}" for column in columns)
        left = self._left(columns, key if creation.table.options.get("primary_key") is not None else None)
        inside += f", PRIMARY KEY ({primary_key(self, left)})" if left is not None else ""
        yield Piece(f"CREATE TABLE {self.table(creation.table.name)} ({inside.rstrip()})")
        for index in creation.indexes:
            yield self._index(creation.table, index)

    def _left(self, columns: list[Column], key: Value) -> Value:
        """What of the primary key no column says of itself."""
        counting = {column.name for column in columns if column.yes("identity", False)}
        if isinstance(key, Listing):
            kept = tuple(item for item in key.items if item[1] not in counting)
            return Listing(kept) if kept else None
        return None if key in counting else key

    def add_column(self, table: Table, column: Column, steps: Steps) -> None:
        """A copy."""
        steps.clauses.append(Piece(f"ADD COLUMN {self.name(column.name)} {self._definition(column)}", _COPIED))

    def change_column(self, action: ChangeColumn, steps: Steps) -> None:
        """A copy, of which nothing is known beforehand."""
        raise UnreadableError(_COPIED)

    def rename_column(self, action: RenameColumn, steps: Steps) -> None:
        """A copy."""
        names = f"{self.name(action.old)} TO {self.name(action.new)}"
        steps.behind.append(Piece(f"ALTER TABLE {self.table(action.table.name)} RENAME COLUMN {names}", _COPIED))

    def drop_column(self, action: RemoveColumn, steps: Steps) -> None:
        """A copy."""
        gone = f"ALTER TABLE {self.table(action.table.name)} DROP COLUMN {self.name(action.name)}"
        steps.behind.append(Piece(gone, _COPIED))

    def add_index(self, action: AddIndex, steps: Steps) -> None:
        """On its own."""
        steps.behind.append(self._index(action.table, action.index))

    def drop_index(self, action: DropIndex, steps: Steps) -> None:
        """By its name; of columns alone Phinx asks the server for it."""
        if action.index.name is None and not action.own:
            raise UnreadableError("the index is dropped by its columns: its name is asked of the server when it runs")
        steps.behind.append(Piece(f"DROP INDEX {self.name(self._index_name(action.table, action.index))}"))

    def add_key(self, action: AddKey, steps: Steps) -> None:
        """A copy, of which nothing is known beforehand."""
        raise UnreadableError(_COPIED)

    def drop_key(self, action: DropKey, steps: Steps) -> None:
        """A copy, of which nothing is known beforehand."""
        raise UnreadableError(_COPIED)

    def rename_table(self, action: RenameTable, steps: Steps) -> None:
        """On its own."""
        names = f"{self.table(action.table.name)} RENAME TO {self.table(action.new)}"
        steps.behind.append(Piece(f"ALTER TABLE {names}"))

    def change_key(self, action: ChangeKey, steps: Steps) -> None:
        """A copy, of which nothing is known beforehand."""
        raise UnreadableError(_COPIED)

    def change_comment(self, action: ChangeComment, steps: Steps) -> None:
        """Phinx refuses."""
        raise UnreadableError("Phinx refuses it: SQLite keeps no comments of tables")

    def truncate(self, table: str) -> str:
        """All rows go."""
        raise UnreadableError("whether the counter is set back is asked of the server when it runs")

    def override(self) -> str:
        """Nothing."""
        return ""

    def _definition(self, column: Column) -> str:
        found = column.type if column.literal else self._type(column)
        precision, scale = column.number("limit"), column.number("scale")
        found += f"({precision},{scale})" if precision and scale else ""
        found += " NULL" if column.is_null(self.shape.null_default) else " NOT NULL"
        found += default_of(self, column)
        found += " PRIMARY KEY AUTOINCREMENT" if column.yes("identity", False) else ""
        comment = column.text("comment")
        return found + (f" /* {comment} */ " if comment else "")

    def _type(self, column: Column) -> str:
        name = _TYPES.get(column.type.lower(), "").upper()
        if not name:
            raise UnreadableError(f"the type {column.type} is not one that Phinx has for SQLite")
        limit = column.number("limit")
        return f"{name}({limit})" if limit and name in ("CHAR", "VARCHAR") else name

    def _index_name(self, table: Table, index: Index) -> str:
        return index.name if index.name is not None else f"{table.name}_{'_'.join(index.columns)}_index"

    def _index(self, table: Table, index: Index) -> Piece:
        kind = "UNIQUE INDEX" if index.type == "unique" else "INDEX"
        columns = ",".join(f"`{one}` ASC" for one in index.columns)
        name = self._index_name(table, index)
        return Piece(f"CREATE {kind} `{name}` ON {self.table(table.name)} ({columns})")
