"""dbmate: files with an up and a down section, and a table of versions that looks like that of Rails."""

from __future__ import annotations

from console.frameworks.dbmate import files as _files
from console.frameworks.dbmate import ledger as _ledger
from console.readers.sqlfiles.tool import InParts

__all__ = ["Dbmate"]


class Dbmate(InParts):
    """The framework named `dbmate`: each part of it is a module of this package."""

    name = "dbmate"
    beside = _ledger.NOT_BESIDE

    detect = staticmethod(_files.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
    with_beside = staticmethod(_ledger.with_beside)
