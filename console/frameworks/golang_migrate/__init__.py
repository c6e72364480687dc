"""golang-migrate: files in pairs, and one row that names the version it is at, or the one at which it stopped."""

from __future__ import annotations

from console.frameworks.golang_migrate import files as _files
from console.frameworks.golang_migrate import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["GolangMigrate"]


class GolangMigrate(InParts):
    """The framework named `golang-migrate`: each part of it is a module of this package."""

    name = "golang-migrate"

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
