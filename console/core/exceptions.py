"""A finding of preflight that somebody knows of and lives with, as the configuration says it.

The value alone: what it is held against stands in preflight, which knows observations, and an observation carries it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allow:
    """An exception of the configuration: `[[preflight.allow]]`."""

    rule: str
    reason: str = ""
    """'' where none was given: it counts for nothing then, and a finding says so."""
    until: str = ""
    """ISO date, the last day it holds; '' for ever."""
    migration: str = ""
    """Its key, its name or its file, with `*` for anything; '' every one."""
    table: str = ""
    """As people name it, with `*` for anything; '' every one."""
    where: str = ""
    """The configuration file."""
