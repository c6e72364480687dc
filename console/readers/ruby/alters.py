"""Columns, references and indexes of a table that is there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from console.readers.ruby.catalogue import KnownColumn, KnownIndex
from console.readers.ruby.columns import Column, column, reference, timestamps
from console.readers.ruby.context import Context, column_words
from console.readers.ruby.indexes import index
from console.readers.ruby.keys import add_foreign_key, remove_foreign_key
from console.readers.ruby.rebuilds import WHY, is_rebuilt, rebuilt
from console.readers.ruby.tables import rename_index_sql, renamed_indexes
from console.readers.ruby.types import default_sql
from console.readers.ruby.values import Command, Many, Pairs, Raw, RefusedError, UnreadableError, Value

Lines = Iterator[str]
_TEXTS = ("string", "text", "varchar", "char", "tinytext", "mediumtext", "longtext", "enum", "set")
_SAME_EVERYWHERE = ("varchar", "text", "datetime", "date", "time", "char", "tinyint(1)", "decimal(", "longtext")


def _comment(table: str, name: str, comment: Value, context: Context) -> str:
    said = "NULL" if comment is None else context.text(str(comment))
    return f"COMMENT ON COLUMN {context.table(table)}.{context.quoted(name)} IS {said}"


def add_column(command: Command, context: Context) -> Lines:
    """ALTER TABLE ... ADD."""
    table, name, kind = command.word(0), command.word(1), command.word(2)
    yield from _added(table, name, kind, command.options, context)


def _added(table: str, name: str, kind: str, options: Mapping[str, Value], context: Context) -> Lines:
    if kind == "primary_key" and context.version < (5, 1):
        kind, options = "integer", {**options, "primary_key": True}
    made = column(name, kind, options, context)
    add = context.alter(table, f"ADD {made.sql(context)}{made.position(context)}")
    if context.sqlite and is_rebuilt(kind, options):
        yield rebuilt(table, add, context)
        return
    yield add
    if context.postgres and "comment" in options:
        yield _comment(table, name, options["comment"], context)
    context.catalogue.table(table).columns[name] = made.known(context)


def add_columns(command: Command, context: Context) -> Lines:
    """Several of one type."""
    options = dict(command.options)
    kind = options.pop("type", None)
    if not isinstance(kind, str):
        raise UnreadableError("the type of the columns is not known")
    for name in command.args[1:]:
        yield from _added(command.word(0), str(name), str(kind), options, context)


def remove_column(command: Command, context: Context) -> Lines:
    """DROP COLUMN; on MySQL Rails drops the column's foreign key first."""
    table, name = command.word(0), command.word(1)
    yield from _key_of_column(table, name, context)
    yield context.alter(table, f"DROP COLUMN {context.quoted(name)}")
    context.catalogue.table(table).without_column(name)


def _key_of_column(table: str, name: str, context: Context) -> Lines:
    if context.postgres:
        return
    known = context.catalogue.table(table)
    keys = [key for key in known.keys if key.column == name]
    if keys:
        yield context.alter(table, f"DROP FOREIGN KEY {keys[0].name}")
    elif not known.complete and name not in known.columns:
        raise UnreadableError(f"whether {table}.{name} has a foreign key, which Rails drops first, is not known")


def remove_columns(command: Command, context: Context) -> Lines:
    """One after the other up to 6.1, then all in one statement."""
    names = [str(name) for name in command.args[1:]]
    if context.rails < (7, 0):
        for name in names:
            yield from remove_column(replace(command, args=(command.arg(0), name)), context)
        return
    table = command.word(0)
    for name in names:
        context.catalogue.table(table).without_column(name)
    yield context.alter(table, ", ".join(f"DROP COLUMN {context.quoted(name)}" for name in names))


def add_timestamps(command: Command, context: Context) -> Lines:
    """created_at and updated_at: two statements up to 6.1, then one."""
    table = command.word(0)
    both = timestamps(command.options, context)
    if context.rails < (7, 0):
        for name, kind, options in both:
            yield from _added(table, name, kind, options, context)
        return
    if context.sqlite:
        raise UnreadableError(WHY)
    made = [column(name, kind, options, context) for name, kind, options in both]
    yield context.alter(table, ", ".join(f"ADD {one.sql(context)}" for one in made))
    context.catalogue.table(table).columns.update({one.name: one.known(context) for one in made})


def remove_timestamps(command: Command, context: Context) -> Lines:
    """The later one goes first."""
    yield from remove_columns(replace(command, args=(command.arg(0), "updated_at", "created_at")), context)


