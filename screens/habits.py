"""How the person at this terminal likes to work: moved keys, hints, local times, and what was remembered.

Set once, before drawing, as the role is. A console in which nothing was set has none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from console.core.preferences import Remembered


class Memory(Protocol):
    """What is kept of a console for the next one on the same database."""

    def recall(self) -> Remembered:
        """How it was left; empty where nothing can be read."""
        ...

    def keep(self, left: Remembered) -> None:
        """For the next time; nothing is said where it cannot be written."""
        ...


class _Process:
    moved: Mapping[str, str] = {}
    hints = False
    local = False
    memory: Memory | None = None


def move_keys(moved: Mapping[str, str]) -> None:
    """From now on these commands have these keys; they were checked."""
    _Process.moved = dict(moved)


def moved_keys() -> tuple[tuple[str, str], ...]:
    """(command, key)."""
    return tuple(_Process.moved.items())


def give_hints(on: bool) -> None:
    """Whether pages explain themselves the first time."""
    _Process.hints = on


def hints() -> bool:
    """Whether they do."""
    return _Process.hints


def remember(memory: Memory | None) -> None:
    """From now on how this console is left is kept there."""
    _Process.memory = memory


def memory() -> Memory | None:
    """Where it is kept."""
    return _Process.memory


def use_local_times(on: bool) -> None:
    """Times on the screens are this machine's; what is written for others stays UTC."""
    _Process.local = on


def local_times() -> bool:
    """Whether they are."""
    return _Process.local


def told(moment: datetime, form: str) -> str:
    """A moment as the person reads times; `%Z` in `form` is its zone. What has no zone is UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return (aware.astimezone() if _Process.local else aware.astimezone(UTC)).strftime(form)


def zone() -> str:
    """`CET`, where times are local; '' where they are UTC, as everywhere else."""
    return datetime.now(UTC).astimezone().strftime("%Z") if _Process.local else ""
