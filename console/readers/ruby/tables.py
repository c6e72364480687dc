"""Whole tables: made, dropped, renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from console.readers.ruby.catalogue import KnownIndex, KnownTable
from console.readers.ruby.columns import Column, column, reference, timestamps
from console.readers.ruby.context import Context
from console.readers.ruby.indexes import ForeignKey, Index, check_sql, exclusion_sql, foreign_key, index, unique_sql
from console.readers.ruby.names import join_table
from console.readers.ruby.reversal import flat
from console.readers.ruby.values import (
    Command,
    Many,
    Meant,
    Pairs,
    RefusedError,
    Unread,
    UnreadableError,
    Value,
    known_words,
    pairs_of,
)

Lines = Iterator[str]
_OPTIONS = frozenset(
    "id primary_key force temporary if_not_exists options as comment charset collation unlogged table_name bulk "
    "column_options".split()
)
_ENGINE = " ENGINE=InnoDB"


@dataclass
class Table:
    """A table in the making."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    indexes: list[Index] = field(default_factory=list)
    keys: list[ForeignKey] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    exclusions: list[str] = field(default_factory=list)
    uniques: list[str] = field(default_factory=list)
    primary: tuple[str, ...] = ()

    def add(self, made: Column) -> None:
        """One column more. RefusedError for a second one of that name."""
        if made.name in self.columns:
            raise RefusedError(f"Rails refuses a second column {made.name}")
        self.columns[made.name] = made


def create_table(command: Command, context: Context) -> Lines:
    """CREATE TABLE, and what PostgreSQL needs besides."""
    name, options = command.word(0), command.options
    if options.get("as") or options.get("temporary"):
        raise UnreadableError("a table made of a query, or a temporary one, is not read")
    table = _defined(command, name, context)
    if options.get("force"):
        cascade = " CASCADE" if options["force"] == "cascade" and not context.sqlite else ""
        yield f"DROP TABLE IF EXISTS {context.table(name)}{cascade}"
    yield _create(table, options, context)
    if not context.mysql:
        absent = {"if_not_exists": True} if options.get("if_not_exists") else {}
        for made in table.indexes:
            yield replace(made, options={**made.options, **absent}).sql(context)
            if made.options.get("comment") and context.postgres:
                yield f"COMMENT ON INDEX {context.quoted(made.name)} IS {context.text(str(made.options['comment']))}"
    if context.postgres:
        yield from _comments(table, options, context)
    context.catalogue.tables[name] = _known(table, context, complete=not options.get("if_not_exists"))


def _comments(table: Table, options: Mapping[str, Value], context: Context) -> Lines:
    if options.get("comment"):
        yield f"COMMENT ON TABLE {context.table(table.name)} IS {context.text(str(options['comment']))}"
    for made in table.columns.values():
        if comment := made.options.get("comment"):
            place = f"{context.table(table.name)}.{context.quoted(made.name)}"
            yield f"COMMENT ON COLUMN {place} IS {context.text(str(comment))}"


def _known(table: Table, context: Context, *, complete: bool) -> KnownTable:
    serial = [c.name for c in table.columns.values() if c.kind in ("primary_key", "bigserial", "serial")]
    return KnownTable(
        complete,
        serial[0] if serial else "",
        {name: made.known(context) for name, made in table.columns.items()},
        [made.known() for made in table.indexes],
        [made.known() for made in table.keys],
    )


def _create(table: Table, options: Mapping[str, Value], context: Context) -> str:
    inside = [made.sql(context) for made in table.columns.values()]
    if table.primary:
        inside.append(f"PRIMARY KEY ({', '.join(map(context.quoted, table.primary))})")
    if context.mysql:
        inside += [made.sql(context, alone=False) for made in table.indexes]
    inside += [_in_create(key, context) for key in table.keys]
    inside += [*table.checks, *table.exclusions, *table.uniques]
    absent = "IF NOT EXISTS " if options.get("if_not_exists") else ""
    unlogged = "UNLOGGED " if options.get("unlogged") and context.postgres else ""
    body = f" ({', '.join(inside)})" if inside else " "
    return f"CREATE {unlogged}TABLE {absent}{context.table(table.name)}{body}{_behind(options, context)}"


def _in_create(key: ForeignKey, context: Context) -> str:
    """Rails leaves a blank behind a foreign key that says nothing of deletes."""
    text = key.sql(context)
    return f"{text} " if text.endswith(")") else text


