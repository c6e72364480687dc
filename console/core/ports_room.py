"""What a room needs from outside, as Protocols: where consoles say that they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from console.core.room.members import Heard, Member


class Presence(Protocol):
    """Where each console says, once a second, that it is there. Nothing of it is kept."""

    def say(self, member: Member) -> None:
        """This console is here and looks at that. JournalFault when the store cannot be reached."""
        ...

    def heard(self) -> Sequence[Heard]:
        """All consoles that were heard of lately, the longest there first. JournalFault as above."""
        ...

    def sign(self, name: str, said: str) -> None:
        """Leave a word under this name, once, with the store's own mark of who left it. JournalFault as above."""
        ...

    def signer(self, name: str, said: str) -> str:
        """By which right that very word was left, as the store itself knows: `uid 1004`; '' when it was not, or that
        is not known."""
        ...

    def login(self) -> str:
        """By which right this console writes there, as the store itself knows."""
        ...

    def leave(self, run: str) -> None:
        """This console ends."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
