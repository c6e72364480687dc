"""Knex: files of JavaScript or TypeScript, a table of names and batches, and a lock that is a row."""

from __future__ import annotations

from console.frameworks.knex import ledger as _ledger
from console.frameworks.knex import project as _project
from console.readers.sqlfiles.tool import InParts

__all__ = ["Knex"]


class Knex(InParts):
    """The framework named `knex`: each part of it is a module of this package."""

    name = "knex"
    beside = _ledger.LOCK
    beside_moves = True

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    with_beside = staticmethod(_ledger.with_beside)
