"""The last step: what of the application still has to be told that the schema changed. Printed, never run from here."""

from __future__ import annotations

from console.core.recover.answers import Decision, Question
from console.core.recover.given import Known
from console.core.verify.check import Check, Found

_COMMANDS = {
    "laravel": (
        "php artisan queue:restart   (workers keep the old code and the old schema until then)",
        "php artisan config:cache   (only where the configuration is cached)",
        "php artisan up   (where it was taken down)",
    ),
    "rails": (
        "bin/rails restart   (each process keeps what it read of the tables when it started)",
        "the same for Sidekiq or whatever runs the jobs, by its own supervisor",
    ),
    "django": ("restart the web and worker processes by their own supervisor: Django keeps no schema in a cache",),
    "alembic": ("restart the processes that hold prepared statements of changed tables",),
}


def commands(framework: str) -> tuple[str, ...]:
    """What a person runs by hand."""
    return _COMMANDS.get(framework, ("restart the processes that hold prepared statements of changed tables",))


def judged(decisions: tuple[Decision, ...]) -> Check:
    """Whether the release that runs fits: only a person knows."""
    said = next((d for d in decisions if d.question is Question.FITS), None)
    if said is None or said.answer is Known.UNKNOWN:
        return Check("application", Found.UNKNOWN, "nobody has said whether the release that runs fits the schema (A)")
    return Check("application", Found.HOLDS if said.answer is Known.YES else Found.FAILS, said.told)
