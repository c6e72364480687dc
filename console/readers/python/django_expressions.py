"""Expressions in an index or a constraint, as far as they are plain: columns, LOWER and UPPER, and their order."""

from __future__ import annotations

from typing import Any

from console.readers.python.django_state import Model
from console.readers.python.django_values import Made
from console.readers.python.django_writer import Writer
from console.readers.python.static import UnreadableError

_FUNCTIONS = {"Lower": "LOWER", "Upper": "UPPER"}
_OPERATORS = frozenset("+-*")
_HOME = "django.db.models"


def expressions(editor: Writer, model: Model, given: tuple[Any, ...]) -> tuple[list[str], str]:
    """The columns that they are about, and their SQL. UnreadableError for any that is not plain."""
    found = [_one(editor, model, item) for item in given]
    return [column for column, _ in found], ", ".join(sql for _, sql in found)


def _one(editor: Writer, model: Model, given: Any) -> tuple[str, str]:  # noqa: ANN401 - any value
    if isinstance(given, Made) and given.path.startswith(_HOME) and given.name == "OrderBy":
        down = given.kwargs.get("descending", False)
        if len(given.args) != 1 or set(given.kwargs) - {"descending"} or not isinstance(down, bool):
            raise UnreadableError("the order of an expression is not read")
        column, sql = _plain(editor, model, given.args[0])
        return column, f"{sql} {'DESC' if down else 'ASC'}"
    return _plain(editor, model, given)


def _plain(editor: Writer, model: Model, given: Any) -> tuple[str, str]:  # noqa: ANN401 - any value
    if isinstance(given, Made) and given.path.startswith(_HOME) and given.name in _FUNCTIONS and len(given.args) == 1:
        column = _column(model, given.args[0])
        if not given.kwargs:
            return column, f"({_FUNCTIONS[given.name]}({editor.name(column)}))"
    column = _column(model, given)
    return column, editor.name(column)


def _column(model: Model, given: Any) -> str:  # noqa: ANN401 - any value
    """`F("x")`, or its name alone."""
    if isinstance(given, Made) and given.path.startswith(_HOME) and given.name == "F" and len(given.args) == 1:
        given = given.args[0]
    if not isinstance(given, str) or "__" in given:
        raise UnreadableError("an expression of it is not read")
    return model.field(given).column


def generated(editor: Writer, model: Model, given: Any) -> str:  # noqa: ANN401 - any value
    """What a generated column is made of. UnreadableError for what is not plain."""
    if isinstance(given, Made) and given.path in _OPERATORS and len(given.args) == 2:
        return f"({f' {given.path} '.join(generated(editor, model, side) for side in given.args)})"
    if isinstance(given, Made) and given.path.startswith(_HOME) and given.name in _FUNCTIONS and len(given.args) == 1:
        return f"{_FUNCTIONS[given.name]}({editor.name(_column(model, given.args[0]))})"
    if isinstance(given, Made) and given.name == "F":
        return editor.name(_column(model, given))
    raise UnreadableError("the expression of a generated column is not read")
