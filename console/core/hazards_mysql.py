"""What DDL costs on MySQL and MariaDB: no rule yet."""

from __future__ import annotations

from console.core.hazards_cost import Hazard
from console.core.observation import Server
from console.core.schema import Schema
from console.core.statements import Statement


def mysql_hazard(statement: Statement, server: Server, schema: Schema) -> Hazard:
    """Nothing."""
    return Hazard()
