"""Statements about one table in Knex's order: made, columns added and changed, indexes, keys, what is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.frameworks.knex.columns import Around, Column, default_of, type_of, written
from console.frameworks.knex.tables import Args, Foreign, Table
from console.frameworks.knex.words import Sql, UnreadableError, options, word, yes
from console.readers.javascript.values import UNDEFINED, Many, Pairs, Value

REBUILT = "on SQLite Knex makes the table anew from what it finds there"


def statements(table: Table) -> list[Sql]:
    """All that Knex sends for one call, in its order."""
    keyed = any(name == "primary" for name, _ in table.alters)
    around = Around(table.writer, table.quoted, table.name, table.schema, keyed)
    added = [column for column in table.columns if not column.alter]
    lines = [written(column, around) for column in added]
    found: list[Sql] = []
    if table.creates:
        found += [Sql(_create(table, lines))]
        if table.writer.postgres and "comment" in table.single:
            found.append(Sql(f"comment on table {table.quoted} is '{table.single['comment']}'"))
    elif lines:
        found += [Sql(one) for one in _added(table, lines)]
    for column in table.columns:
        if column.alter:
            found += _altered(column, table, around)
    found += [Sql(one) for one in around.behind]
    found += [one for name, args in table.alters for one in _alter(name, args, table)]
    if not table.creates and "comment" in table.single:
        found += _commented(table)
    return [*(Sql(one) for one in around.before), *found]


def _commented(table: Table) -> list[Sql]:
    text = table.single["comment"]
    if table.writer.sqlite:
        return []
    begin = f"comment on table {table.quoted} is" if table.writer.postgres else f"alter table {table.quoted} comment ="
    return [Sql(f"{begin} '{text}'")]


def _added(table: Table, lines: list[str]) -> Iterator[str]:
    if table.writer.sqlite:
        yield from (f"alter table {table.quoted} add column {line}" for line in lines)
        return
    begin = "add column " if table.writer.postgres else "add "
    yield f"alter table {table.quoted} " + ", ".join(begin + line for line in lines)


def _create(table: Table, lines: list[str]) -> str:
    writer = table.writer
    begin = "create table if not exists " if table.kind == "create_if_not" else "create table "
    inner = ", ".join(lines) + (_inline_keys(table) if writer.sqlite else "") + _primary_key(table) + _checks(table)
    made = f"{begin}{table.quoted} ({inner})"
    if writer.postgres and "inherits" in table.single:
        made += f" inherits ({writer.name(table.single['inherits'])})"
    if writer.family == "mysql":
        charset = table.single.get("charset", writer.charset)
        collate = table.single.get("collate", writer.collate)
        made += f" default character set {charset}" if charset else ""
        made += f" collate {collate}" if collate else ""
        made += f" engine = {table.single['engine']}" if table.single.get("engine") else ""
        made += f" comment = '{table.single['comment']}'" if table.single.get("comment") else ""
    return made


def _keys(table: Table) -> tuple[Value, Value] | None:
    found = next((args for name, args in table.alters if name == "primary"), None)
    if not isinstance(found, tuple) or not found:
        return None
    return found[0], found[1] if len(found) > 1 else UNDEFINED


def _label(given: Value) -> tuple[Value, str]:
    """The name of a constraint, and whether it waits."""
    if not isinstance(given, Pairs):
        return given, ""
    waits = given.values.get("deferrable", UNDEFINED)
    return given.values.get("constraintName", UNDEFINED), f" deferrable initially {word(waits)}" if yes(waits) else ""


def _primary_key(table: Table) -> str:
    found = _keys(table)
    if found is None:
        return ""
    columns, given = found
    writer = table.writer
    if writer.postgres:
        name, waits = _label(given)
        shown = writer.name(word(name)) if yes(name) else writer.name(f"{table.name}_pkey")
        return f", constraint {shown} primary key ({writer.names(columns)}){waits}"
    if isinstance(given, Pairs):
        raise UnreadableError("what Knex makes of this primary key is not read")
    label = f" constraint {writer.name(word(given))}" if yes(given) else ""
    if writer.sqlite:
        kind = "unique" if any(column.type == "increments" for column in table.columns) else "primary key"
        return f",{label} {kind} ({writer.names(columns)})"
    return f",{label} primary key ({writer.names(_with_counting(columns, table))})"


def _with_counting(columns: Value, table: Table) -> Value:
    """Of MySQL every column that counts is part of the key."""
    counting = [column for column in table.columns if column.grows]
    if not counting:
        return columns
    if not isinstance(columns, Many):
        raise UnreadableError("Knex stops here: a key of one column stands beside a column that counts")
    values = columns.values
    for column in counting:
        if column.name not in values:
            values = (column.name, *values)
    return Many(values)


def _inline_keys(table: Table) -> str:
    made = ""
    for name, found in table.alters:
        if name != "foreign" or not isinstance(found, Foreign):
            continue
        writer = table.writer
        label = f" constraint {writer.name(word(found.key))}" if yes(found.key) else ""
        made += f",{label} foreign key({writer.names(found.column)}) references {writer.name(found.table)}"
        made += f"({writer.names(found.references)})"
        made += f" on delete {word(found.on_delete)}" if yes(found.on_delete) else ""
        made += f" on update {word(found.on_update)}" if yes(found.on_update) else ""
    return made


def _checks(table: Table) -> str:
    return "".join(f", {_check(args, table)}" for args in table.checks)


def _check(args: Args, table: Table) -> str:
    label = f"constraint {word(args[2])} " if len(args) > 2 and yes(args[2]) else ""
    return f"{label}check ({table.writer.filled(args[:2])})"


def _altered(column: Column, table: Table, around: Around) -> list[Sql]:
    """A column that is changed."""
    writer = table.writer
    if writer.sqlite:
        return [Sql("", why=REBUILT)]
    if not writer.postgres:
        return [Sql(f"alter table {table.quoted} modify {written(column, around)}")]
    begin = f"alter table {table.quoted} alter column {writer.one(column.name)}"
    found = [f"{begin} drop default"]
    if column.alter_nullable:
        found.append(f"{begin} drop not null")
    if column.alter_type:
        kind = type_of(column, around)
        between = "::text::" if column.type == "enu" else "::"
        found.append(f"{begin} type {kind} using ({writer.one(column.name)}{between}{kind})")
    if "defaultTo" in column.modifiers:
        found.append(f"{begin} set {default_of(column, around)}")
    if column.alter_nullable and column.modifiers.get("nullable", (None,))[:1] == (False,):
        found.append(f"{begin} set not null")
    written(column, around)
    return [Sql(one) for one in found]


def _alter(name: str, args: Args | Foreign, table: Table) -> list[Sql]:
    if isinstance(args, Foreign):
        return _foreign_key(args, table)
    return _ALTER[name](args, table)


def _foreign_key(found: Foreign, table: Table) -> list[Sql]:
    if not found.table or found.references == UNDEFINED:
        return []
    writer = table.writer
    if writer.sqlite:
        return [] if table.creates else [Sql("", why=REBUILT)]
    label = table.index_name("foreign", found.column, found.key)
    made = f"alter table {table.quoted} add constraint {label} foreign key ({writer.names(found.column)}) references "
    made += f"{writer.name(found.table)} ({writer.names(found.references)})"
    made += f" on update {word(found.on_update)}" if yes(found.on_update) else ""
    made += f" on delete {word(found.on_delete)}" if yes(found.on_delete) else ""
    made += f" deferrable initially {word(found.deferrable).lower()} " if yes(found.deferrable) else ""
    return [Sql(made)]


def _argument(args: Args, at: int) -> Value:
    return args[at] if at < len(args) else UNDEFINED


def _primary(args: Args, table: Table) -> list[Sql]:
    writer = table.writer
    if writer.sqlite:
        return [] if table.creates else [Sql("", why=REBUILT)]
    name, waits = _label(_argument(args, 1))
    label = writer.name(word(name)) if yes(name) else writer.name(f"{table.name}_pkey")
    if writer.postgres:
        made = f"alter table {table.quoted} add constraint {label} primary key ({writer.names(args[0])}){waits}"
        return [] if table.creates else [Sql(made)]
    keys = writer.names(_with_counting(args[0], table))
    found = [] if table.creates else [Sql(f"alter table {table.quoted} add primary key {label}({keys})")]
    for kind, words in (("increments", "int"), ("bigincrements", "bigint")):
        counting = [writer.name(column.name) for column in table.columns if column.type == kind]
        if counting:
            begin = f"alter table {table.quoted} modify column {', '.join(counting)}"
            found.append(Sql(f"{begin} {words} unsigned not null auto_increment"))
    return found


def _unique(args: Args, table: Table) -> list[Sql]:
    told, writer = _argument(args, 1), table.writer
    asked = options(told) if isinstance(told, Pairs) else {}
    if yes(asked.get("predicate", UNDEFINED)):
        raise UnreadableError("an index with a condition is not read")
    label = table.index_name("unique", args[0], asked.get("indexName", UNDEFINED) if asked else told)
    columns = writer.names(args[0])
    if writer.family == "mysql":
        engine = asked.get("storageEngineIndexType", UNDEFINED)
        using = f" using {word(engine)}" if yes(engine) else ""
        return [Sql(f"alter table {table.quoted} add unique {label}({columns}){using}")]
    waits = asked.get("deferrable", UNDEFINED)
    if writer.sqlite or asked.get("useConstraint", UNDEFINED) is False:
        return [Sql(f"create unique index {label} on {table.quoted} ({columns})")]
    later = f" deferrable initially {word(waits)}" if yes(waits) else ""
    return [Sql(f"alter table {table.quoted} add constraint {label} unique ({columns}){later}")]


def _index(args: Args, table: Table) -> list[Sql]:
    writer, told = table.writer, _argument(args, 2)
    asked = told.values if isinstance(told, Pairs) else {}
    if yes(asked.get("predicate", UNDEFINED)):
        raise UnreadableError("an index with a condition is not read")
    label, columns = table.index_name("index", args[0], _argument(args, 1)), writer.names(args[0])
    engine, kind = asked.get("storageEngineIndexType", UNDEFINED), asked.get("indexType", UNDEFINED)
    if writer.family == "mysql":
        kind = told if isinstance(told, str) else kind
        using = f" using {word(engine)}" if yes(engine) else ""
        begin = f"alter table {table.quoted} add{f' {word(kind)}' if yes(kind) else ''} index"
        return [Sql(f"{begin} {label}({columns}){using}")]
    if writer.sqlite:
        return [Sql(f"create index {label} on {table.quoted} ({columns})")]
    engine = told if isinstance(told, str) else engine
    using = f" using {word(engine)}" if yes(engine) else ""
    unique = " unique" if isinstance(kind, str) and kind.lower() == "unique" else ""
    return [Sql(f"create{unique} index {label} on {table.quoted}{using} ({columns})")]


def _drop_constraint(kind: str, *, gently: bool) -> Callable[[Args, Table], list[Sql]]:
    """A unique key, a foreign key or the primary key is taken away."""

    def dropped(args: Args, table: Table) -> list[Sql]:
        writer, primary = table.writer, kind == "primary"
        given = _argument(args, 0) if primary else _argument(args, 1)
        label = (
            (writer.name(word(given)) if yes(given) else writer.name(f"{table.name}_pkey"))
            if primary
            else table.index_name(kind, _argument(args, 0), given)
        )
        if writer.postgres:
            return [Sql(f"alter table {table.quoted} drop constraint {'if exists ' if gently else ''}{label}")]
        if writer.sqlite and kind == "unique":
            return [Sql(f"drop index {'if exists ' if gently else ''}{label}")]
        if gently:
            raise UnreadableError("Knex refuses this on this server")
        if writer.sqlite:
            return [Sql("", why=REBUILT)]
        what = {"unique": f"index {label}", "foreign": f"foreign key {label}", "primary": "primary key"}[kind]
        return [Sql(f"alter table {table.quoted} drop {what}")]

    return dropped


def _drop_index(args: Args, table: Table) -> list[Sql]:
    writer = table.writer
    label = table.index_name("index", _argument(args, 0), _argument(args, 1))
    if writer.family == "mysql":
        return [Sql(f"alter table {table.quoted} drop index {label}")]
    schema = f"{writer.one(table.schema)}." if table.schema and writer.postgres else ""
    return [Sql(f"drop index {schema}{label}")]


def _drop_column(args: Args, table: Table) -> list[Sql]:
    writer = table.writer
    several = args[0].values if args and isinstance(args[0], Many) else args
    names = [writer.name(word(one)) for one in several]
    if writer.sqlite:
        return [Sql("", f"alter table {table.quoted} drop column {name}", REBUILT) for name in names]
    begin = "drop column " if writer.postgres else "drop "
    return [Sql(f"alter table {table.quoted} " + ", ".join(begin + name for name in names))]


def _rename_column(args: Args, table: Table) -> list[Sql]:
    writer = table.writer
    old, new = writer.name(word(_argument(args, 0))), writer.name(word(_argument(args, 1)))
    if writer.family == "mysql":
        why = "on MySQL Knex writes the column's definition as it finds it there"
        return [Sql("", f"alter table {table.quoted} rename column {old} to {new}", why)]
    return [Sql(f"alter table {table.quoted} rename {old} to {new}")]


def _nullable(*, may: bool) -> Callable[[Args, Table], list[Sql]]:
    def made(args: Args, table: Table) -> list[Sql]:
        if not table.writer.postgres:
            why = REBUILT if table.writer.sqlite else "on MySQL Knex writes the column's type as it finds it there"
            return [Sql("", why=why)]
        column = table.writer.name(word(_argument(args, 0)))
        return [Sql(f"alter table {table.quoted} alter column {column} {'drop' if may else 'set'} not null")]

    return made


def _add_check(args: Args, table: Table) -> list[Sql]:
    if not yes(_argument(args, 2)):
        raise UnreadableError("a check without a name, put on a table that is there, is not read")
    return [Sql(f"alter table {table.quoted} add constraint {word(args[2])} check({word(args[0])})")]


def _drop_checks(args: Args, table: Table) -> list[Sql]:
    several = args[0].values if args and isinstance(args[0], Many) else args
    return [Sql(f"alter table {table.quoted} " + ", ".join(f"drop constraint {word(one)}" for one in several))]


_ALTER: dict[str, Callable[[Args, Table], list[Sql]]] = {
    "primary": _primary,
    "unique": _unique,
    "index": _index,
    "dropPrimary": _drop_constraint("primary", gently=False),
    "dropPrimaryIfExists": _drop_constraint("primary", gently=True),
    "dropUnique": _drop_constraint("unique", gently=False),
    "dropUniqueIfExists": _drop_constraint("unique", gently=True),
    "dropForeign": _drop_constraint("foreign", gently=False),
    "dropForeignIfExists": _drop_constraint("foreign", gently=True),
    "dropIndex": _drop_index,
    "dropColumn": _drop_column,
    "renameColumn": _rename_column,
    "setNullable": _nullable(may=True),
    "dropNullable": _nullable(may=False),
    "check": _add_check,
    "dropChecks": _drop_checks,
}
