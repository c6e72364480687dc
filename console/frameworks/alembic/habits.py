"""That Alembic keeps two runs of itself apart by nothing, and knows no application (facts: frameworks.md 5)."""

from __future__ import annotations

from console.core.habits import Habits

HABITS = Habits(
    no_lock="Alembic takes no lock; one that env.py takes by itself is not known here.",
    about_rest="Alembic knows no application, so it has no maintenance mode: stop what writes, or what sends it work.",
)
