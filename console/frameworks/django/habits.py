"""That Django keeps two runs of itself apart by nothing, and has no maintenance mode (facts: frameworks.md 3)."""

from __future__ import annotations

from console.core.habits import Habits

HABITS = Habits(
    no_lock="Django takes no lock while it migrates.",
    about_rest=(
        "Django has no maintenance mode of its own: stop the web processes and workers (celery, cron), or answer 503 "
        "in front of them."
    ),
)
