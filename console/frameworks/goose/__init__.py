"""goose: files with annotated up and down parts, and a table in which the last row of a version decides."""

from __future__ import annotations

from console.frameworks.goose import files as _files
from console.frameworks.goose import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Goose"]


class Goose(InParts):
    """The framework named `goose`: each part of it is a module of this package."""

    name = "goose"

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