def _behind(options: Mapping[str, Value], context: Context) -> str:
    found = f" {options['options']}" if options.get("options") else ""
    if not context.mysql:
        return found
    if not found and context.version <= (5, 1):
        found = _ENGINE
    charset = f" DEFAULT CHARSET={options['charset']}" if options.get("charset") else ""
    collation = f" COLLATE={options['collation']}" if options.get("collation") else ""
    comment = f" COMMENT {context.text(str(options['comment']))}" if options.get("comment") else ""
    return f"{charset}{collation}{found}{comment}"


def _defined(command: Command, name: str, context: Context) -> Table:
    table = Table(name)
    _key(table, command, context)
    for item in flat(command.inner or ()):
        if isinstance(item, Unread):
            raise UnreadableError(item.why)
        if not isinstance(item, Command) or item.guards != command.guards:
            raise UnreadableError("what is in the table depends on a condition")
        _say(table, item, context)
    return table


def _key(table: Table, command: Command, context: Context) -> None:
    options = dict(command.options)
    kind = options.get("id", "primary_key" if context.version >= (5, 1) else "integer")
    primary = options.get("primary_key")
    if not kind:
        return
    given = {key: value for key, value in options.items() if key not in _OPTIONS}
    if isinstance(kind, Pairs):
        given |= {key: value for key, value in kind.values.items() if key != "type"}
        kind = kind.values.get("type", "primary_key")
    if isinstance(primary, Many):
        table.primary = tuple(str(one) for one in primary.values)
        return
    if kind == "uuid" and context.postgres and "default" not in given:
        given["default"] = "gen_random_uuid()" if context.version >= (5, 1) else "uuid_generate_v4()"
    written = kind in ("integer", "bigint") and "id" in options and not (context.mysql and kind == "bigint")
    if context.version < (5, 1) and written and "default" not in given:
        given["default"] = None
    table.add(column(str(primary or "id"), str(kind), {**given, "primary_key": True}, context))


def _say(table: Table, item: Command, context: Context) -> None:
    """One line of the block."""
    name = item.name
    if name in ("references", "belongs_to"):
        for one in item.args:
            _refer(table, item, str(one), context)
    elif name in ("index", "foreign_key", "check_constraint", "exclusion_constraint", "unique_constraint"):
        _beside(table, item, context)
    elif name == "timestamps":
        for column_name, kind, options in timestamps(item.options, context):
            table.add(column(column_name, kind, options, context))
    elif name == "column":
        _add(table, item, item.word(0), item.word(1), context)
    elif name == "primary_key":
        kind = str(item.arg(1) or ("primary_key" if context.version >= (5, 1) else "integer"))
        options = dict(item.options)
        if kind == "uuid" and context.postgres:
            options.setdefault("default", "gen_random_uuid()")
        table.add(column(item.word(0), kind, {**options, "primary_key": True}, context))
    elif name in known_words(context.dialect):
        for one in item.args:
            _add(table, item, str(one), name, context)
    else:
        raise UnreadableError(f"what {name} makes of a table is not known")


def _add(table: Table, item: Command, name: str, kind: str, context: Context) -> None:
    options = {key: value for key, value in item.options.items() if key != "index"}
    table.add(column(name, kind, options, context))
    if item.options.get("index"):
        table.indexes.append(index(table.name, name, pairs_of(item.options["index"]), context))


def _refer(table: Table, item: Command, name: str, context: Context) -> None:
    found = reference(table.name, item, name, context)
    for column_name, kind, options in found.columns:
        table.add(column(column_name, kind, options, context))
    if found.index is not None:
        names: Value = Many(tuple(one[0] for one in found.columns))
        table.indexes.append(index(table.name, names, found.index, context))
    if found.key is not None:
        table.keys.append(foreign_key(table.name, context.proper(found.to_table), found.key, context))


def _beside(table: Table, item: Command, context: Context) -> None:
    if item.name == "index":
        table.indexes.append(index(table.name, item.arg(0), item.options, context))
    elif item.name == "foreign_key":
        table.keys.append(foreign_key(table.name, context.proper(item.word(0)), item.options, context))
    elif item.name == "exclusion_constraint":
        table.exclusions.append(exclusion_sql(table.name, item.word(0), item.options, context))
    elif item.name == "unique_constraint":
        table.uniques.append(unique_sql(table.name, item.arg(0), item.options, context))
    else:
        table.checks.append(check_sql(table.name, item.word(0), item.options)[1])


