"""Default values as Django's drivers write them into SQL: psycopg on PostgreSQL, PyMySQL or mysqlclient on MySQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from console.readers.python.django_fields import AUTO, NOTHING, Field
from console.readers.python.django_state import Engine, Model, State
from console.readers.python.django_values import Made, Reference, sure
from console.readers.python.static import UnreadableError

_EMPTY: dict[str, Any] = {"list": [], "dict": {}, "str": "", "int": 0, "bool": False, "float": 0.0}
"""Callables whose value is always the same."""
_INTEGERS = AUTO | {"IntegerField", "BigIntegerField", "SmallIntegerField", "PositiveIntegerField",
                    "PositiveBigIntegerField", "PositiveSmallIntegerField"}  # fmt: skip
_TEXTS = frozenset({"CharField", "TextField", "FileField", "FilePathField", "SlugField", "GenericIPAddressField"})
_INSTEAD = {"DateTimeField": "2000-01-01 00:00:00", "DateField": "2000-01-01", "TimeField": "00:00:00",
            "UUIDField": "00000000000000000000000000000000", "DurationField": "0", "JSONField": "{}",
            "ArrayField": "{}", "DecimalField": "0", "HStoreField": ""}  # fmt: skip
_NOW = ("django.db.models.functions.Now", "django.db.models.functions.datetime.Now")
_NOW_SQL = {"postgres": "(STATEMENT_TIMESTAMP())", "sqlite": "(STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW'))"}
MADE_WHEN_RUN = "the value of its default is made when it runs"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as SQL."""

    sql: str
    certain: bool = True
    """False: it stands for a value that is made when the migration runs."""
    empty: bool = False
    """It is an empty text."""


def default_of(found: Field) -> Any:  # noqa: ANN401 - any value
    """The default as the file gives it; NOTHING when there is none."""
    if found.one_off is not NOTHING:
        return found.one_off
    return found.kwargs.get("default", NOTHING)


def has_default(found: Field) -> bool:
    """A default is given, of whatever value."""
    return default_of(found) is not NOTHING


def effective(found: Field, model: Model, state: State, engine: Engine) -> Literal | None:
    """What Django gives the rows that are there; None: NULL, or nothing."""
    given = default_of(found)
    if given is NOTHING:
        given = _implied(found)
    if given is None:
        return None
    if isinstance(given, Reference):
        given = _EMPTY.get(given.path, given)
    target = found
    while target.foreign:
        model, target = state.pointed(model, target, engine)
    if engine.sqlite and engine.django < (5, 2) and target.internal == "DecimalField":
        given = _with_places(given, target)
    return _literal(given, target.internal, engine)


def kept_default(found: Field, engine: Engine) -> str:
    """The SQL of `db_default`. UnreadableError where its form is not certain."""
    given = found.kept_default
    if isinstance(given, Made) and given.path in _NOW and not given.args and not given.kwargs:
        return _NOW_SQL.get(engine.dialect, "(CURRENT_TIMESTAMP(6))")
    if is_value(given) and len(given.args) == 1 and not given.kwargs:
        given = given.args[0]
    text = known(given, found.internal, engine) if sure(given) and given is not None else None
    if text is None:
        raise UnreadableError("what its db_default is on the server is not read")
    limited = engine.dialect == "mysql" and found.internal in ("TextField", "BinaryField", "JSONField")
    return f"({text})" if limited else text


def is_value(given: Any) -> bool:  # noqa: ANN401 - any value
    """Whether a default is written as `Value(...)`."""
    return isinstance(given, Made) and given.path.startswith("django.db.models") and given.name == "Value"


def with_parameters(found: Field, engine: Engine) -> bool:
    """Whether the driver is given the default beside the statement."""
    given = found.kept_default
    return given is not NOTHING and not engine.sqlite and (is_value(given) or not isinstance(given, Made))


def _with_places(given: Any, found: Field) -> Any:  # noqa: ANN401 - any value
    """Older Django wrote as many places as the column has."""
    plain = given.args[0] if isinstance(given, Made) and given.name == "Decimal" and len(given.args) == 1 else given
    places = found.get("decimal_places")
    if not isinstance(plain, (int, str, Decimal)) or not isinstance(places, int):
        return given
    return _decimal(plain).quantize(Decimal(1).scaleb(-places))


