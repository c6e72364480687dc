"""What was asked for on the command line, with what the configuration adds to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.core.expected_base import Ignore
from console.core.preferences import USUAL, Preferences

if TYPE_CHECKING:
    from console.core.contacts import Contact
    from console.core.exceptions import Allow


@dataclass(frozen=True, slots=True)
class Options:
    """The common options, as given."""

    url: str | None = None
    project: str | None = None
    migrations: str | None = None
    framework: str | None = None
    schema: str | None = None
    config: str | None = None
    production: tuple[str, ...] = ()
    """Databases that the configuration calls production."""
    ignore: tuple[Ignore, ...] = ()
    """Differences that do not count, says the configuration."""
    allow: tuple[Allow, ...] = ()
    """Findings of preflight that somebody knows of, says the configuration."""
    admin_port: str | None = None
    """The way into a full MySQL or MariaDB that the configuration names."""
    backups: tuple[str, ...] = ()
    """Where backups lie, says the configuration."""
    scratch: str | None = None
    contacts: tuple[Contact, ...] = ()
    """Whom to call, says the configuration."""
    smoke: tuple[str, ...] = ()
    """What shows whether the application works, says the configuration."""
    config_file: str = ""
    preferences: Preferences = USUAL
    """How the person likes to work, says the configuration."""
    redact: bool = False
    """No value of a row is kept or shown."""
    cache: bool = True
    """What is read of migration files is kept for the next start, unless the configuration says otherwise."""
    error: str = ""
    """What the tool printed, as a person gave it."""
    log: str | None = None
    """Where the tool's log is."""
    ssh: str | None = None
    """The host through which a tunnel leads to the database."""
