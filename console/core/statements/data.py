"""INSERT, UPDATE, DELETE, MERGE, COPY and TRUNCATE: which tables they are about.

The tables are named by sqlglot where a statement is more than its first words; its tree is a hint and nothing else,
its text is never used.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from console.core.lexer import TokenKind
from console.core.operations import Opaque
from console.core.schema import Kind, Ref
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.mentioned import mentions
from console.core.statements.verbs import Meaning

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

_VERBS = ("INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "TRUNCATE")
_LONGEST = 20_000
"""Beyond this a statement is rows, and only its first words are looked at."""

_WHY = {
    "INSERT": "The catalog does not show which rows were inserted.",
    "UPDATE": "The catalog does not show which rows were updated.",
    "DELETE": "The catalog does not show which rows were deleted.",
    "MERGE": "The catalog does not show which rows were merged.",
    "COPY": "The catalog does not show which rows were copied.",
    "TRUNCATE": "The catalog does not show that rows are gone.",
}


def data_verb(cursor: Cursor) -> str:
    """The verb of a data statement, also behind WITH; '' when it is none."""
    word = cursor.word()
    if word in _VERBS:
        return word
    if word != "WITH":
        return ""
    inside = {token.word for token in cursor.found}
    return next((verb for verb in ("INSERT", "UPDATE", "DELETE", "MERGE") if verb in inside), "")


def read_data(text: str, cursor: Cursor, verb: str) -> Meaning:
    """A data statement: harmless to objects, and the tables it touches. `cursor` is at its first word."""
    is_short = len(text) < _LONGEST
    named = mentions(text) if is_short else frozenset()
    tables = _first_tables(cursor, verb)
    cursor.at = 0
    if not tables or (is_short and _names_others(cursor, verb)):
        tables = tuple(dict.fromkeys((*tables, *parsed_tables(text, cursor.home))))
    return Meaning((Opaque(_WHY[verb], named, harmless=True),), tables)


def _names_others(cursor: Cursor, verb: str) -> bool:
    """Whether more tables may stand behind the first words; reading rows for them would take long."""
    sources = {"SELECT", "FROM", "USING", "JOIN", "TABLE"}
    behind_verb = cursor.found[2 if verb == "DELETE" else 1 :]
    return verb not in ("COPY", "TRUNCATE") and any(token.word in sources for token in behind_verb)


def _first_tables(cursor: Cursor, verb: str) -> tuple[Ref, ...]:
    """The tables that the first words name."""
    try:
        if not cursor.accept(verb):
            return ()
        cursor.accept_any("INTO", "FROM", "TABLE")
        cursor.accept("ONLY")
        if cursor.word() == "(":
            return ()
        found = [cursor.ref(Kind.TABLE)]
        while verb == "TRUNCATE" and (cursor.accept("*") or cursor.accept(",")):
            cursor.accept("ONLY")
            if cursor.word() not in (",", ""):
                found.append(cursor.ref(Kind.TABLE))
    except Unreadable:
        return ()
    return tuple(found)


def parsed_tables(text: str, home: str, dialect: str = "postgres") -> tuple[Ref, ...]:
    """The tables that sqlglot finds in a statement."""
    tree = parse(text, dialect)
    if tree is None:
        return ()
    from sqlglot import exp

    local = {str(cte.alias).lower() for cte in tree.find_all(exp.CTE)}
    found = []
    for table in tree.find_all(exp.Table):
        name, schema = table.this, table.args.get("db")
        if isinstance(name, exp.Identifier) and (schema or name.name.lower() not in local):
            found.append(Ref(Kind.TABLE, _folded(schema, dialect) if schema else home, "", _folded(name, dialect)))
    return tuple(found)


def names_in(cursor: Cursor) -> frozenset[str]:
    """Every name in the tokens of a statement, in lower case."""
    kinds = (TokenKind.WORD, TokenKind.QUOTED)
    return frozenset(token.folded.lower() for token in cursor.found if token.kind in kinds)


def _folded(identifier: object, dialect: str) -> str:
    name = str(getattr(identifier, "this", ""))
    return name if dialect != "postgres" or getattr(identifier, "args", {}).get("quoted") else name.lower()


def parse(text: str, dialect: str = "postgres") -> Expr | None:
    """What sqlglot makes of one statement: its tree, or None."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    # It writes to the log when it gives up, and a screen must not be written over.
    logging.getLogger("sqlglot").disabled = True
    try:
        return sqlglot.parse_one(text, dialect=dialect)
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, IndexError, KeyError):
        return None
