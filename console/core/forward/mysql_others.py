"""Questions for MySQL's and MariaDB's catalog about triggers, of which it keeps the body nearly to the letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.core.forward.asking import Asked, Catalog, schema_of, unknown
from console.core.forward.values import Attrs
from console.core.lexer import significant, tokens
from console.core.operations import Create
from console.core.refs import Kind, Ref, Value
from console.core.statements import Statement

_ESCAPED = ("\\", "''", '""', "_utf8", "_latin", "_binary", "N'")
_MORE = frozenset({"FOLLOWS", "PRECEDES", "DEFINER"})


def trigger_source(ref: Ref, catalog: Catalog) -> str:
    """By its name, which is one of the database."""
    return (
        f"FROM information_schema.triggers g WHERE g.trigger_schema = {schema_of(ref.schema, catalog)} "
        f"AND g.trigger_name = {catalog.text(ref.name)}"
    )


def said_all(create: Create, statement: Statement, home: str) -> None:
    """Refused where its CREATE says more than is asked for."""
    head = statement.sql.upper().partition("FOR EACH ROW")
    words = {token.word for part in (head[0], head[2][:40]) for token in significant(tokens(part, "mysql"))}
    if create.subject.kind is Kind.TRIGGER and words & _MORE:
        raise unknown(create.subject, "options", home)


def _fires(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    """Both servers write the strings of a body anew where something is escaped in them."""
    if any(sign in str(value) for sign in _ESCAPED):
        raise unknown(ref, "definition", catalog.home)
    said = "CONCAT(LOWER(g.action_timing), ' ', LOWER(g.event_manipulation), ' for each row ', g.action_statement)"
    sides = (f"CAST(CONVERT({side} USING utf8mb4) AS BINARY)" for side in (said, catalog.text(str(value))))
    yield " = ".join(sides)


def _table(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"g.event_object_table = {catalog.text(str(value))}"


TRIGGER: Mapping[str, Asked[Catalog]] = {"definition": _fires, "table": _table}
EVERYWHERE = frozenset({"enabled", "function"})
"""The same of each."""
