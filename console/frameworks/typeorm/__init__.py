"""TypeORM: classes of TypeScript or JavaScript whose names end in a time, and a table of these names."""

from __future__ import annotations

from console.frameworks.typeorm import ledger as _ledger
from console.frameworks.typeorm import project as _project
from console.readers.sqlfiles.tool import InParts

__all__ = ["TypeOrm"]


class TypeOrm(InParts):
    """The framework named `typeorm`: each part of it is a module of this package."""

    name = "typeorm"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
