"""Which reader understands a statement: one table a verb, looked up by its first words.

`read_meaning` is total. A statement no reader understands, and one a reader gives up on, is `Opaque` with everything
it mentions: shown in full, never guessed, never dropped.
"""

from __future__ import annotations

from console.core.operations import Create
from console.core.schema import Kind, Ref, Table
from console.core.statements.alter_table import alter_table
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.indexes import alter_index, create_index
from console.core.statements.others import (
    alter_other,
    comment,
    create_extension,
    create_publication,
    create_schema,
    create_statistics,
    drop,
)
from console.core.statements.routines import alter_routine, create_routine
from console.core.statements.sequences import alter_sequence, create_sequence
from console.core.statements.table_parts import alter_part, create_policy, create_rule, create_trigger
from console.core.statements.tables import TEMPORARY, create_table
from console.core.statements.unseen import CALL, MAINTENANCE, RIGHTS, SESSION, UNPARSED, Unseen, understood
from console.core.statements.user_types import alter_domain, alter_type, create_domain, create_type
from console.core.statements.verbs import Meaning, Reader
from console.core.statements.views import alter_materialized_view, alter_view, create_view

_MODIFIERS = (
    "TEMP",
    "TEMPORARY",
    "LOCAL",
    "GLOBAL",
    "UNLOGGED",
    "UNIQUE",
    "RECURSIVE",
    "MATERIALIZED",
    "CONSTRAINT",
    "FOREIGN",
)

_CREATE: dict[str, Reader] = {
    "TABLE": create_table,
    "INDEX": create_index,
    "VIEW": create_view,
    "SEQUENCE": create_sequence,
    "TYPE": create_type,
    "DOMAIN": create_domain,
    "FUNCTION": create_routine,
    "PROCEDURE": create_routine,
    "TRIGGER": create_trigger,
    "POLICY": create_policy,
    "RULE": create_rule,
    "STATISTICS": create_statistics,
    "PUBLICATION": create_publication,
    "EXTENSION": create_extension,
    "SCHEMA": create_schema,
}


def _part(kind: Kind) -> Reader:
    action = alter_part(kind)

    def reader(cursor: Cursor) -> Meaning:
        return Meaning(tuple(action(cursor, None)))  # type: ignore[arg-type]  # it finds its own target

    return reader


_ALTER: dict[tuple[str, ...], Reader] = {
    ("TABLE",): alter_table,
    ("FOREIGN", "TABLE"): alter_table,
    ("INDEX",): alter_index,
    ("VIEW",): alter_view,
    ("MATERIALIZED", "VIEW"): alter_materialized_view,
    ("SEQUENCE",): alter_sequence,
    ("TYPE",): alter_type,
    ("DOMAIN",): alter_domain,
    ("FUNCTION",): alter_routine,
    ("PROCEDURE",): alter_routine,
    ("ROUTINE",): alter_routine,
    ("TRIGGER",): _part(Kind.TRIGGER),
    ("POLICY",): _part(Kind.POLICY),
    ("RULE",): _part(Kind.RULE),
    ("SCHEMA",): alter_other(("SCHEMA",)),
    ("EXTENSION",): alter_other(("EXTENSION",)),
    ("STATISTICS",): alter_other(("STATISTICS",)),
    ("PUBLICATION",): alter_other(("PUBLICATION",)),
}


_CODE = Unseen("What this code changes is not known from its text.", harmless=False)

_UNSEEN: dict[tuple[str, ...], Unseen] = {
    ("DO",): _CODE,
    ("CALL",): CALL,
    ("EXECUTE",): CALL,
    ("GRANT",): RIGHTS,
    ("REVOKE",): RIGHTS,
    ("ALTER", "DEFAULT", "PRIVILEGES"): RIGHTS,
    ("SECURITY", "LABEL"): RIGHTS,
    ("REINDEX",): MAINTENANCE,
    ("VACUUM",): Unseen(MAINTENANCE.why, alone=True),
    ("ANALYZE",): MAINTENANCE,
    ("ANALYSE",): MAINTENANCE,
    ("CLUSTER",): MAINTENANCE,
    ("REFRESH",): Unseen("The rows of a materialized view are data: the catalog does not show when they were made."),
    ("CHECKPOINT",): MAINTENANCE,
    ("COMMENT", "ON"): Unseen("Halfway does not read comments on this kind of object."),
    ("CREATE", "DATABASE"): Unseen("Halfway reads one database only.", alone=True),
    ("DROP", "DATABASE"): Unseen("Halfway reads one database only.", alone=True),
    ("CREATE", "TABLESPACE"): Unseen("Halfway does not read tablespaces.", alone=True),
    ("DROP", "TABLESPACE"): Unseen("Halfway does not read tablespaces.", alone=True),
    ("ALTER", "SYSTEM"): Unseen("Halfway does not read the server's settings.", alone=True),
    ("ALTER", "DATABASE"): Unseen("Halfway does not read a database's settings."),
    ("CREATE", "ROLE"): Unseen("Halfway does not read roles."),
    ("CREATE", "USER"): Unseen("Halfway does not read roles."),
    ("ALTER", "ROLE"): Unseen("Halfway does not read roles."),
    ("ALTER", "USER"): Unseen("Halfway does not read roles."),
    ("DROP", "ROLE"): Unseen("Halfway does not read roles."),
    ("DROP", "USER"): Unseen("Halfway does not read roles."),
    ("LISTEN",): SESSION,
    ("UNLISTEN",): SESSION,
    ("NOTIFY",): SESSION,
    ("PREPARE",): SESSION,
    ("DEALLOCATE",): SESSION,
    ("DECLARE",): SESSION,
    ("FETCH",): SESSION,
    ("CLOSE",): SESSION,
    ("EXPLAIN", "ANALYZE"): Unseen("It runs what it explains.", harmless=False, anything=True),
    ("EXPLAIN", "("): Unseen("It may run what it explains.", harmless=False, anything=True),
    ("EXPLAIN",): SESSION,
    ("SELECT",): Unseen("What the functions in a SELECT change is not known.", harmless=False, anything=True),
    ("WITH",): Unseen("What the functions in a SELECT change is not known.", harmless=False, anything=True),
    ("VALUES",): SESSION,
    ("TABLE",): SESSION,
}