def change_column(command: Command, context: Context) -> Lines:
    """Another definition; on MySQL what is not said stays as it is on the server."""
    table, name, kind, options = command.word(0), command.word(1), command.word(2), dict(command.options)
    if not context.postgres:
        yield _changed(table, name, kind, options, context)
    elif context.version <= (5, 1):
        yield from _changed_in_steps(command, context)
    else:
        made = column(name, kind, options, context)
        yield context.alter(table, _altered(made, options, context))
        if "comment" in options:
            yield _comment(table, name, options["comment"], context)
        context.catalogue.table(table).columns[name] = made.known(context)


def _changed_in_steps(command: Command, context: Context) -> Lines:
    options = dict(command.options)
    plain = {key: value for key, value in options.items() if key not in ("default", "null", "comment")}
    made = column(command.word(1), command.word(2), plain, context)
    yield context.alter(command.word(0), _altered(made, plain, context))
    context.catalogue.table(command.word(0)).columns[command.word(1)] = made.known(context)
    if "default" in options:
        yield from change_column_default(replace(command, args=(*command.args[:2], options["default"]), options={}),
                                         context)  # fmt: skip
    if "null" in options:
        args = (*command.args[:2], options["null"], options.get("default"))
        yield from change_column_null(replace(command, args=args, options={}), context)
    if "comment" in options:
        yield _comment(command.word(0), command.word(1), options["comment"], context)


def _altered(made: Column, options: Mapping[str, Value], context: Context) -> str:
    sql_type, quoted = made.sql_type(context), context.quoted(made.name)
    text = f"ALTER COLUMN {quoted} TYPE {sql_type}"
    if options.get("collation"):
        text += f' COLLATE "{options["collation"]}"'
    if options.get("using"):
        text += f" USING {options['using']}"
    elif options.get("cast_as"):
        text += f" USING CAST({quoted} AS {column('', str(options['cast_as']), {}, context).sql_type(context)})"
    if "default" in options and options["default"] is None:
        text += f", ALTER COLUMN {quoted} DROP DEFAULT"
    elif "default" in options:
        text += f", ALTER COLUMN {quoted} SET DEFAULT {default_sql(options['default'], sql_type, context)}"
    if "null" in options:
        text += f", ALTER COLUMN {quoted} {'DROP' if options['null'] else 'SET'} NOT NULL"
    return text


def _changed(table: str, name: str, kind: str, options: dict[str, Value], context: Context) -> str:
    known = context.catalogue.table(table).columns.get(name)
    if known is None and not options.keys() >= {"default", "null", "comment"}:
        raise UnreadableError(f"Rails takes what is not said of {table}.{name} from the server as it is then")
    if known is not None:
        now: dict[str, Value] = {"default": known.default, "null": known.null, "comment": known.comment}
        options = {**now, **options}
    changes_type = bool(kind)
    if not kind:
        kind = _as_listed(known, context)
    if context.rails >= (7, 1):
        _without_more(name, kind, options, context, named=changes_type and context.version <= (7, 0))
    made = column(name, kind, options, context)
    context.catalogue.table(table).columns[name] = made.known(context)
    sql = made.sql(context)
    return context.alter(table, f"CHANGE {context.quoted(name)} {sql}{made.position(context)}")


def _without_more(name: str, kind: str, options: Mapping[str, Value], context: Context, *, named: bool) -> None:
    """From 7.1 on Rails takes more of a column from the server: its collation, and whether it counts by itself."""
    is_text = kind.lower().startswith(_TEXTS)
    if name == "id" or (is_text and not named and not options.get("collation")):
        raise UnreadableError(f"Rails takes more of the column {name} from the server as it is then")


def _as_listed(known: KnownColumn | None, context: Context) -> str:
    """The type as the server writes it, which is not everywhere as it was asked for."""
    found = known.sql_type if known is not None else ""
    if found.startswith(_SAME_EVERYWHERE):
        return found
    if context.dialect == "mysql" and found in ("int", "bigint", "smallint"):
        return found
    widths = {"int": "int(11)", "bigint": "bigint(20)", "smallint": "smallint(6)"}
    if context.dialect == "mariadb" and found in (*widths, *widths.values()):
        return widths.get(found, found)
    raise UnreadableError("Rails repeats the column's type as the server writes it, which is not known here")


