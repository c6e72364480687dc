"""What each tool's own library does with the columns of a table while a program runs: the words of code.py.

Said of the library that comes with the tool; a project may read its database with another one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Library:
    """How programs of one tool name columns."""

    gone: str
    """What a running program does whose column or table is gone."""
    prepare: str
    """What the release before has to hold, so that no program names the column any more."""
    stars: bool = False
    """It reads with `SELECT *` through statements that stay prepared on PostgreSQL."""


_MAPPED = "{} names every mapped column when it reads, so every query of that model fails"
_UNMAP = "take the {} out of the {} and release that"


def _mapped(library: str, field: str = "field", model: str = "model") -> Library:
    return Library(_MAPPED.format(library), _UNMAP.format(field, model))


_KNOWN = {
    "rails": Library(
        "Active Record read the column list when the process started and names the column when it writes a row",
        "release `self.ignored_columns += %w[...]` in the model, with code that no longer uses it",
        stars=True,
    ),
    "django": Library(
        "Django names every column of a model in each SELECT and INSERT, so every query of that model fails",
        "remove the field from the model, in a migration of SeparateDatabaseAndState with state_operations only",
    ),
    "laravel": Library(
        "Eloquent reads `select *` and goes on without it; every where, insert and update that names it fails",
        "take it out of $fillable, casts, scopes and queries and release that",
    ),
    "alembic": _mapped("SQLAlchemy's ORM", "attribute"),
    "doctrine": _mapped("Doctrine's ORM", "property", "entity"),
    "efcore": _mapped("Entity Framework Core", "property", "entity"),
    "typeorm": _mapped("TypeORM", "property", "entity"),
    "sequelize": _mapped("Sequelize", "attribute"),
    "prisma": _mapped("Prisma's client"),
    "drizzle": _mapped("Drizzle", "column", "table definition"),
}
_OTHER = Library(
    "code that names it fails; `SELECT *` goes on without it",
    "release code that no longer names it",
)
NEVER_STARS = frozenset({"django", "laravel"})
"""Django names its columns; PDO prepares each statement anew for Laravel."""


def library_of(framework: str) -> Library:
    """What is known of the tool's library; of another tool only what holds for all code."""
    return _KNOWN.get(framework, _OTHER)
