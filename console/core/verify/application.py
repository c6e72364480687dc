"""The last step: what of the application still has to be told that the schema changed. Printed, never run from here."""

from __future__ import annotations

from console.core.plain import one_line
from console.core.recover.answers import Decision, Question
from console.core.recover.given import Known
from console.core.verify.check import Check, Found

_ELSE = ("restart the processes that hold prepared statements of changed tables",)
_NODE = "restart the application and its workers by their own supervisor: the pool holds prepared statements"
_JAVA = "restart the application, instance by instance: its pool holds prepared statements, the ORM what it mapped"
_PHP = "reload PHP-FPM where it keeps compiled files (opcache)"
_COMMANDS = {
    "laravel": (
        "php artisan queue:restart   (workers keep the old code and the old schema until then)",
        "php artisan horizon:terminate   (instead, where Horizon runs them)",
        "php artisan config:cache   (only where the configuration is cached)",
        "php artisan cache:clear   (only where rows of changed tables are cached: it empties all of the cache)",
        "php artisan up   (where it was taken down)",
    ),
    "rails": (
        "bin/rails restart   (each process keeps what it read of the tables when it started)",
        "the same for Sidekiq or whatever runs the jobs, by its own supervisor",
        "bin/rails db:schema:cache:clear   (only where db/schema_cache.yml is deployed)",
    ),
    "django": (
        "restart the web and worker processes by their own supervisor: Django keeps no schema in a cache",
        "celery -A <project> control shutdown   (only where a supervisor starts its workers anew)",
    ),
    "alembic": ("restart the processes that hold prepared statements of changed tables, and the workers (Celery, RQ)",),
    "doctrine": (
        "php bin/console cache:clear --env=prod   (Symfony: with it goes what was mapped of the tables)",
        "php bin/console messenger:stop-workers   (a supervisor starts them anew)",
        _PHP,
    ),
    "phinx": ("restart the workers by their own supervisor", _PHP),
    "prisma": (
        _NODE,
        "npx prisma generate   (only where the release was built for another schema: then build it anew)",
    ),
    "flyway": (_JAVA,),
    "liquibase": (_JAVA,),
    "efcore": ("restart the application, instance by instance: its model is fixed when it starts",),
    **dict.fromkeys(("drizzle", "knex", "sequelize", "typeorm"), (_NODE,)),
    **dict.fromkeys(
        ("atlas", "dbmate", "golang-migrate", "goose"),
        ("restart the application, instance by instance: its pool holds prepared statements of changed tables",),
    ),
}


def commands(framework: str) -> tuple[str, ...]:
    """What a person runs by hand."""
    return _COMMANDS.get(framework, _ELSE)


def judged(decisions: tuple[Decision, ...], release: str | None = None) -> Check:
    """Whether the release that runs fits: only a person knows. `release`: what the project's link says is current."""
    said = next((d for d in decisions if d.question is Question.FITS), None)
    running = f"; release {one_line(release, 60)} is the current one here" if release else ""
    if said is None or said.answer is Known.UNKNOWN:
        todo = "nobody has said whether the release that runs fits the schema: Esc, 6, then A"
        return Check("application", Found.UNKNOWN, f"{todo}{running}")
    found = Found.HOLDS if said.answer is Known.YES else Found.FAILS
    return Check("application", found, f"{said.told}{running}")
