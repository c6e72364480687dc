"""The tool's own command that runs a migration again, to be typed by a person: nothing of it is run from here."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from console.core.assessment import Assessment, JudgedFramework, JudgedMigration
from console.core.migration import State

_COMMANDS = {
    "laravel": "php artisan migrate --force",
    "rails": "bin/rails db:migrate",
    "django": "python manage.py migrate",
    "alembic": "alembic upgrade head",
    "flyway": "flyway migrate",
    "liquibase": "liquibase update",
    "sqitch": "sqitch deploy",
    "dbmate": "dbmate migrate",
    "goose": "goose up",
    "golang-migrate": "migrate up",
    "atlas": "atlas migrate apply",
    "prisma": "npx prisma migrate deploy",
    "drizzle": "npx drizzle-kit migrate",
    "knex": "npx knex migrate:latest",
    "sequelize": "npx sequelize-cli db:migrate",
    "typeorm": "npx typeorm migration:run",
    "phinx": "vendor/bin/phinx migrate",
    "doctrine": "php bin/console doctrine:migrations:migrate",
    "efcore": "dotnet ef database update",
}


def command_of(framework: str) -> str:
    """The tool's own command that runs what is pending; '' where it is not known."""
    return _COMMANDS.get(framework, "")


def again(framework: JudgedFramework, migration: JudgedMigration, now: Assessment) -> Iterator[str]:
    """The command, what it lacks, and what else it would run."""
    command = _COMMANDS.get(framework.framework)
    if command is None:
        yield "Run it again as your deploy does: its command is not known here."
    else:
        found = (r.value for r in now.observation.tracking if r.value is not None)
        folder = next((t.project for t in found if t.framework == framework.framework), "")
        yield f"cd {shlex.quote(folder)} && {command}" if folder else command
        yield "with the options, the login and the environment that your deploy gives it"
    others = sum(m.state is State.PENDING for m in framework.migrations if m.id != migration.id)
    if others:
        yield f"it runs {others} more that wait{'s' * (others == 1)}, too"