_STORED = (("TABLE",), ("INDEX",), ("MATERIALIZED", "VIEW"))


def read_meaning(text: str, home: str) -> Meaning:
    """What a statement that is not about data does."""
    cursor = Cursor.over(text, home)
    meaning = understood(_read, cursor)
    if meaning is not None and cursor.done:
        return meaning
    return _unseen(text, Cursor.over(text, home))


def _read(cursor: Cursor) -> Meaning | None:
    if cursor.accept("CREATE"):
        cursor.accept("OR", "REPLACE")
        while cursor.accept_any(*_MODIFIERS):
            pass
        reader = _CREATE.get(cursor.word())
        if reader is None:
            return None
        cursor.step()
        return reader(cursor)
    if cursor.accept("ALTER"):
        if any(cursor.sees(*kind, "ALL", "IN", "TABLESPACE") for kind in _STORED):
            return None  # as many as there are
        for words, reader in _ALTER.items():
            if cursor.accept(*words):
                return reader(cursor)
    if cursor.accept("DROP"):
        return drop(cursor)
    if cursor.accept("COMMENT", "ON"):
        return comment(cursor)
    return _select(cursor) if cursor.word() == "SELECT" else None


_HARMLESS_FUNCTIONS = frozenset({"setval", "pg_sleep", "pg_notify", "count", "version", "now"})


def _select(cursor: Cursor) -> Meaning | None:
    """SELECT ... INTO makes a table; SELECT setval(...) is about data."""
    text = cursor.text
    cursor.step()
    called = {
        token.folded
        for token, following in zip(cursor.found, cursor.found[1:], strict=False)
        if following.word == "(" and token.folded.isidentifier() and token.folded not in ("in", "values", "exists")
    }
    while not cursor.done:
        if cursor.accept("INTO"):
            return _select_into(cursor)
        cursor.skip_group()
    if called <= _HARMLESS_FUNCTIONS:
        return Meaning((Unseen("A SELECT changes no object.").operation(text),))
    return None


def _select_into(cursor: Cursor) -> Meaning:
    temporary = bool(cursor.accept_any("TEMP", "TEMPORARY"))
    cursor.accept("UNLOGGED")
    cursor.accept("TABLE")
    ref = cursor.ref(Kind.TABLE)
    cursor.rest()
    if temporary:
        return Meaning((TEMPORARY,), temporary=(ref,))
    return Meaning((Create((Table(ref=ref, unread=frozenset({"owner", "columns", "persistence"})),)),), (ref,))


def _unseen(text: str, cursor: Cursor) -> Meaning:
    found = next((unseen for words, unseen in _UNSEEN.items() if cursor.sees(*words)), UNPARSED)
    reindexing = cursor.sees("REINDEX") and any(token.word == "CONCURRENTLY" for token in cursor.found[:6])
    return Meaning((found.operation(text),), _maintained(cursor), concurrently=found.alone or reindexing)


def _maintained(cursor: Cursor) -> tuple[Ref, ...]:
    """The table that VACUUM, ANALYZE, CLUSTER or LOCK names."""
    if not cursor.accept_any("VACUUM", "ANALYZE", "CLUSTER"):
        return ()
    while cursor.accept_any("FULL", "FREEZE", "VERBOSE", "ANALYZE"):
        pass
    if cursor.word() == "(":
        cursor.skip_group()
    try:
        return (cursor.ref(Kind.TABLE),)
    except Unreadable:
        return ()
