"""Columns as Knex writes them: type and modifiers, on each server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from console.frameworks.knex.words import UnreadableError, Writer, as_json, number, options, whole, word, yes
from console.readers.javascript.values import UNDEFINED, Many, Pairs, Value, why_not

ALIASES = {"float": "floating", "enum": "enu", "boolean": "bool", "string": "varchar", "bigint": "biginteger"}
TYPES = frozenset(
    """tinyint smallint mediumint int bigint decimal float double real bit boolean serial date datetime timestamp time
    year geometry geography point char varchar tinytext tinyText text mediumtext mediumText longtext longText binary
    varbinary tinyblob tinyBlob mediumblob mediumBlob blob longblob longBlob enum set bool dateTime increments
    bigincrements bigIncrements integer biginteger bigInteger string json jsonb uuid enu specificType""".split()
)
"""What a table has methods of."""
MODIFIERS = {
    "default": "defaultTo", "defaultsTo": "defaultTo", "defaultTo": "defaultTo", "unsigned": "unsigned",
    "nullable": "nullable", "first": "first", "after": "after", "comment": "comment", "collate": "collate",
    "checkPositive": "checkPositive", "checkNegative": "checkNegative", "checkIn": "checkIn",
    "checkNotIn": "checkNotIn", "checkBetween": "checkBetween", "checkLength": "checkLength",
    "checkRegex": "checkRegex",
}  # fmt: skip
_CHECKS = ("checkPositive", "checkNegative", "checkIn", "checkNotIn", "checkBetween", "checkLength", "checkRegex")
_ORDER = {
    "postgres": ("nullable", "defaultTo"),
    "mysql": ("unsigned", "nullable", "defaultTo", "comment", "collate", "first", "after"),
    "sqlite": ("nullable", "defaultTo"),
}
_PLAIN = {
    "binary": "blob", "bool": "boolean", "date": "date", "datetime": "datetime", "time": "time",
    "timestamp": "timestamp", "geometry": "geometry", "geography": "geography", "point": "point", "json": "text",
    "integer": "integer", "smallint": "integer", "mediumint": "integer", "biginteger": "bigint", "text": "text",
    "tinyint": "tinyint",
}  # fmt: skip
_OWN = {
    "postgres": {"binary": "bytea", "double": "double precision", "floating": "real", "smallint": "smallint",
                 "tinyint": "smallint", "json": "json", "jsonb": "jsonb"},
    "mysql": {"mediumint": "mediumint", "smallint": "smallint", "json": "json", "jsonb": "json",
              "mediumtext": "mediumtext", "longtext": "longtext"},
    "sqlite": {"json": "json", "jsonb": "json", "double": "float", "decimal": "float", "floating": "float",
               "timestamp": "datetime", "increments": "integer not null primary key autoincrement",
               "bigincrements": "integer not null primary key autoincrement"},
}  # fmt: skip


@dataclass(slots=True)
class Column:
    """A column as a file describes it."""

    type: str
    args: tuple[Value, ...]
    modifiers: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    alter: bool = False
    alter_nullable: bool = True
    alter_type: bool = True

    @property
    def grows(self) -> bool:
        """It counts by itself."""
        return "increments" in self.type

    @property
    def name(self) -> str:
        """Its name; one that counts is called id where nothing is said."""
        first = self.arg(0)
        if first in (UNDEFINED, None, "") and self.grows:
            return "id"
        return word(first)

    def arg(self, at: int) -> Value:
        """One argument."""
        return self.args[at] if at < len(self.args) else UNDEFINED


@dataclass(slots=True)
class Around:
    """What a column must know of its table."""

    writer: Writer
    table: str
    """As it is quoted."""
    plain: str
    """As the file calls it."""
    schema: str
    keyed: bool
    """The table says itself what its primary key is."""
    before: list[str] = field(default_factory=list)
    """Statements sent before the table's own."""
    behind: list[str] = field(default_factory=list)


def written(column: Column, around: Around) -> str:
    """Name, type and modifiers."""
    modifiers = [one for one in _modifiers(column, around) if one]
    kind = type_of(column, around)
    return " ".join((around.writer.name(column.name), kind, *modifiers))


def type_of(column: Column, around: Around) -> str:
    """Its type. UnreadableError where Knex writes none."""
    own = _OWN[around.writer.family].get(column.type)
    if own is not None:
        return own
    made = _MADE.get((around.writer.family, column.type)) or _MADE.get(("", column.type))
    found = made(column, around) if made is not None else _PLAIN.get(column.type)
    if found is None:
        raise UnreadableError(f"Knex has no type {column.type} on this server")
    return found


def _varchar(column: Column, around: Around) -> str:
    return f"varchar({whole(column.arg(1), 255)})"


def _decimal(column: Column, around: Around) -> str:
    if column.arg(1) is None:
        if around.writer.postgres:
            return "decimal"
        raise UnreadableError("Knex refuses a decimal without precision here")
    return f"decimal({whole(column.arg(1), 8)}, {whole(column.arg(2), 2)})"