def change_column_default(command: Command, context: Context) -> Lines:
    """SET DEFAULT or DROP DEFAULT; on MySQL the whole definition."""
    table, name = command.word(0), command.word(1)
    options = command.options
    default: Value = options["to"] if {"from", "to"} <= options.keys() else command.arg(2)
    if len(command.args) < 3 and "to" not in options:
        default = Pairs(options)
    if context.mysql and context.rails >= (7, 1):
        yield _default_changed(table, name, default, context)
        return
    if not context.postgres:
        yield _changed(table, name, "", {"default": default}, context)
        return
    rest = "DROP DEFAULT" if default is None else f"SET DEFAULT {_default(table, name, default, context)}"
    yield context.alter(table, f"ALTER COLUMN {context.quoted(name)} {rest}")
    known = context.catalogue.table(table).columns.get(name)
    if known is not None:
        value = None if isinstance(default, Raw) else default
        context.catalogue.table(table).columns[name] = replace(known, default=value)


def _default_changed(table: str, name: str, default: Value, context: Context) -> str:
    """From 7.1 on MySQL is told of the default alone; what cannot be null loses its own, anything else gets NULL."""
    known = context.catalogue.table(table).columns.get(name)
    if known is None:
        raise UnreadableError(f"Rails asks the server first what {table}.{name} is")
    rest = "DROP DEFAULT" if default is None and not known.null else f"SET DEFAULT {_written(default, known, context)}"
    context.catalogue.table(table).columns[name] = replace(known, default=None if isinstance(default, Raw) else default)
    return context.alter(table, f"ALTER COLUMN {context.quoted(name)} {rest}")


def _written(default: Value, known: KnownColumn, context: Context) -> str:
    return default_sql(default, known.sql_type, context)


def _default(table: str, name: str, value: Value, context: Context) -> str:
    if isinstance(value, Raw):
        return value.sql
    known = context.catalogue.table(table).columns.get(name)
    if known is not None and not known.sql_type.startswith("decimal("):
        return default_sql(value, known.sql_type, context)
    if known is not None and isinstance(value, int) and not isinstance(value, bool):
        whole = known.sql_type.endswith((",0)",)) or "," not in known.sql_type
        return str(value) if whole else f"{value}.0"
    raise UnreadableError(f"Rails writes the default as the type of {table}.{name} wants it, which is not known here")


def change_column_null(command: Command, context: Context) -> Lines:
    """With a default the rows without a value get it first."""
    table, name, null, default = command.word(0), command.word(1), command.arg(2), command.arg(3)
    if not null and default is not None:
        quoted = context.quoted(name)
        value = _default(table, name, default, context) if context.postgres else _plain(default, context)
        yield f"UPDATE {context.table(table)} SET {quoted}={value} WHERE {quoted} IS NULL"
    if not context.postgres:
        yield _changed(table, name, "", {"null": bool(null)}, context)
        return
    yield context.alter(table, f"ALTER COLUMN {context.quoted(name)} {'DROP' if null else 'SET'} NOT NULL")
    known = context.catalogue.table(table).columns.get(name)
    if known is not None:
        context.catalogue.table(table).columns[name] = replace(known, null=bool(null))


def _plain(value: Value, context: Context) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return context.text(str(value))
    raise UnreadableError("how Rails writes that value is not known")


def change_column_comment(command: Command, context: Context) -> Lines:
    """COMMENT ON COLUMN; on MySQL the whole definition."""
    comment = command.options.get("to") if "to" in command.options else command.arg(2)
    if context.postgres:
        yield _comment(command.word(0), command.word(1), comment, context)
    else:
        yield _changed(command.word(0), command.word(1), "", {"comment": comment}, context)


def change_table_comment(command: Command, context: Context) -> Lines:
    """COMMENT ON TABLE."""
    comment = command.options.get("to") if "to" in command.options else command.arg(1)
    if context.postgres:
        said = "NULL" if comment is None else context.text(str(comment))
        yield f"COMMENT ON TABLE {context.table(command.word(0))} IS {said}"
    else:
        yield context.alter(command.word(0), f"COMMENT {context.text(str(comment or ''))}")


def rename_column(command: Command, context: Context) -> Lines:
    """The column, then every index whose name Rails had made of it."""
    table, old, new = command.word(0), command.word(1), command.word(2)
    known = context.catalogue.tables.get(table)
    if known is None or not known.complete:
        raise UnreadableError(f"Rails renames the indexes on {table}.{old} too, and which there are is not known")
    yield context.alter(table, f"RENAME COLUMN {context.quoted(old)} TO {context.quoted(new)}")
    context.catalogue.renamed_column(table, old, new)
    yield from renamed_indexes(table, table, (old, new), context)


