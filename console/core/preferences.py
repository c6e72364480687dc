"""How a person likes to work: words of the configuration about keys, colours, times, hints and what is remembered.

Nothing here says what is true or what may be done; a console without any of it is complete.
"""

from __future__ import annotations

from dataclasses import dataclass

THEMES = ("ansi", "dark", "light", "high-contrast")
"""The first is the terminal's own colours."""
TIMES = ("utc", "local")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was said; the defaults are what nobody had to say."""

    hints: bool = True
    """The first time a page is opened one line says what it is for."""
    remember: bool = True
    """Page, filters and orders of each database are kept for the next time."""
    theme: str = ""
    """One of THEMES; '' where nothing was said."""
    times: str = TIMES[0]
    keys: tuple[tuple[str, str], ...] = ()
    """(name of a command, the key it is moved to)."""
    linear: bool = False
    """The console is said line by line, not drawn."""
    path: str = ""
    """The configuration that says so."""


USUAL = Preferences()
"""Where nobody said anything."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How one page was left."""

    page: str
    words: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the console on one database was left."""

    page: str = ""
    """The page in front; '' where nothing is remembered."""
    looks: tuple[Kept, ...] = ()
    hinted: frozenset[str] = frozenset()
    """Pages whose hint was shown, on whatever database."""
