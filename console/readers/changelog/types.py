"""What Liquibase makes of a column's type on each server: measured on the real one, type by type."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.readers.changelog.node import UnreadError
from console.readers.changelog.target import Target

_SHAPE = re.compile(r"(?P<name>[^(\s]+)\s*(?:\((?P<inside>.*?)\))?\s*(?P<more>.*)\Z", re.DOTALL)
_VARYING = re.compile(r"character\s+varying", re.IGNORECASE)
_JAVA = "java.sql.types."


@dataclass(frozen=True, slots=True)
class _As:
    """How one type is written."""

    name: str
    """`{p}` is where its parameters go, `{m}` what stands behind them; neither: they are left out."""


def _all(written: str, *names: str) -> dict[str, _As]:
    return {name: _As(written) for name in names}


_SHARED = {
    **_all("BIGINT{m}", "bigint", "int8", "bigserial"),
    **_all("VARCHAR{p}{m}", "varchar", "varchar2"),
    **_all("CHAR{p}{m}", "char", "character"),
    **_all("NCHAR{p}{m}", "nchar"),
    **_all("DECIMAL{p}{m}", "decimal", "currency", "money"),
    **_all("numeric{p}{m}", "numeric", "number"),
    **_all("FLOAT{p}{m}", "float"),
    **_all("date", "date"),
}
_POSTGRES = {
    **_SHARED,
    **_all("INTEGER", "int", "integer", "int4", "serial"),
    **_all("SMALLINT", "smallint", "int2", "tinyint"),
    **_all("BOOLEAN", "boolean", "bool"),
    **_all("VARCHAR{p}{m}", "nvarchar", "nvarchar2"),
    **_all("TEXT", "text", "tinytext", "mediumtext", "longtext", "clob", "nclob", "longvarchar"),
    **_all("OID", "blob"),
    **_all("BYTEA", "tinyblob", "mediumblob", "longblob", "bytea", "binary", "varbinary", "longvarbinary", "image"),
    **_all("time{p} WITHOUT TIME ZONE", "time"),
    **_all("time{p} WITH TIME ZONE", "timetz"),
    **_all("TIMESTAMP{p} WITHOUT TIME ZONE", "timestamp", "datetime", "smalldatetime"),
    **_all("TIMESTAMP{p} WITH TIME ZONE", "timestamptz"),
    **_all("DOUBLE PRECISION", "double"),
    **_all("UUID", "uuid", "uniqueidentifier"),
}
_MYSQL = {
    **_SHARED,
    **_all("INT{m}", "int", "integer", "int4", "serial"),
    **_all("SMALLINT{m}", "smallint", "int2"),
    **_all("TINYINT{p}{m}", "tinyint"),
    **_all("TINYINT", "boolean", "bool"),
    **_all("NVARCHAR{p}{m}", "nvarchar", "nvarchar2"),
    **_all("LONGTEXT", "clob", "longvarchar", "xml"),
    **_all("LONGTEXT CHARACTER SET utf8", "nclob"),
    **_all("LONGBLOB", "longvarbinary", "image"),
    **_all("time{p}", "time", "timetz"),
    **_all("timestamp{p}{m}", "timestamp"),
    **_all("timestamp{p}", "timestamptz"),
    **_all("datetime{p}", "datetime", "smalldatetime"),
    **_all("DOUBLE{p}{m}", "double"),
    **_all("char(36)", "uuid", "uniqueidentifier"),
}
_MARIADB = {**_MYSQL, **_all("TINYINT(1)", "boolean", "bool"), **_all("UUID", "uuid", "uniqueidentifier")}
_SQLITE = {
    **_all("INTEGER", "int", "integer", "int4"),
    **_all("BIGINT{p}{m}", "bigint"),
    **_all("BIGINT", "int8"),
    **_all("SMALLINT{p}{m}", "smallint"),
    **_all("BOOLEAN{p}{m}", "boolean", "bool", "bit"),
    **_all("VARCHAR{p}{m}", "varchar", "varchar2"),
    **_all("CHAR{p}{m}", "char", "character"),
    **_all("DECIMAL{p}{m}", "decimal"),
    **_all("NUMBER{p}{m}", "numeric", "number"),
    **_all("REAL", "currency", "money"),
    **_all("FLOAT{p}{m}", "float"),
    **_all("date", "date"),
    **_all("time", "time", "timetz"),
    **_all("TEXT", "text", "tinytext", "mediumtext", "longtext", "clob", "nclob", "longvarchar", "xml", "uuid",
           "uniqueidentifier", "timestamp", "timestamptz", "datetime", "smalldatetime"),
    **_all("BLOB{p}", "blob", "tinyblob", "mediumblob", "longblob", "longvarbinary", "image", "binary", "varbinary"),
}  # fmt: skip
_TYPES = {"postgres": _POSTGRES, "mysql": _MYSQL, "mariadb": _MARIADB, "sqlite": _SQLITE}
_OF_JAVA_MYSQL = {"real": "FLOAT", "varbinary": "LONGBLOB", "binary": "LONGBLOB", "nclob": "LONGTEXT",
                  "timestamp_with_timezone": "timestamp"}  # fmt: skip
_OF_JAVA = {
    "postgres": {"real": "FLOAT", "timestamp_with_timezone": "TIMESTAMP WITH TIME ZONE"},
    "mysql": _OF_JAVA_MYSQL,
    "mariadb": _OF_JAVA_MYSQL,
    "sqlite": {"real": "FLOAT", "timestamp_with_timezone": "TEXT"},
}
_NUMBERS = frozenset({
    "int", "integer", "int4", "int2", "int8", "bigint", "smallint", "tinyint", "mediumint", "serial", "bigserial",
    "decimal", "numeric", "number", "float", "double", "currency", "money", "real", "float4", "float8",
})  # fmt: skip
_TIMES = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "datetime", "smalldatetime"})
_WORDS = frozenset({"varchar", "varchar2", "nvarchar", "nvarchar2", "char", "character", "nchar", "text", "tinytext",
                    "mediumtext", "longtext", "clob", "nclob", "longvarchar", "uuid"})  # fmt: skip


def kind_of(text: str) -> str:
    """number, time, boolean, text or '' for a type that is none of these."""
    name = _shape(text)[0].removeprefix(_JAVA)
    groups = {"number": _NUMBERS, "time": _TIMES, "boolean": frozenset({"boolean", "bool"}), "text": _WORDS}
    return next((kind for kind, names in groups.items() if name in names), "")


def written(text: str, target: Target) -> str:
    """The type as it stands in Liquibase's SQL."""
    name, inside, more = _shape(text)
    known = _TYPES[target.dialect]
    if name.startswith("java."):
        name = name.removeprefix(_JAVA)
        if name in _OF_JAVA[target.dialect]:
            return _OF_JAVA[target.dialect][name]
        if name not in known or name == "bit":
            raise UnreadError(f"what Liquibase makes of the type {text} is not known")
    parameters = f"({', '.join(part.strip() for part in inside.split(','))})" if inside is not None else ""
    if name == "timestamp" and more and target.dialect == "postgres":
        return f"TIMESTAMP{parameters} {more}"
    if target.dialect == "sqlite" and name in ("serial", "bigserial", "real"):
        raise UnreadError(f"what Liquibase makes of the type {text} is not known")
    if name == "double" and more.lower() == "precision" and target.dialect != "sqlite":
        return "DOUBLE PRECISION"
    if name == "time" and more.lower() == "with time zone" and target.dialect == "postgres":
        name = "timetz"
    how = known[name].name if name in known else f"{_shape_as_it_is(text)}{{p}}{{m}}"
    return how.replace("{p}", parameters).replace("{m}", f" {more}" if more else "")


def _shape_as_it_is(text: str) -> str:
    match = _SHAPE.match(text.strip())
    return match["name"].upper() if match else text.upper()


def _shape(text: str) -> tuple[str, str | None, str]:
    match = _SHAPE.match(_VARYING.sub("varchar", text.strip()))
    if match is None:
        raise UnreadError("a column has no type")
    return match["name"].lower(), match["inside"], match["more"].strip()
