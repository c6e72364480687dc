"""How Laravel keeps two runs of itself apart, and its maintenance mode (facts: frameworks.md 1)."""

from __future__ import annotations

from console.core.habits import Habits

HABITS = Habits(
    no_lock="Laravel takes no lock of the database: with --isolated it locks in its cache, which no session can take.",
    rest=("php", "artisan", "down", "--retry=60"),
    wake=("php", "artisan", "up"),
    about_rest=(
        "It turns requests away and lets queue workers rest, on this machine only unless the maintenance driver is the "
        "cache; commands of the scheduler marked evenInMaintenanceMode and whatever else writes go on."
    ),
)
