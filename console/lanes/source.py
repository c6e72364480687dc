"""Everything an incident reads from, as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.core.clues import Clues
from console.core.expected_base import Baseline, Ignore
from console.core.ports import Clock, Dialect, Files, Framework, HostMachine, Project
from console.core.storage import Room, Storage
from console.lanes.elsewhere import Other

if TYPE_CHECKING:
    from console.core.contacts import Contact
    from console.core.exceptions import Allow

FilesReader = Callable[[Framework, Project, "str | None", str, str], Files]
"""(tool, its project, what --migrations named, grammar, home) -> the migration files."""


def read_files(framework: Framework, project: Project, given: str | None, grammar: str, home: str) -> Files:
    """As their tool would find them, read now."""
    return framework.read(project, given, grammar, home)


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
    allow: tuple[Allow, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    """Differences that a person decided to live with."""
    redact: bool = False
    """No value of a row is kept or shown."""
    clues: Callable[[], Clues] = Clues
    """Looks outside the database for why something failed; only when a person asks."""
    room: Callable[[Storage], Room] | None = None
    """What is free where the server keeps its data; only when a person asks. None: there is no server."""
    contacts: tuple[Contact, ...] = ()
    """Whom to call."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Frameworks of other packages that cannot be used, and why."""
    unfound: Mapping[str, str] = field(default_factory=dict)
    """By framework, why it is not known which project of it is meant."""
    shared: tuple[str, ...] = ()
    """Where `home` is a tenant's: schemas in which names are looked for that it has not got."""
    read_files: FilesReader = read_files
    """Reads migration files; a fleet reads them once for all its databases."""

    @property
    def strangers(self) -> tuple[str, ...]:
        """Packages of other people that bring one of the frameworks."""
        named = (str(getattr(tool, "package", "")) for tool, _ in self.frameworks)
        return tuple(dict.fromkeys(name for name in named if name))
