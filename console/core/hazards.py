"""What a statement will lock, rewrite and scan on this server: the commonest DDL, from measurements.

Source: facts/ddl_rules.md and its raw data (146 operations on six PostgreSQL versions, 106 on MySQL and MariaDB).
"""

from __future__ import annotations

from dataclasses import dataclass

from console.core.observation import Server
from console.core.schema import Schema
from console.core.statements import Statement


@dataclass(frozen=True, slots=True)
class Hazard:
    """What one statement costs others while it runs."""

    lock: str = ""
    """`ACCESS EXCLUSIVE on orders`, `writes blocked on orders`; '' when it is not known."""
    rewrite: bool | None = None
    """All rows are written anew (or copied); None: not known."""
    scan: bool | None = None
    """All rows are read while the lock is held."""
    blocks: str = ""
    """`reads and writes`, `writes`, `nothing`, '' unknown."""
    estimate: str = ""
    """In words, with what it rests on."""
    undo: str = ""
    """What takes it back, or that nothing does."""
    careful: str = ""
    """One sentence, where something is to be known."""
    rule: str = ""
    """Its id in facts/ddl_rules.md: `pg-set-not-null`."""
    severity: int = 0
    """0 unknown or harmless, 1 low, 2 medium, 3 high, 4 critical."""


def hazard_of(statement: Statement, server: Server, schema: Schema) -> Hazard:
    """What running it costs; empty where no rule knows it."""
    return Hazard()
