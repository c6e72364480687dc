"""Texts of `sequelize.query`: marks in them that are replaced by values before they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping

from console.core.lexer import TokenKind, tokens
from console.frameworks.sequelize.words import Way, escape
from console.readers.javascript.options import UnreadableError
from console.readers.javascript.values import Many, Pairs, Value, why_not

_NAMED = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)(?=\)|,|\Z|\s|::|;|\])")


def with_replacements(sql: str, given: Value, way: Way) -> str:
    """The text that is sent. UnreadableError where a value is not known, or it is not sure what a mark is."""
    if given is None:
        return sql
    if isinstance(given, Pairs):
        return _named(sql, given.values, way)
    if isinstance(given, Many):
        raise UnreadableError("which mark stands for which value is not read here")
    raise UnreadableError(why_not(given) or "its replacements are not written down")


def _named(sql: str, values: Mapping[str, Value], way: Way) -> str:
    quiet = [token for token in tokens(sql, way.name) if token.silent or token.kind is TokenKind.STRING]
    if any(_NAMED.search(token.text) for token in quiet):
        raise UnreadableError("a mark stands in a text or a remark")
    return _NAMED.sub(lambda found: _value(values, found[1], way), sql)


def _value(values: Mapping[str, Value], name: str, way: Way) -> str:
    if name not in values:
        raise UnreadableError(f"nothing replaces :{name}, which Sequelize refuses")
    value = values[name]
    if isinstance(value, Many):
        return ", ".join(escape(one, way) for one in value.values)
    return escape(value, way)
