"""How scripts of each server are read: the grammar, what is no statement, what is about data, how names are made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from console.core.lexer import Token
from console.core.operations import Operation
from console.core.schema import Ref
from console.core.statements.control import is_control
from console.core.statements.cursor import Cursor
from console.core.statements.data import data_verb, read_data
from console.core.statements.generated import kept_apart
from console.core.statements.grammar import read_meaning
from console.core.statements.probe import data_probe
from console.core.statements.session import Session
from console.core.statements.statement import DataProbe
from console.core.statements.verbs import Meaning

Start = Callable[[str, tuple[Token, ...], str], Cursor]
ReadData = Callable[[str, Cursor, str], Meaning]


@dataclass(frozen=True, slots=True)
class Ways:
    """One server's."""

    start: Start
    is_control: Callable[[Cursor, Session], bool]
    """Whether it is no statement; what it says about the session is noted."""
    data_verb: Callable[[Cursor], str]
    read_data: ReadData
    read_meaning: Callable[[str, str], Meaning]
    data_probe: Callable[[Cursor, str], DataProbe | None]
    kept_apart: Callable[[Operation, set[Ref]], Operation]
    commits: Callable[[Cursor], bool]
    """Whether the server commits before and after it, whatever the script says."""
    only_here: Callable[[Operation, str], Operation]
    """An operation as far as it concerns the database that is looked at."""


def _unchanged(operation: Operation, home: str) -> Operation:
    return operation


def _never(cursor: Cursor) -> bool:
    return False


@cache
def ways_of(dialect: str) -> Ways:
    """One server's; the grammar of another one is not loaded for it."""
    if dialect == "postgres":
        return Ways(Cursor, is_control, data_verb, read_data, read_meaning, data_probe, kept_apart, _never, _unchanged)
    return {"mysql": _mysql, "mariadb": _mysql, "sqlite": _sqlite}[dialect](dialect)


def _mysql(dialect: str) -> Ways:
    from console.core.statements.mysql import ways as mysql
    from console.core.statements.mysql.elsewhere import only_here

    return Ways(
        mysql.start(dialect),
        mysql.is_control,
        mysql.data_verb,
        mysql.read_data(dialect),
        mysql.meaning(dialect),
        mysql.data_probe,
        mysql.kept_apart,
        mysql.commits,
        only_here,
    )


def _sqlite(dialect: str) -> Ways:
    from console.core.statements.mysql.elsewhere import only_here
    from console.core.statements.sqlite import ways as sqlite

    return Ways(
        sqlite.LiteCursor,
        sqlite.is_control,
        sqlite.data_verb,
        sqlite.read_data,
        sqlite.read_meaning,
        data_probe,
        kept_apart,
        _never,
        only_here,
    )
