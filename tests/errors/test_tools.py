"""What migration tools write where nothing was sent: known by their own words, after a server's and a driver's."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.errors import Sort, refusal_in

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
FAILED = (
    "Error: P3009 migrate found failed migrations in the target database, new migrations will not be applied.",
    "error: Dirty database version 2. Fix and force version.",
    "Validation failed: Detected failed migration to version 4 (add shipping). Please remove",
    "Detected failed repeatable migration: views. Please remove any half-completed changes then run repair",
)
ORDER = (
    "django.db.migrations.exceptions.InconsistentMigrationHistory: Migration shop.0002_phone is applied before",
    "FAILED: Can't locate revision identified by 'b7d4e1a90c3f'",
    "Error: The migration directory is corrupt, the following files are missing: 01_a.js",
    "Migration checksum mismatch for migration version 3",
)
LOCKED = (
    "ActiveRecord::ConcurrentMigrationError: Cannot run migrations because another migration process is running",
    "Can't take lock to run migrations: Migration table is already locked",
    "liquibase.exception.LockException: Could not acquire change log lock.  Currently locked by deploy-7 (10.9.8.7)",
    "error: timeout: can't acquire database lock",
    "Error: P1002 The database server was reached but timed out.",
)
SORTS = [(FAILED, Sort.AFTERWARDS, "recorded so"), (ORDER, Sort.AFTERWARDS, "does not agree"),
         (LOCKED, Sort.LOCK, "its own lock")]  # fmt: skip


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite"])
@pytest.mark.parametrize(("texts", "sort", "means"), SORTS, ids=["failed", "order", "locked"])
def test_a_tools_refusal_is_known(texts: tuple[str, ...], sort: Sort, means: str, dialect: str) -> None:
    for text in texts:
        refusal = refusal_in(text, dialect)
        assert refusal is not None, text
        assert (refusal.rule.sort, means in refusal.rule.means, refusal.names) == (sort, True, ()), text


def test_what_the_server_says_counts_before_it() -> None:
    refusal = refusal_in(f"{FAILED[0]}\nERROR 1062 (23000): Duplicate entry 'a@x' for key 'uq_email'", "mysql")
    assert refusal is not None
    assert refusal.rule.sort is Sort.DATA


@pytest.mark.parametrize("name", ["alembic-cannot-locate", "django-inconsistent-history", "flyway-failed-migration",
                                  "golang-migrate-dirty", "knex-locked", "liquibase-locked", "prisma-p3009",
                                  "rails-concurrent-migration"])  # fmt: skip
def test_the_first_line_of_a_tools_runbook_is_known(name: str) -> None:
    symptom = (RUNBOOKS / f"{name}.md").read_text().partition("```text\n")[2].splitlines()[0]
    assert refusal_in(symptom, "postgresql") is not None
