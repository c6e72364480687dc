"""Rails' types as each server's, and default values as Rails quotes them for a type."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from console.readers.ruby.context import Context
from console.readers.ruby.values import Many, Pairs, Raw, RefusedError, UnreadableError, Value

_POSTGRES = {
    "string": "character varying", "text": "text", "float": "float", "decimal": "decimal", "datetime": "timestamp",
    "timestamp": "timestamp", "timestamptz": "timestamptz", "time": "time", "date": "date", "binary": "bytea",
    "boolean": "boolean", "bit_varying": "bit varying",
}  # fmt: skip
_POSTGRES_SAME = frozenset(
    "daterange numrange tsrange tstzrange int4range int8range xml tsvector hstore inet cidr macaddr uuid json jsonb "
    "ltree citext point line lseg box path polygon circle bit money interval oid".split()
)
_MYSQL = {
    "string": "varchar", "float": "float", "decimal": "decimal", "datetime": "datetime", "timestamp": "timestamp",
    "time": "time", "date": "date", "boolean": "tinyint(1)", "json": "json",
}  # fmt: skip
_SQLITE = {"string": "varchar", "binary": "blob"} | {
    kind: kind for kind in ("text", "integer", "float", "decimal", "datetime", "time", "date", "boolean", "json")
}
_SIZED = {"tinytext": ("text", "tiny"), "mediumtext": ("text", "medium"), "longtext": ("text", "long"),
          "tinyblob": ("blob", "tiny"), "mediumblob": ("blob", "medium"), "longblob": ("blob", "long")}  # fmt: skip
_TIMES = frozenset({"datetime", "timestamp", "time", "interval", "timestamptz"})
_FALSE_WORDS = frozenset({"", "0", "f", "F", "false", "FALSE", "off", "OFF"})


def type_sql(kind: str, options: Mapping[str, Value], context: Context) -> str:
    """The type of a column. RefusedError where Rails raises."""
    limit = _number(options, "limit")
    if context.sqlite:
        return _sqlite(kind, limit, options)
    found = _postgres(kind, limit, options) if context.postgres else _mysql(kind, limit, options, context)
    if context.postgres and options.get("array"):
        return f"{found}[]"
    return f"{found} unsigned" if options.get("unsigned") and not context.postgres else found


def _number(options: Mapping[str, Value], name: str) -> int | None:
    value = options.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise UnreadableError(f"the {name} {value} is not read")


def _postgres(kind: str, limit: int | None, options: Mapping[str, Value]) -> str:
    if kind == "integer":
        return _integer(limit, {1: "smallint", 2: "smallint", 3: "integer", 4: "integer", None: "integer"})
    if kind == "enum":
        return str(options["enum_type"]) if isinstance(options.get("enum_type"), str) else _unknown(kind)
    if kind in ("text", "binary"):
        if limit is not None and limit > 0x3FFFFFFF:
            raise RefusedError(f"Rails refuses a {kind} of {limit} bytes")
        return _sized(_POSTGRES[kind], limit)
    name = _POSTGRES.get(kind) or (kind if kind in _POSTGRES_SAME else "")
    return _parted(kind, name, limit, options)


def _mysql(kind: str, limit: int | None, options: Mapping[str, Value], context: Context) -> str:
    if kind == "integer":
        return _integer(limit, {1: "tinyint", 2: "smallint", 3: "mediumint", 4: "int", None: "int"})
    if kind in ("text", "blob", "binary"):
        if kind == "binary" and limit is not None and limit <= 0xFFF:
            return f"varbinary({limit})"
        return f"{_size(limit, options)}{'text' if kind == 'text' else 'blob'}"
    if kind in _SIZED:
        base, size = _SIZED[kind]
        return f"{size}{base}"
    if kind == "string":
        limit = 255 if limit is None else limit
    if kind == "float":
        limit = 24 if limit is None else limit
    return _parted(kind, _MYSQL.get(kind, ""), limit, options)


def _sqlite(kind: str, limit: int | None, options: Mapping[str, Value]) -> str:
    return _parted(kind, _SQLITE.get(kind, ""), limit, options)


def _integer(limit: int | None, names: Mapping[int | None, str]) -> str:
    if limit in names:
        return names[limit]
    if limit is not None and 5 <= limit <= 8:
        return "bigint"
    raise RefusedError(f"Rails refuses an integer of {limit} bytes")


def _size(limit: int | None, options: Mapping[str, Value]) -> str:
    size = options.get("size")
    if "size" in options and size is not None:
        if str(size) not in ("tiny", "medium", "long"):
            raise RefusedError(f"Rails refuses the size {size}")
        return str(size)
    if limit is None or 0x100 <= limit <= 0xFFFF:
        return ""
    return "tiny" if limit <= 0xFF else "medium" if limit <= 0xFFFFFF else "long"


def _parted(kind: str, name: str, limit: int | None, options: Mapping[str, Value]) -> str:
    if not name:
        return kind
    precision, scale = _number(options, "precision"), _number(options, "scale")
    if kind == "decimal":
        if precision is None and scale is not None:
            raise RefusedError("Rails refuses a decimal with a scale and no precision")
        return name if precision is None else f"{name}({precision}{'' if scale is None else f',{scale}'})"
    if kind in _TIMES and precision is not None:
        if not 0 <= precision <= 6:
            raise RefusedError(f"Rails refuses a {kind} with the precision {precision}")
        return f"{name}({precision})"
    if kind == "timestamptz" and name == kind:
        return "timestamptz"
    return _sized(name, limit)


def _unknown(kind: str) -> str:
    raise UnreadableError(f"the type {kind} is not read")


def _sized(name: str, limit: int | None) -> str:
    return name if limit is None or name.endswith(")") else f"{name}({limit})"


def default_sql(value: Value, sql_type: str, context: Context) -> str:
    """A default value as Rails writes it behind DEFAULT, cast to the type of its column."""
    if isinstance(value, Raw):
        return value.sql
    base = sql_type.partition("(")[0].removesuffix(" unsigned").strip().lower()
    if value is None:
        return "NULL"
    if sql_type == "uuid" and isinstance(value, str) and "()" in value:
        return str(value)
    if sql_type.endswith("[]"):
        return _of_array(value, context)
    caster = _CASTS.get("boolean" if sql_type == "tinyint(1)" else base)
    if caster is None:
        raise UnreadableError(f"how Rails writes the default {value} for {sql_type} is not known")
    return caster(value, sql_type, context)


def _of_array(value: Value, context: Context) -> str:
    if isinstance(value, Many) and not value.values:
        return "'{}'"
    if isinstance(value, str) and value == "{}":
        return "'{}'"
    if isinstance(value, Many) and all(_is_plain(one) for one in value.values):
        return context.text(f"{{{','.join(map(str, value.values))}}}")
    raise UnreadableError("the default of an array is not read")


def _is_plain(value: Value) -> bool:
    """What needs no quotes inside an array, and nobody's opinion on how it is written."""
    if isinstance(value, str):
        return re.fullmatch(r"[\w.-]+", value, re.ASCII) is not None and value.upper() != "NULL"
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: Value, sql_type: str, context: Context) -> str:
    if isinstance(value, bool):
        return context.text(str(int(value)) if context.mysql else "t" if value else "f")
    if isinstance(value, str | int):
        return context.text(str(value))
    raise UnreadableError(f"how Rails writes the default of a {sql_type} is not known")


