"""Whose a ledger is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.ledgers import others, strangers, told_apart
from console.core.migration import Ledger, LedgerRow
from console.core.observation import Health, Reading, Tracking
from tests.builders import observation, schema_after

OTHERS = {
    "sqlx": "CREATE TABLE _sqlx_migrations (version bigint, description text, success boolean, checksum bytea)",
    "Diesel": "CREATE TABLE __diesel_schema_migrations (version text, run_on timestamp)",
}
READ = ("CREATE TABLE migrations (id int, migration text, batch int)", "CREATE TABLE schema_migrations (version text)",
        "CREATE TABLE goose_db_version (id int)")  # fmt: skip


@pytest.mark.parametrize("tool", OTHERS)
def test_a_tool_that_is_not_read_is_named(tool: str) -> None:
    ((_, name),) = strangers(schema_after(OTHERS[tool]))
    assert name == tool


@pytest.mark.parametrize("sql", READ, ids=["laravel", "rails", "alike"])
def test_a_name_alone_makes_no_stranger(sql: str) -> None:
    assert list(strangers(schema_after(sql))) == []


def test_what_another_tool_keeps_here_is_known_by_its_ledger() -> None:
    tables = (
        "CREATE TABLE alembic_version (version_num text)",
        "CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)",
        "CREATE TABLE goose_db_version (version_id bigint, is_applied boolean)",
        "CREATE TABLE schema_migrations (version text, dirty int)",
    )
    both = schema_after(";".join(tables))
    named = {"public.alembic_version"}
    assert list(others(both, named)) == [("django_migrations", "Django"), ("goose_db_version", "goose"),
                                         ("schema_migrations", "golang-migrate")]  # fmt: skip
    alone = schema_after("CREATE TABLE alembic_version (version_num text)")
    assert (list(others(alone, named)), list(others(alone, set()))) == ([], [("alembic_version", "Alembic")])


def judged(sql: str, *tracking: Tracking, one_tool: bool = False) -> Assessment:
    return assess(replace(observation(schema_after(sql), *tracking), one_tool=one_tool))


def rails(project: str | None = None) -> Tracking:
    return Tracking("rails", project, Ledger("public.schema_migrations", True, (LedgerRow("1", True),)))


def test_healthy_is_not_said_beside_a_ledger_that_was_not_read() -> None:
    found = judged(OTHERS["sqlx"], rails("/srv/shop"))
    assert "ledger _sqlx_migrations" in {item.what for item in found.coverage if not item.complete}
    alone = judged(OTHERS["sqlx"], rails("/srv/shop"), one_tool=True)
    assert "ledger _sqlx_migrations" not in {item.what for item in alone.coverage}


def test_a_table_that_several_tools_read_is_that_of_the_project_or_the_first() -> None:
    table = Ledger("public.schema_migrations", True, (LedgerRow("1", True),))
    bare, theirs = Tracking("rails", None, table), Tracking("dbmate", "/srv/shop", table)
    other, none = Tracking("flyway", None, Ledger("x", exists=False)), Tracking("dbmate", None, table)

    def left(*trackings: Tracking) -> list[Tracking | None]:
        return [reading.value for reading in told_apart(tuple(map(Reading, trackings)))]

    assert left(bare, other, theirs) == [other, theirs]
    assert left(bare, other, none) == [bare, other]
    full = replace(theirs, files=Reading(3, Health.OK))
    assert left(Tracking("rails", "/srv/shop", table), full) == [full]
    assert told_apart((Reading(), Reading(bare))) == (Reading(), Reading(bare))


def test_a_table_that_dbmate_makes_too_is_not_said_to_be_rails() -> None:
    ours = "CREATE TABLE schema_migrations (version text)"
    beside = f"{ours}; CREATE TABLE ar_internal_metadata (key text)"
    told = "No project was found for it: its one row cannot be held against files."
    assert judged(beside, rails()).frameworks[0].about == told
    assert judged(ours, rails()).frameworks[0].about == (
        "It may be dbmate's, whose table is the same, for no ar_internal_metadata was seen beside it. " + told
    )
    assert judged(ours, rails("/srv/shop")).frameworks[0].about == ""
