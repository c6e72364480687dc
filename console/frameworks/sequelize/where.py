"""Conditions of Sequelize: objects of columns and values, as far as they are written down."""

from __future__ import annotations

from console.frameworks.sequelize.words import Way, escape, method
from console.readers.javascript.options import UnreadableError
from console.readers.javascript.values import Chain, Many, Pairs, Undefined, Value, why_not

_SIGNS = {
    "eq": "=", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "is": "IS", "not": "IS NOT", "in": "IN",
    "notIn": "NOT IN", "like": "LIKE", "notLike": "NOT LIKE", "between": "BETWEEN", "notBetween": "NOT BETWEEN",
}  # fmt: skip
_PREFIX = "Op."


def where(value: Value, way: Way) -> str:
    """The condition; '' where there is none."""
    if value is None or isinstance(value, Undefined):
        return ""
    if isinstance(value, Chain):
        return method(value, way)
    if isinstance(value, int) and not isinstance(value, bool):
        return _item("id", value, way)
    if not isinstance(value, Pairs):
        raise UnreadableError(why_not(value) or "its condition is not written down")
    return " AND ".join(text for name, one in value.values.items() if (text := _item(name, one, way)))


def _item(name: str, value: Value, way: Way) -> str:
    if name.startswith(_PREFIX) or (name.startswith("$") and name.endswith("$")):
        raise UnreadableError(f"how Sequelize writes a condition with {name} is not known here")
    column = way.quoted(name)
    if value is None:
        return f"{column} IS NULL"
    if isinstance(value, Undefined):
        raise UnreadableError(f"the condition on {name} has no value, which Sequelize refuses")
    if isinstance(value, Many):
        return _signed(column, "in", value, way)
    if isinstance(value, Pairs):
        parts = [_signed(column, one.removeprefix(_PREFIX), each, way) for one, each in value.values.items()]
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"
    if isinstance(value, Chain) and value.steps and value.steps[-1].name != "fn":
        return method(value, way)
    return f"{column} = {escape(value, way)}"


def _signed(column: str, sign: str, value: Value, way: Way) -> str:
    if sign not in _SIGNS:
        raise UnreadableError(f"how Sequelize writes a condition with {sign} is not known here")
    if sign == "not":
        sign = "notIn" if isinstance(value, Many) else sign if value is None or isinstance(value, bool) else "ne"
    if sign in ("in", "notIn"):
        return f"{column} {_SIGNS[sign]} {_listed(value, way)}"
    if sign in ("between", "notBetween"):
        ends = _members(value)
        return f"{column} {_SIGNS[sign]} {escape(ends[0], way)} AND {escape(ends[1], way)}"
    word = {"eq": "IS", "ne": "IS NOT"}.get(sign) if value is None else None
    return f"{column} {word or _SIGNS[sign]} {escape(value, way)}"


def _listed(value: Value, way: Way) -> str:
    if isinstance(value, Chain):
        return method(value, way)
    members = value.values if isinstance(value, Many) else _members(value)
    return f"({', '.join(escape(one, way) for one in members)})" if members else "(NULL)"


def _members(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Many) and len(value.values) > 1:
        return value.values
    raise UnreadableError(why_not(value) or "the list of a condition is not written down")
