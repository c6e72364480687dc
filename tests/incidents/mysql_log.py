"""What really reached a MySQL or MariaDB: its general log, by session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import URL

from tests.mysql_servers import ask, open_connection

_SENT = "SELECT thread_id, argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute')"
_CAME = "SELECT thread_id, argument FROM mysql.general_log WHERE command_type = 'Connect'"


@contextmanager
def logging(url: URL) -> Iterator[None]:
    """The log is on, and empty at first; as it was afterwards. One at a time, where a server is shared."""
    with open_connection(url) as connection:
        ask(connection, "SELECT get_lock('halfway_tests_general_log', 300)")
        before = ask(connection, "SELECT @@global.log_output, @@global.general_log")[0]
        ask(connection, "SET GLOBAL log_output = 'TABLE'")
        ask(connection, "SET GLOBAL general_log = ON")
        try:
            yield
        finally:
            ask(connection, f"SET GLOBAL general_log = {before[1]}")
            ask(connection, f"SET GLOBAL log_output = '{before[0]}'")
            ask(connection, "TRUNCATE TABLE mysql.general_log")


def sent_by(url: URL, session: int) -> list[str]:
    """The statements of one session, in the order they came."""
    return [_text(sql) for thread, sql in _rows(url, _SENT) if thread == session]


def sent_to(url: URL) -> list[str]:
    """The statements of all sessions that came for the database of `url`."""
    name = f" on {url.database} "
    sessions = {thread for thread, said in _rows(url, _CAME) if name in f"{_text(said)} "}
    return [_text(sql) for thread, sql in _rows(url, _SENT) if thread in sessions]


def _rows(url: URL, sql: str) -> list[tuple[Any, ...]]:
    with open_connection(url, database=None) as connection:
        return ask(connection, sql)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
