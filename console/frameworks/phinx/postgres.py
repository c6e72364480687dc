"""Phinx's SQL for PostgreSQL, as its adapter of 0.13 and later writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
    Key,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    Table,
    php_text,
)
from console.frameworks.phinx.grammar import ASKED, GEOSPATIAL, Piece, Quoting, Steps, default_of, keyed, primary_key
from console.frameworks.phinx.planning import Creation
from console.readers.php.draft import UnreadableError

_SAME = frozenset("text time date boolean json jsonb uuid cidr inet macaddr timestamp integer decimal interval".split())
_TYPES = {
    "tinyinteger": "smallint", "smallinteger": "smallint", "double": "double precision", "biginteger": "bigint",
    "string": "character varying", "char": "character", "float": "real", "datetime": "timestamp", "binaryuuid": "uuid",
    "blob": "bytea", "binary": "bytea", "varbinary": "bytea",
}  # fmt: skip
_UNLIMITED = frozenset("tinyinteger smallinteger integer biginteger boolean text binary".split())
_COUNTING = {"smallinteger": "SMALLSERIAL", "biginteger": "BIGSERIAL"}
_ARRAY = re.compile(r"[a-z]+(?:\[\])+")
_WHOLE = ("smallinteger", "integer", "biginteger")


@dataclass(slots=True)
class Postgres(Quoting):
    """What `console.frameworks.phinx.grammar.Grammar` promises."""

    def name(self, column: str) -> str:
        """In double quotes, which are not doubled."""
        return f'"{column}"'

    def _parts(self, table: str) -> tuple[str, str]:
        schema, _, name = self.shape.named(table).rpartition(".")
        return schema or self.shape.schema, name

    def table(self, table: str) -> str:
        """With its schema."""
        schema, name = self._parts(table)
        return f"{self.name(schema)}.{self.name(name)}"

    def truth(self, value: bool) -> str:
        """A word."""
        return "TRUE" if value else "FALSE"

    def create(self, creation: Creation) -> Iterator[Piece]:
        """The table, then comments, then indexes."""
        table = creation.table
        columns, key = keyed(creation, signed=None)
        parts = [f"{self.name(column.name)} {self._definition(column)}" for column in columns]
        if key is not None:
            name = self.name(f"{self._parts(table.name)[1]}_pkey")
            parts.append(f"CONSTRAINT {name} PRIMARY KEY ({primary_key(self, key)})")
        yield Piece(f"CREATE TABLE {self.table(table.name)} ({', '.join(parts)})", self._unsure(columns))
        for column in columns:
            if column.text("comment"):
                yield self._comment(table, column)
        for index in creation.indexes:
            yield self._index(table, index)
        if table.options.get("comment") is not None:
            comment = self.quoted(php_text(table.options["comment"]))
            yield Piece(f"COMMENT ON TABLE {self.table(table.name)} IS {comment}")

    def _unsure(self, columns: list[Column]) -> str:
        counts = any(column.yes("identity", False) for column in columns)
        return "how Phinx 0.13 lets a column count depends on its patch version" if counts and self._between else ""

    @property
    def _between(self) -> bool:
        return self.shape.phinx == (0, 13)

    def add_column(self, table: Table, column: Column, steps: Steps) -> None:
        """ADD, and a comment behind it."""
        steps.clauses.append(Piece(f"ADD {self.name(column.name)} {self._definition(column)}", self._unsure([column])))
        if column.text("comment"):
            steps.behind.append(self._comment(table, column))

    def change_column(self, action: ChangeColumn, steps: Steps) -> None:
        """Type, null and default one by one."""
        old, column = self.name(action.old), action.column
        why = ASKED if column.yes("identity", False) else ""
        clauses = [f"ALTER COLUMN {old} DROP DEFAULT"] if column.type == "boolean" else []
        clauses.append(f"ALTER COLUMN {old} TYPE {self._bare(column)}{self._using(column, old)}")
        if self.shape.identity and not why:
            clauses.append(f"ALTER COLUMN {old} DROP IDENTITY IF EXISTS")
        null = column.is_null(self.shape.null_default)
        clauses.append(f"ALTER COLUMN {old} {'DROP' if null else 'SET'} NOT NULL")
        default = default_of(self, column, " ")
        clauses.append(f"ALTER COLUMN {old} SET {default}" if default else f"ALTER COLUMN {old} DROP DEFAULT")
        steps.clauses += [Piece(clause, why) for clause in clauses]
        if action.old != column.name:
            self.rename_column(RenameColumn(action.table, action.old, column.name), steps)
        if column.text("comment"):
            steps.behind.append(self._comment(action.table, column))

    def _bare(self, column: Column) -> str:
        """The type with what stands behind it, without NULL and default."""
        text = self._definition(replace(column, options={**column.options, "default": None}))
        return text.replace(" NOT NULL", "").replace(" NULL", "")

    def _using(self, column: Column, old: str) -> str:
        if column.type in _WHOLE:
            return f" USING ({old}::bigint)"
        if column.type == "uuid":
            return f" USING ({old}::uuid)"
        if column.type == "boolean":
            return f" USING (CASE WHEN {old} IS NULL THEN NULL WHEN {old}::int=0 THEN FALSE ELSE TRUE END)"
        return ""

    def rename_column(self, action: RenameColumn, steps: Steps) -> None:
        """On its own."""
        names = f"{self.name(action.old)} TO {self.name(action.new)}"
        steps.behind.append(Piece(f"ALTER TABLE {self.table(action.table.name)} RENAME COLUMN {names}"))

    def drop_column(self, action: RemoveColumn, steps: Steps) -> None:
        """It goes."""
        steps.clauses.append(Piece(f"DROP COLUMN {self.name(action.name)}"))

    def add_index(self, action: AddIndex, steps: Steps) -> None:
        """On its own."""
        steps.behind.append(self._index(action.table, action.index))

    def drop_index(self, action: DropIndex, steps: Steps) -> None:
        """By its name; of columns alone Phinx asks the server for it."""
        schema, table = self._parts(action.table.name)
        named = action.index.name
        if named is None and not action.own:
            raise UnreadableError("the index is dropped by its columns: its name is asked of the server when it runs")
        name = named if named is not None else f"{table}_{'_'.join(action.index.columns)}"
        steps.behind.append(Piece(f"DROP INDEX IF EXISTS {self.name(schema)}.{self.name(name)}"))

    def add_key(self, action: AddKey, steps: Steps) -> None:
        """A foreign key, which always has a name."""
        key = action.key
        columns, others = '", "'.join(key.columns), '", "'.join(key.referenced)
        steps.clauses.append(
            Piece(
                f'ADD  CONSTRAINT {self.name(self._key_name(action.table, key))} FOREIGN KEY ("{columns}") '
                f'REFERENCES {self.table(key.table)} ("{others}"){key.rules}'
            )
        )

    def drop_key(self, action: DropKey, steps: Steps) -> None:
        """By its name; of columns alone Phinx asks the server for it."""
        if not action.key.name and not action.own:
            raise UnreadableError("the key is dropped by its columns: its name is asked of the server when it runs")
        steps.clauses.append(Piece(f"DROP CONSTRAINT {self.name(self._key_name(action.table, action.key))}"))

    def _key_name(self, table: Table, key: Key) -> str:
        return key.name or f"{self._parts(table.name)[1]}_{'_'.join(key.columns)}_fkey"

    def rename_table(self, action: RenameTable, steps: Steps) -> None:
        """On its own."""
        new = self.name(self.shape.named(action.new))
        steps.behind.append(Piece(f"ALTER TABLE {self.table(action.table.name)} RENAME TO {new}"))

    def change_key(self, action: ChangeKey, steps: Steps) -> None:
        """Whether there is one to be dropped is asked of the server."""
        name = self.name(f"{self._parts(action.table.name)[1]}_pkey")
        new = f", ADD CONSTRAINT {name} PRIMARY KEY ({','.join(map(self.name, action.columns))})"
        steps.clauses.append(Piece(f"DROP CONSTRAINT {name}{new if action.columns else ''}", ASKED))

    def change_comment(self, action: ChangeComment, steps: Steps) -> None:
        """On its own."""
        comment = "NULL" if action.comment is None else self.quoted(action.comment)
        steps.behind.append(Piece(f"COMMENT ON TABLE {self.table(action.table.name)} IS {comment}"))

    def truncate(self, table: str) -> str:
        """All rows go, and it counts anew."""
        return f"TRUNCATE TABLE {self.table(table)} RESTART IDENTITY"

    def override(self) -> str:
        """Keys may be given."""
        return "OVERRIDING SYSTEM VALUE " if self.shape.identity and self.shape.phinx >= (0, 14) else ""

    def _comment(self, table: Table, column: Column) -> Piece:
        text = column.text("comment")
        given = "NULL" if text.upper() == "NULL" else self.quoted(text)
        return Piece(f"COMMENT ON COLUMN {self.table(table.name)}.{self.name(column.name)} IS {given}")

    def _definition(self, column: Column) -> str:
        identity = column.yes("identity", False)
        generated = column.options.get("generated", "BY DEFAULT")
        serial = identity and (not self.shape.identity or generated is None)
        words = [_COUNTING.get(column.type, "SERIAL")] if serial else self._type(column)
        words.append("NULL" if column.is_null(self.shape.null_default) else "NOT NULL")
        if identity and not serial:
            words.append(f"GENERATED {php_text(generated)} AS IDENTITY")
        elif column.default is not None:
            words.append(default_of(self, column))
        return " ".join(words)

    def _type(self, column: Column) -> list[str]:
        if column.literal:
            return [column.type]
        kind = column.type
        if kind in GEOSPATIAL:
            return [f"GEOGRAPHY ({kind.upper()},{column.text('srid') or '4326'})"]
        name = kind if kind in _SAME or _ARRAY.fullmatch(kind) else _TYPES.get(kind, "")
        if not name:
            raise UnreadableError(f"the type {kind} is not one that Phinx has for PostgreSQL")
        return [name.upper(), *self._size(column, name)]

    def _size(self, column: Column, name: str) -> list[str]:
        limit, scale = column.number("limit"), column.number("scale")
        if name == "decimal":
            return [f"({limit or 18}, {scale})"] if limit or scale else []
        if name in ("time", "timestamp"):
            precision = [f"({limit})"] if column.options.get("limit") is not None else []
            return [*precision, *(["WITH TIME ZONE"] if column.yes("timezone", False) else [])]
        if column.type in _UNLIMITED:
            return []
        usual = 255 if name in ("character varying", "character") else 0
        return [f"({limit or usual})"] if limit or usual else []

    def _index(self, table: Table, index: Index) -> Piece:
        name = index.name if index.name is not None else f"{self._parts(table.name)[1]}_{'_'.join(index.columns)}"
        columns = ",".join(f'"{one}"' + (f" {index.order[one]}" if one in index.order else "") for one in index.columns)
        include = 'INCLUDE ("' + '","'.join(index.include) + '")' if index.include else ""
        unique = "UNIQUE" if index.type == "unique" else ""
        using = f" USING {index.type}({columns}) {include}" if index.type == "gin" else f"({columns}) {include}"
        return Piece(f"CREATE {unique} INDEX {self.name(name)} ON {self.table(table.name)} {using}".rstrip())
