"""The methods of a blueprint that make columns: type, parameters and defaults of each, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from console.readers.php.draft import Call, Connection, UnreadableError
from console.readers.php.grammar.common import truth
from console.readers.php.values import Unknown, Value

LENGTH = "length"
PRECISION = "precision"


@dataclass(frozen=True, slots=True)
class Spec:
    """One method that makes one column."""

    type: str
    """The framework's word."""
    defaults: Mapping[str, Value] = field(default_factory=dict)
    """Parameters behind the column's name, in order, with what they are when left out."""
    always: Mapping[str, Value] = field(default_factory=dict)
    """Attributes nobody can choose."""
    column: str | None = None
    """The column's name when none is given; None: one must be."""
    foreign: bool = False
    """`constrained()` may follow."""


_INTEGERS = {
    "": "integer",
    "tiny": "tinyInteger",
    "small": "smallInteger",
    "medium": "mediumInteger",
    "big": "bigInteger",
}
_GEOMETRIES = (
    "lineString",
    "polygon",
    "geometryCollection",
    "multiPoint",
    "multiLineString",
    "multiPolygon",
    "multiPolygonZ",
)
_PLAIN = ("tinyText", "text", "mediumText", "longText", "boolean", "json", "jsonb", "date", "year")
_TIMES = ("dateTime", "dateTimeTz", "time", "timeTz", "timestamp", "timestampTz")
_OLD_DECIMALS: dict[str, dict[str, Value]] = {
    "Float": {"total": 8, "places": 2},
    "Double": {"total": None, "places": None},
    "Decimal": {"total": 8, "places": 2},
}


def _integers() -> dict[str, Spec]:
    found: dict[str, Spec] = {}
    for size, kind in _INTEGERS.items():
        found[kind] = Spec(kind, {"autoIncrement": False, "unsigned": False})
        found[f"unsigned{size.title()}Integer"] = Spec(kind, {"autoIncrement": False}, {"unsigned": True})
        name = f"{size}Increments" if size else "increments"
        found[name] = Spec(kind, {}, {"autoIncrement": True, "unsigned": True})
    found["integerIncrements"] = found["increments"]
    found["id"] = Spec("bigInteger", {}, {"autoIncrement": True, "unsigned": True}, column="id")
    return found


def _texts(laravel: int) -> dict[str, Spec]:
    found = {name: Spec(name) for name in _PLAIN}
    found |= {name: Spec(name, {LENGTH: None}) for name in ("char", "string")}
    found |= {name: Spec(name, {"allowed": None}) for name in ("enum", "set")}
    found["computed"] = Spec("computed", {"expression": None})
    found["binary"] = Spec("binary", {LENGTH: None, "fixed": False} if laravel >= 11 else {})
    return found


def _numbers(laravel: int) -> dict[str, Spec]:
    if laravel >= 11:
        return {
            "float": Spec("float", {PRECISION: 53}),
            "double": Spec("double"),
            "decimal": Spec("decimal", {"total": 8, "places": 2}),
        }
    found: dict[str, Spec] = {}
    for name, defaults in _OLD_DECIMALS.items():
        kind = name.lower()
        found[kind] = Spec(kind, {**defaults, "unsigned": False})
        found[f"unsigned{name}"] = Spec(kind, defaults, {"unsigned": True})
    return found


def _times(laravel: int) -> dict[str, Spec]:
    default = {PRECISION: None if laravel >= 12 else 0}
    found = {name: Spec(name, default) for name in _TIMES}
    soft = {"softDeletes": "timestamp", "softDeletesTz": "timestampTz"}
    if laravel >= 10:
        soft["softDeletesDatetime"] = "dateTime"
    for name, kind in soft.items():
        found[name] = Spec(kind, default, {"nullable": True}, column="deleted_at")
    return found


def _identities(laravel: int) -> dict[str, Spec]:
    found = {
        "foreignId": Spec("bigInteger", {}, {"autoIncrement": False, "unsigned": True}, foreign=True),
        "foreignUuid": Spec("uuid", foreign=True),
    }
    named = laravel >= 9
    found["uuid"] = Spec("uuid", column="uuid" if named else None)
    found["ipAddress"] = Spec("ipAddress", column="ip_address" if named else None)
    found["macAddress"] = Spec("macAddress", column="mac_address" if named else None)
    if named:
        found["foreignUlid"] = Spec("char", {LENGTH: 26}, foreign=True)
        found["ulid"] = Spec("char", {LENGTH: 26}, column="ulid" if laravel >= 10 else "uuid")
    return found


def _places(laravel: int) -> dict[str, Spec]:
    if laravel >= 11:
        return {
            "geometry": Spec("geometry", {"subtype": None, "srid": 0}),
            "geography": Spec("geography", {"subtype": None, "srid": 4326}),
            "vector": Spec("vector", {"dimensions": None}),
            "rawColumn": Spec("raw", {"definition": None}),
            **({"tsvector": Spec("tsvector")} if laravel >= 12 else {}),
        }
    found = {name: Spec(name.lower()) for name in _GEOMETRIES}
    return found | {"geometry": Spec("geometry"), "point": Spec("point", {"srid": None})}


@cache
def _specs(laravel: int) -> Mapping[str, Spec]:
    """By the method's name in small letters: PHP does not tell them apart."""
    groups = (_integers(), _texts(laravel), _numbers(laravel), _times(laravel), _identities(laravel), _places(laravel))
    return {name.lower(): spec for group in groups for name, spec in group.items()}


def spec_of(method: str, connection: Connection) -> Spec | None:
    """What a method makes; None: it makes no column, or is no method of this version."""
    return _specs(connection.laravel[0]).get(method.lower())


def column_name(spec: Spec, call: Call) -> Value:
    """The column a call names."""
    if not call.args and "column" not in call.named and spec.column is None:
        raise UnreadableError(f"{call.name}() is called without a column's name")
    return call.arg(0, "column", spec.column)


def attributes_of(spec: Spec, call: Call, connection: Connection) -> dict[str, Value]:
    """The attributes a call gives its column."""
    found: dict[str, Value] = {"type": spec.type}
    for position, (name, default) in enumerate(spec.defaults.items(), 1):
        found[name] = call.arg(position, name, default)
    found |= spec.always
    if LENGTH in spec.defaults and spec.type in ("char", "string"):
        found[LENGTH] = _length(found[LENGTH], spec.type, connection)
    if PRECISION in spec.defaults and spec.type in _TIMES and connection.laravel >= (11,):
        found[PRECISION] = _precision(found[PRECISION], call, connection)
    return found


def _length(given: Value, kind: str, connection: Connection) -> Value:
    if isinstance(given, Unknown):
        return given
    if kind == "char" and connection.laravel >= (11,):
        return connection.string_length if given is None else given
    return given if truth(given) else connection.string_length


def _precision(given: Value, call: Call, connection: Connection) -> Value:
    """Null means the project's default; Laravel 11 without such a default takes it for none."""
    stated = len(call.args) > 1 or PRECISION in call.named
    if connection.laravel >= (12,):
        return connection.time_precision if given is None else given
    return given if stated else connection.time_precision
