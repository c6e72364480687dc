"""Drizzle: a journal of files with times, and a table that is only asked for its newest time."""

from __future__ import annotations

from console.frameworks.drizzle import files as _files
from console.frameworks.drizzle import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Drizzle"]


class Drizzle(InParts):
    """The framework named `drizzle`: each part of it is a module of this package."""

    name = "drizzle"

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
