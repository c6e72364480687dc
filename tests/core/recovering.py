"""Migrations that stopped, for the tests of the ways out: the fourth of a small shop, as far as it landed."""

from __future__ import annotations

from datetime import timedelta

from console.core.assessment import Assessment, JudgedMigration
from console.core.judge import assess
from console.core.migration import Tracked
from console.core.recover import Backup, Facts, Given, Known, Route, Way, facts_of, ways
from tests.builders import NOON, observation, pending, recorded, schema_after, session, tracking

YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN
NOTHING_GIVEN = Given()
BASE = "CREATE TABLE orders (id bigint, note text);"
THREE = (
    "ALTER TABLE orders ADD COLUMN carrier text;",
    "ALTER TABLE orders ADD COLUMN eta date;",
    "CREATE TABLE carriers (id bigint);",
)
COPY = Backup("shop-0200.dump", NOON - timedelta(hours=10), before=YES, readable=YES)
MENDED = Given(mended=YES)
BROKEN = Given(fits=NO, former_fits=NO)


def stopped(*statements: str, after: int = 0, tracked: Tracked | None = None, base: str = BASE) -> Assessment:
    """Migration 4 of these statements; the first `after` of them landed."""
    schema = schema_after(base + "".join(statements[:after]), stamp=900)
    mine = tracked or pending("4", "\n".join(statements))
    return assess(observation(schema, tracking(recorded("1", base, stamp=100), mine), sessions=(session("1"),)))


def fourth(now: Assessment) -> JudgedMigration:
    """The migration that it is about."""
    return next(m for f in now.frameworks for m in f.migrations if m.id == "4")


def out_of(now: Assessment, given: Given = NOTHING_GIVEN) -> dict[Route, Way]:
    """The ways out of migration 4, in their order."""
    return {way.route: way for way in ways(now, fourth(now), given)}


def facts(now: Assessment, given: Given = NOTHING_GIVEN) -> Facts:
    """What is known of migration 4."""
    return facts_of(now, fourth(now), given)


def first(now: Assessment, given: Given = NOTHING_GIVEN) -> Route:
    """The recommended way."""
    return next(iter(out_of(now, given)))


def half() -> Assessment:
    """One of three additions landed."""
    return stopped(*THREE, after=1)
