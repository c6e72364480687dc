"""Sqitch: a plan, scripts that carry their own transactions, and a registry that remembers what failed."""

from __future__ import annotations

from console.frameworks.sqitch import files as _files
from console.frameworks.sqitch import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Sqitch"]


class Sqitch(InParts):
    """The framework named `sqitch`: each part of it is a module of this package."""

    name = "sqitch"
    beside = _ledger.EVENTS
    beside_moves = True

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    with_beside = staticmethod(_ledger.with_beside)
