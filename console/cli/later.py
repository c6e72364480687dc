"""The commands by name, each loaded when it is first asked for: one of them runs, and they are many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from functools import partial
from importlib import import_module

import click

_WHERE = {
    "journal": ("console.cli.journal", "journal"),
    "recovery": ("console.cli.forward", "recovery_command"),
    "preflight": ("console.cli.preflight", "preflight"),
    "snapshot": ("console.cli.snapshot", "snapshot"),
    "report": ("console.cli.report", "report"),
    "restore": ("console.cli.restore", "restore"),
    "room": ("console.cli.room", "room"),
    "fleet": ("console.cli.fleet", "FLEET"),
    "completion": ("console.cli.completion", "completion"),
}


class Commands(MutableMapping[str, click.Command]):
    """Those of a group, in the order they were offered; whoever goes through all of them has all of them loaded."""

    def __init__(self) -> None:
        """None yet."""
        self._found: dict[str, click.Command | Callable[[], click.Command]] = {}

    def later(self, name: str, load: Callable[[], click.Command]) -> None:
        """A command that `load` gives."""
        self._found[name] = load

    def __getitem__(self, name: str) -> click.Command:
        """Loaded now, if it was not."""
        found = self._found[name]
        if not isinstance(found, click.Command):
            found = self._found[name] = found()
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        """One that is here."""
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        """Not any more."""
        del self._found[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is one: that loads nothing."""
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._found)

    def __len__(self) -> int:
        """How many."""
        return len(self._found)


def offer(found: Commands) -> None:
    """All of Halfway's own but those that stand in console/cli/__init__.py."""
    for name, (module, what) in _WHERE.items():
        found.later(name, partial(_loaded, module, what))


def _loaded(module: str, name: str) -> click.Command:
    found = getattr(import_module(module), name)
    assert isinstance(found, click.Command)
    return found
