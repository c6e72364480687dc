"""How a tool keeps two runs of itself apart, and how its application is brought to rest: what each framework tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """In a tool's own words; '' stands for what it does not tell."""

    key: str = ""
    """Where the key of its lock comes from: `2053462845 times the CRC-32 of the database's name`."""
    meets: str = ""
    """What a second run of it does while the lock is held, one sentence; only where every run takes the lock."""
    no_lock: str = ""
    """Why it has no lock that a session of the database could take, one sentence."""
    rest: tuple[str, ...] = ()
    """The command that puts the application into maintenance mode, to be typed by a person in its folder."""
    wake: tuple[str, ...] = ()
    """The command that ends it."""
    about_rest: str = ""
    """What that does not reach, or why there is no such command, one or two sentences."""