def _floating(column: Column, around: Around) -> str:
    return f"float({whole(column.arg(1), 8)}, {whole(column.arg(2), 2)})"


def _double(column: Column, around: Around) -> str:
    return f"double({whole(column.arg(1), 8)}, {whole(column.arg(2), 2)})" if yes(column.arg(1)) else "double"


def _sized(name: str, otherwise: int, bare: str = "") -> Callable[[Column, Around], str]:
    def made(column: Column, around: Around) -> str:
        return f"{name}({whole(column.arg(1), otherwise)})" if yes(column.arg(1)) else bare or name

    return made


def _specific(column: Column, around: Around) -> str:
    return word(column.arg(1))


def _may_be_key(column: Column, around: Around, *, otherwise: bool) -> bool:
    given = column.arg(1)
    wanted = otherwise if given == UNDEFINED else yes(options(given).get("primaryKey", UNDEFINED))
    return wanted and not around.keyed


def _serial(kind: str) -> Callable[[Column, Around], str]:
    return lambda column, around: kind + (" primary key" if _may_be_key(column, around, otherwise=True) else "")


def _counting(kind: str) -> Callable[[Column, Around], str]:
    made = f"{kind} unsigned not null"
    return lambda column, around: (
        made + (" auto_increment primary key" if _may_be_key(column, around, otherwise=True) else "")
    )


def _uuid(column: Column, around: Around) -> str:
    if around.writer.postgres:
        return "uuid" + (" primary key" if _may_be_key(column, around, otherwise=False) else "")
    return "binary(16)" if yes(options(column.arg(1)).get("useBinaryUuid", UNDEFINED)) else "char(36)"


def _text_of_mysql(column: Column, around: Around) -> str:
    size = column.arg(1)
    if size in ("medium", "mediumtext", "long", "longtext"):
        return "mediumtext" if str(size).startswith("medium") else "longtext"
    return "text"


def _moment(name: str) -> Callable[[Column, Around], str]:
    def made(column: Column, around: Around) -> str:
        given = column.arg(1)
        exact = given.values.get("precision", UNDEFINED) if isinstance(given, Pairs) else given
        return f"{name}({number(exact)})" if isinstance(exact, int) and not isinstance(exact, bool) else name

    return made


def _zoned(column: Column, around: Around) -> str:
    given, exact = column.arg(1), column.arg(2)
    zone = True
    if isinstance(given, Pairs):
        told = given.values.get("useTz", UNDEFINED)
        zone, exact = told if isinstance(told, bool) else True, given.values.get("precision", UNDEFINED)
    elif given != UNDEFINED:
        zone = not yes(given)
    shown = "" if exact in (None, UNDEFINED) else f"({whole(exact, 0)})"
    return ("timestamptz" if zone else "timestamp") + shown


def _bit(column: Column, around: Around) -> str:
    raise UnreadableError("what Knex makes of a bit here is not known")


def _members(column: Column) -> str:
    allowed = column.arg(1)
    if not isinstance(allowed, Many):
        raise UnreadableError(why_not(allowed) or "the values allowed in it are no list")
    return "', '".join(word(one) for one in allowed.values)


def _enum_of_mysql(column: Column, around: Around) -> str:
    return f"enum('{_members(column)}')"


def _enum(column: Column, around: Around) -> str:
    asked = options(column.arg(2))
    if not (around.writer.postgres and yes(asked.get("useNative", UNDEFINED))):
        return f"text check ({around.writer.name(column.name)} in ('{_members(column)}'))"
    schema = asked.get("schemaName", UNDEFINED)
    schema = around.schema if schema in (UNDEFINED, None, "") else word(schema)
    name = (f'"{schema}".' if schema else "") + f'"{word(asked.get("enumName", UNDEFINED))}"'
    if not yes(asked.get("existingType", UNDEFINED)):
        around.before.append(f"create type {name} as enum ('{_members(column)}')")
    return name


_MADE: dict[tuple[str, str], Callable[[Column, Around], str]] = {
    ("", "varchar"): _varchar,
    ("", "decimal"): _decimal,
    ("", "floating"): _floating,
    ("", "specifictype"): _specific,
    ("", "enu"): _enum,
    ("", "uuid"): _uuid,
    ("postgres", "increments"): _serial("serial"),
    ("postgres", "bigincrements"): _serial("bigserial"),
    ("postgres", "datetime"): _zoned,
    ("postgres", "timestamp"): _zoned,
    ("postgres", "bit"): _bit,
    ("mysql", "increments"): _counting("int"),
    ("mysql", "bigincrements"): _counting("bigint"),
    ("mysql", "integer"): _sized("int", 11),
    ("mysql", "tinyint"): _sized("tinyint", 1),
    ("mysql", "text"): _text_of_mysql,
    ("mysql", "enu"): _enum_of_mysql,
    ("mysql", "datetime"): _moment("datetime"),
    ("mysql", "timestamp"): _moment("timestamp"),
    ("mysql", "time"): _moment("time"),
    ("mysql", "bit"): _sized("bit", 1),
    ("mysql", "binary"): _sized("varbinary", 255, "blob"),
    ("mysql", "double"): _double,
}


