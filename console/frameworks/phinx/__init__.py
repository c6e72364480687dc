"""Phinx: migrations that are PHP classes, read and never run; a table of versions with names, times and breakpoints."""

from __future__ import annotations

from console.frameworks.phinx import ledger as _ledger
from console.frameworks.phinx import project as _project
from console.readers.sqlfiles.tool import InParts

__all__ = ["Phinx"]


class Phinx(InParts):
    """The framework named `phinx`: each part of it is a module of this package."""

    name = "phinx"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
