"""Indexes, keys and checks of TypeORM as they stand in its statements."""

from __future__ import annotations

from dataclasses import dataclass

from console.frameworks.typeorm.words import Path, Way, made_of, made_up, made_up_check, path_of
from console.readers.javascript.options import Options, texts_of
from console.readers.javascript.values import Value


def check(value: Value, path: Path, way: Way) -> str:
    """A check with its name."""
    options = made_of(value, "TableCheck")
    words = options.text("expression") or ""
    name = options.text("name") or made_up_check(path, words, way)
    return f"CONSTRAINT {way.quoted(name)} CHECK ({words})"


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique key."""

    columns: tuple[str, ...]
    name: str = ""
    deferrable: str = ""

    @classmethod
    def of(cls, value: Value) -> Unique:
        """As a file describes it."""
        options = made_of(value, "TableUnique")
        columns = tuple(texts_of(options.known("columnNames"), "columns of a unique key"))
        return cls(columns, options.text("name") or "", options.text("deferrable") or "")

    def sql(self, path: Path, way: Way) -> str:
        """As it stands behind ADD, and in a CREATE TABLE."""
        name = way.quoted(self.name or made_up("UQ_", path, self.columns, way))
        later = f" DEFERRABLE {self.deferrable}" if self.deferrable else ""
        return f"CONSTRAINT {name} UNIQUE ({way.listed(self.columns)}){later}"


@dataclass(frozen=True, slots=True)
class Index:
    """An index."""

    columns: tuple[str, ...]
    name: str
    options: Options

    @classmethod
    def of(cls, value: Value) -> Index:
        """As a file describes it."""
        options = made_of(value, "TableIndex")
        return cls(
            tuple(texts_of(options.known("columnNames"), "columns of an index")), options.text("name") or "", options
        )

    @property
    def unique(self) -> bool:
        """No value twice."""
        return self.options.yes("isUnique")

    def called(self, path: Path, way: Way) -> str:
        """Its name, given or made up."""
        return self.name or made_up("IDX_", path, self.columns, way, self.options.text("where") or "")

    def _kind(self) -> str:
        words = (("isUnique", "UNIQUE "), ("isSpatial", "SPATIAL "), ("isFulltext", "FULLTEXT "))
        return "".join(word for name, word in words if self.options.yes(name))

    def _parser(self) -> str:
        parser = self.options.text("parser") if self.options.yes("isFulltext") else None
        return f" WITH PARSER {parser}" if parser else ""

    def inside(self, path: Path, way: Way) -> str:
        """As it stands in a CREATE TABLE of MySQL."""
        return f"{self._kind()}INDEX {way.quoted(self.called(path, way))} ({way.listed(self.columns)}){self._parser()}"

    def create(self, path: Path, way: Way) -> str:
        """As a statement of its own."""
        name = way.quoted(self.called(path, way))
        if way.mysql:
            return f"CREATE {self._kind()}INDEX {name} ON {path.sql(way)} ({way.listed(self.columns)}){self._parser()}"
        kind = "gist" if self.options.yes("isSpatial") else self.options.text("type")
        if way.old:
            kind = "GiST" if self.options.yes("isSpatial") else None
        using, condition = f"USING {kind} " if kind else "" if way.old else " ", self.options.text("where")
        aside = " CONCURRENTLY" if self.options.yes("isConcurrent") else ""
        unique = "UNIQUE " if self.unique else ""
        behind = f"WHERE {condition}" if condition else ""
        return f"CREATE {unique}INDEX{aside} {name} ON {path.sql(way)} {using}({way.listed(self.columns)}) {behind}"


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key."""

    columns: tuple[str, ...]
    to: Path
    others: tuple[str, ...]
    options: Options

    @classmethod
    def of(cls, value: Value, table: Options | None = None) -> Key:
        """As a file describes it, alone or inside a table."""
        options = made_of(value, "TableForeignKey")
        to = path_of(options.text("referencedTableName"), "the table that a foreign key points to")
        schema = options.text("referencedSchema") or (table.text("schema") if table is not None else None) or to.schema
        columns = (tuple(texts_of(options.known(name), "columns of a foreign key"))
                   for name in ("columnNames", "referencedColumnNames"))  # fmt: skip
        mine, others = columns
        return cls(mine, Path(to.name, schema), others, options)

    def called(self, path: Path, way: Way) -> str:
        """Its name, given or made up."""
        return self.options.text("name") or made_up("FK_", path, self.columns, way)

    def _behind(self, way: Way) -> str:
        words = [("onDelete", "ON DELETE"), ("onUpdate", "ON UPDATE")]
        words += [("deferrable", "DEFERRABLE")] if way.postgres else []
        return "".join(f" {word} {value}" for name, word in words if (value := self.options.text(name)))

    def inside(self, path: Path, way: Way) -> str:
        """As it stands in a CREATE TABLE."""
        return (f"CONSTRAINT {way.quoted(self.called(path, way))} FOREIGN KEY ({way.listed(self.columns)}) REFERENCES"
                f" {self.to.sql(way)} ({way.listed(self.others)}){self._behind(way)}")  # fmt: skip

    def create(self, path: Path, way: Way) -> str:
        """As a statement of its own."""
        return (f"ALTER TABLE {path.sql(way)} ADD CONSTRAINT {way.quoted(self.called(path, way))} FOREIGN KEY"
                f" ({way.listed(self.columns)}) REFERENCES {self.to.sql(way)}({way.listed(self.others, ',')})"
                f"{self._behind(way)}")  # fmt: skip
