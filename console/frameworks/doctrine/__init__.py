"""Doctrine Migrations: versions that are PHP classes, never run; what they collect is sent when they return."""

from __future__ import annotations

from console.frameworks.doctrine import ledger as _ledger
from console.frameworks.doctrine import project as _project
from console.readers.sqlfiles.tool import InParts

__all__ = ["Doctrine"]


class Doctrine(InParts):
    """The framework named `doctrine`: each part of it is a module of this package."""

    name = "doctrine"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
