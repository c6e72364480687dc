"""Prisma Migrate: a folder for each migration, and a table that keeps every try of each, with what failed."""

from __future__ import annotations

from console.frameworks.prisma import files as _files
from console.frameworks.prisma import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Prisma"]


class Prisma(InParts):
    """The framework named `prisma`: each part of it is a module of this package."""

    name = "prisma"

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