def add_reference(command: Command, context: Context) -> Lines:
    """Its columns, its index, its foreign key: a statement each."""
    table = command.word(0)
    found = reference(table, command, command.word(1), context)
    for name, kind, options in found.columns:
        yield from _added(table, name, kind, options, context)
    if found.index is not None:
        columns: Value = Many(tuple(one[0] for one in found.columns))
        yield from add_index(Command("add_index", (table, columns), found.index), context)
    if found.key is not None:
        target = context.proper(found.to_table)
        if context.sqlite:
            yield rebuilt(table, "", context)
            return
        yield from add_foreign_key(Command("add_foreign_key", (table, target), found.key), context)


def parts_of_reference(command: Command, context: Context) -> list[Command]:
    """The same as commands of their own, each of which asks first whether there is such a thing."""
    table, asks = command.word(0), {"if_not_exists": True}
    found = reference(context.proper(table), command, command.word(1), context)
    made = [
        replace(command, name="add_column", args=(table, name, kind), options={**options, **asks})
        for name, kind, options in found.columns
    ]
    if found.index is not None:
        columns: Value = Many(tuple(one[0] for one in found.columns))
        made.append(replace(command, name="add_index", args=(table, columns), options={**found.index, **asks}))
    if found.key is not None:
        made.append(
            replace(command, name="add_foreign_key", args=(table, found.to_table), options={**found.key, **asks})
        )
    return made


def remove_reference(command: Command, context: Context) -> Lines:
    """Its foreign key, then its columns; the index goes with them."""
    table, name, options = command.word(0), command.word(1), command.options
    key = options.get("foreign_key")
    if key:
        given = dict(key.values) if isinstance(key, Pairs) else {"to_table": context.plural(name)}
        given = {"column": f"{name}_id", **given}
        yield from remove_foreign_key(Command("remove_foreign_key", (table,), given), context)
    yield from remove_column(Command("remove_column", (table, f"{name}_id")), context)
    if options.get("polymorphic"):
        yield from remove_column(Command("remove_column", (table, f"{name}_type")), context)


def add_index(command: Command, context: Context) -> Lines:
    """CREATE INDEX."""
    made = index(command.word(0), command.arg(1), command.options, context)
    yield made.sql(context)
    if context.postgres and made.options.get("comment"):
        yield f"COMMENT ON INDEX {context.quoted(made.name)} IS {context.text(str(made.options['comment']))}"
    context.catalogue.table(command.word(0)).indexes.append(made.known())


def remove_index(command: Command, context: Context) -> Lines:
    """DROP INDEX of the name that is said, or of the index on the columns that are said."""
    table, options = command.word(0), command.options
    columns = command.arg(1) if len(command.args) > 1 else options.get("column")
    name = index_to_remove(table, columns, options.get("name"), context)
    algorithm = "CONCURRENTLY " if options.get("algorithm") == "concurrently" and context.postgres else ""
    if not context.mysql:
        schema = f"{context.quoted(table.rpartition('.')[0])}." if "." in table else ""
        yield f"DROP INDEX {algorithm}{schema}{context.quoted(name)}"
    else:
        yield f"DROP INDEX {context.quoted(name)} ON {context.table(table)}"
    known = context.catalogue.table(table)
    known.indexes = [one for one in known.indexes if one.name != name]


def index_to_remove(table: str, columns: Value, name: Value, context: Context) -> str:
    """The name of the index that Rails would find."""
    if isinstance(name, str) and name:
        return str(name).rpartition(".")[2]
    if columns is None:
        raise RefusedError("Rails refuses to remove an index without a name or columns")
    plain = isinstance(columns, str) and not str(columns).replace("_", "a").isalnum()
    wanted = (str(columns),) if plain else column_words(columns)
    found = context.catalogue.table(table).index_on(wanted)
    if found is None:
        raise UnreadableError(f"which index of {table} is on {', '.join(wanted)} is not known")
    return found


def rename_index(command: Command, context: Context) -> Lines:
    """An index under another name."""
    table, old, new = command.word(0), command.word(1), command.word(2)
    known = context.catalogue.table(table)
    found = next((one for one in known.indexes if one.name == old), None)
    if found is None and context.sqlite:
        raise UnreadableError(f"Rails makes the index {old} anew as it is on the server then")
    yield from rename_index_sql(table, found or KnownIndex(old, ()), context.checked_index(new), context)
    known.indexes = [replace(one, name=new) if one.name == old else one for one in known.indexes]
