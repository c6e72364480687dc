"""A tool's own command that takes its newest migration back: what exactly would be run, where, and what it would take.

The framework says it from its project and its ledger; nothing of it is run to find that out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_OPEN = ("_ENV", "_MODULE", "_HOST", "_PORT", "_DATABASE", "_CONNECTION", "_USERNAME", "_NAME", "ENV")
"""Ends of names whose values are no secrets."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """What the tool would do now. Without `argv` there is no such command, or none that is safe to run."""

    argv: tuple[str, ...] = ()
    folder: str = ""
    takes: tuple[str, ...] = ()
    """The migrations that it would take back, the first that goes first."""
    environ: tuple[str, ...] = ()
    """What of its environment it heeds; a value that may be a secret is not shown."""
    careful: tuple[str, ...] = ()
    """What it does besides."""
    why: str = ""
    """Why there is no command, one sentence."""
    login: str = ""
    """As whom it would log in, by its own settings; '' where they do not say. Never a secret."""


def login_of(user: str | None, place: str, origin: str, *, password: bool) -> str:
    """`logs in as deploy at db1:5432 (.env), with a password that is not shown`."""
    where = f"{f' at {place}' if place else ''}{f' ({origin})' if origin else ''}"
    if not user:
        return f"its settings name no user{where}: whoever runs it is taken, or what its driver takes"
    return f"logs in as {user}{where}, {'with a password that is not shown' if password else 'without a password'}"


def heeded(environ: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    """Those of the variables that are set: `RAILS_ENV=production`, `DATABASE_URL is set (not shown)`."""
    for name in names:
        if name in environ:
            shown = name.endswith(_OPEN) and "://" not in environ[name]
            yield f"{name}={environ[name]}" if shown else f"{name} is set (not shown)"
