"""Which reader understands a statement of MySQL or MariaDB: one table a verb, looked up by its first words.

Total like the grammar of PostgreSQL: what no reader understands, and what one gives up on, is `Opaque` with everything
it mentions.
"""

from __future__ import annotations

from collections.abc import Callable

from console.core.schema import Kind, Ref
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql import code
from console.core.statements.mysql.alter_table import alter_table
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.mysql.indexes import create_index, drop_index
from console.core.statements.mysql.sequences import alter_sequence, create_sequence
from console.core.statements.mysql.tables import create_table
from console.core.statements.tables import TEMPORARY
from console.core.statements.unseen import CALL, MAINTENANCE, RIGHTS, SESSION, UNPARSED, Unseen, understood
from console.core.statements.verbs import Meaning

Reader = Callable[[MyCursor], Meaning]
_MODIFIERS = ("TEMPORARY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "AGGREGATE", "ONLINE", "OFFLINE", "IGNORE")

_CREATE: dict[str, Reader] = {
    "TABLE": create_table,
    "INDEX": create_index,
    "VIEW": code.create_view,
    "TRIGGER": code.create_trigger,
    "PROCEDURE": code.create_routine(Kind.PROCEDURE),
    "FUNCTION": code.create_routine(Kind.ROUTINE),
    "EVENT": code.create_event,
    "SEQUENCE": create_sequence,
    "DATABASE": code.create_database,
    "SCHEMA": code.create_database,
}
_ALTER: dict[str, Reader] = {
    "TABLE": alter_table,
    "VIEW": code.create_view,
    "PROCEDURE": code.alter_routine(Kind.PROCEDURE),
    "FUNCTION": code.alter_routine(Kind.ROUTINE),
    "EVENT": code.alter_event,
    "SEQUENCE": alter_sequence,
}
_DROP: dict[str, Reader] = {
    "TABLE": code.drop_tables(Kind.TABLE),
    "TABLES": code.drop_tables(Kind.TABLE),
    "INDEX": drop_index,
    "VIEW": code.drop_tables(Kind.VIEW),
    "SEQUENCE": code.drop_tables(Kind.SEQUENCE),
    "TRIGGER": code.drop_code(Kind.TRIGGER),
    "PROCEDURE": code.drop_code(Kind.PROCEDURE),
    "FUNCTION": code.drop_code(Kind.ROUTINE),
    "EVENT": code.drop_code(Kind.EVENT),
    "DATABASE": code.drop_database,
    "SCHEMA": code.drop_database,
}
_RENAME: dict[str, Reader] = {"TABLE": code.rename_tables, "TABLES": code.rename_tables}
_VERBS: dict[str, dict[str, Reader]] = {"CREATE": _CREATE, "ALTER": _ALTER, "DROP": _DROP, "RENAME": _RENAME}


_SERVER = Unseen("Halfway does not read the server's settings.")
_UNSEEN: dict[tuple[str, ...], Unseen] = {
    ("CALL",): CALL,
    ("EXECUTE",): CALL,
    ("BEGIN", "NOT", "ATOMIC"): Unseen("What this code changes is not known from its text.", harmless=False),
    ("GRANT",): RIGHTS,
    ("REVOKE",): RIGHTS,
    ("CREATE", "USER"): Unseen("Halfway does not read users."),
    ("ALTER", "USER"): Unseen("Halfway does not read users."),
    ("DROP", "USER"): Unseen("Halfway does not read users."),
    ("RENAME", "USER"): Unseen("Halfway does not read users."),
    ("CREATE", "ROLE"): Unseen("Halfway does not read roles."),
    ("DROP", "ROLE"): Unseen("Halfway does not read roles."),
    ("ALTER", "DATABASE"): Unseen("Halfway does not read a database's settings."),
    ("ALTER", "SCHEMA"): Unseen("Halfway does not read a database's settings."),
    ("ANALYZE",): MAINTENANCE,
    ("OPTIMIZE",): MAINTENANCE,
    ("REPAIR",): MAINTENANCE,
    ("CHECK",): MAINTENANCE,
    ("CHECKSUM",): MAINTENANCE,
    ("CACHE", "INDEX"): MAINTENANCE,
    ("FLUSH",): _SERVER,
    ("RESET",): _SERVER,
    ("PURGE",): _SERVER,
    ("KILL",): _SERVER,
    ("INSTALL",): _SERVER,
    ("UNINSTALL",): _SERVER,
    ("PREPARE",): SESSION,
    ("DEALLOCATE",): SESSION,
    ("DO",): SESSION,
    ("HANDLER",): SESSION,
    ("HELP",): SESSION,
    ("SELECT",): Unseen("A SELECT changes no object."),
    ("WITH",): Unseen("A SELECT changes no object."),
    ("VALUES",): Unseen("A SELECT changes no object."),
    ("TABLE",): Unseen("A SELECT changes no object."),
    ("(",): Unseen("A SELECT changes no object."),
}


def read_meaning(text: str, home: str, dialect: str) -> Meaning:
    """What a statement that is not about data does."""
    cursor = MyCursor.at_start(text, home, dialect)
    meaning = understood(_read, cursor)
    if meaning is not None and meaning.operations and cursor.done:
        return meaning
    return _unseen(text, MyCursor.at_start(text, home, dialect), dialect)


def _read(cursor: MyCursor) -> Meaning | None:
    readers = _VERBS.get(cursor.word())
    if readers is None:
        return None
    verb = cursor.step().word
    cursor.accept("OR", "REPLACE")
    temporary = _modifiers(cursor)
    reader = readers.get(cursor.word())
    if reader is None:
        return None
    cursor.step()
    if verb == "DROP" and temporary:
        cursor.rest()
        return Meaning((TEMPORARY,))
    meaning = reader(cursor)
    if not cursor.done and verb == "ALTER":
        raise Unreadable
    return meaning


def _modifiers(cursor: MyCursor) -> bool:
    """What may stand before the word for what is made: TEMPORARY, DEFINER = x, ALGORITHM = x, SQL SECURITY x."""
    temporary = False
    while True:
        if word := cursor.accept_any(*_MODIFIERS):
            temporary = temporary or word == "TEMPORARY"
        elif cursor.accept("DEFINER", "="):
            _account(cursor)
        elif cursor.accept("ALGORITHM", "=") or cursor.accept("SQL", "SECURITY"):
            cursor.step()
        else:
            return temporary


def _account(cursor: MyCursor) -> None:
    """`'app'@'%'`, `CURRENT_USER()`."""
    cursor.step()
    if cursor.word() == "(":
        cursor.skip_group()
    elif cursor.token is not None and cursor.token.text.startswith("@"):
        cursor.step()


def _unseen(text: str, cursor: MyCursor, dialect: str) -> Meaning:
    found = next((unseen for words, unseen in _UNSEEN.items() if cursor.sees(*words)), UNPARSED)
    return Meaning((found.operation(text, dialect),), _maintained(cursor))


def _maintained(cursor: MyCursor) -> tuple[Ref, ...]:
    """The tables that ANALYZE, OPTIMIZE and the like name."""
    if not cursor.accept_any("ANALYZE", "OPTIMIZE", "REPAIR", "CHECK", "CHECKSUM"):
        return ()
    cursor.accept_any("NO_WRITE_TO_BINLOG", "LOCAL")
    if not cursor.accept_any("TABLE", "TABLES"):
        return ()
    try:
        found = [cursor.table()]
        while cursor.accept(","):
            found.append(cursor.table())
    except Unreadable:
        return ()
    return tuple(found)