def create_join_table(command: Command, context: Context) -> Lines:
    """A table of two references and no key of its own."""
    name = _joined(command, context)
    options = {**pairs_of(command.options.get("column_options"))}
    options = {"null": False, "index": False, **({"type": "integer"} if context.version < (5, 1) else {}), **options}
    references = tuple(
        Command("references", (context.singular(command.word(at)),), options, line=command.line) for at in (0, 1)
    )
    given = {key: value for key, value in command.options.items() if key not in ("column_options", "table_name")}
    made = replace(command, args=(name,), options={**given, "id": False}, inner=(*references, *(command.inner or ())))
    # up to 5.1 only a create_table of the file's own asks for an engine
    for line in create_table(made, context):
        yield line.removesuffix(_ENGINE) if not given.get("options") else line


def _joined(command: Command, context: Context) -> str:
    given = command.options.get("table_name")
    return str(given) if given else context.proper(join_table(command.word(0), command.word(1)))


def drop_table(command: Command, context: Context) -> Lines:
    """DROP TABLE."""
    name, options = command.word(0), command.options
    if len(command.args) > 1:
        raise UnreadableError("several tables in one drop_table are not read")
    cascade = " CASCADE" if options.get("force") == "cascade" and not context.sqlite else ""
    absent = " IF EXISTS" if options.get("if_exists") else ""
    yield f"DROP TABLE{absent} {context.table(name)}{cascade}"
    context.catalogue.forget(name)


def drop_join_table(command: Command, context: Context) -> Lines:
    """DROP TABLE of a join table."""
    yield from drop_table(replace(command, args=(_joined(command, context),), options={}), context)


def rename_table(command: Command, context: Context) -> Lines:
    """The table, then its key, its sequence and every index whose name Rails made."""
    old, new = command.word(0), command.word(1)
    known = context.catalogue.tables.get(old)
    if known is None or not known.complete:
        raise UnreadableError(f"Rails renames the indexes of {old} too, and which it has is not known")
    if context.postgres:
        yield f"ALTER TABLE {context.table(old)} RENAME TO {context.table(new)}"
        if known.key:
            yield f"ALTER INDEX {context.quoted(f'{old}_pkey')} RENAME TO {context.quoted(f'{new}_pkey')}"
            place = f"{context.quoted(context.home)}.{context.quoted(f'{old}_{known.key}_seq')}"
            rest = f"{place} RENAME TO {context.quoted(f'{new}_{known.key}_seq')}"
            yield Meant(f"ALTER TABLE {rest}", f"ALTER SEQUENCE {rest}")
    elif context.sqlite:
        yield f"ALTER TABLE {context.table(old)} RENAME TO {context.table(new)}"
    else:
        yield f"RENAME TABLE {context.table(old)} TO {context.table(new)}"
    context.catalogue.tables[new] = context.catalogue.tables.pop(old)
    yield from renamed_indexes(new, old, None, context)


def renamed_indexes(table: str, old_table: str, column_pair: tuple[str, str] | None, context: Context) -> Lines:
    """Every index whose name Rails had made gets the name that Rails would make now, in the order of the names."""
    known = context.catalogue.table(table)
    last: list[KnownIndex] = []
    for at, found in _in_order(known.indexes, context):
        if column_pair is not None and column_pair[1] not in found.columns:
            continue
        columns: Value = Many(found.columns) if len(found.columns) > 1 else found.columns[0]
        before: Value = columns
        if column_pair is not None:
            before = Many(tuple(column_pair[0] if c == column_pair[1] else c for c in found.columns))
        if context.index_name(old_table, before) != found.name:
            continue
        name = context.checked_index(context.index_name(table, columns))
        yield from rename_index_sql(table, found, name, context)
        known.indexes[at] = replace(found, name=name)
        if context.sqlite:
            last.append(known.indexes[at])
    known.indexes = [one for one in known.indexes if one not in last] + last


def _in_order(indexes: list[KnownIndex], context: Context) -> list[tuple[int, KnownIndex]]:
    """As the server tells of them: by their names, on SQLite the newest first."""
    every = list(enumerate(indexes))
    return every[::-1] if context.sqlite else sorted(every, key=lambda pair: pair[1].name)


def rename_index_sql(table: str, old: KnownIndex, new: str, context: Context) -> Lines:
    """One index under another name; SQLite has no words for that, so there is a new one before the old one goes."""
    before, after = context.quoted(old.name), context.quoted(new)
    if context.postgres:
        yield f"ALTER INDEX {before} RENAME TO {after}"
    elif context.mysql:
        yield f"ALTER TABLE {context.table(table)} RENAME INDEX {before} TO {after}"
    else:
        columns: Value = Many(old.columns)
        if not all(name.replace("_", "a").isalnum() for name in old.columns):
            raise UnreadableError("Rails reads the expression of the index from the server")
        yield index(table, columns, {"name": new, "unique": old.unique}, context).sql(context)
        yield f"DROP INDEX {before}"
