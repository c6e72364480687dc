"""The room as one console sees it at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.core.room.consent import Need, Request, strictest
from console.core.room.members import Heard
from console.core.room.wheel import Standing, Wheel, standing, told


@dataclass(frozen=True, slots=True)
class Room:
    """Who is there, who acts, what waits for an answer."""

    run: str
    """The console that sees it."""
    heard: Sequence[Heard] = ()
    beside: Sequence[Heard] = ()
    """Responders at the very same database under another name: they share neither account nor wheel with this one."""
    wheel: Wheel | None = None
    waiting: Sequence[Request] = ()
    """Plans that wait for a partner, oldest first."""
    asked_for: str = ""
    """For which plans the person of this console wants a partner asked."""
    trouble: str = ""
    """Why the room cannot be read just now, one sentence; the rest is then as it was."""

    @property
    def standing(self) -> Standing:
        """How the wheel stands to this console."""
        return standing(self.wheel, self.heard, self.run)

    @property
    def told(self) -> str:
        """One sentence about the wheel."""
        return told(self.standing, self.wheel, self.heard)

    @property
    def need(self) -> Need:
        """For which plans a partner is asked here."""
        return strictest((self.asked_for, *(each.member.need for each in self.heard if not each.lost)))

    @property
    def apart(self) -> str:
        """That somebody works at the same database under another name, one sentence; '' where nobody does."""
        names = [f"{each.member.someone.shown} works at this very database as {each.elsewhere}" for each in self.beside]
        return f"{'; '.join(names)}: open it by that name, so that only one of you acts." if names else ""

    @property
    def others(self) -> tuple[Heard, ...]:
        """The other consoles that are there."""
        return tuple(each for each in self.heard if each.member.run != self.run and not each.gone)

    @property
    def holder(self) -> Heard | None:
        """The console that has the wheel, if it was heard of."""
        return next((h for h in self.heard if self.wheel is not None and h.member.run == self.wheel.run), None)

    @property
    def asked_of_me(self) -> tuple[Request, ...]:
        """What this console could answer: the plans of others."""
        return tuple(request for request in self.waiting if request.run != self.run)

    @property
    def provable(self) -> bool:
        """Whether the store itself can tell the consoles of two people apart: with one shared account it cannot."""
        logins = {each.login for each in self.heard if not each.lost and each.member.part == "responder"}
        return len(logins) > 1 and "" not in logins
