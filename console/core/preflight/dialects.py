"""SQL that seems to be written for another kind of server than the one it would be run on: the wrong file was taken.

Only words and marks that the server has no meaning for are looked at, and only in scripts that were named: what a tool
sends is written for its own server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from console.core.lexer import TokenKind, tokens
from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.products import product
from console.core.statements import Nature

_MYSQL = frozenset({"AUTO_INCREMENT", "TINYINT", "MEDIUMINT", "MEDIUMTEXT", "LONGTEXT"})
_POSTGRES = frozenset({"BIGSERIAL", "JSONB", "TIMESTAMPTZ", "BYTEA", "CONCURRENTLY", "PLPGSQL"})
_FOREIGN = {
    "postgres": ("MySQL", _MYSQL, frozenset({"`"})),
    "mysql": ("PostgreSQL", _POSTGRES, frozenset({"::"})),
    "mariadb": ("PostgreSQL", _POSTGRES, frozenset({"::"})),
}
_MARKS = frozenset({TokenKind.OPERATOR, TokenKind.OTHER})
_BEFORE_A_NAME = frozenset({".", ",", "("})
_LOOKED_AT = 20_000
"""Characters of a statement."""


def other_dialect(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """One finding for each script that has such statements."""
    grammar = ground.server.grammar
    told: set[str] = set()
    for case in found:
        unit, statement = case.unit, case.statement
        if unit.framework or grammar not in _FOREIGN or unit.id in told:
            continue
        name = _FOREIGN[grammar][0]
        sign = _sign(statement.sql[:_LOOKED_AT], grammar, names=statement.nature is not Nature.DATA)
        if sign:
            told.add(unit.id)
            why = (
                f"{sign} is {name}'s way of writing: {product(ground.server)} most likely refuses it (a syntax error)."
            )
            yield Finding(
                "unknown-dialect", Severity.HIGH, About.UNKNOWN, why, "Look whether this is the file for this server.",
                file=unit.file, n=statement.n, line=statement.line, sql=statement.sql,
            )  # fmt: skip


def _sign(sql: str, grammar: str, *, names: bool) -> str:
    """`names`: types and options may stand in it; in a statement on rows such a word is a column."""
    _, words, marks = _FOREIGN[grammar]
    found = [token for token in tokens(sql, grammar) if not token.silent]
    for before, token in pairwise(found):
        word = names and token.kind is TokenKind.WORD and token.text.upper() in words
        if word and before.text not in _BEFORE_A_NAME:
            return token.text
        mark = before.text + token.text if before.text == token.text == ":" else token.text
        if token.kind in _MARKS and mark in marks:
            return mark
    return ""
