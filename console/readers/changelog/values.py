"""Values of columns as Liquibase writes them: defaults by their column's type, data by the attribute they stand in."""

from __future__ import annotations

import re

from console.readers.changelog.node import Node, UnreadError
from console.readers.changelog.target import Target
from console.readers.changelog.types import kind_of

_NOW = re.compile(r"(?:current_timestamp|now\(\))", re.IGNORECASE)
_PRECISE = re.compile(r"current_timestamp\s*(?P<how>\(\d+\))?", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?\Z")
_SEEN = ("Numeric", "Boolean", "Date", "Computed", "SequenceNext", "SequenceCurrent")


def default_of(column: Node, kind: str, target: Target) -> str | None:
    """What stands behind DEFAULT; None where there is none. `kind` is the column's type."""
    if column.has("defaultValueConstraintName") or column.has("defaultValueSequenceCurrent"):
        raise UnreadError("a default of this kind is not known as Liquibase writes it")
    for how in _SEEN[:-1]:
        name = f"defaultValue{how}"
        if column.has(name):
            return _default(how, column.get(name), kind, target)
    return _plain_default(column.get("defaultValue"), kind, target) if "defaultValue" in column.attributes else None


def _default(how: str, text: str, kind: str, target: Target) -> str:
    if how == "Computed":
        return computed(text, target)
    if how == "SequenceNext":
        return _next(text, target)
    if how == "Date":
        return _dated(text, kind, target)
    sort = kind_of(kind)
    if how == "Boolean":
        return _truth(text, sort, kind, target)
    return _numeric(text, sort, kind, target)


def computed(text: str, target: Target) -> str:
    """An expression, whose name for the present moment is the server's own."""
    if not _NOW.match(text):
        return text
    if target.dialect == "postgres":
        return "NOW()"
    if target.dialect == "sqlite":
        return text if text.lower().startswith("now") else "CURRENT_TIMESTAMP"
    precise = _PRECISE.fullmatch(text)
    if precise is not None:
        return f"NOW{precise['how'] or '()'}"
    return "NOW()" if text.lower() == "now()" else text


def _next(text: str, target: Target) -> str:
    if target.dialect != "postgres":
        raise UnreadError("a sequence's next value as a default is not known as Liquibase writes it")
    schema, _, name = text.rpartition(".")
    return f"nextval({target.text(target.within(schema, name))})"


def _whole(text: str) -> str:
    if not _NUMBER.match(text):
        raise UnreadError(f"what Liquibase makes of the number {text[:40]} is not known")
    return re.sub(r"\.0+\Z", "", text)


def _numeric(text: str, sort: str, kind: str, target: Target) -> str:
    if sort == "number":
        return _whole(text)
    if sort == "text":
        return target.text(text)
    if kind.lower().startswith("bit"):
        return _yes(_whole(text) == "1", target)
    raise UnreadError(f"what Liquibase makes of a number as the default of {kind} is not known")


def _yes(value: bool, target: Target) -> str:
    return str(value).upper() if target.dialect == "postgres" else str(int(value))


def _truth(text: str, sort: str, kind: str, target: Target) -> str:
    yes = text.strip().lower() == "true"
    if sort == "boolean" or kind.lower().startswith("bit"):
        return _yes(yes, target)
    if sort == "number" and target.is_mysql:
        return str(yes).lower()
    raise UnreadError(f"what Liquibase makes of a truth as the default of {kind} is not known")


def _dated(text: str, kind: str, target: Target) -> str:
    if _NOW.fullmatch(text.strip()):
        return computed(text.strip(), target)
    sort = kind.lower().partition("(")[0].strip()
    fits = {"date": _DAY, "time": _TIME}.get(sort, _MOMENT)
    if kind_of(kind) != "time" or not fits.match(text.strip()):
        raise UnreadError(f"what Liquibase makes of the time {text[:40]} as the default of {kind} is not known")
    return target.text(text.strip().replace("T", " "))


def _plain_default(text: str, kind: str, target: Target) -> str:
    sort = kind_of(kind)
    if text.lower() == "null" and sort:
        return "null"
    if sort == "number":
        return _whole(text)
    if sort == "boolean" or kind.lower().startswith("bit"):
        if text.lower() not in ("0", "1", "true", "false"):
            raise UnreadError(f"what Liquibase makes of {text[:40]} as a truth is not known")
        return _yes(text.lower() in ("1", "true"), target)
    if kind.lower() in ("uuid", "uniqueidentifier") or (sort == "time" and "(" in text):
        raise UnreadError(f"what Liquibase makes of {text[:40]} as the default of {kind} is not known")
    if sort == "time" and target.dialect == "sqlite" and not text[:1].isdigit():
        raise UnreadError(f"what Liquibase makes of {text[:40]} as the default of {kind} is not known")
    if sort in ("text", "time"):
        return target.text(text)
    if "'" in text or "\\" in text or text.lower() == "null":
        raise UnreadError(f"what Liquibase makes of {text[:40]} as the default of {kind} is not known")
    return f"'{text}'"


def has_value(column: Node) -> bool:
    """Whether rows get a value."""
    return "value" in column.attributes or any(column.has(f"value{how}") for how in (*_SEEN, "ClobFile", "BlobFile"))


def value_of(column: Node, target: Target) -> str:
    """A value of a row."""
    if column.has("valueNumeric"):
        text = column.get("valueNumeric")
        return text if text.upper() == "NULL" else _whole(text)
    if column.has("valueBoolean"):
        return _yes(column.get("valueBoolean").lower() == "true", target)
    if column.has("valueDate"):
        return _date_value(column.get("valueDate").strip(), target)
    if column.has("valueComputed"):
        return computed(column.get("valueComputed"), target)
    if column.has("valueSequenceNext"):
        return _next(column.get("valueSequenceNext"), target)
    if column.has("valueClobFile") or column.has("valueBlobFile") or column.has("valueSequenceCurrent"):
        raise UnreadError("a value comes from a file or a sequence, and is not read")
    text = column.attributes.get("value", column.text)
    given = "value" in column.attributes or column.text
    return "NULL" if not given or text.upper() == "NULL" else target.text(text)


def _date_value(text: str, target: Target) -> str:
    if _NOW.fullmatch(text):
        return computed(text, target)
    if not (_DAY.match(text) or _MOMENT.match(text) or _TIME.match(text)):
        raise UnreadError(f"what Liquibase makes of the time {text[:40]} is not known")
    return target.text(text.replace("T", " "))
