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
    """Those of a group; whoever goes through all of them has all of them loaded."""

    def __init__(self) -> None:
        """Nothing is loaded."""
        self._made: dict[str, click.Command] = {}
        self._later: dict[str, Callable[[], click.Command]] = {}

    def later(self, name: str, load: Callable[[], click.Command]) -> None:
        """A command that `load` gives."""
        self._later[name] = load
        self._made.pop(name, None)

    def __getitem__(self, name: str) -> click.Command:
        """Loaded now, if it was not."""
        if name not in self._made:
            self._made[name] = self._later[name]()
        return self._made[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        """One that is here."""
        self._later.pop(name, None)
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        """Neither here nor later."""
        if name not in self:
            raise KeyError(name)
        self._made.pop(name, None)
        self._later.pop(name, None)

    def __contains__(self, name: object) -> bool:
        """Whether there is one: that loads nothing."""
        return name in self._later or name in self._made

    def __iter__(self) -> Iterator[str]:
        """The names, those that are here first."""
        return iter(dict.fromkeys((*self._made, *self._later)))

    def __len__(self) -> int:
        """How many."""
        return len({*self._made, *self._later})


def commands() -> Commands:
    """Those that nothing but their names is known of yet."""
    found = Commands()
    for name, (module, what) in _WHERE.items():
        found.later(name, partial(_loaded, module, what))
    return found


def _loaded(module: str, name: str) -> click.Command:
    found = getattr(import_module(module), name)
    assert isinstance(found, click.Command)
    return found
