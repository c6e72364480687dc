"""Everything an incident reads from, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.core.clues import Clues
from console.core.contacts import Contact
from console.core.expected_base import Baseline, Ignore
from console.core.ports import Clock, Dialect, Framework, HostMachine, Project
from console.lanes.elsewhere import Other


@dataclass(frozen=True)
class Source:
    """Everything an incident reads from; put together by wiring.py."""

    dialect: Dialect
    url: Any
    """A sqlalchemy URL; its str() hides the password."""
    frameworks: tuple[tuple[Framework, Project | None], ...]
    """Each tool with its project, when one was found."""
    machine: HostMachine
    clock: Clock
    given: str | None = None
    """What --migrations named."""
    home: str | None = None
    """--schema: the schema unqualified names mean; None: what the server says."""
    others: tuple[Other, ...] = ()
    """Other databases that migrations of the project may use."""
    bases: tuple[Baseline, ...] = ()
    """What the schema is expected to be, before the migrations since; the first one counts until a person says."""
    ignore: tuple[Ignore, ...] = ()
    """Differences that a person decided to live with."""
    redact: bool = False
    """No value of a row is kept or shown."""
    clues: Callable[[], Clues] = Clues
    """Looks outside the database for why something failed; only when a person asks."""
    contacts: tuple[Contact, ...] = ()
    """Whom to call."""
