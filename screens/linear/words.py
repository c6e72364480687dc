"""What can be typed: each command with its names, what it takes, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Do = Callable[[str], None]
"""Gets what was typed behind the command."""


@dataclass(frozen=True, slots=True)
class Word:
    """One command."""

    names: tuple[str, ...]
    """The first is the one that is said; a key of the console is another."""
    does: str
    """One sentence."""
    do: Do
    takes: str = ""
    """`[MIGRATION]`."""

    @property
    def help(self) -> str:
        """A line of help."""
        first, *others = self.names
        said = f" (or {', '.join(others)})" if others else ""
        return f"{first}{f' {self.takes}' if self.takes else ''}{said}: {self.does}"


def meant(words: Iterable[Word], typed: str) -> tuple[Word, str] | None:
    """The command of a line, and what stands behind it. A single letter is a key: capitals are other keys."""
    first, _, rest = typed.strip().partition(" ")
    name = first if len(first) == 1 else first.lower().replace("_", "-")
    found = next((word for word in words if name in word.names), None)
    return (found, rest.strip()) if found is not None else None


def helped(words: Iterable[Word]) -> Iterator[str]:
    """All of them."""
    yield "Type a word and Enter. What stands in brackets may be left out; a migration goes by its key or by a part"
    yield "of its name that no other has; without one the worst is meant, or else the newest."
    for word in words:
        yield word.help
    yield "An empty line says what has changed. Ctrl-C ends a line. The end of input (Ctrl-D) leaves."
