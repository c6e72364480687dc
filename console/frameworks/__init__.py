"""The migration tools Halfway knows: names to modules, imported when asked for; those of other packages behind them.

A new tool is one package here with a class, one line in `_WHERE`, one line in the contract tests; or a package of its
own with an entry point (docs/frameworks.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.ports import Framework, Project
from console.frameworks import guests

if TYPE_CHECKING:
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
    "sequelize": ("console.frameworks.sequelize", "Sequelize"),
    "typeorm": ("console.frameworks.typeorm", "TypeOrm"),
    "phinx": ("console.frameworks.phinx", "Phinx"),
    "knex": ("console.frameworks.knex", "Knex"),
    "doctrine": ("console.frameworks.doctrine", "Doctrine"),
    "efcore": ("console.frameworks.efcore", "EfCore"),
}


def names() -> tuple[str, ...]:
    """Every framework of Halfway's own, in the order they are looked for."""
    return tuple(_WHERE)


def load(name: str) -> Framework:
    """The framework of that name. UsageFault when there is none, or it cannot be loaded."""
    if name in _WHERE:
        module, kind = _WHERE[name]
        return cast("Framework", getattr(import_module(module), kind)())
    found = guests.welcome(_WHERE)
    if name not in found:
        known = ", ".join((*_WHERE, *found))
        raise UsageFault(f"{one_line(name, 40)} is not a framework this version knows", todo=f"Known: {known}")
    try:
        return guests.load(found[name])
    except guests.GuestError as problem:
        raise UsageFault(f"the framework {problem}") from problem


def chosen(name: str | None) -> tuple[list[Framework], dict[str, str]]:
    """The one of that name, else all; and why those of other packages that were left out were. UsageFault for a name
    that is none."""
    if name is not None:
        return [load(name)], {}
    loaded, left_out = [load(each) for each in _WHERE], guests.refusals(_WHERE)
    for each, announced in guests.welcome(_WHERE).items():
        try:
            loaded.append(guests.load(announced))
        except guests.GuestError as problem:
            left_out[each] = str(problem)
    return loaded, left_out


def failed(loaded: Iterable[Framework]) -> dict[str, str]:
    """Why those of other packages found no project although they looked, by their names."""
    return {each.name: each.problem for each in loaded if isinstance(each, guests.Guest) and each.problem}


def programs(loaded: Iterable[Framework]) -> dict[str, str]:
    """What the programs of those frameworks are called that say so themselves, with the name of each; of Halfway's own
    the machine knows it better."""
    return {program: each.name for each in loaded for program in getattr(each, "programs", ())}


def marker(name: str, project: Project | None) -> Marker:
    """What writes the ledger of that framework. Only what acts calls this: it imports what can write."""
    if name not in _WHERE:
        from console.frameworks.guests.marks import GuestMarks

        return GuestMarks(guests.welcome(_WHERE)[name], project)
    module, _ = _WHERE[name]
    return cast("Marker", import_module(f"{module}.marks").Marks(project))