def _whole(value: Value, sql_type: str, context: Context) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"-?\d+", value)):
        return str(int(value))
    raise UnreadableError(f"how Rails writes {value} as {sql_type} is not known")


def _decimal(value: Value, sql_type: str, context: Context) -> str:
    if not context.postgres and re.search(r"\((\d+)\)|,\s*0\)", sql_type):
        return _whole(value, sql_type, context)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnreadableError(f"how Rails writes {value} as {sql_type} is not known")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise UnreadableError(f"how Rails writes {value} as {sql_type} is not known") from None
    places = re.search(r",\s*(\d+)\)", sql_type) if not context.postgres else None
    if places is not None and found != round(found, int(places[1])):
        raise UnreadableError(f"how Rails rounds {value} to {sql_type} is not known")
    text = format(found.normalize(), "f")
    return text if "." in text else f"{text}.0"


def _floating(value: Value, sql_type: str, context: Context) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= 1e16 or 0 < abs(value) < 1e-4:
        raise UnreadableError(f"how Rails writes {value} as {sql_type} is not known")
    return repr(float(value))


def _boolean(value: Value, sql_type: str, context: Context) -> str:
    if context.sqlite and context.rails < (6, 0):
        raise UnreadableError("whether Rails writes booleans as numbers or letters is a setting before 6.0")
    false, true = ("0", "1") if context.sqlite else ("FALSE", "TRUE")
    if isinstance(value, int):
        return true if value else false
    if isinstance(value, str) and value:
        return false if str(value) in _FALSE_WORDS else true
    raise UnreadableError(f"how Rails writes {value} as a boolean is not known")


def _json(value: Value, sql_type: str, context: Context) -> str:
    text = json.dumps(_plain(value, sql_type), separators=(",", ":"), ensure_ascii=False)
    if not text.isascii() or re.search(r"[<>&]|\\[^\"]", text):
        raise UnreadableError(f"how Rails writes the default of a {sql_type} is not known")
    return context.text(text)


def _plain(value: Value, sql_type: str) -> object:
    if isinstance(value, Pairs):
        return {name: _plain(one, sql_type) for name, one in value.values.items()}
    if isinstance(value, Many):
        return [_plain(one, sql_type) for one in value.values]
    if isinstance(value, Raw) or (isinstance(value, float) and not 1e-4 <= abs(value) < 1e15):
        raise UnreadableError(f"how Rails writes the default of a {sql_type} is not known")
    return str(value) if isinstance(value, str) else value


def _date(value: Value, sql_type: str, context: Context) -> str:
    unknown = UnreadableError(f"how Rails writes {value} as a date is not known")
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise unknown
    try:
        return context.text(date.fromisoformat(value).isoformat())
    except ValueError:
        raise unknown from None


_CASTS = {
    **dict.fromkeys(
        ["character varying", "varchar", "text", "char", "citext", "tinytext", "mediumtext", "longtext"], _text
    ),
    **dict.fromkeys(["integer", "int", "bigint", "smallint", "tinyint", "mediumint", "serial", "bigserial"], _whole),
    "decimal": _decimal,
    "numeric": _decimal,
    "float": _floating,
    "boolean": _boolean,
    "json": _json,
    "jsonb": _json,
    "date": _date,
}
