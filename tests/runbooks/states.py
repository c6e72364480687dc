"""The incidents that runbooks are about, made for real: a drill, a tool's own half-run files, or a file in `states/`.

Such a file names its server, the project's files, what was sent before, and what sessions were sent that stay.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import URL

from console.drill.kinds import kind_of
from console.drill.run import run_drill
from tests import mysql_servers, servers
from tests.drill.watching import prepare
from tests.frameworks.making import write
from tests.incidents.sqlfile_cases import BASE, CASES, ROWS, UP
from tests.waiting import eventually

_STATES = Path(__file__).parent / "states"
_WAITING = {
    "postgresql": "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    "mysql": "SELECT 1 FROM information_schema.processlist WHERE state LIKE 'Waiting for%lock' AND db = DATABASE()",
}
Database = Callable[[], Any]
"""A database of our own, for as long as is wanted."""


@dataclass(frozen=True)
class Place:
    """Where a runbook is carried out."""

    folder: Path
    url: URL
    """As who may do everything."""
    environ: Mapping[str, str] = field(default_factory=dict)


def server_of(words: tuple[str, ...]) -> str:
    """The kind of server that a state needs from the tests; '' where it brings its own."""
    kind, name, *rest = words
    if kind == "drill":
        return ""
    return str(_made(name)["server"]) if kind == "made" else (rest or ["mariadb"])[0]


def in_state(words: tuple[str, ...], folder: Path, database: URL | None, check: Callable[[Place], None]) -> None:
    """Make the state, on `database` where it needs one, and `check` it."""
    kind, name, *rest = words
    if kind == "drill":
        _in_drill(name, (rest or ["postgresql"])[0], check)
        return
    assert database is not None
    with ExitStack() as stack:
        make = _of_a_tool if kind == "sqlfiles" else _of_a_file
        check(stack.enter_context(make(name, folder, database)))


def _in_drill(name: str, server: str, check: Callable[[Place], None]) -> None:
    prepare(server)

    def show(project: Path, url: URL) -> int:
        check(Place(project, kind_of(server).url(url, kind_of(server).admin)))
        return 1

    assert run_drill(name, show, server) == 0


@contextmanager
def _of_a_tool(name: str, folder: Path, url: URL) -> Iterator[Place]:
    (case,) = (each for each in CASES if each.tool == name)
    send(url, BASE.strip().rstrip(";"), *ROWS, *case.table, *case.failed, *UP[:2])
    yield Place(write(folder, case.files), url, {case.url: _named(url), **case.environ})


@contextmanager
def _of_a_file(name: str, folder: Path, url: URL) -> Iterator[Place]:
    made = _made(name)
    known = {"url": _named(url), "host": str(url.host), "port": str(url.port), "name": str(url.database),
             "user": str(url.username)}  # fmt: skip

    def filled(text: str) -> str:
        for word, value in known.items():
            text = text.replace(f"{{{word}}}", value)
        return text

    send(url, *made.get("before", ()))
    with ExitStack() as stack:
        for held in made.get("holds", ()):
            link = stack.enter_context(_opened(url))
            for statement in held:
                _sent(link, statement)
        files = {path: filled(text) for path, text in made["files"].items()}
        environ = {key: filled(value) for key, value in made.get("environ", {}).items()}
        yield Place(write(folder, files), url, environ)


@contextmanager
def waiting(url: URL, statement: str) -> Iterator[None]:
    """A session that waits for a lock; whatever ends it ends the thread."""

    def wait() -> None:
        with _any_end(), _opened(url) as link:
            _sent(link, statement)

    thread = Thread(target=wait, daemon=True)
    thread.start()
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mysql"
    with _opened(url) as watch:
        eventually(lambda: _sent(watch, _WAITING[kind]))
    yield


@contextmanager
def _any_end() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, pymysql.Error):
        return


def _made(name: str) -> dict[str, Any]:
    return tomllib.loads((_STATES / f"{name}.toml").read_text(encoding="utf-8"))


def _named(url: URL) -> str:
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mysql"
    return url.set(drivername=kind, query={}).render_as_string(hide_password=False)


def refusal(url: URL, sql: str) -> str:
    """What the server answers to statements, the last of which it refuses."""
    with _opened(url) as link:
        *before, last = sql.split("; ")
        for statement in before:
            _sent(link, statement)
        try:
            _sent(link, last)
        except (psycopg.Error, pymysql.Error) as error:
            return str(error)
    raise AssertionError(f"not refused: {last}")


def send(url: URL, *statements: str) -> None:
    """Each by itself."""
    with _opened(url) as link:
        for statement in statements:
            _sent(link, statement)


def _opened(url: URL) -> AbstractContextManager[Any]:
    """A connection; that somebody else has ended it meanwhile is no error at its end."""
    if url.get_backend_name() == "postgresql":
        return closing(psycopg.connect(servers.conninfo(url), autocommit=True))
    return mysql_servers.open_connection(url)


def _sent(link: Any, statement: str) -> list[tuple[Any, ...]]:
    if isinstance(link, psycopg.Connection):
        answer = link.execute(statement.encode())
        return answer.fetchall() if answer.description else []
    return mysql_servers.ask(link, statement)
