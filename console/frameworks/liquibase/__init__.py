"""Liquibase, where its changelog is formatted SQL: changesets in one file, a row for each, and a lock that is a row."""

from __future__ import annotations

from console.frameworks.liquibase import files as _files
from console.frameworks.liquibase import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Liquibase"]


class Liquibase(InParts):
    """The framework named `liquibase`: each part of it is a module of this package."""

    name = "liquibase"
    beside = _ledger.LOCK
    beside_moves = True

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    with_beside = staticmethod(_ledger.with_beside)
