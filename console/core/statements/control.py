"""What is no statement on PostgreSQL but says something about the session: transactions, settings, locks."""

from __future__ import annotations

from console.core.lexer import Token, TokenKind
from console.core.statements.cursor import Cursor
from console.core.statements.session import Session

_BEGINS = (("BEGIN",), ("START", "TRANSACTION"))
_ENDS = (("COMMIT",), ("END",), ("ROLLBACK",), ("ABORT",), ("PREPARE", "TRANSACTION"))
_SETTINGS = (("SET",), ("RESET",), ("SHOW",), ("DISCARD",))
_SILENT = (("SAVEPOINT",), ("RELEASE",), ("LOCK",))
_LOCK_FUNCTIONS = ("pg_advisory_", "pg_try_advisory_", "set_config")


def is_control(cursor: Cursor, session: Session) -> bool:
    """Whether it is no statement; what it says about the session is noted."""
    if any(cursor.sees(*words) for words in _BEGINS):
        session.begin()
    elif any(cursor.sees(*words) for words in _ENDS):
        _end(cursor, session)
    elif any(cursor.sees(*words) for words in _SETTINGS):
        _setting(cursor, session)
    elif cursor.sees("SELECT"):
        return _is_lock_call(cursor, session)
    else:
        return any(cursor.sees(*words) for words in _SILENT)
    return True


def _end(cursor: Cursor, session: Session) -> None:
    word = cursor.step().word
    cursor.accept_any("WORK", "TRANSACTION")
    if cursor.sees("PREPARED") or cursor.sees("TO"):
        return
    session.end(undone=word in ("ROLLBACK", "ABORT"))
    if cursor.accept("AND", "CHAIN"):
        session.begin()


def _setting(cursor: Cursor, session: Session) -> None:
    if cursor.step().word == "RESET":
        if cursor.accept_any("SEARCH_PATH", "ALL"):
            session.home = session.initial_home
        return
    local = cursor.accept_any("LOCAL", "SESSION") == "LOCAL"
    if cursor.accept("SCHEMA"):
        path = [cursor.step()]
    elif cursor.accept("SEARCH_PATH") and cursor.accept_any("TO", "="):
        path = [token for token in cursor.found[cursor.at :] if token.text != ","]
    else:
        return
    _move_home(session, [_path_entry(token) for token in path], local=local)


def _path_entry(token: Token) -> str:
    return token.value if token.kind is TokenKind.STRING else token.folded


def _move_home(session: Session, path: list[str], *, local: bool) -> None:
    if path == ["default"]:
        path = [session.initial_home]
    home = next((name for name in path if name and name not in ("$user", "pg_catalog", "pg_temp")), None)
    if home is None:
        return
    if local and session.local_home is None:
        session.local_home = session.home
    session.home = home


def _is_lock_call(cursor: Cursor, session: Session) -> bool:
    """`SELECT pg_advisory_lock(...)`, `SELECT pg_catalog.set_config('search_path', ...)`."""
    cursor.step()
    cursor.accept("PG_CATALOG", ".")
    token = cursor.token
    if token is None or cursor.word(1) != "(" or not token.folded.startswith(_LOCK_FUNCTIONS):
        cursor.at = 0
        return False
    cursor.step()
    arguments = [item.token for item in cursor.group().items()]
    if token.folded == "set_config" and len(arguments) > 1 and arguments[0] and arguments[1]:
        strings = all(argument.kind is TokenKind.STRING for argument in (arguments[0], arguments[1]))
        if strings and arguments[0].value == "search_path":
            _move_home(session, [part.strip(' "') for part in arguments[1].value.split(",")], local=False)
    return True
