"""EF Core: migrations are C#, which is not read; their statements are those of the script that EF Core writes."""

from __future__ import annotations

from console.frameworks.efcore import files as _files
from console.frameworks.efcore import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["EfCore"]


class EfCore(InParts):
    """The framework named `efcore`: each part of it is a module of this package."""

    name = "efcore"

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
