"""What closes a way: one thing each, said in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment, JudgedMigration
from console.core.judge import assess
from console.core.observation import Health, Reading
from console.core.recover import Route
from tests.builders import NOON, SERVER, observation, pending, recorded, schema_after, tracking
from tests.core.recovering import BASE, MENDED, THREE, first, fourth, half, out_of, stopped

ACTING = (Route.MARK_RAN, Route.REPEAT, Route.CLEAN, Route.FINISH, Route.ROLL_BACK, Route.FORWARD_FIX,
          Route.TOOL_ROLL_BACK)  # fmt: skip


def where(now: Assessment, n: int, **more: object) -> Assessment:
    """The same with another statement `n` of migration 4."""

    def other(migration: JudgedMigration) -> JudgedMigration:
        changed = (
            replace(j, statement=replace(j.statement, **more)) if j.statement.n == n else j  # type: ignore[arg-type]
            for j in migration.statements
        )
        return replace(migration, statements=tuple(changed)) if migration is fourth(now) else migration

    frameworks = (replace(f, migrations=tuple(map(other, f.migrations))) for f in now.frameworks)
    return replace(now, frameworks=tuple(frameworks))


def on(**more: object) -> Assessment:
    """Half of it landed, on such a server."""
    server = Reading(replace(SERVER, **more), Health.OK, taken_at=NOON)  # type: ignore[arg-type]
    return assess(replace(half().observation, server=server))


def without_ledger() -> Assessment:
    """Its rows could not be read."""
    now = half()
    (reading,) = now.observation.tracking
    assert reading.value is not None
    dark = replace(reading.value, ledger=replace(reading.value.ledger, unread="permission denied"))
    return replace(now, observation=replace(now.observation, tracking=(replace(reading, value=dark),)))


@pytest.mark.parametrize("route", ACTING)
@pytest.mark.parametrize(
    ("now", "why"),
    [
        (on(read_only=True), "This server takes no writes (it is read-only, or a replica)."),
        (on(replica=True), "This server takes no writes (it is read-only, or a replica)."),
        (on(foreign="TiDB"), "This is TiDB: its catalog is not to be trusted."),
        (without_ledger(), "The ledger could not be read: permission denied."),
    ],
    ids=["read-only", "replica", "foreign", "ledger"],
)
def test_what_keeps_out_every_change(route: Route, now: Assessment, why: str) -> None:
    assert out_of(now, MENDED)[route].why == why


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (where(half(), 2, readable=False), "The SQL of statement 2 is not known: only the tool can send it."),
        (where(half(), 3, database="reports"), "Statement 3 goes to another database (reports)."),
    ],
    ids=["unreadable", "elsewhere"],
)
def test_what_cannot_be_sent_is_not_finished(now: Assessment, why: str) -> None:
    assert out_of(now, MENDED)[Route.FINISH].why == why
    assert first(now, MENDED) is Route.LEAVE


def test_what_is_there_by_hand_keeps_it_from_being_finished() -> None:
    sql = (THREE[0], "ALTER TABLE orders ADD COLUMN a text, ADD COLUMN b text;")
    schema = schema_after(BASE + THREE[0] + "ALTER TABLE orders ADD COLUMN a text;", stamp=900)
    now = assess(observation(schema, tracking(recorded("1", BASE, stamp=100), pending("4", "\n".join(sql)))))
    assert out_of(now, MENDED)[Route.FINISH].why.startswith("Statement 2 would be refused: ")
    assert first(now, MENDED) is Route.LEAVE


def test_what_went_to_another_database_is_not_taken_back() -> None:
    told = out_of(where(half(), 1, database="reports"), MENDED)
    assert told[Route.ROLL_BACK].why == "Statement 1 went to another database (reports)."


def test_what_is_not_known_to_have_been_before_is_not_taken_back() -> None:
    sql = ("DROP VIEW totals;", *THREE)
    now = assess(observation(schema_after(BASE, stamp=900), tracking(pending("4", "\n".join(sql)))))
    assert fourth(now).statements[0].word == "LANDED"
    assert not out_of(now, MENDED)[Route.ROLL_BACK].open


def test_no_recovery_migration_is_written_on_a_doubt() -> None:
    now = stopped(THREE[0], "UPDATE orders SET note = upper(note);", THREE[2], after=1)
    assert out_of(now, MENDED)[Route.FORWARD_FIX].why.startswith("What is left to do is not known")


def test_what_is_wholly_there_needs_no_recovery_migration() -> None:
    assert out_of(stopped(*THREE, after=3))[Route.FORWARD_FIX].why == "Nothing of it is left to do."
