"""The migration tools Halfway knows: names to modules, imported when asked for.

A new tool is one module here with a class, one line in `_WHERE`, one line in the contract tests.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from console.core.faults import UsageFault
from console.core.ports import Framework, Project
from console.core.ports_acting import Marker

_WHERE = {
    "flyway": ("console.frameworks.flyway", "Flyway"),
    "laravel": ("console.frameworks.laravel", "Laravel"),
    "rails": ("console.frameworks.rails", "Rails"),
    "alembic": ("console.frameworks.alembic", "Alembic"),
    "django": ("console.frameworks.django", "Django"),
    "dbmate": ("console.frameworks.dbmate", "Dbmate"),
    "goose": ("console.frameworks.goose", "Goose"),
    "prisma": ("console.frameworks.prisma", "Prisma"),
    "drizzle": ("console.frameworks.drizzle", "Drizzle"),
    "atlas": ("console.frameworks.atlas", "Atlas"),
    "liquibase": ("console.frameworks.liquibase", "Liquibase"),
    "sqitch": ("console.frameworks.sqitch", "Sqitch"),
    "golang-migrate": ("console.frameworks.golang_migrate", "GolangMigrate"),
}


def names() -> tuple[str, ...]:
    """Every framework, in the order they are looked for."""
    return tuple(_WHERE)


def load(name: str) -> Framework:
    """The framework of that name. UsageFault when there is none."""
    if name not in _WHERE:
        known = ", ".join(_WHERE)
        raise UsageFault(f"no framework is called {name!r}", todo=f"Halfway knows {known}")
    module, kind = _WHERE[name]
    return cast("Framework", getattr(import_module(module), kind)())


def marker(name: str, project: Project | None) -> Marker:
    """What writes the ledger of that framework. Only what acts calls this: it imports what can write."""
    module, _ = _WHERE[name]
    return cast("Marker", import_module(f"{module}.marks").Marks(project))
