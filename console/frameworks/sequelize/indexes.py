"""What Sequelize sends for indexes and constraints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.frameworks.sequelize.columns import deferrable
from console.frameworks.sequelize.known import Known
from console.frameworks.sequelize.sent import Text, asks
from console.frameworks.sequelize.tables import Args
from console.frameworks.sequelize.where import where
from console.frameworks.sequelize.words import Table, Way, joined, method, table_of, underscored
from console.readers.javascript.options import (
    Options,
    UnreadableError,
    argument,
    many,
    number_text,
    options_of,
    texts_of,
)
from console.readers.javascript.values import Chain, Many, Pairs, Value, why_not

_REBUILT = "a table of SQLite is made anew after it was asked for"


def add_index(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """An index; on MySQL by ALTER TABLE."""
    table = table_of(args[0])
    if len(args) > 1 and isinstance(args[1], Many):
        fields, options = args[1].values, options_of(args, 2)
    else:
        options = options_of(args, 1)
        fields = many(options.get("fields"))
    columns = ", ".join(_field(field, options, way) for field in fields)
    kind, using = options.text("type") or "", options.text("using")
    unique = options.yes("unique") or kind.lower() == "unique"
    kind = "" if kind.lower() == "unique" or not way.mysql else kind
    name, place = way.dotted(_index_name(table, fields, options)), table.dotted(way)
    if way.mysql:
        parser = options.text("parser")
        yield Text(
            " ".join(
                part
                for part in ("ALTER TABLE", place, "ADD", "UNIQUE" if unique else "", kind, "INDEX", name,
                             f"USING {using}" if using else "", f"({columns})",
                             f"WITH PARSER {parser}" if parser else "")
                if part
            )
        )  # fmt: skip
        return
    condition = where(options.known("where"), way)
    aside = "CONCURRENTLY" if way.postgres and options.yes("concurrently") else ""
    behind = f"USING {using}" if using and way.postgres else ""
    yield Text(
        " ".join(
            part
            for part in ("CREATE", "UNIQUE" if unique else "", "INDEX", aside, name, f"ON {place}", behind,
                         f"({columns})", f"WHERE {condition}" if condition else "")
            if part
        )
    )  # fmt: skip


def _index_name(table: Table, fields: tuple[Value, ...], options: Options) -> str:
    if options.has("name"):
        return options.text("name") or ""
    prefix = options.text("prefix") or table.name
    for mark in ("'", '"'):
        prefix = prefix.replace(mark, "")
    names = (_name_of(field) for field in fields)
    return underscored(f"{prefix.replace('.', '_') if table.plain else prefix}_{'_'.join(names)}")


def _name_of(field: Value) -> str:
    if isinstance(field, str):
        return field
    if isinstance(field, Pairs):
        options = Options(field)
        if name := options.text("name") or options.text("attribute"):
            return name
    raise UnreadableError(why_not(field) or "the name of its index is not known")


def _field(field: Value, options: Options, way: Way) -> str:
    if isinstance(field, Chain):
        return method(field, way)
    one = Options(field) if isinstance(field, Pairs) else Options()
    sql = way.quoted(_name_of(field))
    if (collate := one.text("collate")) and not way.mysql:
        sql += f" COLLATE {way.quoted(collate)}"
    if (operator := one.text("operator") or options.text("operator")) and way.postgres:
        sql += f" {operator}"
    length = one.known("length")
    if isinstance(length, int) and length and way.mysql:
        sql += f"({number_text(length)})"
    return sql + (f" {order}" if (order := one.text("order")) else "")


def remove_index(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """An index by its name, or by the columns that Sequelize makes one of."""
    table, named = table_of(args[0]), args[1] if len(args) > 1 else None
    if isinstance(named, Many):
        if not table.plain:
            raise UnreadableError("the name of its index is not known where its table has a schema")
        named = underscored(f"{table.name}_{'_'.join(texts_of(named, 'columns of its index'))}")
    if not isinstance(named, str):
        raise UnreadableError(why_not(named) or "the name of its index is not known")
    if way.mysql:
        yield Text(joined("DROP INDEX", way.quoted(named), "ON", table.sql(way)))
        return
    aside = " CONCURRENTLY" if way.postgres and options_of(args, 2).yes("concurrently") else ""
    yield Text(f"DROP INDEX{aside} IF EXISTS {way.dotted(named) if way.postgres else way.quoted(named)}")


def add_constraint(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """A constraint with the name that Sequelize makes where none is given."""
    table = table_of(args[0])
    options = options_of(args, 1)
    kind = (options.text("type") or "").upper()
    place = table.dotted(way)
    fields = [_quoted(field, way) for field in many(options.get("fields"))]
    name = options.text("name")
    snippet = _snippet(kind, name, place, fields, options, way)
    columns = tuple(field.strip('"`') for field in fields)
    known.constrained(table.name, name or _generated(kind, place, fields, options).replace("`", ""), kind, columns)
    sql = joined("ALTER TABLE", place, "ADD", snippet, ";")
    yield asks(_REBUILT, "") if way.sqlite else Text(sql)


def _quoted(field: Value, way: Way) -> str:
    return method(field, way) if isinstance(field, Chain) else way.quoted(_name_of(field))


_SHORT = {"UNIQUE": "uk", "CHECK": "ck", "PRIMARY KEY": "pk"}


def _generated(kind: str, place: str, fields: list[str], options: Options) -> str:
    if kind == "FOREIGN KEY":
        to = _references(options).known("table")
        if not isinstance(to, str):
            raise UnreadableError(why_not(to) or "the name of its constraint is not known")
        return f"{place}_{'_'.join(fields)}_{to}_fk"
    return f"{place}_{'_'.join(fields)}_{_SHORT.get(kind, '')}"


def _references(options: Options) -> Options:
    value = options.known("references")
    if not isinstance(value, Pairs):
        raise UnreadableError(why_not(value) or "what its foreign key points to is not known")
    return Options(value)


def _snippet(kind: str, name: str | None, place: str, fields: list[str], options: Options, way: Way) -> str:
    if kind not in (*_SHORT, "FOREIGN KEY"):
        raise UnreadableError(f"what Sequelize writes for a constraint {kind or 'without a type'} is not known here")
    columns = ", ".join(fields)
    sql = f"CONSTRAINT {way.quoted(name or _generated(kind, place, fields, options))} "
    if kind == "CHECK":
        return f"{sql}CHECK ({where(options.known('where'), way)})"
    if kind == "FOREIGN KEY":
        sql += _foreign(columns, options, way)
    else:
        sql += f"{kind} ({columns})"
    later = options.get("deferrable")
    return f"{sql} {deferrable(later)}" if later is not None else sql


def _foreign(columns: str, options: Options, way: Way) -> str:
    to = _references(options)
    one, several = to.text("field"), to.known("fields")
    names = [one] if one is not None else texts_of(several, "columns that its foreign key points to")
    keys = ", ".join(way.quoted(each) for each in names)
    sql = f"FOREIGN KEY ({columns}) REFERENCES {table_of(to.known('table')).sql(way)} ({keys})"
    for option, words in (("onUpdate", "ON UPDATE"), ("onDelete", "ON DELETE")):
        if action := options.text(option):
            sql += f" {words} {action.upper()}"
    return sql


def remove_constraint(args: Args, way: Way, known: Known) -> Iterator[Text]:
    """A constraint; on MySQL what it is decides what is sent."""
    table, name = table_of(args[0]), argument(args, 1, "the name of its constraint")
    sql = joined("ALTER TABLE", table.dotted(way), "DROP CONSTRAINT", way.dotted(name))
    if way.postgres:
        yield Text(sql)
        return
    if way.sqlite:
        yield asks(_REBUILT, "")
        return
    kind = known.released(table.name, name)
    if kind == "FOREIGN KEY":
        yield Text(joined("ALTER TABLE", table.sql(way), "DROP FOREIGN KEY", way.quoted(name), ";"))
    elif kind == "UNIQUE" and table.plain:
        yield Text(joined("DROP INDEX", way.quoted(name), "ON", replace(table, schema="").sql(way)))
    else:
        yield asks("the server is asked what kind of constraint it is", sql)
