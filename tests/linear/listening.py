"""A person who listens: types a line on a real terminal, hears what is said until the next prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.screens.terminal import Terminal

PATIENCE = 60.0
_PROMPT = re.compile(r"(?:^|\n)[a-z0-9 ]+> $")
_PHRASE = re.compile(r"To do it, type exactly: (.+)")


class Listener:
    """Everything that was written is kept, so that what was never written can be told."""

    def __init__(self, *arguments: str, **options: Any) -> None:
        """Start it on a terminal that can do nothing."""
        self.terminal = Terminal(*arguments, **{"module": "tests.linear.child", "TERM": "dumb", **options})
        self._from = 0

    @property
    def all(self) -> str:
        """As it was written, with line ends as they are here."""
        return bytes(self.terminal.written).decode().replace("\r\n", "\n")

    def hear(self) -> str:
        """What is said until somebody is asked again, or the program ends."""
        own = self.terminal
        own.until(lambda: _PROMPT.search(self.all[self._from :]) or own.process.poll() is not None, PATIENCE)
        own.read()
        said, self._from = self.all[self._from :], len(self.all)
        return said

    def type(self, line: str) -> str:
        """One line, and the answer to it without its echo."""
        self.terminal.type(f"{line}\n")
        own = self.terminal
        own.until(lambda: f"{line}\n" in self.all[self._from :] or own.process.poll() is not None, PATIENCE)
        self._from += self.all[self._from :].find(f"{line}\n") + len(line) + 1
        return self.hear()

    def act(self, line: str) -> tuple[str, str]:
        """Ask for a plan, type what it wants: (phrase, what was said of its end)."""
        said = self.type(line)
        while "cannot be told" in said:
            said = self.type("run")
        found = _PHRASE.search(said)
        assert found, said
        return found[1], self.type(found[1])

    def waits_for(self, line: str, text: str) -> str:
        """Ask again until the answer has it."""
        said = ""

        def has() -> bool:
            nonlocal said
            said = self.type(line)
            return text in said

        self.terminal.until(has, PATIENCE)
        return said

    def leave(self, line: str = "quit") -> int:
        """The exit code."""
        self.terminal.type(f"{line}\n")
        return self.terminal.wait()[0]


@contextmanager
def listener(*arguments: str, **options: Any) -> Iterator[Listener]:
    """One, ended afterwards."""
    made = Listener(*arguments, **options)
    try:
        yield made
    finally:
        made.terminal.close()
