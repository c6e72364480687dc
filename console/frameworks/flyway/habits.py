"""How Flyway keeps two runs of itself apart, and that it knows nothing of an application (facts: frameworks.md 4)."""

from __future__ import annotations

from console.core.habits import Habits
from console.core.observation import Server
from console.frameworks.flyway.ledger import LOCK_BASE

_REST = "Flyway knows no application, so it has no maintenance mode: stop what writes, or what sends it work."


def habits(ledger_name: str, server: Server) -> Habits:
    """Its lock is one for each history table."""
    if server.grammar == "sqlite":
        return Habits(no_lock="On SQLite Flyway takes no lock.", about_rest=_REST)
    if server.grammar == "postgres":
        return Habits(
            key=f"{LOCK_BASE} plus Java's hash of {ledger_name}, with its schema and without",
            meets="a run that meets it waits, and gives up after 50 tries, a second each",
            about_rest=_REST,
        )
    return Habits(
        key=f"Java's hash of {ledger_name}, with its schema and without",
        meets="a run that meets it waits for its end: it begins as soon as this plan ends",
        about_rest=_REST,
    )
