"""Which reader understands a statement of SQLite: one table a verb, looked up by its first words.

Total like the other grammars: what no reader understands, and what one gives up on, is `Opaque` with everything it
mentions.
"""

from __future__ import annotations

from console.core.schema import Kind
from console.core.statements.sqlite.alter_table import alter_table
from console.core.statements.sqlite.cursor import LiteCursor
from console.core.statements.sqlite.objects import Reader, create_index, create_trigger, create_view, drop
from console.core.statements.sqlite.tables import create_table, create_virtual_table
from console.core.statements.unseen import MAINTENANCE, UNPARSED, Unseen, understood
from console.core.statements.verbs import Meaning

_READERS: dict[tuple[str, ...], Reader] = {
    ("CREATE", "TABLE"): create_table,
    ("CREATE", "VIRTUAL", "TABLE"): create_virtual_table,
    ("CREATE", "INDEX"): create_index,
    ("CREATE", "UNIQUE", "INDEX"): create_index,
    ("CREATE", "VIEW"): create_view,
    ("CREATE", "TRIGGER"): create_trigger,
    ("ALTER", "TABLE"): alter_table,
    ("DROP", "TABLE"): drop(Kind.TABLE),
    ("DROP", "INDEX"): drop(Kind.INDEX),
    ("DROP", "VIEW"): drop(Kind.VIEW),
    ("DROP", "TRIGGER"): drop(Kind.TRIGGER),
}


_SELECT = Unseen("A SELECT changes no object.")
_SESSION = Unseen("It only concerns the connection that ran it.")
_UNSEEN: dict[str, Unseen] = {
    "SELECT": _SELECT,
    "WITH": _SELECT,
    "VALUES": _SELECT,
    "ANALYZE": MAINTENANCE,
    "REINDEX": MAINTENANCE,
    "VACUUM": Unseen(MAINTENANCE.why, alone=True),
    "ATTACH": _SESSION,
    "DETACH": _SESSION,
    "EXPLAIN": _SESSION,
    "PRAGMA": Unseen("Halfway does not read the settings of the file."),
}


def read_meaning(text: str, home: str) -> Meaning:
    """What a statement that is not about data does."""
    cursor = LiteCursor.at_start(text, home)
    meaning = understood(_read, cursor)
    if meaning is not None and cursor.done:
        return meaning
    found = _UNSEEN.get(LiteCursor.at_start(text, home).word(), UNPARSED)
    return Meaning((found.operation(text, "sqlite"),), concurrently=found.alone)


def _read(cursor: LiteCursor) -> Meaning | None:
    verb = cursor.word()
    temporary = verb == "CREATE" and cursor.word(1) in ("TEMP", "TEMPORARY")
    for words, reader in _READERS.items():
        if words[0] == verb and all(cursor.word(n + temporary) == word for n, word in enumerate(words[1:], 1)):
            cursor.at += len(words) + temporary
            return reader(cursor)
    return None
