"""A tool's own lock as it is taken to hold other runs of the tool off: its key and all that is sent for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolLock:
    """One lock, with all that is sent for it: each gives one value."""

    key: str
    """As the tool has it: a number, or what GET_LOCK is given."""
    take: str
    """True or 1 when it was taken; it never waits."""
    check: str
    """1 as long as the asking session has it."""
    release: str
    holder: str
    """The number of the session that has it; nothing when nobody has."""


@dataclass(frozen=True, slots=True)
class Hold:
    """How other runs of one tool are held off."""

    framework: str
    locks: tuple[ToolLock, ...] = ()
    """All of them are taken; (): nothing is."""
    kind: str = ""
    """`advisory lock`, `GET_LOCK`."""
    origin: str = ""
    """Where the key comes from, and what a run of the tool does that meets it."""
    sure: bool = False
    """Every run of the tool takes this lock; False: some do not, or it is not known."""
    why: str = ""
    """Why nothing is taken, or who is not held off by it, and what protects instead."""

    @property
    def tool(self) -> str:
        """What it is called in a sentence."""
        return self.framework.capitalize()

    @property
    def words(self) -> str:
        """One sentence for the dialog."""
        if not self.locks:
            return self.why
        keys = " and ".join(lock.key for lock in self.locks)
        origin = f" ({self.origin})" if self.origin else ""
        return f"{self.tool}'s own {self.kind} {keys}{origin}{f'. {self.why}' if self.why else ''}"

    @property
    def sql(self) -> tuple[str, ...]:
        """What is sent to take it, over a session of its own."""
        return tuple(lock.take for lock in self.locks)
