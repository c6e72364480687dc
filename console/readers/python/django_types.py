"""The column types of Django's fields on PostgreSQL, MySQL and MariaDB, their checks and suffixes."""

from __future__ import annotations

from console.readers.python.django_fields import AUTO, GENERATED, Field
from console.readers.python.django_state import Engine, Model, State
from console.readers.python.static import UnreadableError

_POSTGRES = {
    "AutoField": "integer", "BigAutoField": "bigint", "BinaryField": "bytea", "BooleanField": "boolean",
    "CharField": "varchar({length})", "DateField": "date", "DateTimeField": "timestamp with time zone",
    "DecimalField": "numeric({digits}, {places})", "DurationField": "interval", "FileField": "varchar({length})",
    "FilePathField": "varchar({length})", "FloatField": "double precision", "IntegerField": "integer",
    "BigIntegerField": "bigint", "GenericIPAddressField": "inet", "JSONField": "jsonb",
    "PositiveBigIntegerField": "bigint", "PositiveIntegerField": "integer", "PositiveSmallIntegerField": "smallint",
    "SlugField": "varchar({length})", "SmallAutoField": "smallint", "SmallIntegerField": "smallint",
    "TextField": "text", "TimeField": "time", "UUIDField": "uuid", "NullBooleanField": "boolean",
    "HStoreField": "hstore", "SearchVectorField": "tsvector", "IntegerRangeField": "int4range",
    "BigIntegerRangeField": "int8range", "DecimalRangeField": "numrange", "DateTimeRangeField": "tstzrange",
    "DateRangeField": "daterange",
}  # fmt: skip
_MYSQL = {
    "AutoField": "integer AUTO_INCREMENT", "BigAutoField": "bigint AUTO_INCREMENT", "BinaryField": "longblob",
    "BooleanField": "bool", "CharField": "varchar({length})", "DateField": "date", "DateTimeField": "datetime(6)",
    "DecimalField": "numeric({digits}, {places})", "DurationField": "bigint", "FileField": "varchar({length})",
    "FilePathField": "varchar({length})", "FloatField": "double precision", "IntegerField": "integer",
    "BigIntegerField": "bigint", "GenericIPAddressField": "char(39)", "JSONField": "json",
    "PositiveBigIntegerField": "bigint UNSIGNED", "PositiveIntegerField": "integer UNSIGNED",
    "PositiveSmallIntegerField": "smallint UNSIGNED", "SlugField": "varchar({length})",
    "SmallAutoField": "smallint AUTO_INCREMENT", "SmallIntegerField": "smallint", "TextField": "longtext",
    "TimeField": "time(6)", "UUIDField": "char(32)", "NullBooleanField": "bool",
}  # fmt: skip
_SQLITE = {
    **_POSTGRES, "BigAutoField": "integer", "BinaryField": "BLOB", "BooleanField": "bool", "DateTimeField": "datetime",
    "DecimalField": "decimal", "DurationField": "bigint", "FloatField": "real", "GenericIPAddressField": "char(39)",
    "JSONField": "text", "PositiveBigIntegerField": "bigint unsigned", "PositiveIntegerField": "integer unsigned",
    "PositiveSmallIntegerField": "smallint unsigned", "SmallAutoField": "integer", "UUIDField": "char(32)",
    "NullBooleanField": "bool",
}  # fmt: skip
_ONLY_POSTGRES = _POSTGRES.keys() - _MYSQL.keys()
_OF_KEY = {"AutoField": "IntegerField", "BigAutoField": "BigIntegerField", "SmallAutoField": "SmallIntegerField"}
POSITIVE = frozenset({"PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"})
LIMITED = ("blob", "text", "json")
"""What MySQL neither indexes in full nor gives a default by ALTER."""


def type_of(found: Field, model: Model, state: State, engine: Engine) -> str:
    """The column's type. UnreadableError when it is not known."""
    if found.foreign:
        to, field = state.pointed(model, found, engine)
        return _as_key(field, to, state, engine)
    if found.kind == GENERATED:
        return _generated(found, engine)
    return _plain(found, found.internal, engine)


def _generated(found: Field, engine: Engine) -> str:
    made = found.get("output_field")
    if not isinstance(made, Field) or made.foreign or check_of(made, engine):
        raise UnreadableError("what a generated column gives is not read")
    return _plain(made, made.internal, engine)


def _as_key(found: Field, model: Model, state: State, engine: Engine) -> str:
    """The type of a column that points to this one."""
    if found.foreign:
        to, field = state.pointed(model, found, engine)
        return _as_key(field, to, state, engine)
    internal = found.internal
    if engine.sqlite and internal in POSITIVE:
        return _plain(found, internal.removeprefix("Positive"), engine)
    return _plain(found, _OF_KEY.get(internal, internal), engine)


def _plain(found: Field, internal: str, engine: Engine) -> str:
    if internal == "ArrayField":
        return _array(found, engine)
    if internal == "UUIDField" and engine.dialect == "mariadb" and engine.django >= (5, 0):
        if engine.server is None:
            raise UnreadableError("a UUIDField is uuid on MariaDB 10.7 and newer and char(32) on older ones")
        return "uuid" if engine.server >= (10, 7) else "char(32)"
    shapes = _POSTGRES if engine.postgres else _SQLITE if engine.sqlite else _MYSQL
    shape = shapes.get(internal, "")
    if not shape or (engine.sqlite and internal in _ONLY_POSTGRES):
        raise UnreadableError(f"{internal} makes no column that is known here")
    if "{length}" in shape and found.length is None:
        since = (4, 2) if engine.postgres else (5, 2)
        if not engine.mysql and internal == "CharField" and engine.django >= since:
            return "varchar"
        raise UnreadableError(f"the length of {found.name} is not known")
    digits, places = found.get("max_digits"), found.get("decimal_places")
    if "{digits}" in shape and not (isinstance(digits, int) and isinstance(places, int)):
        raise UnreadableError(f"the digits of {found.name} are not known")
    return shape.format(length=found.length, digits=digits, places=places)


def _array(found: Field, engine: Engine) -> str:
    base = found.get("base_field")
    if not engine.postgres or not isinstance(base, Field) or base.foreign:
        raise UnreadableError(f"what {found.name} is an array of is not known")
    size = found.get("size")
    return f"{_plain(base, base.internal, engine)}[{size or ''}]"


def check_of(found: Field, engine: Engine, column: str | None = None) -> str:
    """What the column's own definition checks; '' when it checks nothing."""
    name = found.column if column is None else column
    mark = "`" if engine.mysql else '"'
    if engine.sqlite and found.kind == "JSONField":
        return f'(JSON_VALID("{name}") OR "{name}" IS NULL)'
    if found.kind in POSITIVE:
        return f"{mark}{name}{mark} >= 0"
    return ""


def suffix_of(found: Field, engine: Engine) -> str:
    """What stands at the end of the column's definition."""
    if found.kind not in AUTO or engine.mysql:
        return ""
    return "AUTOINCREMENT" if engine.sqlite else "GENERATED BY DEFAULT AS IDENTITY"


def collation_of(found: Field, model: Model, state: State, engine: Engine) -> str:
    """The collation that the column is given; a foreign key has that of its target."""
    if found.foreign:
        to, field = state.pointed(model, found, engine)
        return collation_of(field, to, state, engine)
    return str(found.get("db_collation") or "")


def limited(kind: str) -> bool:
    """A type MySQL neither indexes nor gives a default by ALTER."""
    return kind.endswith(LIMITED)
