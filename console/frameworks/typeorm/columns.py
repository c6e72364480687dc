"""A TableColumn of TypeORM as what stands in CREATE TABLE and ADD."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.refs import Kind, Ref
from console.core.statements import Guard
from console.frameworks.typeorm.words import Path, Way, comment, made_of
from console.readers.javascript.options import Options, UnreadableError, number_text, texts_of
from console.readers.javascript.values import Value

_ENUMS = ("enum", "simple-enum")
_SERIAL = {
    **dict.fromkeys(("integer", "int", "int4"), " SERIAL"),
    **dict.fromkeys(("smallint", "int2"), " SMALLSERIAL"),
    **dict.fromkeys(("bigint", "int8"), " BIGSERIAL"),
}
_TIMES = {
    "time without time zone": ("TIME", ""),
    "time with time zone": ("TIME", " WITH TIME ZONE"),
    "timestamp without time zone": ("TIMESTAMP", ""),
    "timestamp with time zone": ("TIMESTAMP", " WITH TIME ZONE"),
}
_SPATIAL = ("geometry", "geography", "point", "linestring", "polygon")
_LONG = ("varchar", "nvarchar", "national varchar", "varbinary")


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: str
    options: Options

    @property
    def primary(self) -> bool:
        """It belongs to the primary key."""
        return self.options.yes("isPrimary")

    @property
    def unique(self) -> bool:
        """It is unique by itself."""
        return self.options.yes("isUnique")

    @property
    def is_enum(self) -> bool:
        """Its values are listed."""
        return self.type in _ENUMS

    @property
    def comment(self) -> str:
        """What is said of it."""
        return self.options.text("comment") or ""


def column_of(value: Value) -> Column:
    """A column. UnreadableError where something of it is not written down."""
    options = made_of(value, "TableColumn")
    name, kind = options.text("name"), options.text("type") or ""
    if not name:
        raise UnreadableError("the name of a column is not known")
    if options.text("asExpression") or options.text("generatedType"):
        raise UnreadableError("what is written beside a generated column depends on the database")
    return Column(name, kind, options)


def sql_of(column: Column, table: Path, way: Way, *, skip_primary: bool = True) -> str:
    """All that stands for it."""
    if way.postgres:
        return _postgres(column, table, way)
    if way.mysql:
        return _mysql(column, way, skip_primary=skip_primary)
    raise UnreadableError("what TypeORM's calls send to SQLite is not known here: its queries are")


def _generated(column: Column) -> str:
    if not column.options.yes("isGenerated"):
        return ""
    return column.options.text("generationStrategy") or "none"


def _postgres(column: Column, table: Path, way: Way) -> str:
    options, how = column.options, _generated(column)
    sql = way.quoted(column.name)
    if how == "identity":
        sql += f" {column.type} GENERATED {options.text('generatedIdentity') or 'BY DEFAULT'} AS IDENTITY"
    elif how and how != "uuid":
        sql += _SERIAL.get(column.type, "")
    if column.is_enum:
        sql += f" {enum_name(column, table, way)}{' array' if options.yes('isArray') else ''}"
    elif not how or column.type == "uuid":
        sql += f" {_full_type(column, way)}"
    if charset := options.text("charset"):
        sql += f' CHARACTER SET "{charset}"'
    if collation := options.text("collation"):
        sql += f' COLLATE "{collation}"'
    sql += "" if options.known("isNullable") is True else " NOT NULL"
    default = _default(options)
    sql += f" DEFAULT {default}" if default is not None else ""
    if how == "uuid" and not default:
        raise UnreadableError("which function makes its UUIDs is a matter of the configuration")
    return sql


def _default(options: Options) -> str | None:
    value = options.known("default")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return number_text(value)
    if value is None or isinstance(value, str):
        return value
    raise UnreadableError("its default is not written down")


def _size(options: Options, name: str) -> str:
    value = options.known(name)
    if value is None or value == "":
        return ""
    return number_text(value) if isinstance(value, (int, float)) else str(value)


def _full_type(column: Column, way: Way) -> str:
    options = column.options
    length, precision, scale = (_size(options, name) for name in ("length", "precision", "scale"))
    if column.type in _SPATIAL or options.has("spatialFeatureType"):
        raise UnreadableError(f"what TypeORM writes for {column.type} is not known here")
    if length and length != "0":
        sql = f"{column.type}({length})"
    elif precision and scale:
        sql = f"{column.type}({precision},{scale})"
    else:
        sql = f"{column.type}({precision})" if precision else column.type
    if way.postgres and column.type in _TIMES:
        word, zone = _TIMES[column.type]
        sql = f"{word}{f'({precision})' if precision else ''}{zone}"
    return sql + (" array" if options.yes("isArray") else "")


def _mysql(column: Column, way: Way, *, skip_primary: bool) -> str:
    options, how = column.options, _generated(column)
    if how == "uuid" and not options.has("length"):
        raise UnreadableError("how long its UUIDs are depends on the server")
    usual = column.type in _LONG and not _size(options, "length")
    sql = f"{way.quoted(column.name)} {f'{column.type}(255)' if usual else _full_type(column, way)}"
    for name, words in (("charset", "CHARACTER SET"), ("collation", "COLLATE")):
        if value := options.text(name):
            sql += f' {words} "{value}"'
    sql += " UNSIGNED" if options.yes("unsigned") else ""
    if options.known("enum") is not None:
        sql += f" ({_listed(column)})"
    sql += " NULL" if options.yes("isNullable") else " NOT NULL"
    sql += " PRIMARY KEY" if column.primary and not skip_primary else ""
    sql += " AUTO_INCREMENT" if how == "increment" else ""
    sql += f" COMMENT {comment(column.comment, way)}" if column.comment else ""
    given = _default(options)
    sql += f" DEFAULT {given}" if given is not None else ""
    changed = options.text("onUpdate")
    return sql + (f" ON UPDATE {changed}" if changed else "")


def _listed(column: Column) -> str:
    values = texts_of(column.options.known("enum"), "values of an enum")
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def enum_name(column: Column, table: Path, way: Way, *, whole: bool = True) -> str:
    """The type of an enum column on PostgreSQL."""
    name = column.options.text("enumName") or f"{table.name}_{column.name.lower()}_enum"
    parts = [*([table.schema] if table.schema and whole else []), *name.split(".")]
    return ".".join(way.quoted(part) for part in parts)


def enum_made(column: Column, table: Path, way: Way) -> tuple[str, Guard]:
    """The type it needs, which is made where it is not there."""
    name = (column.options.text("enumName") or f"{table.name}_{column.name.lower()}_enum").rpartition(".")[2]
    guard = Guard(f"there is no type {name}", Ref(Kind.TYPE, table.schema or way.home, "", name), False)
    return f"CREATE TYPE {enum_name(column, table, way)} AS ENUM({_listed(column)})", guard
