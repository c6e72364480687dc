"""Atlas: files under one sum, and a table that counts how many statements of each ran."""

from __future__ import annotations

from console.frameworks.atlas import files as _files
from console.frameworks.atlas import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Atlas"]


class Atlas(InParts):
    """The framework named `atlas`: each part of it is a module of this package."""

    name = "atlas"

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