def _implied(found: Field) -> Any:  # noqa: ANN401 - any value
    if not found.null and found.flag("blank") and found.empty_allowed:
        return b"" if found.kind == "BinaryField" else ""
    if found.flag("auto_now") or found.flag("auto_now_add"):
        return Reference("django.utils.timezone.now")
    return None


def _literal(given: Any, internal: str, engine: Engine) -> Literal:  # noqa: ANN401 - any value
    if isinstance(given, Made) and given.name == "Decimal" and len(given.args) == 1 and sure(given.args[0]):
        given = _decimal(given.args[0])
    if sure(given) or isinstance(given, Decimal):
        text = known(given, internal, engine)
        if text is not None:
            return Literal(text, empty=given in ("", b""))
    instead = _INSTEAD.get(internal)
    if instead is None and internal in _INTEGERS | {"FloatField", "BooleanField"}:
        return Literal(known(0, internal, engine) or "0", certain=False)
    return Literal(text_literal(instead or "", engine), certain=False)


def known(given: Any, internal: str, engine: Engine) -> str | None:  # noqa: ANN401 - any value
    """The SQL of a value that a field is given; None where its form is not certain."""
    if engine.sqlite:
        return _on_sqlite(given, internal)
    if internal in _INTEGERS and isinstance(given, (int, str)):
        return _number(str(_integer(given)), engine)
    if internal in ("BooleanField", "NullBooleanField") and given in (True, False):
        return str(bool(given)).lower() if engine.postgres else str(int(given))
    if internal in _TEXTS and isinstance(given, (str, int, bool)):
        return text_literal(str(given), engine)
    if internal == "DecimalField" and isinstance(given, (int, str, Decimal)):
        return _number(format(_decimal(given), "f"), engine)
    if internal == "FloatField" and isinstance(given, (int, float)):
        return _number(repr(float(given)), engine) if engine.postgres else f"{float(given)!r}e0"
    if internal == "JSONField":
        written = text_literal(json.dumps(given), engine)
        return f"{written}::jsonb" if engine.postgres else written
    return None


def _on_sqlite(given: Any, internal: str) -> str | None:  # noqa: ANN401 - any value
    """The form of SQLite, which takes no parameters there: Django writes the value itself."""
    if internal in _INTEGERS and isinstance(given, (int, str)):
        return str(_integer(given))
    if internal in ("BooleanField", "NullBooleanField") and given in (True, False):
        return str(int(given))
    if internal == "FloatField" and isinstance(given, (int, float)):
        return str(float(given))
    if internal == "BinaryField" and isinstance(given, bytes):
        return f"X'{given.hex()}'"
    if internal == "DecimalField" and isinstance(given, (int, str, Decimal)):
        return f"'{_decimal(given):f}'"
    text = json.dumps(given) if internal == "JSONField" else given if internal in _TEXTS else None
    return "'" + str(text).replace("'", "''") + "'" if isinstance(text, (str, int)) else None


def _integer(given: int | str) -> int:
    try:
        return int(given)
    except ValueError:
        raise UnreadableError("its default is no number") from None


def _decimal(given: Any) -> Decimal:  # noqa: ANN401 - any value
    try:
        return Decimal(given)
    except (InvalidOperation, TypeError, ValueError):
        raise UnreadableError("its default is no number") from None


def _number(text: str, engine: Engine) -> str:
    """Both drivers for PostgreSQL put a blank before a minus."""
    return f" {text}" if engine.postgres and text.startswith("-") else text


def text_literal(text: str, engine: Engine) -> str:
    """A text as the driver writes it."""
    if engine.sqlite:
        return "'" + text.replace("'", "''") + "'"
    if engine.postgres:
        quoted = "'" + text.replace("'", "''") + "'"
        return " E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted
    for char, written in (("\\", "\\\\"), ("\0", "\\0"), ("\n", "\\n"), ("\r", "\\r"), ("\x1a", "\\Z"),
                          ('"', '\\"'), ("'", "\\'")):  # fmt: skip
        text = text.replace(char, written)
    return f"'{text}'"
