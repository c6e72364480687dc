"""What a statement will lock, rewrite and scan on this server: the commonest DDL, from measurements.

Source: facts/ddl_rules.md and its raw data (146 operations on six PostgreSQL versions, 106 on MySQL and MariaDB).
A statement is judged by its operations; text is only looked at for what no operation holds. Where one part of a
statement is not known, nothing is said of the whole: an empty `Hazard` is "not known", never "none".
"""

from __future__ import annotations

from dataclasses import replace

from console.core.hazards_cost import Hazard
from console.core.hazards_mysql import mysql_hazard
from console.core.hazards_postgres import postgres_hazard
from console.core.hazards_sqlite import sqlite_hazard
from console.core.observation import Server
from console.core.operations import Opaque
from console.core.schema import Schema
from console.core.statements import Statement

__all__ = ["Hazard", "hazard_of"]

_FAMILIES = {"postgresql": postgres_hazard, "mysql": mysql_hazard, "mariadb": mysql_hazard, "sqlite": sqlite_hazard}
_BY_EFFECT = frozenset({"postgresql", "sqlite"})
"""Where what a statement leaves tells most of what it costs."""


def hazard_of(statement: Statement, server: Server, schema: Schema) -> Hazard:
    """What running it costs; empty where no rule knows it. Of one whose SQL is not known, what it leaves may be."""
    family = _FAMILIES.get(server.dialect)
    if family is None or statement.database or not statement.operations:
        return Hazard()
    if not statement.readable:
        known = server.dialect in _BY_EFFECT and not any(isinstance(o, Opaque) for o in statement.operations)
        return family(replace(statement, sql=""), server, schema) if known else Hazard()
    return family(statement, server, schema)
