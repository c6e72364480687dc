"""Sequelize: programs of JavaScript that sequelize-cli (umzug) runs by their names, and a table of these names."""

from __future__ import annotations

from console.frameworks.sequelize import ledger as _ledger
from console.frameworks.sequelize import project as _project
from console.readers.sqlfiles.tool import InParts

__all__ = ["Sequelize"]


class Sequelize(InParts):
    """The framework named `sequelize`: each part of it is a module of this package."""

    name = "sequelize"

    detect = staticmethod(_project.detect)
    ledger_tables = staticmethod(_ledger.ledger_tables)
    parse_ledger = staticmethod(_ledger.parse_ledger)
