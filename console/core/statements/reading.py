"""A script, or what a file sends, as statements: taken from what was read before where a shelf is up (core/kept.py).

Every tool's files come through here, and nothing but the arguments decides what becomes of them. The grammar is only
loaded when something is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.core.forms import Form
from console.core.kept import kept
from console.core.statements.statement import Sent, Statement

_KEPT = Form(Statement)


def read_script(
    text: str, dialect: str = "postgres", home: str = "public", *, transactional: bool = False
) -> tuple[Statement, ...]:
    """The statements of a script, numbered from 1.

    `home` is what unqualified names mean at its beginning; `transactional` says that the whole script runs in one
    transaction.
    """
    return kept(_KEPT, _script, text, dialect, home, transactional)


def read_sent(
    sent: Iterable[Sent], dialect: str = "postgres", home: str = "public", *, transactional: bool = False
) -> tuple[Statement, ...]:
    """What a reader found, as statements numbered from 1; `transactional` says that one transaction holds them all."""
    return kept(_KEPT, _sent, tuple(sent), dialect, home, transactional)


def _script(text: str, dialect: str, home: str, transactional: bool) -> tuple[Statement, ...]:
    from console.core.statements.script import read_script as read

    return read(text, dialect, home, transactional=transactional)


def _sent(sent: tuple[Sent, ...], dialect: str, home: str, transactional: bool) -> tuple[Statement, ...]:
    from console.core.statements.script import read_sent as read

    return read(sent, dialect, home, transactional=transactional)
