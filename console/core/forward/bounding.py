"""When an UPDATE may run in a database that nobody looked at: as long as the catalog shows that it never ran there.

Its own WHERE leaves nothing to do a second time, but only until somebody writes again: where the migration came to its
end weeks ago, rows that fit it may be there for good. So something of the same migration behind it has to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from console.core.forward.asking import Catalog, question, there
from console.core.forward.values import Fact
from console.core.lexer import significant, tokens
from console.core.operations import Change, Drop, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref
from console.core.statements import Statement
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.mentioned import mentions
from console.core.statements.probe import conjuncts


def bounded(statement: Statement, own: Sequence[Operation], beyond: Sequence[Operation], catalog: Catalog) -> str:
    """The question before it. `own`: what its migration does behind it; `beyond`: what the ones behind that do."""
    words = mentions(statement.sql, catalog.dialect)
    if any(isinstance(operation, Rename) and operation.ref.name.lower() in words for operation in (*own, *beyond)):
        raise CannotWriteError("a later statement renames what it speaks of")
    found = significant(tokens(statement.sql, catalog.dialect))
    if found[0].word != "UPDATE":
        raise CannotWriteError("where it ran already, it would delete rows that were written since")
    if _gone(statement, own, words):
        return there(_gone(statement, (*own, *beyond), words), catalog)
    filled = {name if catalog.dialect == "postgres" else name.lower() for name in _asked_for_null(Cursor("", found))}
    for ref in _never_null(own):
        if ref.name in filled and _is_of(ref, statement):
            return question((Fact(ref, ({"nullable": False},), {"nullable": True}),), catalog)
    raise CannotWriteError(
        "where it ran already, it would change rows that were written since, "
        "and no later NOT NULL or DROP COLUMN of the migration shows whether it ran"
    )


def _gone(statement: Statement, later: Sequence[Operation], words: frozenset[str]) -> tuple[Ref, ...]:
    """What it speaks of and a later statement takes away."""
    gone = (operation.ref for operation in later if isinstance(operation, Drop))
    return tuple(ref for ref in gone if _is_of(ref, statement) and ref.name.lower() in words)


def _is_of(ref: Ref, statement: Statement) -> bool:
    """It is the table that is updated, or a column of it."""
    table = {Kind.TABLE: ref.name, Kind.COLUMN: ref.table}.get(ref.kind)
    return statement.probe is not None and (ref.schema, table) == statement.probe.table


def _never_null(later: Sequence[Operation]) -> Iterator[Ref]:
    """The columns that take no NULL afterwards."""
    for operation in later:
        if isinstance(operation, Change) and ("nullable", False) in operation.attrs:
            yield operation.ref


def _asked_for_null(cursor: Cursor) -> Iterator[str]:
    """The columns of which the WHERE says `IS NULL` in any case."""
    cursor.until(("WHERE",))
    for conjunct in conjuncts(cursor.within(cursor.found[cursor.at + 1 :])):
        with suppress(Unreadable):
            *_, name = conjunct.dotted()
            conjunct.expect("IS", "NULL")
            conjunct.end()
            yield name
