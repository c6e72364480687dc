"""Whom to call when a screen says that somebody else is needed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call."""

    name: str
    reach: str = ""
    """A telephone number, or an address."""
    when: str = ""

    @property
    def told(self) -> str:
        """`Ann, +49 170 1, at night`."""
        return ", ".join(part for part in (self.name, self.reach, self.when) if part)
