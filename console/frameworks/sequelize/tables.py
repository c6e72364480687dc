"""What Sequelize sends for tables and columns: its texts, or what they leave behind where it asks the server first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from console.frameworks.sequelize.columns import Attribute, Where, attribute_of, sql_of_column
from console.frameworks.sequelize.known import Known
from console.frameworks.sequelize.sent import Text, asks
from console.frameworks.sequelize.types import sql_of
from console.frameworks.sequelize.words import Table, Way, escape, joined, table_of
from console.readers.javascript.options import Options, UnreadableError, argument, options_of, texts_of
from console.readers.javascript.values import Pairs, Value, why_not

Args = tuple[Value, ...]
_REFERENCES = re.compile(r"(.+) (REFERENCES.*)\Z", re.DOTALL)


def create_table(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """Types of ENUM columns, and the table."""
    table, given, options = table_of(args[0]), args[1] if len(args) > 1 else None, options_of(args, 2)
    if not isinstance(given, Pairs):
        raise UnreadableError(why_not(given) or "its columns are not written down")
    if options.text("schema") and not table.schema:
        table = Table(table.name, options.text("schema") or "", plain=False)
    where = Where("createTable", table)
    columns = [attribute_of(name, value) for name, value in given.values.items()]
    for column in columns if way.postgres else ():
        yield from _enum(column, table, way)
    written = {column.name: sql_of_column(column, way, where) for column in columns}
    known.made(table.name, {column.name: column.references is not None for column in columns})
    writer = _create_postgres if way.postgres else _create_sqlite if way.sqlite else _create_mysql
    yield Text(writer(table, written, options, way))


def _enum(column: Attribute, table: Table, way: Way) -> Iterator[Text]:
    """The type is made where it is not there already."""
    enum = column.type.enum
    if enum is None:
        return
    name = enum_name(table, column.name, way)
    create = f"CREATE TYPE {name} AS {sql_of(enum, way)};"
    block = f"BEGIN {create} EXCEPTION WHEN duplicate_object THEN null; END"
    yield Text(f"DO {escape(block, way)};", effect=create)


def enum_name(table: Table, column: str, way: Way) -> str:
    """The type of an ENUM column on PostgreSQL."""
    schema = table.schema or way.schema or "public"
    return f"{way.quoted(schema)}.{way.quoted(f'enum_{table.name}_{column}')}"


def _mapped(table: Table, column: str, sql: str, way: Way) -> str:
    """A column of PostgreSQL without what stands elsewhere, and with the words of its sequences."""
    sql = sql.replace("PRIMARY KEY", "", 1)
    if "SERIAL" in sql:
        for size in ("BIG", "SMALL"):
            if f"{size}INT" in sql:
                sql = sql.replace("SERIAL", f"{size}SERIAL", 1).replace(f"{size}INT", "", 1)
                break
        else:
            sql = sql.replace("INTEGER", "", 1)
        sql = sql.replace("NOT NULL", "", 1)
    return re.sub(r"^ENUM\(.+\)", lambda _: enum_name(table, column, way), sql) if sql.startswith("ENUM(") else sql


def _uniques(options: Options, way: Way) -> Iterator[tuple[str, str]]:
    """Name and columns of each unique key among the options of a table."""
    keys = options.known("uniqueKeys")
    for name, key in keys.values.items() if isinstance(keys, Pairs) else ():
        if not isinstance(key, Pairs):
            raise UnreadableError(why_not(key) or "a unique key is not written down")
        if Options(key).known("customIndex") in (None, True):
            fields = texts_of(key.values.get("fields"), "columns of a unique key")
            yield name, ", ".join(way.quoted(field) for field in fields)


def _create_postgres(table: Table, columns: Mapping[str, str], options: Options, way: Way) -> str:
    comment, name = options.text("comment"), table.sql(way)
    said = f"; COMMENT ON TABLE {name} IS {escape(comment, way)}" if comment else ""
    lines, keys = [], []
    for column, whole in columns.items():
        sql, found, about = whole.partition("COMMENT ")
        if found:
            said += f"; COMMENT ON COLUMN {name}.{way.quoted(column)} IS {escape(about, way)}"
        keys += [way.quoted(column)] if "PRIMARY KEY" in sql else []
        lines.append(f"{way.quoted(column)} {_mapped(table, column, sql, way)}")
    clause = ", ".join(lines) + "".join(f", UNIQUE ({fields})" for _, fields in _uniques(options, way))
    clause += f", PRIMARY KEY ({','.join(keys)})" if keys else ""
    return f"CREATE TABLE IF NOT EXISTS {name} ({clause}){said};"


def _create_mysql(table: Table, columns: Mapping[str, str], options: Options, way: Way) -> str:
    lines, keys, foreign = [], [], {}
    for column, whole in columns.items():
        sql = whole
        if found := _REFERENCES.match(whole):
            sql, foreign[column] = found[1], found[2]
        keys += [way.quoted(column)] if "PRIMARY KEY" in sql else []
        lines.append(f"{way.quoted(column)} {sql.replace('PRIMARY KEY', '', 1)}")
    clause = ", ".join(lines)
    clause += "".join(f", UNIQUE {way.quoted(name)} ({fields})" for name, fields in _uniques(options, way))
    clause += f", PRIMARY KEY ({', '.join(keys)})" if keys else ""
    clause += "".join(f", FOREIGN KEY ({way.quoted(column)}) {sql}" for column, sql in foreign.items())
    comment, first = options.text("comment"), options.known("initialAutoIncrement")
    return joined(
        "CREATE TABLE IF NOT EXISTS",
        table.sql(way),
        f"({clause})",
        f"ENGINE={options.text('engine') or 'InnoDB'}",
        comment and f"COMMENT {escape(comment, way)}",
        (charset := options.text("charset")) and f"DEFAULT CHARSET={charset}",
        (collate := options.text("collate")) and f"COLLATE {collate}",
        f"AUTO_INCREMENT={first}" if first else "",
        (form := options.text("rowFormat")) and f"ROW_FORMAT={form}",
        ";",
    )


def _create_sqlite(table: Table, columns: Mapping[str, str], options: Options, way: Way) -> str:
    several = sum("PRIMARY KEY" in sql for sql in columns.values()) > 1
    lines, keys = [], []
    for column, sql in columns.items():
        text = sql
        if "PRIMARY KEY" in sql and "INT" in sql:
            text = "INTEGER PRIMARY KEY" + (" AUTOINCREMENT" if "AUTOINCREMENT" in sql else "")
            text += sql[sql.index(" REFERENCES") :] if " REFERENCES" in sql else ""
        if "PRIMARY KEY" in sql and several:
            keys.append(way.quoted(column))
            null = "NOT NULL" in sql
            text = sql.replace(" PRIMARY KEY", "", 1) if null else sql.replace("PRIMARY KEY", "NOT NULL", 1)
        lines.append(f"{way.quoted(column)} {text}")
    clause = ", ".join(lines) + "".join(f", UNIQUE ({fields})" for _, fields in _uniques(options, way))
    clause += f", PRIMARY KEY ({', '.join(keys)})" if keys else ""
    return _booleans(f"CREATE TABLE IF NOT EXISTS {table.sql(way)} ({clause});")


def _booleans(sql: str) -> str:
    return re.sub("DEFAULT '?true'?", "DEFAULT 1", re.sub("DEFAULT '?false'?", "DEFAULT 0", sql))


def drop_table(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """The table; its ENUM types stay."""
    table, options = table_of(args[0]), options_of(args, 1)
    known.gone(table.name)
    cascade = " CASCADE" if way.postgres and (options.yes("cascade") or options.yes("force")) else ""
    yield Text(f"DROP TABLE IF EXISTS {table.sql(way)}{cascade};")


def rename_table(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """One statement everywhere."""
    before, after = (table_of(value) for value in args[:2])
    known.renamed(before.name, after.name)
    yield Text(f"ALTER TABLE {before.sql(way)} RENAME TO {after.sql(way)};")


def add_column(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """A column with all that is said of it."""
    table, name = table_of(args[0]), argument(args, 1, "the name of its column")
    column = attribute_of(name, args[2] if len(args) > 2 else None)
    where = Where("addColumn", table, name)
    known.added(table.name, name, f"{table.name}_{name}_foreign_idx" if column.references is not None else "")
    sql = sql_of_column(column, way, where)
    if way.postgres:
        yield from _enum(column, table, way) if column.type.enum is not None else ()
        text = _mapped(table, name, sql, way)
        yield Text(f"ALTER TABLE {table.with_schema(way).sql(way)} ADD COLUMN {way.quoted(name)} {text};")
    elif way.sqlite:
        yield Text(_booleans(f"ALTER TABLE {table.sql(way)} ADD {way.quoted(name)} {sql};"))
    else:
        yield Text(joined("ALTER TABLE", table.sql(way), "ADD", way.quoted(name), sql, ";"))


def remove_column(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """MySQL's foreign keys on it go first; SQLite's table is made anew."""
    table, name = table_of(args[0]), argument(args, 1, "the name of its column")
    if way.postgres:
        yield Text(f"ALTER TABLE {table.with_schema(way).sql(way)} DROP COLUMN {way.quoted(name)};")
        return
    drop = joined("ALTER TABLE", table.sql(way), "DROP", way.quoted(name), ";")
    if way.sqlite:
        yield asks("a table of SQLite is made anew after it was asked for", drop.replace(" DROP ", " DROP COLUMN "))
        return
    keys = known.keys_of(table.name, name)
    known.dropped(table.name, name)
    if keys is None:
        yield asks("the server is asked for foreign keys on the column, which go first", drop)
        return
    for key in keys:
        yield Text(joined("ALTER TABLE", table.sql(way), "DROP FOREIGN KEY", way.quoted(key), ";"))
    yield Text(drop)


def change_column(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """Several changes in one message on PostgreSQL, one CHANGE on MySQL."""
    table, name = table_of(args[0]), argument(args, 1, "the name of its column")
    column = attribute_of(name, args[2] if len(args) > 2 else None)
    known.changed(table.name, name, column.references is not None)
    if way.sqlite:
        yield asks("a table of SQLite is made anew after it was asked for", "")
        return
    sql = sql_of_column(column, way, Where("changeColumn", table, name))
    if way.mysql:
        key = re.search("REFERENCES.*", sql, re.DOTALL)
        change = f"CHANGE {way.quoted(name)} {way.quoted(name)} {sql}"
        foreign = f"ADD FOREIGN KEY ({way.quoted(name)}) {key[0]}" if key else ""
        yield Text(joined("ALTER TABLE", table.sql(way), foreign or change, ";"))
        return
    if column.type.enum is not None:
        raise UnreadableError("how a column becomes an ENUM depends on the type that is there")
    yield Text("".join(_changes(table.sql(way), way.quoted(name), _mapped(table, name, sql, way))))


def _changes(table: str, column: str, sql: str) -> Iterator[str]:
    begin = f"ALTER TABLE {table} ALTER COLUMN"
    if "NOT NULL" in sql:
        yield f"{begin} {column} SET NOT NULL;"
        sql = sql.replace("NOT NULL", "", 1).strip()
    elif "REFERENCES" not in sql:
        yield f"{begin} {column} DROP NOT NULL;"
    if found := re.search("DEFAULT ([^;]+)", sql):
        yield f"{begin} {column} SET DEFAULT {found[1]};"
        sql = re.sub("DEFAULT[^;]+", "", sql, count=1).strip()
    elif "REFERENCES" not in sql:
        yield f"{begin} {column} DROP DEFAULT;"
    if re.search(r"UNIQUE;*\Z", sql):
        sql = re.sub(r"UNIQUE;*\Z", "", sql)
        yield f"ALTER TABLE {table}  ADD UNIQUE ({column});"
    if found := re.search("REFERENCES.*", sql, re.DOTALL):
        yield f"ALTER TABLE {table}  ADD FOREIGN KEY ({column}) {found[0]};"
    else:
        yield f"{begin} {column} TYPE {sql};"


def rename_column(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """PostgreSQL renames; MySQL is given the column anew as it is there, SQLite the table."""
    table = table_of(args[0])
    before, after = (argument(args, place, "the name of its column") for place in (1, 2))
    sql = f"ALTER TABLE {table.sql(way)} RENAME COLUMN {way.quoted(before)} TO {way.quoted(after)};"
    known.moved(table.name, before, after)
    yield Text(sql) if way.postgres else asks("the server is asked how the column is, and it is written anew", sql)


def drop_enum(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """A type of PostgreSQL; other servers have none."""
    if not way.postgres:
        raise UnreadableError("Sequelize has no such call for this server")
    name = escape(argument(args, 0, "the name of its type"), way).replace("'", "")
    yield Text(f"DROP TYPE IF EXISTS {way.quoted(name)};")


def create_schema(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """A schema of PostgreSQL, or a database of MariaDB."""
    if not way.postgres:
        raise UnreadableError("what Sequelize sends for a schema on this server is not known here")
    yield Text(f"CREATE SCHEMA IF NOT EXISTS {way.quoted(argument(args, 0, 'the name of its schema'))};")