def _modifiers(column: Column, around: Around) -> list[str]:
    if column.grows:
        found = [_comment(column, around)] if around.writer.family == "mysql" and "comment" in column.modifiers else []
        if around.writer.postgres and "comment" in column.modifiers:
            _comment(column, around)
        return found
    if around.writer.postgres and "comment" in column.modifiers:
        _comment(column, around)
    made = [_WRITTEN[name](column, around) for name in _ORDER[around.writer.family] if name in column.modifiers]
    return made + [_checked(name, column, around) for name in _CHECKS if name in column.modifiers]


def _nullable(column: Column, around: Around) -> str:
    given = column.modifiers["nullable"]
    return "not null" if given and given[0] is False else "null"


def default_of(column: Column, around: Around) -> str:
    """`default ...`, or nothing."""
    given = column.modifiers["defaultTo"]
    value: Value = given[0] if given else UNDEFINED
    writer = around.writer
    if writer.family == "mysql":
        if value is None or value == UNDEFINED:
            return ""
        if column.type in ("json", "jsonb") and isinstance(value, Many | Pairs):
            return f"default ('{as_json(value)}')"
        if "text" in column.type or column.type == "blob":
            return ""
    return f"default {_default(value, column, writer)}"


def _default(value: Value, column: Column, writer: Writer) -> str:
    if value is None or value == UNDEFINED:
        return "null" if value is None else ""
    raw = writer.raw(value)
    if raw is not None:
        return raw
    if column.type == "bool":
        return "'1'" if value != "false" and yes(value) else "'0'"
    if column.type in ("json", "jsonb") and isinstance(value, Many | Pairs):
        return f"'{as_json(value)}'"
    if isinstance(value, bool):
        return writer.text("true" if value else "false")
    if isinstance(value, int | float):
        return writer.text(number(value))
    return writer.text(word(value))


def _comment(column: Column, around: Around) -> str:
    given = column.modifiers["comment"]
    text = given[0] if given else UNDEFINED
    if around.writer.family == "mysql":
        return "comment '" + word(text).replace("'", "\\'") + "'" if yes(text) else ""
    said = "'" + word(text).replace("'", "''") + "'" if yes(text) else "NULL"
    around.behind.append(f"comment on column {around.table}.{around.writer.name(column.name)} is {said}")
    return ""


def _collate(column: Column, around: Around) -> str:
    return f"collate '{word(column.modifiers['collate'][0])}'"


def _after(column: Column, around: Around) -> str:
    return f"after {around.writer.name(word(column.modifiers['after'][0]))}"


def _same(text: str) -> Callable[[Column, Around], str]:
    def made(column: Column, around: Around) -> str:
        return text

    return made


_WRITTEN: dict[str, Callable[[Column, Around], str]] = {
    "unsigned": _same("unsigned"),
    "nullable": _nullable,
    "defaultTo": default_of,
    "comment": _comment,
    "collate": _collate,
    "first": _same("first"),
    "after": _after,
}


def _checked(name: str, column: Column, around: Around) -> str:
    if column.alter:
        raise UnreadableError("a check on a column that is changed is not read")
    given = column.modifiers[name]
    writer, quoted = around.writer, around.writer.name(column.name)
    value: Value = given[0] if given else UNDEFINED
    label: Value = given[1] if len(given) > 1 else UNDEFINED
    if name in ("checkPositive", "checkNegative"):
        test, label = f"{quoted} {'>' if name == 'checkPositive' else '<'} 0", value
    elif name in ("checkIn", "checkNotIn") and isinstance(value, Many):
        listed = ",".join(writer.literal(one) for one in value.values)
        test = f"{quoted} {'not ' if name == 'checkNotIn' else ''}in ({listed})"
    elif name == "checkRegex":
        test = f"{quoted} {'~' if writer.postgres else 'REGEXP'} {writer.literal(value)}"
    elif name == "checkLength" and len(given) > 1:
        test, label = f"length({quoted}) {word(value)} {whole(given[1], 0)}", given[2] if len(given) > 2 else UNDEFINED
    elif name == "checkBetween" and isinstance(value, Many) and len(value.values) == 2:
        low, high = (writer.literal(one) for one in value.values)
        test = f"{quoted} between {low} and {high}"
    else:
        raise UnreadableError(f"what {name} is told is not known")
    if label in (UNDEFINED, None, ""):
        return f"check ({test})"
    if writer.client == "mariadb":
        around.behind.append(f"alter table {around.table} add constraint {word(label)} check({test})")
        return ""
    return f"constraint {word(label)} check ({test})"
